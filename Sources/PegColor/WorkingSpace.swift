public import PegCore

/// The space that layers are composited in, and the ways into it and out of it (DESIGN §7).
///
/// The default is the SDR display code values of BT.709. Another display's space holds its code values. In a space of the scene
/// (linear light, ACES, a camera's log) code values of SDR displays are light by the EOTF of sRGB and come back by it, whichever
/// SDR display they were made for: so they pass unchanged there, too, and a scene-linear picture looks as the view `sdr` shows it
/// wherever it is composited. PQ and HLG are their light, with SDR white, linear 1, at 203 cd/m².
public struct WorkingSpace: Hashable, Sendable {
  public let space: ColorSpace
  /// Whether everything goes through light by its own curves (`transform: colorimetric`).
  public let isColorimetric: Bool

  public init(_ space: ColorSpace = .bt709, isColorimetric: Bool = false) {
    self.space = space
    self.isColorimetric = isColorimetric
  }

  /// - Throws: bad input for a space that is not known, and the one that was probably meant.
  public init(named name: String, isColorimetric: Bool = false) throws(PegError) {
    self.init(try .named(name), isColorimetric: isColorimetric)
  }

  /// Whether scene-linear pictures need a view to be composited here: where code values are a display's.
  public var needsViews: Bool { space.isSDRDisplay }

  private static let display = WorkingSpace()

  // MARK: In

  /// From a source's code values.
  ///
  /// - Parameters:
  ///   - tags: complete.
  ///   - named: the source's space where it is one that tags cannot say; it counts more than they do.
  ///   - view: `sdr`, for sources of the scene where the working space needs a view.
  /// - Throws: bad input for tags and views that are not handled.
  func program(from tags: ColorTags, named: ColorSpace? = nil, view: String?) throws(PegError) -> ColorProgram {
    if named == nil, self == Self.display { return try .toWorking(tags, view: view) }
    let source: ColorSpace
    if let named { source = named } else { source = try .tagged(tags) }
    if source == space { return ColorProgram() }
    if source.isScene, needsViews {
      guard let view, view == "sdr" else {
        throw PegError(
          .badInput, "cannot show pictures in \(source.title) without a view", hint: "the built-in view is sdr")
      }
      let shown = source.toLight + source.light(to: .bt709) + ColorProgram([.clamp(low: 0, high: 1), .srgbEncode])
      return shown + ColorSpace.program(from: .bt709, to: space)
    }
    if source.isSDRDisplay, !isColorimetric {
      // By way of the default space, between which and SDR displays of its primaries code values pass.
      let shown = ColorSpace.program(from: source, to: .bt709)
      if space.isScene {
        return shown + ColorProgram([.srgbDecode]) + ColorSpace.program(from: .linearBT709, to: space)
      }
      return shown + ColorSpace.program(from: .bt709, to: space)
    }
    return ColorSpace.program(from: source, to: space, colorimetric: isColorimetric)
  }

  // MARK: Out

  /// To a deliverable's code values. Light of a scene is shown on an SDR display by the view `sdr`; a deliverable that is
  /// scene-linear by its preset has it as it is.
  ///
  /// - Throws: bad input for tags that are not handled.
  func program(to tags: ColorTags) throws(PegError) -> ColorProgram {
    if self == Self.display { return try .fromWorking(tags) }
    let target = try ColorSpace.tagged(tags)
    if space == target { return ColorProgram() }
    if space.isScene, target.isSDRDisplay {
      if isColorimetric {
        return space.toLight + space.light(to: target) + ColorProgram([.clamp(low: 0, high: 1)]) + target.fromLight
      }
      return space.toLight + space.light(to: .bt709) + ColorProgram([.clamp(low: 0, high: 1), .srgbEncode])
        + ColorSpace.program(from: .bt709, to: target)
    }
    if space.isSDRDisplay, target.isScene {
      // The view's inverse.
      return ColorSpace.program(from: space, to: .bt709) + ColorProgram([.srgbDecode])
        + ColorSpace.program(from: .linearBT709, to: target)
    }
    if target.isSDRDisplay, !isColorimetric {
      return ColorSpace.program(from: space, to: .bt709) + ColorSpace.program(from: .bt709, to: target)
    }
    return ColorSpace.program(from: space, to: target, colorimetric: isColorimetric)
  }
}

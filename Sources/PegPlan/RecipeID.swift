public import PegCore
import PegText
import PegTimeline

/// The identity of a recipe: SHA-256 of its canonical text (``CanonField`` lists what is in it).
public struct RecipeID: Hashable, Sendable {
  /// 32 bytes.
  public let bytes: [UInt8]

  /// Raised whenever arithmetic of ours changes a pixel.
  public static let renderVersion = 4

  /// The id of a picture for an output.
  ///
  /// - Parameters:
  ///   - arithmetic: third-party arithmetic that pixels go through, as `doctor` names it.
  ///   - version: of our own arithmetic.
  ///   - identity: the hash of the file that holds picture `picture` of source `source`.
  public init(
    _ picture: PictureRecipe, _ output: OutputRecipe, sources: [PlannedSource], arithmetic: String,
    version: Int = renderVersion, identity: (_ source: Int, _ picture: Int) throws -> [UInt8]
  ) rethrows {
    bytes = try CanonText(
      picture, output, sources: sources, arithmetic: arithmetic, version: version, identity: identity
    ).id
  }
}

/// What a deliverable does to a picture before it is encoded.
public struct OutputRecipe: Hashable, Sendable {
  public var format: PixelFormat
  public var raster: Raster
  /// `fit`, `fill`, `stretch` or `none`.
  public var fit: String
  public var tags: ColorTags
  public var alpha: AlphaMode

  public init(format: PixelFormat, raster: Raster, fit: String, tags: ColorTags, alpha: AlphaMode) {
    self.format = format
    self.raster = raster
    self.fit = fit
    self.tags = tags
    self.alpha = alpha
  }
}

extension CanonText {
  init(
    _ picture: PictureRecipe, _ output: OutputRecipe, sources: [PlannedSource], arithmetic: String, version: Int,
    identity: (Int, Int) throws -> [UInt8]
  ) rethrows {
    self.init()
    say(.renderVersion, version)
    say(.arithmetic, arithmetic)
    say(.raster, picture.raster)
    say(.pixelAspect, picture.pixelAspect)
    say(.workingSpace, picture.workingSpace)
    say(.transform, picture.transform.rawValue)
    for layer in picture.layers { try say(layer, depth: 0, sources, identity) }
    say(.outputFormat, output.format)
    say(.outputRaster, output.raster)
    say(.outputFit, output.fit)
    say((.outputPrimaries, .outputTransfer, .outputMatrix, .outputRange, .outputSiting), output.tags)
    say(.outputAlpha, output.alpha.rawValue)
  }

  private mutating func say(
    _ layer: LayerRecipe, depth: Int, _ sources: [PlannedSource], _ identity: (Int, Int) throws -> [UInt8]
  ) rethrows {
    say(.layer, depth)
    say(.blend, layer.blend.rawValue)
    say(.opacity, layer.opacity)
    say(.placement, Self.text(layer.placement))
    for step in layer.grade {
      let space: JSON = step.space.map { .string($0) } ?? .null
      say(.grade, "\(step.amount) \(Self.text([.string(step.op), space, .object(step.parameters)]))")
    }
    switch layer.content {
    case .media(let index, let picture):
      // A picture below 0 shows nothing, whatever the source.
      guard picture >= 0 else { return say(.mediaHash, "none") }
      let source = sources[index]
      say(.mediaHash, Self.hex(try identity(index, picture)))
      say(.mediaPicture, source.kind == .movie ? "\(picture)" : "still")
      say(.mediaRaster, source.raster)
      say(.mediaPixelAspect, source.pixelAspect)
      say((.mediaPrimaries, .mediaTransfer, .mediaMatrix, .mediaRange, .mediaSiting), source.tags)
      say(.mediaAlpha, source.alpha.rawValue)
      say(.mediaSpace, maybe: source.space)
      say(.mediaView, maybe: source.view)
      say(.mediaLayer, maybe: source.layer)
    case .solid(let red, let green, let blue, let alpha):
      say(.solidRed, red)
      say(.solidGreen, green)
      say(.solidBlue, blue)
      say(.solidAlpha, alpha)
    case .slate(let lines):
      say(.slate, Slate.version)
      for line in lines { say(.slate, "=\(line)") }
    case .group(let layers):
      say(.group, layers.count)
      for inner in layers { try say(inner, depth: depth + 1, sources, identity) }
    case .mix(let from, let to, let weight):
      say(.mix, weight)
      for side in [from, to] {
        if let side { try say(side, depth: depth + 1, sources, identity) } else { say(.nothing, depth + 1) }
      }
    }
  }

  private static func text(_ placement: Placement) -> String {
    switch placement {
    case .fit: "fit"
    case .fill: "fill"
    case .stretch: "stretch"
    case .none: "none"
    case .transform(let pose, let filter):
      "transform position \(point(pose.position)) scale \(point(pose.scale)) "
        + "rotation \(pose.rotation?.description ?? "-") anchor \(point(pose.anchor)) filter \(filter?.rawValue ?? "-")"
    }
  }

  private static func point(_ point: PlacementSetting.Point?) -> String {
    point.map { "\($0.x),\($0.y)" } ?? "-"
  }
}

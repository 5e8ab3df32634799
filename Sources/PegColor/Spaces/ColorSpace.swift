public import PegCore

/// What colours mean: primaries, white, and the light that code values stand for.
///
/// Linear light of every space is relative: 1 is the white of an SDR display, 203 cd/m² in PQ and HLG (ITU-R BT.2408), and a
/// perfect diffuser where a camera or a renderer made the picture. A conversion takes 1 to 1 and white to white; it is no view:
/// what a scene has above 1 stays above 1.
public struct ColorSpace: Hashable, Sendable {
  /// What linear light 1 is.
  public enum Reference: Hashable, Sendable {
    /// White of a display of the standard range, nominally of so many cd/m².
    case display(nits: Double)
    /// SDR white on an HDR display: 203 cd/m².
    case hdrDisplay
    /// A perfect diffuser in the scene.
    case scene
  }

  /// How white is taken to white where two spaces have different ones.
  public enum Adaptation: Hashable, Sendable { case bradford, cat02 }

  /// As cuts and presets write it: `acescct`. Empty for a space that tags or a profile describe and the list does not have.
  public let name: String
  public let title: String
  let chromaticities: Chromaticities
  public let transfer: TransferFunction
  public let reference: Reference
  public let adaptation: Adaptation
  /// What red, green and blue weigh in luma (or, of linear light, in luminance); their sum is 1.
  public let luma: [Double]

  init(
    _ name: String, _ title: String, _ chromaticities: Chromaticities, _ transfer: TransferFunction,
    _ reference: Reference,
    adaptation: Adaptation = .bradford, luma: [Double]? = nil
  ) {
    self.name = name
    self.title = title
    self.chromaticities = chromaticities
    self.transfer = transfer
    self.reference = reference
    self.adaptation = adaptation
    self.luma = luma ?? chromaticities.luminance
  }

  /// Between SDR displays of equal primaries code values pass unchanged.
  public var isSDRDisplay: Bool { if case .display = reference { true } else { false } }
  /// Needs a view to be looked at.
  public var isScene: Bool { reference == .scene }

  /// - Throws: bad input that names the space, and the one that was probably meant.
  public static func named(_ name: String) throws(PegError) -> ColorSpace {
    if let known = all.first(where: { $0.name == name }) { return known }
    if let stated = ColorSpace(stated: name) { return stated }
    throw PegError(
      .badInput, "the colour space \(name) is not known",
      hint: Spelling.nearest(to: name, among: all.map(\.name)).map { "did you mean \($0)?" }
        ?? "known are \(all.map(\.name).joined(separator: ", "))")
  }

  /// The space of linear light with these primaries and white, where the list has it.
  ///
  /// - Parameter chromaticities: x and y of red, green, blue and white.
  public static func linear(of chromaticities: [Double]) -> ColorSpace? {
    all.first { $0.transfer == .linear && $0.chromaticities.agree(with: chromaticities) }
  }

  // MARK: - Conversion

  /// From code values of one space to code values of another.
  ///
  /// Between SDR displays of equal primaries code values pass unchanged: a drawing made on an sRGB display looks in a BT.709
  /// master as it was drawn, because both are judged on the display at hand (DESIGN §7). `colorimetric` goes through light all
  /// the same. Everything else goes through light: the one's curve, primaries, the other's curve.
  ///
  /// Whites differ between D65, the ACES white and DCI's. They are adapted by Bradford's transform, as the Academy does between
  /// ACES and its displays, and ICC in every profile; where one of the two is the space of a camera whose maker's own ACES
  /// transform is by CAT02 (ARRI, Blackmagic, Canon, Sony), by CAT02, so that the result is the maker's.
  public static func program(
    from source: ColorSpace, to target: ColorSpace, colorimetric: Bool = false
  ) -> ColorProgram {
    if source == target { return ColorProgram() }
    let sameGamut = source.chromaticities == target.chromaticities
    if sameGamut, source.transfer == target.transfer { return ColorProgram() }
    if sameGamut, source.isSDRDisplay, target.isSDRDisplay, !colorimetric { return ColorProgram() }
    return source.toLight + source.light(to: target) + target.fromLight
  }

  /// Code values to linear light of the space's own primaries, and back.
  public var toLight: ColorProgram { transfer.decode }
  public var fromLight: ColorProgram { transfer.encode }

  /// Linear light of this space's primaries to that of another's.
  public func light(to target: ColorSpace) -> ColorProgram {
    if chromaticities == target.chromaticities { return ColorProgram() }
    return ColorProgram([.affine(AffineMatrix(matrix(to: target)))])
  }

  func matrix(to target: ColorSpace) -> Matrix3 {
    let cone = adaptation == .cat02 || target.adaptation == .cat02 ? ConeResponse.cat02 : .bradford
    return chromaticities.matrix(to: target.chromaticities, through: cone)
  }

  /// The code value of an 18 % grey: what a contrast turns about.
  public var middleGrey: Double { Double(fromLight.applied(to: (0.18, 0.18, 0.18)).1) }

  // MARK: - Tags

  /// What a picture's tags say, as a space: one of the list where it has one. Unspecified primaries are not guessed here.
  ///
  /// - Throws: bad input that names primaries or transfer characteristics which are not handled, and HLG of other primaries
  ///   than BT.2020's.
  public static func tagged(_ tags: ColorTags) throws(PegError) -> ColorSpace {
    guard let chromaticities = Chromaticities(tags.primaries) else {
      throw PegError(.badInput, "cannot convert from or to the primaries \(tags.primaries): not handled")
    }
    let transfer: TransferFunction
    var reference = Reference.display(nits: 100)
    switch try DisplayCurve(tags.transfer) {
    case .power(let exponent): transfer = exponent == 2.2 ? .gamma22 : .bt1886
    case .srgb: transfer = .srgb
    case .linear: (transfer, reference) = (.linear, .scene)
    case .pq: (transfer, reference) = (.pq, .hdrDisplay)
    case .hlg:
      guard tags.primaries == .bt2020 else {
        throw PegError(.badInput, "cannot convert HLG with the primaries \(tags.primaries): BT.2100 has bt2020 only")
      }
      (transfer, reference) = (.hlg, .hdrDisplay)
    }
    if let known = all.first(where: { $0.chromaticities == chromaticities && $0.transfer == transfer }) { return known }
    return ColorSpace("", "\(tags.primaries), \(transfer.title)", chromaticities, transfer, reference)
  }
}

extension ColorSpace {
  /// The code points of ITU-T H.273 that stand for the space; `nil` where it has none, as ACES and camera logs.
  public var codePoints: (primaries: Primaries, transfer: Transfer)? {
    for primaries in Primaries.allCases {
      for transfer in Transfer.allCases {
        let tags = ColorTags(primaries: primaries, transfer: transfer)
        if let space = try? ColorSpace.tagged(tags), space.chromaticities == chromaticities,
          space.transfer == self.transfer
        {
          return (primaries, transfer)
        }
      }
    }
    return nil
  }
}

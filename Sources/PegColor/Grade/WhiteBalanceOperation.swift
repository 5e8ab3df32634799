public import PegCore

/// `white_balance`: what was white under a light of `kelvin` becomes the white of the operation's space, so that more kelvin make
/// a picture warmer. In linear light, by Bradford's transform; the luminance of white stays.
///
/// `kelvin` lies in 1667…25000 (4000…25000 on the daylight locus); without it a tint is about 6504 K, D65.
/// `tint` (−150…150) is 3000 times the light's distance from the locus in CIE 1960 u, v (Duv): above 0 the light was greener, and
/// the picture turns to magenta. `locus`: `planckian`, `daylight`, or, without it, black bodies to 4000 K, daylight from 5000 K
/// on and a straight line between.
public struct WhiteBalanceOperation: GradeKind {
  public static let op = "white_balance"
  public var kelvin: Double?
  public var tint: Double
  private var locus: WhitePoint.Locus

  public init(_ fields: inout GradeFields) throws(PegError) {
    switch try fields.text("locus") {
    case nil: locus = .mixed
    case "planckian": locus = .planckian
    case "daylight": locus = .daylight
    default: throw fields.wrong("locus", "planckian or daylight")
    }
    kelvin = try fields.optionalNumber("kelvin", in: (locus == .daylight ? 4000 : 1667)...25000)
    tint = try fields.number("tint", 0, in: -150...150)
    if kelvin == nil, tint != 0 { kelvin = 6504 }
  }

  public func program(in space: ColorSpace) -> ColorProgram {
    guard let kelvin else { return ColorProgram() }
    let light = WhitePoint.xy(kelvin: kelvin, duv: tint / 3000, on: locus)
    let gamut = space.chromaticities
    let adaptation = ConeResponse.bradford.adaptation(
      from: Chromaticities.xyz(light.x, light.y), to: gamut.white)
    let matrix = gamut.toXYZ.inverse * adaptation * gamut.toXYZ
    return space.toLight + ColorProgram([.affine(AffineMatrix(matrix))]) + space.fromLight
  }
}

public import PegKernels

/// One step of a colour program: a function of red, green and blue that one kernel computes in float32.
///
/// Grade operations, colour spaces, views and deliverables are all made of these; a new primitive is a kernel with its oracle
/// and a case here.
public enum ColorStep: Hashable, Sendable {
  /// Linear, with an offset.
  case affine(AffineMatrix)
  /// Each channel held to `low…high`; NaN is `low`.
  case clamp(low: Float, high: Float)
  /// ASC CDL v1.2.
  case cdl(CDLValues)
  /// A table for each channel; one without passes.
  case curves(red: CurveTable?, green: CurveTable?, blue: CurveTable?)
  /// A table of half floats for each channel.
  case halfCurves(red: HalfCurve, green: HalfCurve, blue: HalfCurve)
  case lattice(ColorLattice)
  /// sign(x) · |x|^exponent; 1/64…64.
  case power(Float)
  /// The EOTF of IEC 61966-2-1 and its inverse, odd about 0.
  case srgbDecode, srgbEncode
  /// SMPTE ST 2084; linear 1 is `white` cd/m².
  case pqDecode(white: Float), pqEncode(white: Float)
  /// BT.2100 HLG on a display of 1000 cd/m²; linear 1 is `white` cd/m². BT.2020 primaries.
  case hlgDecode(white: Float), hlgEncode(white: Float)
  /// Camera logs, ACEScc, ACEScct.
  case logDecode(LogCurve), logEncode(LogCurve)
  /// Each channel by itself: what `above` makes of the colour where the value is above `at`, else what `below` makes of it;
  /// NaN is below.
  case split(at: Float, below: ColorProgram, above: ColorProgram)
  /// Each channel by a program of its own, whose steps take no channel to another.
  case channels(red: ColorProgram, green: ColorProgram, blue: ColorProgram)
  /// ACES 1.3's gamut compression, in linear light.
  case compress(GamutCompression)
  /// in + amount · (program(in) − in).
  case blend(ColorProgram, amount: Float)

  /// Whether it changes nothing, to within float64's last digits.
  var isIdentity: Bool {
    switch self {
    case .affine(let matrix): matrix.isIdentity
    case .power(let exponent): exponent == 1
    case .cdl(let v):
      !v.clamps && v.saturation == 1
        && v.slope == [1, 1, 1] && v.offset == [0, 0, 0] && v.power == [1, 1, 1]
    case .curves(red: nil, green: nil, blue: nil): true
    case .channels(let red, let green, let blue): red.isIdentity && green.isIdentity && blue.isIdentity
    case .split(_, let below, let above): below.isIdentity && above.isIdentity
    case .blend(let program, let amount): amount == 0 || program.isIdentity
    default: false
    }
  }
}

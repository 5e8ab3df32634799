import Foundation
import PegKernels

/// Curves with a logarithm, by the constants that their makers published. Linear light is scene reflectance: 0.18 is an 18 % grey
/// card, except where a curve says otherwise.
extension LogCurve {
  /// code = a · log10(b · x + c) + d above `cut`, e · x + f up to it.
  private init(
    log10 a: Double, b: Double, c: Double, d: Double, e: Double, f: Double, cut: Double, cutCode: Double? = nil
  ) {
    self.init(log2: a * 0.301029995663981195, b: b, c: c, d: d, e: e, f: f, cut: cut, cutCode: cutCode)
  }

  private init(
    log2 a: Double, b: Double, c: Double, d: Double, e: Double, f: Double, cut: Double, cutCode: Double? = nil
  ) {
    self.init(
      a: Float(a), b: Float(b), c: Float(c), d: Float(d), e: Float(e), f: Float(f), cut: Float(cut),
      cutCode: Float(cutCode ?? e * cut + f))
  }

  /// Nothing but the logarithm, whatever comes.
  private init(log2 a: Double, b: Double, c: Double, d: Double) {
    self.init(log2: a, b: b, c: c, d: d, e: 1, f: 0, cut: -.infinity, cutCode: -.infinity)
  }

  /// ACES S-2016-001: (log2 x + 9.72)/17.52 with a line below 2^−7.
  public static let acescct = LogCurve(
    log2: 1 / 17.52, b: 1, c: 0, d: 9.72 / 17.52, e: 10.5402377416545, f: 0.0729055341958355, cut: 0.0078125,
    cutCode: 0.155251141552511)

  /// ACES S-2014-003 above 2^−15, and below it.
  static let acescc = LogCurve(log2: 1 / 17.52, b: 1, c: 0, d: 9.72 / 17.52)
  static let acesccToe = LogCurve(log2: 1 / 17.52, b: 0.5, c: 0x1p-16, d: 9.72 / 17.52)

  /// ARRI LogC3 at EI 800 (ALEXA Log C curve, usage in VFX, 2017).
  public static let logC3 = LogCurve(
    log10: 0.247190, b: 5.555556, c: 0.052272, d: 0.385537, e: 5.367655, f: 0.092809, cut: 0.010591)

  /// ARRI LogC4 (specification, 2022).
  public static let logC4: LogCurve = {
    let a = (0x1p18 - 16) / 117.45
    let b = (1023.0 - 95) / 1023
    let c = 95.0 / 1023
    let s = 7 * log(2.0) * exp2(7 - 14 * c / b) / (a * b)
    let t = (exp2(14 * (-c / b) + 6) - 64) / a
    return LogCurve(log2: b / 14, b: a, c: 64, d: c - 6 * b / 14, e: 1 / s, f: -t / s, cut: t)
  }()

  /// Sony S-Log3 (technical summary for S-Gamut3.Cine/S-Log3 and S-Gamut3/S-Log3).
  public static let sLog3 = LogCurve(
    log10: 261.5 / 1023, b: 1 / 0.19, c: 0.01 / 0.19, d: 420.0 / 1023, e: (171.2102946929 - 95) / 0.01125 / 1023,
    f: 95.0 / 1023, cut: 0.01125)

  /// Panasonic V-Log (reference manual, 2014).
  public static let vLog = LogCurve(
    log10: 0.241514, b: 1, c: 0.00873, d: 0.598206, e: 5.6, f: 0.125, cut: 0.01, cutCode: 0.181)

  /// RED Log3G10 v3 (white paper, 2017).
  public static let log3G10 = LogCurve(
    log10: 0.224282, b: 155.975327, c: 155.975327 * 0.01 + 1, d: 0, e: 15.1927, f: 0.151927, cut: -0.01, cutCode: 0)

  /// Blackmagic DaVinci Intermediate (Wide Gamut Intermediate, 2020).
  public static let davinciIntermediate = LogCurve(
    log2: 0.07329248, b: 1, c: 0.0075, d: 7 * 0.07329248, e: 10.44426855, f: 0, cut: 0.00262409, cutCode: 0.02740668)

  /// Blackmagic Film generation 5 (Blackmagic Generation 5 Color Science, 2021).
  public static let blackmagicFilm5 = LogCurve(
    log2: 0.08692876065491224 * log(2.0), b: 1, c: 0.005494072432257808, d: 0.5300133392291939,
    e: 8.283605932402494, f: 0.09246575342465753, cut: 0.005)

  /// Fujifilm F-Log (data sheet 1.0).
  public static let fLog = LogCurve(
    log10: 0.344676, b: 0.555556, c: 0.009468, d: 0.790453, e: 8.735631, f: 0.092864, cut: 0.00089,
    cutCode: 0.100537775223865)

  /// Fujifilm F-Log2 (data sheet 1.0).
  public static let fLog2 = LogCurve(
    log10: 0.245281, b: 5.555556, c: 0.064829, d: 0.384316, e: 8.799461, f: 0.092864, cut: 0.000889,
    cutCode: 0.100686685370811)

  /// DJI D-Log (white paper on D-Log and D-Gamut, 2017).
  public static let dLog = LogCurve(
    log10: 0.256663, b: 0.9892, c: 0.0108, d: 0.584555, e: 6.025, f: 0.0929, cut: 0.0078, cutCode: 0.14)

  /// Kodak's film scans: 685 of 1023 is white, 95 black, 300 codes are a decade (Cineon, 1995).
  public static let cineon: LogCurve = {
    let black = exp10((95.0 - 685) / 300)
    return LogCurve(log2: 300.0 / 1023 * log10(2.0), b: 1 - black, c: black, d: 685.0 / 1023)
  }()

  /// Apple Log above 0.01 (white paper, 2023).
  static let appleLog = LogCurve(log2: 0.08550479, b: 1, c: 0.00964052, d: 0.69336945)

  /// Nikon N-Log above 0.328 (specification 1.0.0).
  static let nLog = LogCurve(log2: 150.0 / 1023 * log(2.0), b: 1, c: 0, d: 619.0 / 1023)

  /// Canon Log 2 and 3 of IRE (white paper, 2018), at and above 0; both turn about their black.
  static let canonLog2 = LogCurve(
    log10: 0.24136077, b: 87.09937546, c: 1, d: 0.092864125, e: 0.24136077 * 87.09937546 * 0.4342944819032518,
    f: 0.092864125, cut: 0)
  static let canonLog3 = LogCurve(
    log10: 0.36726845, b: 14.98325, c: 1, d: 0.12240537, e: 1.9754798, f: 0.12512219, cut: 0.014)
}

private func exp10(_ x: Double) -> Double { pow(10, x) }

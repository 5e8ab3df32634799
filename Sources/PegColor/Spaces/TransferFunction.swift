public import PegCore
import PegKernels

/// Code values to linear light and back.
public struct TransferFunction: Hashable, Sendable {
  /// As cuts write it: `srgb`.
  public let name: String
  public let title: String
  /// Code values to linear light, and back.
  public let decode: ColorProgram
  public let encode: ColorProgram

  init(_ name: String, _ title: String, decode: ColorProgram, encode: ColorProgram) {
    self.name = name
    self.title = title
    self.decode = decode
    self.encode = encode
  }

  private init(_ name: String, _ title: String, _ decode: ColorStep..., encode: ColorStep...) {
    self.init(name, title, decode: ColorProgram(decode), encode: ColorProgram(encode))
  }

  private init(_ name: String, _ title: String, power: Double) {
    self.init(name, title, .power(Float(power)), encode: .power(Float(1 / power)))
  }

  private init(_ name: String, _ title: String, _ curve: LogCurve) {
    self.init(name, title, .logDecode(curve), encode: .logEncode(curve))
  }

  /// - Throws: bad input that names the function, and the one that was probably meant.
  public static func named(_ name: String) throws(PegError) -> TransferFunction {
    if let known = all.first(where: { $0.name == name }) { return known }
    throw PegError(
      .badInput, "the transfer function \(name) is not known",
      hint: Spelling.nearest(to: name, among: all.map(\.name)).map { "did you mean \($0)?" }
        ?? "known are \(all.map(\.name).joined(separator: ", "))")
  }

  // MARK: - The list

  public static let linear = TransferFunction("linear", "linear light", decode: ColorProgram(), encode: ColorProgram())
  public static let bt1886 = TransferFunction("bt1886", "BT.1886 with black at 0: gamma 2.4", power: 2.4)
  public static let srgb = TransferFunction("srgb", "IEC 61966-2-1", .srgbDecode, encode: .srgbEncode)
  public static let gamma22 = TransferFunction("gamma22", "gamma 2.2", power: 2.2)
  public static let gamma26 = TransferFunction("gamma26", "gamma 2.6", power: 2.6)
  public static let adobeRGB = TransferFunction("adobe_rgb", "Adobe RGB (1998): gamma 563/256", power: 563.0 / 256)
  /// Linear 1 is SDR white, 203 cd/m² (ITU-R BT.2408).
  public static let pq = TransferFunction(
    "pq", "SMPTE ST 2084", .pqDecode(white: DisplayCurve.sdrWhite), encode: .pqEncode(white: DisplayCurve.sdrWhite))
  /// Display light at 1000 cd/m²; linear 1 is SDR white, 203 cd/m².
  public static let hlg = TransferFunction(
    "hlg", "BT.2100 HLG", .hlgDecode(white: DisplayCurve.sdrWhite), encode: .hlgEncode(white: DisplayCurve.sdrWhite))
  public static let acescct = TransferFunction("acescct", "ACEScct", .acescct)
  public static let acescc = TransferFunction(
    "acescc", "ACEScc",
    .split(
      at: (9.72 - 15) / 17.52, below: ColorProgram([.logDecode(.acesccToe)]),
      // (log2 65504 + 9.72)/17.52
      above: ColorProgram([.clamp(low: -1, high: 1.46799632), .logDecode(.acescc)])),
    encode: .split(
      at: 0x1p-15, below: ColorProgram([.clamp(low: 0, high: 1), .logEncode(.acesccToe)]),
      above: ColorProgram([.logEncode(.acescc)])))
  public static let logC3 = TransferFunction("arri_logc3", "ARRI LogC3, EI 800", .logC3)
  public static let logC4 = TransferFunction("arri_logc4", "ARRI LogC4", .logC4)
  public static let sLog3 = TransferFunction("slog3", "Sony S-Log3", .sLog3)
  public static let vLog = TransferFunction("vlog", "Panasonic V-Log", .vLog)
  // Canon's linear light is IRE: reflectance / 0.9.
  public static let canonLog2 = TransferFunction(
    "canon_log2", "Canon Log 2", .mirrored(.logDecode(.canonLog2), around: 0.092864125, out: 0), .scale(0.9),
    encode: .scale(1 / 0.9), .mirrored(.logEncode(.canonLog2), around: 0, out: 0.092864125))
  public static let canonLog3 = TransferFunction(
    "canon_log3", "Canon Log 3", .mirrored(.logDecode(.canonLog3), around: 0.12512219, out: 0), .scale(0.9),
    encode: .scale(1 / 0.9), .mirrored(.logEncode(.canonLog3), around: 0, out: 0.12512219))
  public static let log3G10 = TransferFunction("red_log3g10", "RED Log3G10 v3", .log3G10)
  public static let davinciIntermediate = TransferFunction(
    "davinci_intermediate", "Blackmagic DaVinci Intermediate", .davinciIntermediate)
  public static let blackmagicFilm5 = TransferFunction(
    "bmd_film_gen5", "Blackmagic Film, generation 5", .blackmagicFilm5)
  public static let fLog = TransferFunction("fuji_flog", "Fujifilm F-Log", .fLog)
  public static let fLog2 = TransferFunction("fuji_flog2", "Fujifilm F-Log2", .fLog2)
  // The toe is 650/1023 · (x + 0.0075)^(1/3).
  public static let nLog = TransferFunction(
    "nikon_nlog", "Nikon N-Log",
    .split(
      at: 452.0 / 1023,
      below: ColorProgram([.scale(1023.0 / 650), .power(3), .affine(AffineMatrix(scale: [1, 1, 1], adding: -0.0075))]),
      above: ColorProgram([.logDecode(.nLog)])),
    encode: .split(
      at: Float(0.328).nextDown,
      below: ColorProgram([
        .affine(AffineMatrix(scale: [1, 1, 1], adding: 0.0075)), .power(1.0 / 3), .scale(650.0 / 1023),
      ]),
      above: ColorProgram([.logEncode(.nLog)])))
  public static let dLog = TransferFunction("dji_dlog", "DJI D-Log", .dLog)
  // The toe is 47.28711236 · (x + 0.05641088)².
  public static let appleLog = TransferFunction(
    "apple_log", "Apple Log",
    .split(
      at: 47.28711236 * 0.06641088 * 0.06641088,
      below: ColorProgram([
        .clamp(low: 0, high: 1), .scale(1 / 47.28711236), .power(0.5),
        .affine(AffineMatrix(scale: [1, 1, 1], adding: -0.05641088)),
      ]),
      above: ColorProgram([.logDecode(.appleLog)])),
    encode: .split(
      at: 0.01,
      below: ColorProgram([
        .affine(AffineMatrix(scale: [1, 1, 1], adding: 0.05641088)), .clamp(low: 0, high: 1), .power(2),
        .scale(47.28711236),
      ]),
      above: ColorProgram([.logEncode(.appleLog)])))
  public static let cineon = TransferFunction("cineon", "Cineon film scan", .cineon)
  /// What a BT.709, BT.601 or BT.2020 camera does to scene light, odd about 0; displays do ``bt1886``.
  public static let bt709Camera = TransferFunction(
    "bt709_oetf", "BT.709's camera curve",
    .split(
      at: -0.08124, below: .cameraPower(decode: -1),
      above: ColorProgram([
        .split(at: 0.08124, below: ColorProgram([.scale(1 / 4.5)]), above: .cameraPower(decode: 1))
      ])),
    encode: .split(
      at: -0.01799999, below: .cameraPower(encode: -1),
      above: ColorProgram([
        .split(at: 0.01799999, below: ColorProgram([.scale(4.5)]), above: .cameraPower(encode: 1))
      ])))

  /// Every transfer function that has a name.
  public static let all: [TransferFunction] = [
    linear, bt1886, srgb, gamma22, TransferFunction("gamma18", "gamma 1.8", power: 1.8),
    TransferFunction("gamma24", "gamma 2.4", power: 2.4), gamma26,
    TransferFunction("gamma28", "BT.470 B, G: gamma 2.8", power: 2.8), adobeRGB, bt709Camera, pq, hlg, acescc, acescct,
    logC3, logC4, sLog3, vLog, canonLog2, canonLog3, log3G10, davinciIntermediate, blackmagicFilm5, fLog, fLog2, nLog,
    dLog, appleLog, cineon,
  ]
}

extension ColorStep {
  /// All channels times a number.
  static func scale(_ factor: Double) -> ColorStep { .affine(AffineMatrix(scale: [factor, factor, factor])) }

  /// A function that is known from `around` upwards, where it gives `out`, turned about that point below it.
  fileprivate static func mirrored(_ step: ColorStep, around: Double, out: Double) -> ColorStep {
    let turned = ColorProgram([
      .affine(AffineMatrix(scale: [-1, -1, -1], adding: 2 * around)), step,
      .affine(AffineMatrix(scale: [-1, -1, -1], adding: 2 * out)),
    ])
    return .split(at: Float(around), below: turned, above: ColorProgram([step]))
  }
}

extension AffineMatrix {
  fileprivate init(scale: [Double], adding sum: Double) { self.init(scale: scale, offset: [sum, sum, sum]) }
}

extension ColorProgram {
  // BT.709-6 item 1.2: 1.099 · L^0.45 − 0.099 from L = 0.018 on.
  fileprivate static func cameraPower(encode sign: Double) -> ColorProgram {
    ColorProgram([
      .power(0.45),
      .affine(AffineMatrix(scale: [1, 1, 1].map { $0 * 1.099 }, adding: -sign * 0.099)),
    ])
  }

  fileprivate static func cameraPower(decode sign: Double) -> ColorProgram {
    let factor = 1 / 1.099
    return ColorProgram([
      .affine(AffineMatrix(scale: [factor, factor, factor], adding: sign * 0.099 * factor)),
      .power(1 / 0.45),
    ])
  }
}

import Foundation
public import PegCore
import PegKernels

/// `tone_map`: light that a display does not have into light that it has, in the linear light of the operation's space.
///
/// `method` `bt2390` (default): the EETF of ITU-R BT.2390-8 §5.4.1 on each channel, in PQ, from a display of `source` cd/m²
/// (default 1000) to one of `target` (default 203, which is SDR white); `source_black` and `target_black` (default 0) in cd/m².
/// What is below the source's black becomes the target's, what is above its peak the target's peak; so choose a space whose
/// primaries hold the colours, such as `pq`.
///
/// `method` `sdr`: scene-linear to a display as the built-in view does (DESIGN §7): primaries to BT.709, held to 0…1, and back.
public struct ToneMapOperation: GradeKind {
  public static let op = "tone_map"
  private enum Method: Hashable { case bt2390, sdr }
  private let method: Method
  /// Peak and black in cd/m².
  private let source: ClosedRange<Double>
  private let target: ClosedRange<Double>

  public init(_ fields: inout GradeFields) throws(PegError) {
    switch try fields.text("method") {
    case nil, "bt2390": method = .bt2390
    case "sdr":
      method = .sdr
      (source, target) = (0...1, 0...1)
      return
    default: throw fields.wrong("method", "bt2390 or sdr")
    }
    source = try Self.display("source", 1000, &fields)
    target = try Self.display("target", 203, &fields)
  }

  private static func display(
    _ name: String, _ neutral: Double, _ fields: inout GradeFields
  ) throws(PegError) -> ClosedRange<Double> {
    let peak = try fields.number(name, neutral, in: 1...10000)
    let black = try fields.number("\(name)_black", 0, in: 0...100)
    guard black < peak else { throw fields.wrong("\(name)_black", "darker than \(name)") }
    return black...peak
  }

  public func program(in space: ColorSpace) -> ColorProgram {
    switch method {
    case .sdr:
      space.toLight + space.light(to: .linearBT709) + ColorProgram([.clamp(low: 0, high: 1)])
        + ColorSpace.linearBT709.light(to: space) + space.fromLight
    case .bt2390:
      space.toLight
        + ColorProgram([
          .pqEncode(white: DisplayCurve.sdrWhite), .curves(red: table, green: table, blue: table),
          .pqDecode(white: DisplayCurve.sdrWhite),
        ]) + space.fromLight
    }
  }

  private var table: CurveTable {
    CurveTable(low: 0, high: 1, tolerance: 5e-8) { eetf($0) }
  }

  /// PQ code to PQ code.
  private func eetf(_ code: Double) -> Double {
    let (black, peak) = (Self.pq(source.lowerBound), Self.pq(source.upperBound))
    let span = peak - black
    let low = (Self.pq(target.lowerBound) - black) / span
    let high = (Self.pq(target.upperBound) - black) / span
    let knee = 1.5 * high - 0.5
    let e = min(max((code - black) / span, 0), 1)
    var bent = e
    if high < 1, e > knee {
      let t = (e - knee) / (1 - knee)
      let (t2, t3) = (t * t, t * t * t)
      bent = (2 * t3 - 3 * t2 + 1) * knee + (t3 - 2 * t2 + t) * (1 - knee) + (-2 * t3 + 3 * t2) * high
    }
    if low > 0 { bent += low * pow(1 - bent, 4) }
    return bent * span + black
  }

  /// The inverse EOTF of ST 2084 of cd/m².
  private static func pq(_ nits: Double) -> Double {
    let y = pow(nits / 10000, 2610.0 / 16384)
    return pow((3424.0 / 4096 + 2413.0 / 128 * y) / (1 + 2392.0 / 128 * y), 2523.0 / 32)
  }
}

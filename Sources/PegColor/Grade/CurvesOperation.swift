public import PegCore
import PegKernels

/// `curves`: on code values of the operation's space, `master` on every channel, then `red`, `green` and `blue`, then `luma` on the
/// luma of the space, whose change is added to all three channels.
///
/// Each is a list of 2 to 64 points [in, out] in −65504…65504, `in` rising; a monotone cubic goes through them, and straight on
/// past both ends. Right to 1e-6, or to a 32768th of the curve's width where it is steeper than that.
public struct CurvesOperation: GradeKind {
  public static let op = "curves"
  public static let points: Set<String> = ["master", "red", "green", "blue", "luma"]
  private let master: MonotoneCurve?
  private let channels: [MonotoneCurve?]
  private let luma: MonotoneCurve?

  public init(_ fields: inout GradeFields) throws(PegError) {
    master = try Self.curve("master", &fields)
    channels = [
      try Self.curve("red", &fields), try Self.curve("green", &fields), try Self.curve("blue", &fields),
    ]
    luma = try Self.curve("luma", &fields)
  }

  private static func curve(_ name: String, _ fields: inout GradeFields) throws(PegError) -> MonotoneCurve? {
    guard let value = fields.take(name) else { return nil }
    let wanted = "2 to 64 points [in, out] in −65504…65504"
    guard let list = value.array, (2...64).contains(list.count) else { throw fields.wrong(name, wanted) }
    var points: [(x: Double, y: Double)] = []
    for entry in list {
      let numbers = entry.array?.compactMap { $0.rational?.double } ?? []
      guard numbers.count == 2, entry.array?.count == 2, numbers.allSatisfy({ abs($0) <= 65504 }) else {
        throw fields.wrong(name, wanted)
      }
      if let last = points.last, numbers[0] - last.x < 1e-6 {
        throw fields.wrong(name, "points whose first numbers rise: \(numbers[0]) does not follow \(last.x)")
      }
      points.append((numbers[0], numbers[1]))
    }
    return MonotoneCurve(points)
  }

  public func program(in space: ColorSpace) -> ColorProgram {
    var program = ColorProgram()
    if let master { program = program + Self.program([master, master, master]) }
    if channels.contains(where: { $0 != nil }) { program = program + Self.program(channels) }
    if let luma {
      // R, G, B to luma and two differences from it, and back.
      let (r, g, b) = (space.luma[0], space.luma[1], space.luma[2])
      let apart = Matrix3([r, g, b, 1 - r, -g, -b, -r, -g, 1 - b])
      program.append(.affine(AffineMatrix(apart)))
      program = program + Self.program([luma, nil, nil])
      program.append(.affine(AffineMatrix(apart.inverse)))
    }
    return program
  }

  private static func program(_ curves: [MonotoneCurve?]) -> ColorProgram {
    let known = curves.compactMap { $0 }
    let low = known.map(\.first.x).min() ?? 0, high = known.map(\.last.x).max() ?? 1
    let tables = curves.map { curve in
      curve.map { curve in
        CurveTable(low: low, high: high, tolerance: 5e-7) { curve.value(at: $0) }
      }
    }
    func line(from x: Double) -> ColorProgram {
      let lines = curves.map { curve -> (Double, Double) in
        guard let curve else { return (1, 0) }
        let end = x == low ? curve.first : curve.last
        return (end.slope, curve.value(at: x) - end.slope * x)
      }
      return ColorProgram([.affine(AffineMatrix(scale: lines.map(\.0), offset: lines.map(\.1)))])
    }
    let inner = ColorStep.curves(red: tables[0], green: tables[1], blue: tables[2])
    let upper = ColorStep.split(at: Float(high), below: ColorProgram([inner]), above: line(from: high))
    return ColorProgram([.split(at: Float(low), below: line(from: low), above: ColorProgram([upper]))])
  }
}

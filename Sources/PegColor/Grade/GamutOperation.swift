public import PegCore
import PegKernels

/// `gamut`: colours of the operation's space into the primaries of the space `to`, in linear light; the code values stay those
/// of the operation's space.
///
/// `method` `compress` (default): the Academy's reference gamut compression (ACES 1.3, S-2020-001), which bends what is near to
/// the edge or outside it and leaves the rest. `threshold` (0…0.9999) and `limit` (1.0001…1000), one number or three, of the
/// distances from the neutral axis of red, green and blue, and `power` (1…32). The constants published for AP1 where `to` has
/// these primaries; else the limits are those that bring the space's own gamut onto the edge, exactly.
///
/// `method` `clip`: what is below 0 becomes 0. Neither changes what is bright; NaN becomes 0 by `clip`.
public struct GamutOperation: GradeKind {
  public static let op = "gamut"
  private let target: ColorSpace
  private let clips: Bool
  private let threshold: [Double]
  private let limit: [Double]?
  private let power: Double

  // S-2020-001; of cyan, magenta and yellow, which is what red, green and blue lack.
  private static let published = (threshold: [0.815, 0.803, 0.880], limit: [1.147, 1.264, 1.312], power: 1.2)

  public init(_ fields: inout GradeFields) throws(PegError) {
    guard let target = try fields.space("to") else { throw fields.missing("to", "the name of a colour space") }
    self.target = target
    switch try fields.text("method") {
    case nil, "compress": clips = false
    case "clip":
      clips = true
      (threshold, limit, power) = (Self.published.threshold, nil, Self.published.power)
      return
    default: throw fields.wrong("method", "compress or clip")
    }
    threshold = try fields.numbers("threshold", Self.published.threshold, in: 0...0.9999)
    limit = try fields.optionalNumbers("limit", count: 3, in: 1.0001...1000)
    power = try fields.number("power", Self.published.power, in: 1...32)
  }

  public func program(in space: ColorSpace) -> ColorProgram {
    let step: ColorStep
    if clips {
      step = .clamp(low: 0, high: .infinity)
    } else {
      let isAP1 = target.chromaticities == ColorSpace.acescg.chromaticities
      let limits = limit ?? (isAP1 ? Self.published.limit : Self.limits(of: space, in: target))
      // A channel that nothing of the space leaves is not touched.
      if limits.allSatisfy({ $0 <= 1 }) { return ColorProgram() }
      step = .compress(
        GamutCompression(
          threshold: zip(threshold, limits).map { $1 > 1 ? $0 : 0.9999 },
          limit: limits.map { max($0, 1.0001) }, power: power))
    }
    return space.toLight + space.light(to: target) + ColorProgram([step]) + target.light(to: space) + space.fromLight
  }

  /// The greatest distances from the neutral axis that colours of `space` have in `target`.
  ///
  /// On the cone of a space's colours a distance, (max − c)/max, is a quotient of linear functions wherever the same component
  /// is the greatest; so it is greatest on an edge of the cone, or where one of its faces meets a plane of two equal components.
  private static func limits(of space: ColorSpace, in target: ColorSpace) -> [Double] {
    let m = space.matrix(to: target)
    let corners = (0..<3).map { column in (0..<3).map { m.m[$0 * 3 + column] } }
    var colors = corners
    for (a, b) in [(0, 1), (1, 2), (2, 0)] {
      for (i, j) in [(0, 1), (1, 2), (2, 0)] {
        // (1 − t) · a + t · b, where components i and j are equal.
        let (from, to) = (corners[a][i] - corners[a][j], corners[b][i] - corners[b][j])
        let t = from / (from - to)
        if t.isFinite, 0 < t, t < 1 { colors.append((0..<3).map { (1 - t) * corners[a][$0] + t * corners[b][$0] }) }
      }
    }
    return (0..<3).map { channel in
      let distances = colors.compactMap { color -> Double? in
        let top = color.max() ?? 0
        return top > 0 ? (top - color[channel]) / top : nil
      }
      let limit = distances.max() ?? 1
      return limit < 1.0001 ? 1 : limit
    }
  }
}

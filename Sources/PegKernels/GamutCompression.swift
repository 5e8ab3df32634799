internal import CPegKernels
internal import Foundation

/// The gamut compression of ACES 1.3, on linear light of the gamut that colours are to come into.
///
/// A component's distance from the greatest of the three, as a part of that one's size, is 0 on grey, 1 on the gamut's edge and
/// more outside. From `threshold` on it is bent, so that `limit` comes to lie on the edge.
public struct GamutCompression: Hashable, Sendable {
  /// Of cyan, magenta and yellow, which is what red, green and blue lack; in 0…1, 1 excluded.
  public let threshold: [Float]
  /// What comes to lie on the edge; above 1.
  public let limit: [Float]
  /// How sharp the bend is; 1 and more.
  public let power: Float
  let scale: [Float]

  /// The constants of the Academy's reference gamut compression (S-2020-001), for AP1.
  public static let reference = GamutCompression(
    threshold: [0.815, 0.803, 0.880], limit: [1.147, 1.264, 1.312], power: 1.2)

  public init(threshold: [Double], limit: [Double], power: Double) {
    precondition(threshold.count == 3 && limit.count == 3 && power >= 1)
    precondition(threshold.allSatisfy { 0 <= $0 && $0 < 1 } && limit.allSatisfy { $0 > 1 })
    self.threshold = threshold.map { Float($0) }
    self.limit = limit.map { Float($0) }
    self.power = Float(power)
    scale = zip(threshold, limit).map { Self.scale($0, $1, power) }
  }

  // With n = (limit − threshold)/scale, threshold + scale · n/(1 + n^p)^(1/p) is 1.
  private static func scale(_ threshold: Double, _ limit: Double, _ power: Double) -> Float {
    let rest = pow((1 - threshold) / (limit - threshold), -power) - 1
    return Float((limit - threshold) / pow(rest, 1 / power))
  }

  var c: peg_compression {
    peg_compression(
      threshold: (threshold[0], threshold[1], threshold[2]), scale: (scale[0], scale[1], scale[2]), power: power)
  }
}

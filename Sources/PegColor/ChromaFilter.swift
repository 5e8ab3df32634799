import Foundation
import PegCore

/// Where chroma lies along one axis and what leads it to luma's raster and back: Catmull-Rom, widened where it shrinks.
///
/// It interpolates: a chroma sample that lies on a luma sample is that sample, to the bit.
struct ChromaFilter: Hashable, Sendable {
  /// Luma samples for each chroma sample: 1, 2 or 4.
  let factor: Int
  /// Luma samples from the first luma sample to the first chroma sample: 0 to factor − 1, in halves.
  let place: Double

  static func across(_ shift: Int, _ siting: ChromaSiting) -> ChromaFilter {
    let factor = 1 << shift
    switch siting {
    case .left, .topLeft, .bottomLeft, .unspecified: return ChromaFilter(factor: factor, place: 0)
    case .center, .top, .bottom: return ChromaFilter(factor: factor, place: Double(factor - 1) / 2)
    }
  }

  static func down(_ shift: Int, _ siting: ChromaSiting) -> ChromaFilter {
    let factor = 1 << shift
    switch siting {
    case .topLeft, .top: return ChromaFilter(factor: factor, place: 0)
    case .left, .center, .unspecified: return ChromaFilter(factor: factor, place: Double(factor - 1) / 2)
    case .bottomLeft, .bottom: return ChromaFilter(factor: factor, place: Double(factor - 1))
    }
  }

  private static func cubic(_ x: Double) -> Double {
    let a = abs(x)
    if a < 1 { return (1.5 * a - 2.5) * a * a + 1 }
    if a < 2 { return ((-0.5 * a + 2.5) * a - 4) * a + 2 }
    return 0
  }

  // MARK: Chroma to luma's raster

  /// The luma sample that the first group of `factor` begins with: from there each group has the same four chroma samples.
  var firstOfGroup: Int { Int(place.rounded(.up)) }

  /// The weights of samples i − 1, i, i + 1, i + 2 for the `factor` luma samples of group i, four for each.
  var expansion: [Float] {
    (0..<factor).flatMap { phase in
      let part = (Double(firstOfGroup + phase) - place) / Double(factor)
      return (-1...2).map { Float(Self.cubic(part - Double($0))) }
    }
  }

  /// The four chroma samples of luma sample `index`, the first of them, and their weights.
  func taps(ofLuma index: Int) -> (first: Int, weights: [Float]) {
    let group = Int(((Double(index) - place) / Double(factor)).rounded(.down))
    let part = (Double(index) - place) / Double(factor) - Double(group)
    return (group - 1, (-1...2).map { Float(Self.cubic(part - Double($0))) })
  }

  // MARK: And back

  /// Luma samples before `factor · i` that chroma sample i begins at.
  var lead: Int { 2 * factor - 1 - Int(place) }

  /// The weights of luma samples factor · i − lead and on, 4 · factor of them; their sum is 1.
  var reduction: [Float] {
    let raw = (0..<4 * factor).map { Self.cubic((Double($0 - lead) - place) / Double(factor)) }
    let sum = raw.reduce(0, +)
    return raw.map { Float($0 / sum) }
  }
}

import PegCore

/// What each pixel along an axis of the raster is made of.
struct AxisFilter {
  /// Pixels of the raster that the picture touches.
  let pixels: Range<Int>
  /// The first sample of each.
  let first: [Int32]
  /// Samples of each; they all have as many.
  let taps: Int
  /// `weights[k · pixels.count + i]`, of tap k of pixel i; each pixel's add up to 1.
  let weights: [Float]
  /// How much of each pixel the picture covers, 0…1.
  let coverage: [Float]
  /// Where each pixel is one sample and they follow one another: how far the samples lie from the pixels.
  let shift: Int?

  /// - Parameters:
  ///   - length: samples of the picture; past its edges lie its edge samples again.
  ///   - edge: pixels of the raster.
  init(_ pose: AxisPose, length: Int, edge: Int, filter: PictureFilter) {
    let span = pose.span(length)
    let low = Int(min(max(span.start.rounded(.down), 0), Double(edge)))
    let high = Int(min(max(span.end.rounded(.up), 0), Double(edge)))
    pixels = low..<max(low, high)
    coverage = pixels.map { pixel in
      Float(max(0, min(span.end, Double(pixel) + 1) - max(span.start, Double(pixel))))
    }
    let wide = filter == .point ? 1 : max(1, 1 / abs(pose.scale))
    let reach = Double(filter.radius) * wide
    let taps = filter == .point ? 1 : min(length, Int((2 * reach).rounded(.down)) + 1)
    var first: [Int32] = []
    var weights = [Float](repeating: 0, count: taps * pixels.count)
    for (index, pixel) in pixels.enumerated() {
      // On the scale of sample centres.
      let at = pose.source(pixel) - 0.5
      var sums = [Double](repeating: 0, count: taps)
      let begin: Int
      if filter == .point {
        begin = min(max(Int((at + 0.5).rounded(.down)), 0), length - 1)
        sums[0] = 1
      } else {
        let low = Int((at - reach).rounded(.up))
        begin = min(max(low, 0), length - taps)
        for sample in low...Int((at + reach).rounded(.down)) {
          let held = min(max(sample, 0), length - 1)
          sums[min(max(held - begin, 0), taps - 1)] += filter.weight((Double(sample) - at) / wide)
        }
      }
      let total = sums.reduce(0, +)
      first.append(Int32(begin))
      for tap in 0..<taps { weights[tap * pixels.count + index] = Float(sums[tap] / total) }
    }
    self.first = first
    self.taps = taps
    self.weights = weights
    shift = Self.shift(first, weights, taps, pixels)
  }

  private static func shift(_ first: [Int32], _ weights: [Float], _ taps: Int, _ pixels: Range<Int>) -> Int? {
    var shift: Int?
    for (index, pixel) in pixels.enumerated() {
      var only: Int?
      for tap in 0..<taps where weights[tap * pixels.count + index] != 0 {
        guard only == nil, weights[tap * pixels.count + index] == 1 else { return nil }
        only = Int(first[index]) + tap - pixel
      }
      guard let only, shift == nil || shift == only else { return nil }
      shift = only
    }
    return shift
  }

  /// The samples of one pixel that count, and their weights.
  func taps(at index: Int) -> (first: Int, weights: [Float]) {
    let all = (0..<taps).map { weights[$0 * pixels.count + index] }
    let low = all.firstIndex { $0 != 0 } ?? 0
    let high = all.lastIndex { $0 != 0 } ?? 0
    return (Int(first[index]) + low, Array(all[low...high]))
  }

  /// The samples that any pixel is made of.
  var samples: Range<Int> {
    guard let low = first.min(), let high = first.max() else { return 0..<0 }
    return Int(low)..<Int(high) + taps
  }
}

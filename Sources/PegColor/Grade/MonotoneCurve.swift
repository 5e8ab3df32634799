/// A curve through points that does not swing over between them: the monotone cubic of Fritsch and Carlson with the slopes of
/// Fritsch and Butland (1984). Straight on past the first and the last point.
struct MonotoneCurve: Hashable, Sendable {
  let x: [Double]
  let y: [Double]
  private let slopes: [Double]

  /// - Parameter points: at least 2; x rises from one to the next.
  init(_ points: [(x: Double, y: Double)]) {
    precondition(points.count >= 2 && zip(points, points.dropFirst()).allSatisfy { $0.x < $1.x })
    x = points.map(\.x)
    y = points.map(\.y)
    let widths = zip(points, points.dropFirst()).map { $1.x - $0.x }
    let secants = zip(points, points.dropFirst()).map { ($1.y - $0.y) / ($1.x - $0.x) }
    guard points.count > 2 else {
      slopes = [secants[0], secants[0]]
      return
    }
    var slopes = [Self.end(widths[0], widths[1], secants[0], secants[1])]
    for k in 1..<points.count - 1 {
      let (before, after) = (secants[k - 1], secants[k])
      guard before * after > 0 else {
        slopes.append(0)
        continue
      }
      let (w1, w2) = (2 * widths[k] + widths[k - 1], widths[k] + 2 * widths[k - 1])
      slopes.append((w1 + w2) / (w1 / before + w2 / after))
    }
    let last = widths.count - 1
    slopes.append(Self.end(widths[last], widths[last - 1], secants[last], secants[last - 1]))
    self.slopes = slopes
  }

  // Three points, held so that the curve keeps the shape of its points.
  private static func end(_ h0: Double, _ h1: Double, _ m0: Double, _ m1: Double) -> Double {
    let slope = ((2 * h0 + h1) * m0 - h0 * m1) / (h0 + h1)
    if slope * m0 <= 0 { return 0 }
    if m0 * m1 < 0, abs(slope) > 3 * abs(m0) { return 3 * m0 }
    return slope
  }

  var first: (x: Double, y: Double, slope: Double) { (x[0], y[0], slopes[0]) }
  var last: (x: Double, y: Double, slope: Double) { (x[x.count - 1], y[y.count - 1], slopes[slopes.count - 1]) }

  func value(at t: Double) -> Double {
    if t <= first.x { return first.y + first.slope * (t - first.x) }
    if t >= last.x { return last.y + last.slope * (t - last.x) }
    let k = (x.firstIndex { $0 > t } ?? x.count - 1) - 1
    let h = x[k + 1] - x[k]
    let s = (t - x[k]) / h
    let (a, b) = (1 + 2 * s, 1 - s)
    return y[k] * a * b * b + slopes[k] * h * s * b * b + y[k + 1] * s * s * (3 - 2 * s) - slopes[k + 1] * h * s * s * b
  }
}

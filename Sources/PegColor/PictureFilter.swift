import PegKernels

/// A resampling filter by name. Where a picture shrinks, each grows with it, so that nothing aliases; `point` never filters.
public enum PictureFilter: String, Hashable, Sendable, CaseIterable {
  /// The nearest sample.
  case point
  case bilinear
  /// Catmull and Rom's: B 0, C ½.
  case bicubic
  case spline36
  /// Three lobes.
  case lanczos

  /// Samples that it reaches on either side.
  var radius: Int {
    switch self {
    case .point, .bilinear: 1
    case .bicubic: 2
    case .spline36, .lanczos: 3
    }
  }

  /// Its weight at a distance in samples; 1 at 0, and exactly 0 at every other whole number.
  func weight(_ distance: Double) -> Double {
    let x = abs(distance)
    guard x < Double(radius) else { return 0 }
    switch self {
    case .point: return x < 0.5 ? 1 : 0
    case .bilinear: return 1 - x
    case .bicubic:
      // Mitchell and Netravali 1988, eq. 8, with B 0 and C ½.
      return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2
    case .spline36:
      // Piece by piece as in Avisynth's Spline36, which zimg has too.
      if x < 1 { return ((13.0 / 11 * x - 453.0 / 209) * x - 3.0 / 209) * x + 1 }
      let part = x < 2 ? x - 1 : x - 2
      return x < 2
        ? ((-6.0 / 11 * part + 270.0 / 209) * part - 156.0 / 209) * part
        : ((1.0 / 11 * part - 45.0 / 209) * part + 26.0 / 209) * part
    case .lanczos:
      if x == 0 { return 1 }
      return x.rounded() == x ? 0 : 3 * Turn.sine(x) * Turn.sine(x / 3) / (Double.pi * Double.pi * x * x)
    }
  }

  /// As a table over distance.
  var table: FilterTable { self == .point ? .nearest : FilterTable(radius: radius, perUnit: 1024, value: weight) }
}

/// Sines of our own: a library's differ in their last bit from host to host, and so would pixels.
enum Turn {
  /// sin(π · x), within a few units of float64's last place; exact at halves.
  static func sine(_ x: Double) -> Double {
    // To −½…½, where sin(π x) = ±sin(π r).
    let half = x.rounded(.toNearestOrAwayFromZero)
    let r = x - half
    let sign: Double = half.truncatingRemainder(dividingBy: 2) == 0 ? 1 : -1
    if r == 0 { return 0 }
    if abs(r) == 0.5 { return r > 0 ? sign : -sign }
    // Taylor's series; at ½ the term after the last one is below 1e-18.
    let y = r * Double.pi
    let square = y * y
    var term = y
    var sum = y
    for n in 1...11 {
      term *= -square / Double(2 * n * (2 * n + 1))
      sum += term
    }
    return sign * sum
  }

  /// The cosine and sine of an angle in degrees, exact at quarter turns.
  static func direction(degrees: Double) -> (cos: Double, sin: Double) {
    let turn = degrees.truncatingRemainder(dividingBy: 360) / 180
    return (sine(turn + 0.5), sine(turn))
  }
}

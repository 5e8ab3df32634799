import PegCore

/// Finds the code point of primaries that a file gives as numbers.
enum Chromaticities {
  /// x and y of red, green, blue and white (H.273 table 2).
  private static let known: [(Primaries, [Double])] = [
    (.bt709, [0.640, 0.330, 0.300, 0.600, 0.150, 0.060, 0.3127, 0.3290]),
    (.bt470bg, [0.640, 0.330, 0.290, 0.600, 0.150, 0.060, 0.3127, 0.3290]),
    (.smpte170m, [0.630, 0.340, 0.310, 0.595, 0.155, 0.070, 0.3127, 0.3290]),
    (.bt2020, [0.708, 0.292, 0.170, 0.797, 0.131, 0.046, 0.3127, 0.3290]),
    (.p3DCI, [0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.314, 0.351]),
    (.p3D65, [0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.3127, 0.3290]),
    (.xyz, [1, 0, 0, 1, 0, 0, 1.0 / 3, 1.0 / 3]),
  ]

  /// The primaries within 0.002 of these numbers, else `unspecified`.
  static func primaries(_ values: [Double], whiteFirst: Bool = false) -> Primaries {
    guard values.count == 8 else { return .unspecified }
    let ordered = whiteFirst ? Array(values[2...] + values[..<2]) : values
    return known.first { zip($0.1, ordered).allSatisfy { abs($0 - $1) < 0.002 } }?.0 ?? .unspecified
  }
}

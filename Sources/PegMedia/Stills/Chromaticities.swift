public import PegCore

/// Primaries and white as a file gives them: CIE 1931 x and y.
public struct Chromaticities: Hashable, Sendable {
  public struct Point: Hashable, Sendable {
    public var x: Double
    public var y: Double

    public init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  public var red: Point
  public var green: Point
  public var blue: Point
  public var white: Point

  public init(red: Point, green: Point, blue: Point, white: Point) {
    self.red = red
    self.green = green
    self.blue = blue
    self.white = white
  }

  /// Eight finite numbers, x before y: red, green, blue and white, or with the white first (PNG); `nil` for others.
  init?(_ values: [Double], whiteFirst: Bool = false) {
    guard values.count == 8, values.allSatisfy({ $0.isFinite && abs($0) <= 100 }) else { return nil }
    let points = stride(from: 0, to: 8, by: 2).map { Point(values[$0], values[$0 + 1]) }
    self =
      whiteFirst
      ? Chromaticities(red: points[1], green: points[2], blue: points[3], white: points[0])
      : Chromaticities(red: points[0], green: points[1], blue: points[2], white: points[3])
  }

  private var numbers: [Double] { [red, green, blue, white].flatMap { [$0.x, $0.y] } }

  private func isNear(_ other: [Double]) -> Bool { zip(numbers, other).allSatisfy { abs($0 - $1) < 0.002 } }

  /// The primaries within 0.002 of these numbers that have a code point, else `unspecified`.
  public var primaries: Primaries { Self.coded.first { isNear($0.1) }?.0 ?? .unspecified }

  /// The name of a well-known space that has no code point: `aces2065_1`, `acescg`, `adobe_rgb`, …
  public var knownName: String? { Self.named.first { isNear($0.1) }?.0 }

  /// ITU-T H.273 table 2.
  private static let coded: [(Primaries, [Double])] = [
    (.bt709, [0.640, 0.330, 0.300, 0.600, 0.150, 0.060, 0.3127, 0.3290]),
    (.bt470bg, [0.640, 0.330, 0.290, 0.600, 0.150, 0.060, 0.3127, 0.3290]),
    (.smpte170m, [0.630, 0.340, 0.310, 0.595, 0.155, 0.070, 0.3127, 0.3290]),
    (.bt2020, [0.708, 0.292, 0.170, 0.797, 0.131, 0.046, 0.3127, 0.3290]),
    (.p3DCI, [0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.314, 0.351]),
    (.p3D65, [0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.3127, 0.3290]),
    (.xyz, [1, 0, 0, 1, 0, 0, 1.0 / 3, 1.0 / 3]),
  ]

  /// ST 2065-1, S-2014-004 (AP1), Adobe RGB (1998), ISO 22028-2 (ROMM, ProPhoto).
  private static let named: [(String, [Double])] = [
    ("aces2065_1", [0.7347, 0.2653, 0.0000, 1.0000, 0.0001, -0.0770, 0.32168, 0.33767]),
    ("acescg", [0.713, 0.293, 0.165, 0.830, 0.128, 0.044, 0.32168, 0.33767]),
    ("adobe_rgb", [0.640, 0.330, 0.210, 0.710, 0.150, 0.060, 0.3127, 0.3290]),
    ("prophoto", [0.7347, 0.2653, 0.1596, 0.8404, 0.0366, 0.0001, 0.3457, 0.3585]),
  ]
}

extension Chromaticities: CustomStringConvertible {
  /// `acescg`, or `red 0.64 0.33, green 0.3 0.6, blue 0.15 0.06, white 0.3127 0.329`.
  public var description: String {
    func short(_ value: Double) -> String { "\((value * 10000).rounded() / 10000)" }
    func pair(_ point: Point) -> String { "\(short(point.x)) \(short(point.y))" }
    if primaries != .unspecified { return "\(primaries)" }
    return knownName ?? "red \(pair(red)), green \(pair(green)), blue \(pair(blue)), white \(pair(white))"
  }
}

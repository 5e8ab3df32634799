import PegCore

/// Primaries as chromaticities, and what leads from one set to another.
struct Chromaticities: Hashable, Sendable {
  typealias XY = (x: Double, y: Double)
  /// x, y of red, green, blue and white.
  private let values: [Double]

  private init(_ red: XY, _ green: XY, _ blue: XY, white: XY) {
    values = [red.x, red.y, green.x, green.y, blue.x, blue.y, white.x, white.y]
  }

  private static let d65: XY = (0.3127, 0.3290)
  private static let c: XY = (0.310, 0.316)

  /// ITU-T H.273 table 2. `nil` for what has no R, G and B of its own: XYZ and unspecified.
  init?(_ primaries: Primaries) {
    switch primaries {
    case .bt709: self.init((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), white: Self.d65)
    case .bt470m: self.init((0.67, 0.33), (0.21, 0.71), (0.14, 0.08), white: Self.c)
    case .bt470bg: self.init((0.64, 0.33), (0.29, 0.60), (0.15, 0.06), white: Self.d65)
    case .smpte170m, .smpte240m: self.init((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), white: Self.d65)
    case .film: self.init((0.681, 0.319), (0.243, 0.692), (0.145, 0.049), white: Self.c)
    case .bt2020: self.init((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), white: Self.d65)
    case .p3DCI: self.init((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), white: (0.314, 0.351))
    case .p3D65: self.init((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), white: Self.d65)
    case .ebu3213: self.init((0.630, 0.340), (0.295, 0.605), (0.155, 0.077), white: Self.d65)
    case .xyz, .unspecified: return nil
    }
  }

  private var white: [Double] { Self.xyz(values[6], values[7]) }
  private static func xyz(_ x: Double, _ y: Double) -> [Double] { [x / y, 1, (1 - x - y) / y] }

  /// Linear R, G, B to X, Y, Z with Y of white 1 (SMPTE RP 177).
  var toXYZ: Matrix3 {
    let columns = (0..<3).map { Self.xyz(values[$0 * 2], values[$0 * 2 + 1]) }
    let p = Matrix3((0..<9).map { columns[$0 % 3][$0 / 3] })
    let s = p.inverse.applied(to: white)
    return p * Matrix3(diagonal: s[0], s[1], s[2])
  }

  /// Linear light of these primaries to linear light of others; white stays white (Bradford where the whites differ).
  func matrix(to other: Chromaticities) -> Matrix3 {
    if self == other { return .identity }
    var adaptation = Matrix3.identity
    if white != other.white {
      let bradford = Matrix3([0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296])
      let (from, to) = (bradford.applied(to: white), bradford.applied(to: other.white))
      adaptation = bradford.inverse * Matrix3(diagonal: to[0] / from[0], to[1] / from[1], to[2] / from[2]) * bradford
    }
    return other.toXYZ.inverse * adaptation * toXYZ
  }
}

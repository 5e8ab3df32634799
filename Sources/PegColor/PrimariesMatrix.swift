import PegCore

/// Primaries as chromaticities, and what leads from one set to another.
struct Chromaticities: Hashable, Sendable {
  typealias XY = (x: Double, y: Double)
  /// x, y of red, green, blue and white.
  private let values: [Double]

  init(_ red: XY, _ green: XY, _ blue: XY, white: XY) {
    values = [red.x, red.y, green.x, green.y, blue.x, blue.y, white.x, white.y]
  }

  static let d65: XY = (0.3127, 0.3290)
  private static let c: XY = (0.310, 0.316)

  static let bt709 = Chromaticities((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), white: d65)
  static let bt2020 = Chromaticities((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), white: d65)
  static let ebu = Chromaticities((0.64, 0.33), (0.29, 0.60), (0.15, 0.06), white: d65)
  static let smpteC = Chromaticities((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), white: d65)
  static let p3D65 = Chromaticities((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), white: d65)
  static let p3DCI = Chromaticities((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), white: (0.314, 0.351))
  static let adobeRGB = Chromaticities((0.64, 0.33), (0.21, 0.71), (0.15, 0.06), white: d65)
  /// ST 2065-1 and S-2014-004.
  private static let acesWhite: XY = (0.32168, 0.33767)
  static let ap0 = Chromaticities((0.7347, 0.2653), (0, 1), (0.0001, -0.0770), white: acesWhite)
  static let ap1 = Chromaticities((0.713, 0.293), (0.165, 0.830), (0.128, 0.044), white: acesWhite)
  // Cameras, as their makers published them beside the curves.
  static let wideGamut3 = Chromaticities((0.6840, 0.3130), (0.2210, 0.8480), (0.0861, -0.1020), white: d65)
  static let wideGamut4 = Chromaticities((0.7347, 0.2653), (0.1424, 0.8576), (0.0991, -0.0308), white: d65)
  static let sGamut3 = Chromaticities((0.730, 0.280), (0.140, 0.855), (0.100, -0.050), white: d65)
  static let sGamut3Cine = Chromaticities((0.766, 0.275), (0.225, 0.800), (0.089, -0.087), white: d65)
  static let vGamut = Chromaticities((0.730, 0.280), (0.165, 0.840), (0.100, -0.030), white: d65)
  static let cinemaGamut = Chromaticities((0.740, 0.270), (0.170, 1.140), (0.080, -0.100), white: d65)
  static let redWideGamut = Chromaticities(
    (0.780308, 0.304253), (0.121595, 1.493994), (0.095612, -0.084589), white: d65)
  static let davinciWideGamut = Chromaticities((0.8000, 0.3130), (0.1682, 0.9877), (0.0790, -0.1155), white: d65)
  static let blackmagicWideGamut = Chromaticities(
    (0.7177215, 0.3171181), (0.2280410, 0.8615690), (0.1005841, -0.0820452), white: (0.3127170, 0.3290312))
  static let dGamut = Chromaticities((0.71, 0.31), (0.21, 0.88), (0.09, -0.08), white: d65)

  /// ITU-T H.273 table 2. `nil` for what has no R, G and B of its own: XYZ and unspecified.
  init?(_ primaries: Primaries) {
    switch primaries {
    case .bt709: self = .bt709
    case .bt470m: self.init((0.67, 0.33), (0.21, 0.71), (0.14, 0.08), white: Self.c)
    case .bt470bg: self = .ebu
    case .smpte170m, .smpte240m: self = .smpteC
    case .film: self.init((0.681, 0.319), (0.243, 0.692), (0.145, 0.049), white: Self.c)
    case .bt2020: self = .bt2020
    case .p3DCI: self = .p3DCI
    case .p3D65: self = .p3D65
    case .ebu3213: self.init((0.630, 0.340), (0.295, 0.605), (0.155, 0.077), white: Self.d65)
    case .xyz, .unspecified: return nil
    }
  }

  /// Whether these are the same, as far as three decimals say: what files print.
  func agree(with stated: [Double]) -> Bool {
    stated.count == values.count && zip(values, stated).allSatisfy { abs($0 - $1) < 0.0006 }
  }

  /// x and y of red, green, blue and white.
  var listed: [Double] { values }

  var white: [Double] { Self.xyz(values[6], values[7]) }
  static func xyz(_ x: Double, _ y: Double) -> [Double] { [x / y, 1, (1 - x - y) / y] }

  /// X, Y and Z of red, green and blue in columns, each with Y of 1.
  var primaries: Matrix3 {
    let columns = (0..<3).map { Self.xyz(values[$0 * 2], values[$0 * 2 + 1]) }
    return Matrix3((0..<9).map { columns[$0 % 3][$0 / 3] })
  }

  func isNear(_ other: Chromaticities, _ tolerance: Double) -> Bool {
    zip(values, other.values).allSatisfy { abs($0 - $1) < tolerance }
  }

  /// Linear R, G, B to X, Y, Z with Y of white 1 (SMPTE RP 177).
  var toXYZ: Matrix3 {
    let p = primaries
    let s = p.inverse.applied(to: white)
    return p * Matrix3(diagonal: s[0], s[1], s[2])
  }

  /// What red, green and blue weigh in luminance: the row of Y.
  var luminance: [Double] { Array(toXYZ.m[3..<6]) }

  /// Linear light of these primaries to linear light of others; white stays white, by `cone` where the whites differ.
  func matrix(to other: Chromaticities, through cone: ConeResponse = .bradford) -> Matrix3 {
    if self == other { return .identity }
    let adaptation = white == other.white ? .identity : cone.adaptation(from: white, to: other.white)
    return other.toXYZ.inverse * adaptation * toXYZ
  }
}

/// X, Y, Z to the responses that a change of white scales (von Kries).
struct ConeResponse: Hashable, Sendable {
  let matrix: Matrix3

  static let bradford = ConeResponse(
    matrix: Matrix3([0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296]))
  /// CIECAM02.
  static let cat02 = ConeResponse(
    matrix: Matrix3([0.7328, 0.4296, -0.1624, -0.7036, 1.6975, 0.0061, 0.0030, 0.0136, 0.9834]))

  /// X, Y, Z under one white to what looks alike under the other; whites are X, Y, Z.
  func adaptation(from white: [Double], to other: [Double]) -> Matrix3 {
    let (from, to) = (matrix.applied(to: white), matrix.applied(to: other))
    return matrix.inverse * Matrix3(diagonal: to[0] / from[0], to[1] / from[1], to[2] / from[2]) * matrix
  }
}

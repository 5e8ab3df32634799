/// A 3×4 matrix in float64, row-major: three columns that red, green and blue are multiplied by, and one that is added.
public struct AffineMatrix: Hashable, Sendable {
  public let m: [Double]
  /// For the kernels: all 12, and the nine without what is added.
  let floats: [Float]
  let linear: [Float]

  /// - Parameter m: 12 numbers, finite.
  public init(_ m: [Double]) {
    precondition(m.count == 12)
    self.m = m
    let floats = m.map { Float($0) }
    self.floats = floats
    linear = [0, 1, 2, 4, 5, 6, 8, 9, 10].map { floats[$0] }
    hasOffset = m[3] != 0 || m[7] != 0 || m[11] != 0
  }

  init(_ matrix: Matrix3) {
    let m = matrix.m
    self.init([m[0], m[1], m[2], 0, m[3], m[4], m[5], 0, m[6], m[7], m[8], 0])
  }

  public static let identity = AffineMatrix([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0])

  /// Each channel times `scale` plus `offset`.
  public init(scale: [Double], offset: [Double] = [0, 0, 0]) {
    self.init([scale[0], 0, 0, offset[0], 0, scale[1], 0, offset[1], 0, 0, scale[2], offset[2]])
  }

  /// Saturation about a luma of these weights: 0 is grey, 1 changes nothing.
  public init(saturation: Double, weights: [Double]) {
    let rest = 1 - saturation
    var m: [Double] = []
    for row in 0..<3 {
      for column in 0..<3 { m.append(rest * weights[column] + (row == column ? saturation : 0)) }
      m.append(0)
    }
    self.init(m)
  }

  /// `a` after `b`.
  public static func * (a: AffineMatrix, b: AffineMatrix) -> AffineMatrix {
    var m: [Double] = []
    for row in 0..<3 {
      for column in 0..<4 {
        var sum = column == 3 ? a.m[row * 4 + 3] : 0
        for k in 0..<3 { sum += a.m[row * 4 + k] * b.m[k * 4 + column] }
        m.append(sum)
      }
    }
    return AffineMatrix(m)
  }

  /// Nearer to the identity than float32 can say.
  var isIdentity: Bool { zip(m, Self.identity.m).allSatisfy { abs($0 - $1) < 1e-9 } }
  /// No channel takes anything of another.
  public var isDiagonal: Bool {
    (0..<3).allSatisfy { row in (0..<3).allSatisfy { row == $0 || m[row * 4 + $0] == 0 } }
  }
  let hasOffset: Bool

  func applied(to v: [Double]) -> [Double] {
    (0..<3).map { m[$0 * 4] * v[0] + m[$0 * 4 + 1] * v[1] + m[$0 * 4 + 2] * v[2] + m[$0 * 4 + 3] }
  }
}

/// A 3×3 matrix in float64, row-major: what colour is derived in before kernels get it as float32.
struct Matrix3: Hashable, Sendable {
  var m: [Double]

  init(_ m: [Double]) {
    precondition(m.count == 9)
    self.m = m
  }

  static let identity = Matrix3([1, 0, 0, 0, 1, 0, 0, 0, 1])

  init(diagonal a: Double, _ b: Double, _ c: Double) { self.init([a, 0, 0, 0, b, 0, 0, 0, c]) }

  static func * (a: Matrix3, b: Matrix3) -> Matrix3 {
    Matrix3(
      (0..<9).map { i in
        let (row, column) = (i / 3, i % 3)
        return a.m[row * 3] * b.m[column] + a.m[row * 3 + 1] * b.m[column + 3] + a.m[row * 3 + 2] * b.m[column + 6]
      })
  }

  func applied(to v: [Double]) -> [Double] {
    (0..<3).map { m[$0 * 3] * v[0] + m[$0 * 3 + 1] * v[1] + m[$0 * 3 + 2] * v[2] }
  }

  var determinant: Double {
    m[0] * (m[4] * m[8] - m[5] * m[7]) + m[1] * (m[5] * m[6] - m[3] * m[8]) + m[2] * (m[3] * m[7] - m[4] * m[6])
  }

  /// By cofactors. None of colour's matrices is singular.
  var inverse: Matrix3 {
    let c0 = m[4] * m[8] - m[5] * m[7]
    let c1 = m[5] * m[6] - m[3] * m[8]
    let c2 = m[3] * m[7] - m[4] * m[6]
    let d = m[0] * c0 + m[1] * c1 + m[2] * c2
    precondition(d != 0, "a colour matrix has no inverse")
    return Matrix3([
      c0 / d, (m[2] * m[7] - m[1] * m[8]) / d, (m[1] * m[5] - m[2] * m[4]) / d,
      c1 / d, (m[0] * m[8] - m[2] * m[6]) / d, (m[2] * m[3] - m[0] * m[5]) / d,
      c2 / d, (m[1] * m[6] - m[0] * m[7]) / d, (m[0] * m[4] - m[1] * m[3]) / d,
    ])
  }

  var floats: [Float] { m.map { Float($0) } }
}

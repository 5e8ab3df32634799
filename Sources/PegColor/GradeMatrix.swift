public import PegCore

/// `matrix`: `values`, 9 numbers by rows, or 12 with what is added at the end of each row.
public struct MatrixOperation: GradeKind {
  public static let op = "matrix"
  public var matrix: AffineMatrix

  public init(_ matrix: AffineMatrix) { self.matrix = matrix }

  public init(_ fields: inout GradeFields) throws(PegError) {
    let values = fields.take("values")?.array?.compactMap { $0.rational?.double } ?? []
    switch values.count {
    case 9: matrix = AffineMatrix(Matrix3(values))
    case 12: matrix = AffineMatrix(values)
    default: throw PegError(.badInput, "values of the grade operation matrix have to be 9 or 12 numbers")
    }
  }

  public var program: ColorProgram { ColorProgram([.affine(matrix)]) }
}

/// `saturation`: `value`, 0 grey, 1 neutral, about BT.709's luma.
public struct SaturationOperation: GradeKind {
  public static let op = "saturation"
  public var value: Double

  public init(_ value: Double) { self.value = value }

  public init(_ fields: inout GradeFields) throws(PegError) {
    value = try fields.number("value", 1, in: 0...1000)
  }

  public var program: ColorProgram {
    ColorProgram([.affine(AffineMatrix(saturation: value, weights: [0.2126, 0.7152, 0.0722]))])
  }
}

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

  public func program(in space: ColorSpace) -> ColorProgram { ColorProgram([.affine(matrix)]) }
}

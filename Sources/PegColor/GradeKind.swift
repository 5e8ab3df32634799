public import PegCore

/// One operation of a grade: data that a cut holds, and the steps it is.
///
/// A new operation has a file with a type of this kind, an entry in ``GradeOperations/all``, and its tests. What it computes is
/// made of ``ColorStep``s; where they do not suffice, a kernel with its oracle comes first.
public protocol GradeKind: Hashable, Sendable {
  /// As in the cut: `cdl`.
  static var op: String { get }
  /// Reads its own fields, with their limits; `op`, `space` and `amount` are taken before. Throws bad input that names a field.
  init(_ fields: inout GradeFields) throws(PegError)
  /// The steps, on colours of the space that the operation works in.
  var program: ColorProgram { get }
}

public enum GradeOperations {
  /// Every operation that can be rendered.
  public static let all: [any GradeKind.Type] = [
    CDLOperation.self, MatrixOperation.self, SaturationOperation.self,
  ]

  public static func named(_ op: String) -> (any GradeKind.Type)? { all.first { $0.op == op } }
}

/// A grade: operations in order, as a program on the working space's colours.
public enum Grade {
  /// - Parameter operations: as the cut has them, keys resolved.
  /// - Throws: bad input that names the operation, field or space that is not understood.
  public static func program(_ operations: [JSON]) throws(PegError) -> ColorProgram {
    var program = ColorProgram()
    for operation in operations { program = program + (try Self.program(operation)) }
    return program
  }

  private static func program(_ operation: JSON) throws(PegError) -> ColorProgram {
    var fields = try GradeFields(operation)
    guard let type = GradeOperations.named(fields.op) else {
      throw PegError(
        .badInput, "the grade operation \(fields.op) is not known",
        hint: "known are \(GradeOperations.all.map { $0.op }.joined(separator: ", "))")
    }
    let amount = try fields.number("amount", 1, in: 0...1)
    let space = try fields.text("space")
    guard space == nil || space == "bt709" else {
      throw PegError(.badInput, "the grade operation \(fields.op) cannot work in the space \(space ?? "") yet")
    }
    let own = try type.init(&fields).program
    try fields.finish()
    return amount == 1 ? own : ColorProgram([.blend(own, amount: Float(amount))])
  }
}

public import PegCore

/// One operation of a grade: data that a cut holds, and the steps it is.
///
/// A new operation has a file with a type of this kind, an entry in ``GradeOperations/all``, its fields in
/// `presets/schema/cut.schema.json`, and its tests. What it computes is made of ``ColorStep``s; where they do not suffice, a
/// kernel with its oracle comes first.
public protocol GradeKind: Hashable, Sendable {
  /// As in the cut: `cdl`.
  static var op: String { get }
  /// Whether it works in a space of its own choice. `false` where it is about spaces, and says itself which.
  static var takesSpace: Bool { get }
  /// Fields whose plain value is a list of points: what follows keys there says so, `{"keys": […]}`.
  static var points: Set<String> { get }
  /// Reads its own fields, with their limits; `op`, `space` and `amount` are taken before. Throws bad input that names a field.
  init(_ fields: inout GradeFields) throws(PegError)
  /// The steps, on code values of `space`.
  func program(in space: ColorSpace) -> ColorProgram
}

extension GradeKind {
  public static var takesSpace: Bool { true }
  public static var points: Set<String> { [] }
}

public enum GradeOperations {
  /// Every operation that can be rendered.
  public static let all: [any GradeKind.Type] = [
    CDLOperation.self, ContrastOperation.self, ConvertOperation.self, CurvesOperation.self, ExposureOperation.self,
    GamutOperation.self, LiftGammaGainOperation.self, LUTOperation.self, MatrixOperation.self, SaturationOperation.self,
    ToneMapOperation.self, TransferOperation.self, WhiteBalanceOperation.self,
  ]

  public static func named(_ op: String) -> (any GradeKind.Type)? { all.first { $0.op == op } }

  /// The fields of an operation whose plain value is a list of points.
  public static func points(of op: String) -> Set<String> { named(op)?.points ?? [] }
}

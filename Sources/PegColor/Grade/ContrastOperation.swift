public import PegCore

/// `contrast`: (code − pivot) · `value` + pivot, on the code values of the operation's space, where a log space is the usual
/// choice. `value` lies in 0…100, 1 is neutral; `pivot` is what stays, by default the code of an 18 % grey.
public struct ContrastOperation: GradeKind {
  public static let op = "contrast"
  public var value: Double
  /// `nil` is the code value of an 18 % grey.
  public var pivot: Double?

  public init(_ value: Double, pivot: Double? = nil) {
    self.value = value
    self.pivot = pivot
  }

  public init(_ fields: inout GradeFields) throws(PegError) {
    value = try fields.number("value", 1, in: 0...100)
    pivot = try fields.optionalNumber("pivot", in: -65504...65504)
  }

  public func program(in space: ColorSpace) -> ColorProgram {
    if value == 1 { return ColorProgram() }
    let rest = (pivot ?? space.middleGrey) * (1 - value)
    return ColorProgram([.affine(AffineMatrix(scale: [value, value, value], offset: [rest, rest, rest]))])
  }
}

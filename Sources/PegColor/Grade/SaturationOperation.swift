public import PegCore

/// `saturation`: `value`, 0 grey, 1 neutral, about the luma of the operation's space
/// (BT.709's weights in `bt709`, AP1's luminance in `acescg`).
public struct SaturationOperation: GradeKind {
  public static let op = "saturation"
  public var value: Double

  public init(_ value: Double) { self.value = value }

  public init(_ fields: inout GradeFields) throws(PegError) {
    value = try fields.number("value", 1, in: 0...1000)
  }

  public func program(in space: ColorSpace) -> ColorProgram {
    ColorProgram([.affine(AffineMatrix(saturation: value, weights: space.luma))])
  }
}

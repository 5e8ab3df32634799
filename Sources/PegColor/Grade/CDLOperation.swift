public import PegCore
public import PegKernels

/// `cdl`: the ASC CDL v1.2. Fields `slope` (not below 0), `offset`, `power` (above 0), each one number or three;
/// `saturation` (not below 0); `clamp`, true by default, as the standard has it. A `file` (`.cdl`, `.cc`, `.ccc`, with `id` for
/// one correction of several) stands in the place of the numbers.
///
/// Luma is BT.709's in every space, as the standard has it. Without `clamp`, values that are not above 0 pass the power
/// unchanged, and NaN becomes 0.
public struct CDLOperation: GradeKind {
  public static let op = "cdl"
  public var values: CDLValues

  public init(_ values: CDLValues) { self.values = values }

  public init(_ fields: inout GradeFields) throws(PegError) {
    func floats(_ numbers: [Double]) -> [Float] { numbers.map { Float($0) } }
    if let look = fields.takeLook() {
      guard case .cdl(let values)? = look.steps.first, look.steps.count == 1 else {
        throw fields.wrong("file", "a .cdl, .cc or .ccc")
      }
      self.values = values
      self.values.clamps = try fields.flag("clamp", true)
      return
    }
    values = CDLValues(
      slope: floats(try fields.numbers("slope", [1, 1, 1], in: 0...1000)),
      offset: floats(try fields.numbers("offset", [0, 0, 0], in: -1000...1000)),
      power: floats(try fields.numbers("power", [1, 1, 1], in: 1.0 / 64...64)),
      saturation: Float(try fields.number("saturation", 1, in: 0...1000)), clamps: try fields.flag("clamp", true))
  }

  public func program(in space: ColorSpace) -> ColorProgram { ColorProgram([.cdl(values)]) }
}

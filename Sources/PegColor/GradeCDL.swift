public import PegCore
public import PegKernels

/// `cdl`: the ASC CDL v1.2. Fields `slope` (not below 0), `offset`, `power` (above 0), each one number or three;
/// `saturation` (not below 0); `clamp`, true by default, as the standard has it.
public struct CDLOperation: GradeKind {
  public static let op = "cdl"
  public var values: CDLValues

  public init(_ values: CDLValues) { self.values = values }

  public init(_ fields: inout GradeFields) throws(PegError) {
    func floats(_ numbers: [Double]) -> [Float] { numbers.map { Float($0) } }
    values = CDLValues(
      slope: floats(try fields.numbers("slope", [1, 1, 1], in: 0...1000)),
      offset: floats(try fields.numbers("offset", [0, 0, 0], in: -1000...1000)),
      power: floats(try fields.numbers("power", [1, 1, 1], in: 1.0 / 64...64)),
      saturation: Float(try fields.number("saturation", 1, in: 0...1000)), clamps: try fields.flag("clamp", true))
  }

  public var program: ColorProgram { ColorProgram([.cdl(values)]) }
}

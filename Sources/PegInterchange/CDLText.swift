import PegCore
import PegTimeline

/// ASC CDL values as comments and tables have them: three triples and a saturation (ASC CDL 1.2).
struct CDLText: Equatable {
  var slope: [Rational] = [1, 1, 1]
  var offset: [Rational] = [0, 0, 0]
  var power: [Rational] = [1, 1, 1]
  var saturation: Rational = 1

  /// Reads `(0.1 0.2 0.3)(1.0 -0.01 0.03)(1 1 1)` into slope, offset and power: parentheses, commas and spaces part the nine
  /// numbers. A tenth is the saturation, as some tables have it.
  ///
  /// - Returns: whether there were nine or ten finite numbers; else nothing has changed.
  mutating func read(sop text: String) -> Bool {
    let fields = text.split { "(),; \t".contains($0) }
    guard fields.count == 9 || fields.count == 10 else { return false }
    let numbers = fields.compactMap { Rational(decimal: $0) }
    guard numbers.count == fields.count else { return false }
    slope = Array(numbers[0..<3])
    offset = Array(numbers[3..<6])
    power = Array(numbers[6..<9])
    if numbers.count == 10 { saturation = numbers[9] }
    return true
  }

  /// - Returns: whether it is a finite number; else nothing has changed.
  mutating func read(saturation text: String) -> Bool {
    guard let value = Rational(decimal: text.trimmed) else { return false }
    saturation = value
    return true
  }

  /// What lies outside of what the CDL allows (slope and saturation from 0, power above 0), such as `a power of 0 is not above 0`;
  /// `nil` for nothing.
  var problem: String? {
    if let value = slope.first(where: { $0 < .zero }) { return "a slope of \(value.decimalText) is below 0" }
    if let value = power.first(where: { $0 <= .zero }) { return "a power of \(value.decimalText) is not above 0" }
    return saturation < .zero ? "a saturation of \(saturation.decimalText) is below 0" : nil
  }

  /// The operation of a grade that says the same.
  var operation: GradeOperation {
    func triple(_ values: [Rational]) -> JSON { .array(values.map { .number($0) }) }
    return GradeOperation(
      op: "cdl",
      parameters: [
        "slope": triple(slope), "offset": triple(offset), "power": triple(power), "saturation": .number(saturation),
      ])
  }

  /// The values of a `cdl` operation; `nil` for another one, or one that says more than a CDL can.
  init?(_ operation: GradeOperation) {
    guard operation.op == "cdl", operation.amount == nil, operation.space == nil else { return nil }
    for pair in operation.parameters.pairs {
      switch pair.key {
      case "slope", "offset", "power":
        let values = pair.value.array?.compactMap(\.rational) ?? []
        guard values.count == 3 else { return nil }
        if pair.key == "slope" {
          slope = values
        } else if pair.key == "offset" {
          offset = values
        } else {
          power = values
        }
      case "saturation":
        guard let value = pair.value.rational else { return nil }
        saturation = value
      default: return nil
      }
    }
  }

  init() {}

  /// `(1 1 1)(0 0 0)(1 1 1)`, as `ASC_SOP` comments have it.
  var sop: String {
    [slope, offset, power].map { "(" + $0.map(\.decimalText).joined(separator: " ") + ")" }.joined()
  }
}

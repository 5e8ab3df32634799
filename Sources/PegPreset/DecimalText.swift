import PegCore

extension Rational {
  /// The shortest decimal of a number that was written as one: `18`, `-23.5`.
  ///
  /// - Precondition: the denominator divides a power of ten, as every parsed decimal's does.
  var decimal: String {
    if isWhole { return "\(numerator)" }
    var digits = 0
    var scaled = magnitude
    while !scaled.isWhole {
      scaled = scaled * 10
      digits += 1
      precondition(digits <= 40, "\(self) is no decimal")
    }
    let text = "\(scaled.numerator)"
    let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
    return "\(self < 0 ? "-" : "")\(padded.dropLast(digits)).\(padded.suffix(digits))"
  }
}

extension Rational {
  /// The value as a decimal: exactly, where at most 17 significant digits can say it; else rounded (half up in
  /// magnitude) to 17 significant digits, which is one `Double`'s worth. Without an exponent; whole values have no point.
  public var decimalText: String {
    if isWhole { return "\(numerator)" }
    let negative = numerator < 0
    let bottom = denominator.magnitude
    var (whole, rest) = numerator.magnitude.quotientAndRemainder(dividingBy: bottom)
    var significant = whole == 0 ? 0 : String(whole).count
    var digits: [UInt8] = []
    // Long division; ten times the rest fits 128 bits unless the denominator is close to them: then stop where we are.
    while rest != 0, significant < 17, rest <= UInt128.max / 10 {
      let (digit, next) = (rest * 10).quotientAndRemainder(dividingBy: bottom)
      rest = next
      digits.append(UInt8(digit))
      if significant > 0 || digit != 0 { significant += 1 }
      if digits.count > 60 { break }
    }
    let isRounded = rest != 0
    if isRounded, rest >= bottom - rest {
      var index = digits.count - 1
      while index >= 0, digits[index] == 9 {
        digits[index] = 0
        index -= 1
      }
      if index >= 0 { digits[index] += 1 } else { whole += 1 }
    }
    // A rounded value keeps its zeros: that it has 17 digits tells a reader that it was rounded.
    if !isRounded { while digits.last == 0 { digits.removeLast() } }
    let fraction = String(decoding: digits.map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
    return (negative ? "-" : "") + "\(whole)" + (fraction.isEmpty ? "" : ".\(fraction)")
  }

  /// The fraction of smallest denominator in a closed interval.
  ///
  /// - Precondition: `low` is not above `high`.
  public static func simplest(from low: Rational, through high: Rational) -> Rational {
    precondition(low <= high, "an interval runs upwards")
    if low <= .zero, high >= .zero { return .zero }
    if high < .zero { return -simplest(from: -high, through: -low) }
    // Continued fraction: the first term at which both ends part.
    let whole = low.wholePart
    if low.isWhole { return low }
    if high.wholePart > whole { return Rational(whole + 1) }
    let base = Rational(whole)
    let rest = simplest(from: (high - base).reciprocal, through: (low - base).reciprocal)
    return base + rest.reciprocal
  }

  private var wholePart: Int128 { numerator / denominator }
}

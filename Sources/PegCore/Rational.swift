/// An exact fraction in lowest terms with a positive denominator.
///
/// Carries times (seconds), rates (per second), speeds and weights from the parser to the last floor; no `Double` does.
/// Operators trap when a result leaves 128 bits: parsers bound what they let in (``init(decimal:)``), and maps that are
/// composed from files use the `checked` forms, which return `nil` instead.
public struct Rational: Hashable, Sendable, Comparable {
  public let numerator: Int128
  public let denominator: Int128

  public static let zero = Rational(0)
  public static let one = Rational(1)

  public init(_ whole: some BinaryInteger) {
    numerator = Int128(whole)
    denominator = 1
  }

  /// - Precondition: `denominator` is not 0.
  public init(_ numerator: some BinaryInteger, _ denominator: some BinaryInteger) {
    precondition(denominator != 0, "a fraction needs a denominator")
    self.init(reducing: Int128(numerator), Int128(denominator))
  }

  private init(reducing numerator: Int128, _ denominator: Int128) {
    let divisor = Self.gcd(numerator.magnitude, denominator.magnitude)
    let sign: Int128 = denominator < 0 ? -1 : 1
    self.numerator = sign * numerator / Int128(divisor)
    self.denominator = sign * denominator / Int128(divisor)
  }

  /// The exact value of a decimal as written: `23.976`, `-0.5`, `1e-3`, `86400.0`.
  ///
  /// Returns `nil` for anything that is no finite decimal, has more than 24 significant digits, or lies outside
  /// 1e-18…1e18 in magnitude: no time, rate or speed of a film does.
  public init?(decimal text: some StringProtocol) {
    var digits: Int128 = 0
    var significant = 0
    var scale = 0
    var exponent = 0
    var seenDigit = false
    var seenPoint = false
    var negative = false
    var bytes = Array(text.utf8)[...]
    if let first = bytes.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      negative = first == UInt8(ascii: "-")
      bytes = bytes.dropFirst()
    }
    while let byte = bytes.first {
      if byte == UInt8(ascii: "."), !seenPoint {
        seenPoint = true
      } else if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
        seenDigit = true
        let digit = Int128(byte - UInt8(ascii: "0"))
        if significant > 0 || digit != 0 { significant += 1 }
        guard significant <= 24 else { return nil }
        digits = digits * 10 + digit
        if seenPoint { scale += 1 }
        guard scale <= 40 else { return nil }
      } else {
        break
      }
      bytes = bytes.dropFirst()
    }
    guard seenDigit else { return nil }
    if let mark = bytes.first, mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") {
      guard let power = Int(String(decoding: bytes.dropFirst(), as: UTF8.self)), abs(power) <= 40 else { return nil }
      exponent = power
      bytes = []
    }
    guard bytes.isEmpty else { return nil }
    if digits == 0 {
      self = .zero
      return
    }
    // Trailing zeros of the fraction say nothing: 86400.000000 is 86400.
    while scale > 0, digits % 10 == 0 {
      digits /= 10
      scale -= 1
    }
    let power = exponent - scale
    guard power >= -24, power <= 24 else { return nil }
    var factor: Int128 = 1
    for _ in 0..<abs(power) { factor *= 10 }
    if power >= 0 {
      let (product, overflow) = digits.multipliedReportingOverflow(by: factor)
      guard !overflow else { return nil }
      self.init(reducing: negative ? -product : product, 1)
    } else {
      self.init(reducing: negative ? -digits : digits, factor)
    }
    guard magnitude <= Rational(1_000_000_000_000_000_000), magnitude >= Rational(1, 1_000_000_000_000_000_000) else {
      return nil
    }
  }

  private static func gcd(_ a: UInt128, _ b: UInt128) -> UInt128 {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return Swift.max(a, 1)
  }

  // MARK: Arithmetic

  /// `nil` when the sum leaves 128 bits.
  public func addingChecked(_ other: Rational) -> Rational? {
    // Knuth 4.5.1: dividing by the denominators' gcd first keeps the intermediate small.
    let shared = Int128(Self.gcd(denominator.magnitude, other.denominator.magnitude))
    let (left, o1) = numerator.multipliedReportingOverflow(by: other.denominator / shared)
    let (right, o2) = other.numerator.multipliedReportingOverflow(by: denominator / shared)
    let (sum, o3) = left.addingReportingOverflow(right)
    let (bottom, o4) = denominator.multipliedReportingOverflow(by: other.denominator / shared)
    guard !o1, !o2, !o3, !o4 else { return nil }
    return Rational(reducing: sum, bottom)
  }

  /// `nil` when the product leaves 128 bits.
  public func multipliedChecked(_ other: Rational) -> Rational? {
    let a = Int128(Self.gcd(numerator.magnitude, other.denominator.magnitude))
    let b = Int128(Self.gcd(other.numerator.magnitude, denominator.magnitude))
    let (top, o1) = (numerator / a).multipliedReportingOverflow(by: other.numerator / b)
    let (bottom, o2) = (denominator / b).multipliedReportingOverflow(by: other.denominator / a)
    guard !o1, !o2 else { return nil }
    return Rational(reducing: top, bottom)
  }

  public static func + (a: Rational, b: Rational) -> Rational {
    guard let sum = a.addingChecked(b) else { preconditionFailure("a sum of fractions left 128 bits") }
    return sum
  }

  public static prefix func - (a: Rational) -> Rational { Rational(reducing: -a.numerator, a.denominator) }
  public static func - (a: Rational, b: Rational) -> Rational { a + -b }

  public static func * (a: Rational, b: Rational) -> Rational {
    guard let product = a.multipliedChecked(b) else { preconditionFailure("a product of fractions left 128 bits") }
    return product
  }

  /// - Precondition: `b` is not 0.
  public static func / (a: Rational, b: Rational) -> Rational { a * b.reciprocal }
  public static func += (a: inout Rational, b: Rational) { a = a + b }
  public static func -= (a: inout Rational, b: Rational) { a = a - b }

  /// - Precondition: not 0.
  public var reciprocal: Rational {
    precondition(numerator != 0, "0 has no reciprocal")
    return Rational(reducing: denominator, numerator)
  }

  public var magnitude: Rational { numerator < 0 ? -self : self }

  public static func < (a: Rational, b: Rational) -> Bool {
    let (left, o1) = a.numerator.multipliedReportingOverflow(by: b.denominator)
    let (right, o2) = b.numerator.multipliedReportingOverflow(by: a.denominator)
    if !o1, !o2 { return left < right }
    // Too wide to cross-multiply: compare whole parts, then the reciprocals of what is left.
    let (wholeA, wholeB) = (a.floor128, b.floor128)
    if wholeA != wholeB { return wholeA < wholeB }
    let restA = Rational(reducing: a.numerator - wholeA * a.denominator, a.denominator)
    let restB = Rational(reducing: b.numerator - wholeB * b.denominator, b.denominator)
    if restA.numerator == 0 || restB.numerator == 0 { return restA.numerator == 0 && restB.numerator != 0 }
    return restB.reciprocal < restA.reciprocal
  }

  // MARK: Whole numbers

  private var floor128: Int128 {
    let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
    return remainder < 0 ? quotient - 1 : quotient
  }

  /// The largest whole number that is not above. Saturates at the limits of `Int`.
  public var floor: Int { Int(clamping: floor128) }
  /// The smallest whole number that is not below. Saturates at the limits of `Int`.
  public var ceil: Int { Int(clamping: -(-self).floor128) }
  /// The nearest whole number, halves away from zero. Saturates at the limits of `Int`.
  public var rounded: Int {
    numerator < 0 ? -(-self + Rational(1, 2)).floor : (self + Rational(1, 2)).floor
  }
  public var isWhole: Bool { denominator == 1 }

  /// For pixels, gains and printing. Never for times.
  public var double: Double { Double(numerator) / Double(denominator) }
}

extension Rational: CustomStringConvertible {
  /// `24` or `24000/1001`.
  public var description: String { isWhole ? "\(numerator)" : "\(numerator)/\(denominator)" }
}

extension Rational: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int) { self.init(value) }
}

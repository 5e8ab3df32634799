import PegCore

/// What the numbers of a file mean (DESIGN §6), and how numbers are written so that they are read back as meant.
///
/// OTIO writes times as printed `Double`s: a third of a frame arrives as `0.3333333333333333`, and ten tenths may arrive as
/// `0.9999999999999999`. A text of 15 significant digits or more can only be such a print, and means the fraction that
/// was printed; a shorter one means exactly what it says. Sums then stay exact, and frames do not slip at an edge.
enum WrittenNumber {
  /// Digits from the first that is not 0, before the exponent.
  static func significantDigits(_ text: some StringProtocol) -> Int {
    var count = 0
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "e"), UInt8(ascii: "E"): return count
      case UInt8(ascii: "0"): if count > 0 { count += 1 }
      case UInt8(ascii: "1")...UInt8(ascii: "9"): count += 1
      default: break
      }
    }
    return count
  }

  /// Denominators that film and sound make: rates of 24 to 60 and their 1001st parts, samples, milliseconds.
  private static let grid: Int128 = 256 * 9 * 625 * 49 * 11 * 13
  private static let billion = Rational(1_000_000_000)
  private static let million = Rational(1_000_000)

  /// A count of frames, samples or seconds. `nil` for what no film has.
  static func time(_ text: String) -> Rational? {
    guard let value = decimal(text) else { return nil }
    guard significantDigits(text) >= 15 else { return settled(value, finest) }
    let whole = Rational(value.rounded)
    if (value - whole).magnitude <= Rational(1, 100_000_000) { return whole }
    // Four units in the last place of a Double.
    let noise = value.magnitude * Rational(1, Int128(1) << 50)
    let simple = Rational.simplest(from: value - noise, through: value + noise)
    if grid % simple.denominator == 0 { return simple }
    // Some measured quantity: to 12 places, so that denominators stay common and sums stay exact.
    let scale: Int128 = 1_000_000_000_000
    let scaled = value * Rational(scale)
    return Rational((scaled.numerator * 2 + scaled.denominator) / (scaled.denominator * 2), scale)
  }

  /// Frames per second: the NTSC rates by their usual roundings, printed fractions as the fraction. `nil` outside
  /// 1/1000…10⁹ (clocks in nanoseconds are rates, too).
  static func rate(_ text: String) -> FrameRate? {
    guard var value = decimal(text), value >= Rational(1, 1000), value <= billion else { return nil }
    if significantDigits(text) >= 15 {
      let noise = value * Rational(1, Int128(1) << 50)
      // Fractions of such denominators lie a millionth apart: one that agrees is the only one. Most rates are this one,
      // and every time of a file has a rate.
      let usual = Rational((value * 1001).rounded, 1001)
      if value <= 1000, (usual - value).magnitude <= noise { return FrameRate(snapping: usual) }
      let simple = Rational.simplest(from: value - noise, through: value + noise)
      if simple.denominator <= 1001 { value = simple }
    }
    return FrameRate(snapping: value)
  }

  /// A speed: the exact decimal, unless the text has at least 6 significant digits and a fraction p/q with q ≤ 1001
  /// agrees within 10⁻⁶ (then the smallest such q). `nil` above 10⁶ in magnitude.
  static func speed(_ text: String) -> Rational? {
    guard let value = Rational(decimal: text) ?? printed(text), value.magnitude <= million else { return nil }
    guard significantDigits(text) >= 6 else { return value }
    let tolerance = Rational(1, 1_000_000)
    let simple = Rational.simplest(from: value - tolerance, through: value + tolerance)
    return simple.denominator <= 1001 ? simple : value
  }

  /// Finer than this is dust: what is left of a subtraction of `Double`s.
  private static let finest = Rational(1, 1_000_000_000_000_000_000)
  /// A printed `Double` is read to this, so that what it was printed from can still be told: 1/24000 has 21 places.
  private static let printedPlaces = Rational(1, 10_000_000_000_000_000_000_000 as Int128)

  private static func decimal(_ text: String) -> Rational? {
    // No writer means more digits than a Double has; further ones would only take exact sums out of their range.
    if significantDigits(text) <= 17, let value = Rational(decimal: text) { return settled(value, printedPlaces) }
    return printed(text)
  }

  /// What a `Double` makes of a text: too many digits for an exact fraction, or the dust of a subtraction.
  private static func printed(_ text: String) -> Rational? {
    guard let double = Double(text), double.isFinite, double.magnitude <= 1e15 else { return nil }
    return double.magnitude < 1e-12 ? .zero : Rational(decimal: double.description).map { settled($0, printedPlaces) }
  }

  /// A fraction whose denominator leaves room for arithmetic.
  private static func settled(_ value: Rational, _ grain: Rational) -> Rational {
    value.denominator <= grain.denominator ? value : Rational((value / grain).rounded, grain.denominator)
  }

  /// A text that `reading` gives this value for: the shortest that a `Double` prints as (`24.0`), where it does.
  static func text(_ value: Rational, _ reading: (String) -> Rational?) -> String {
    let short = value.double.description
    return reading(short) == value ? short : value.decimalText
  }
}

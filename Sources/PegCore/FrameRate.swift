/// Frames per second: an exact, positive fraction.
///
/// 23.98, 23.976 and 23.976024 in a file all mean 24000/1001 (DESIGN §6); likewise the other rates of the NTSC family.
public struct FrameRate: Hashable, Sendable, Comparable {
  public let value: Rational

  /// - Precondition: above 0.
  public init(_ value: Rational) {
    precondition(value > .zero, "a frame rate is above 0")
    self.value = value
  }

  public init(_ numerator: Int, _ denominator: Int = 1) { self.init(Rational(numerator, denominator)) }

  /// Reads `24`, `23.976`, `24000/1001` or `30000:1001`.
  ///
  /// Returns `nil` for what is no number, is not above 0, or exceeds 1000 frames per second.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(whereSeparator: { $0 == "/" || $0 == ":" })
    var value: Rational
    switch parts.count {
    case 1:
      guard let decimal = Rational(decimal: parts[0]), parts[0].count == text.count else { return nil }
      value = Self.meaning(of: decimal)
    case 2:
      guard let top = Rational(decimal: parts[0]), let bottom = Rational(decimal: parts[1]), bottom != .zero else {
        return nil
      }
      value = top / bottom
      // 2997/100 and 23976/1000 are decimals in disguise.
      if !Self.isExact(value) { value = Self.meaning(of: value) }
    default: return nil
    }
    guard value > .zero, value <= 1000 else { return nil }
    self.value = value
  }

  /// The rate that a rounded one stands for: the NTSC rate within 0.005 of it, else the value itself.
  ///
  /// - Parameter value: frames per second as a file rounds them, above 0.
  public init(snapping value: Rational) { self.init(Self.isExact(value) ? value : Self.meaning(of: value)) }

  private static func isExact(_ value: Rational) -> Bool { value.denominator == 1001 || value.denominator == 1 }

  private static func meaning(of value: Rational) -> Rational {
    for base in [24, 30, 48, 60, 120] {
      let exact = Rational(base * 1000, 1001)
      if value != Rational(base), (value - exact).magnitude < Rational(1, 200) { return exact }
    }
    return value
  }

  /// The whole number of frames a timecode second counts: 24 for 24000/1001, 30 for 29.97.
  public var timebase: Int { value.ceil }
  /// Seconds per frame.
  public var frameDuration: Rational { value.reciprocal }
  /// Whether drop-frame timecode is defined: 29.97, 59.94, 119.88, the multiples of 30000/1001 (ST 12-1, 12-3).
  public var allowsDropFrame: Bool { value.denominator == 1001 && value.numerator % 30000 == 0 }

  public static func < (a: FrameRate, b: FrameRate) -> Bool { a.value < b.value }
}

extension FrameRate: CustomStringConvertible {
  /// `24` or `24000/1001`: the form that files of ours carry.
  public var description: String { value.description }

  /// `24`, `23.976`, `29.97`: the form people say, with at most three decimals.
  public var spoken: String {
    if value.isWhole { return "\(value.floor)" }
    let thousandths = (value * 1000).rounded
    var fraction = String(thousandths % 1000)
    while fraction.count < 3 { fraction = "0" + fraction }
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return fraction.isEmpty ? "\(thousandths / 1000)" : "\(thousandths / 1000).\(fraction)"
  }
}

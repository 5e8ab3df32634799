/// Exact arithmetic on times that files name: what leaves 128 bits is refused as bad input, and never traps.
public enum Exact {
  public static func sum(_ a: Rational, _ b: Rational) throws(PegError) -> Rational { try fitting(a.addingChecked(b)) }

  public static func difference(_ a: Rational, _ b: Rational) throws(PegError) -> Rational {
    try fitting(a.addingChecked(-b))
  }

  public static func product(_ a: Rational, _ b: Rational) throws(PegError) -> Rational {
    try fitting(a.multipliedChecked(b))
  }

  /// - Precondition: `b` is not 0.
  public static func quotient(_ a: Rational, _ b: Rational) throws(PegError) -> Rational {
    try fitting(a.multipliedChecked(b.reciprocal))
  }

  private static func fitting(_ value: Rational?) throws(PegError) -> Rational {
    guard let value else {
      throw PegError(
        .badInput, "a time of the cut is finer than 128 bits can count",
        hint: "write times as whole frames at their rate")
    }
    return value
  }
}

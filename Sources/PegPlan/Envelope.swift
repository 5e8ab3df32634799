public import PegCore

/// A value over frames: constant, or between keys and held outside them.
public struct Envelope: Hashable, Sendable {
  public struct Key: Hashable, Sendable {
    public var frame: Int
    public var value: Rational
    public init(frame: Int, value: Rational) {
      self.frame = frame
      self.value = value
    }
  }
  /// In the order of their frames, at least one.
  public var keys: [Key]

  public init(_ constant: Rational) { keys = [Key(frame: 0, value: constant)] }

  /// - Precondition: `keys` is not empty and ascends.
  public init(keys: [Key]) {
    precondition(!keys.isEmpty, "an envelope has a value")
    self.keys = keys
  }

  public var isConstant: Bool { keys.count == 1 }

  public func value(at frame: Int) -> Rational { value(at: Rational(frame)) }

  /// The value at a position between frames, exact.
  public func value(at position: Rational) -> Rational {
    guard let after = keys.firstIndex(where: { Rational($0.frame) > position }) else {
      return keys[keys.count - 1].value
    }
    guard after > 0 else { return keys[0].value }
    let (a, b) = (keys[after - 1], keys[after])
    return a.value + (b.value - a.value) * ((position - Rational(a.frame)) / Rational(b.frame - a.frame))
  }
}

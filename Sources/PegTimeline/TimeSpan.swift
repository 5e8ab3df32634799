public import PegCore

/// A stretch of time in exact seconds: `start` is in it, `end` is not.
public struct TimeSpan: Hashable, Sendable {
  /// Seconds.
  public var start: Rational
  /// Seconds, not negative.
  public var duration: Rational

  public init(start: Rational, duration: Rational) {
    self.start = start
    self.duration = duration
  }

  /// Seconds. Of what a file says it is known to fit 128 bits.
  public var end: Rational { start + duration }

  /// What both hold; `nil` when they share no time.
  ///
  /// - Throws: ``PegError`` (bad input) where its length does not fit 128 bits.
  public func intersection(_ other: TimeSpan) throws(PegError) -> TimeSpan? {
    let (low, high) = (max(start, other.start), min(end, other.end))
    return low < high ? TimeSpan(start: low, duration: try Exact.difference(high, low)) : nil
  }
}

extension TimeRange {
  /// The same in seconds.
  public var span: TimeSpan { TimeSpan(start: start.seconds, duration: duration.seconds) }
}

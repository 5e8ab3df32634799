/// A half-open run of frames: `start` is in it, `end` is not.
public struct FrameRange: Hashable, Sendable {
  public let start: Int
  public let end: Int

  /// - Precondition: `end` is not before `start`.
  public init(_ start: Int, _ end: Int) {
    precondition(end >= start, "a range ends where it starts or later")
    self.start = start
    self.end = end
  }

  public init(start: Int, count: Int) { self.init(start, start + count) }

  public var count: Int { end - start }
  public var isEmpty: Bool { count == 0 }
  public func contains(_ frame: Int) -> Bool { frame >= start && frame < end }

  /// What both hold, or `nil` when they share no frame.
  public func intersection(_ other: FrameRange) -> FrameRange? {
    let (low, high) = (max(start, other.start), min(end, other.end))
    return low < high ? FrameRange(low, high) : nil
  }
}

extension FrameRange: CustomStringConvertible {
  /// `240..264`, the form that addresses have.
  public var description: String { "\(start)..\(end)" }
}

public import PegCore

/// What a render made.
public struct RenderReport: Sendable {
  public struct Master: Sendable {
    public var path: String
    /// `nil` for a stream, which has none.
    public var ledger: String?
    public var preset: String
    public var range: FrameRange
    public var counts: FrameCounts
    public var bytes: Int
    /// Whether it was found current and left alone.
    public var wasCurrent: Bool
    public var findings: [Finding]
  }
  public var masters: [Master]
  /// What was decided for all of them.
  public var findings: [Finding]
  public var seconds: Double
}

/// What a render would do.
public struct RenderForecast: Sendable {
  /// A run of record frames that would be encoded, and why.
  public struct Work: Hashable, Sendable {
    public var range: FrameRange
    public var reason: String
  }
  public var path: String
  public var preset: String
  public var range: FrameRange
  public var isCurrent: Bool
  /// Frames whose packets exist.
  public var reused: Int
  /// In record order; neighbours with the same reason are one.
  public var work: [Work]
}

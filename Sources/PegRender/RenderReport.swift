public import PegCore
public import PegLedger

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

/// What a render would do to one master.
public struct RenderForecast: Sendable {
  /// What kind of reason there is to encode a frame.
  public enum Cause: String, Sendable, CaseIterable {
    /// There is no master, or it does not have the frame.
    case new
    /// A source's file has other bytes.
    case source
    /// Another picture: other takes, clips, frames, placement, or a later way of rendering.
    case recipe
    /// The same picture, encoded otherwise.
    case encoder
    /// The packet is there, and its bytes are not what its ledger says.
    case damaged
    /// It was asked for.
    case asked
  }
  /// A run of record frames that would be encoded, and why.
  public struct Work: Hashable, Sendable {
    public var range: FrameRange
    public var cause: Cause
    /// The cause in words, with names.
    public var reason: String
    /// Pictures that would be worked; fewer than frames where they are held.
    public var pictures: Int
  }
  public var path: String
  public var preset: String
  public var range: FrameRange
  public var isCurrent: Bool
  /// How its frames would come to be; all 0 for a master that is current.
  public var counts: FrameCounts
  /// In record order; neighbours with the same reason are one.
  public var work: [Work]
}

public import PegCore

/// How a render runs; nothing in it reaches a byte of the output.
public struct RenderOptions: Sendable {
  /// Lanes, at least 1.
  public var threads: Int
  /// Bytes that the render may hold, codecs' own memory aside.
  public var memory: Int
  /// Record frames to render; `nil` renders all.
  public var range: FrameRange?
  /// Whether a file that is not a master of ours may be replaced.
  public var overwrite: Bool
  /// Looked at between pieces of work.
  public var cancellation: Cancellation
  /// Called on the calling thread, a few times a second at most.
  public var progress: (@Sendable (RenderProgress) -> Void)?

  public init(
    threads: Int, memory: Int, range: FrameRange? = nil, overwrite: Bool = false,
    cancellation: Cancellation = Cancellation(), progress: (@Sendable (RenderProgress) -> Void)? = nil
  ) {
    precondition(threads > 0, "a render needs a lane")
    self.threads = threads
    self.memory = memory
    self.range = range
    self.overwrite = overwrite
    self.cancellation = cancellation
    self.progress = progress
  }
}

/// How far a render is.
public struct RenderProgress: Sendable {
  /// Record frames written so far, and to be written.
  public var written: Int
  public var total: Int
  /// Pictures encoded so far.
  public var encoded: Int
  /// Frames whose packet was written again because the picture is held.
  public var held: Int
  /// Frames whose packet was taken from an earlier master.
  public var reused: Int
  public var seconds: Double
}

public import PegCore
public import PegLedger

/// How a render runs; nothing in it reaches a byte of the output, but what is rendered again and what is taken over.
public struct RenderOptions: Sendable {
  /// Lanes, at least 1.
  public var threads: Int
  /// Bytes that the render may hold, codecs' own memory aside.
  public var memory: Int
  /// Record frames to render, widened to whole segments for long-GOP deliverables; `nil` renders all.
  public var range: FrameRange?
  /// Whether a file that is no master of ours may be replaced.
  public var overwrite = false
  /// Whether packets of earlier masters may be taken over.
  public var reuses = true
  /// Masters, beside the outputs themselves, whose packets may be taken over.
  public var reuseFiles: [String] = []
  /// Reads every source again, whatever is remembered of it.
  public var verifySources = false
  /// The cut's path, for the ledger.
  public var cutPath = ""
  /// What stands in the ledger as the program's version.
  public var program = ""
  public var identities: SourceIdentities
  /// Looked at between pieces of work.
  public var cancellation = Cancellation()
  /// Called on the calling thread.
  public var progress: (@Sendable (RenderProgress) -> Void)?
  /// Seconds between two calls at least.
  public var progressInterval = 0.2

  public init(threads: Int, memory: Int, identities: SourceIdentities) {
    precondition(threads > 0, "a render needs a lane")
    self.threads = threads
    self.memory = memory
    self.identities = identities
  }
}

/// How far a render is.
public struct RenderProgress: Sendable {
  /// Frames of all masters that are written so far, and to be written.
  public var written: Int
  public var total: Int
  /// How they came to be.
  public var counts: FrameCounts
  public var seconds: Double
}

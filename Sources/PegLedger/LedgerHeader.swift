public import PegCore

/// The first line of a ledger: which file it is about, and what made that file.
public struct LedgerHeader: Hashable, Sendable {
  /// Raised when an entry changes its meaning; readers refuse others. Hashes of version 1 were MurmurHash3.
  public static let version = 2

  /// A take that a variant plays where the cut plays another.
  public struct Take: Hashable, Sendable {
    /// The clip's name, or its address in the cut (`V2:14`).
    public var clip: String
    public var take: String

    public init(clip: String, take: String) {
      self.clip = clip
      self.take = take
    }
  }

  /// Bytes of the master; for a sequence of all its files.
  public var size: Int
  /// Hash of the container's index: says that this ledger belongs to that file, whatever the file is called.
  public var index: LedgerID
  /// Hash of the whole plan.
  public var plan: LedgerID
  /// Id of the encoder and its settings.
  public var encoder: LedgerID
  /// The container's usual file extension: `mov`, `mp4`, `mkv`, `mxf`, `png`.
  public var container: String
  /// Name and canonical text of the resolved preset, and its hash.
  public var presetName: String
  public var preset: String
  public var presetHash: LedgerID
  /// Third-party arithmetic that the pixels went through.
  public var arithmetic: String
  /// Pegbar's version.
  public var program: String
  /// The cut, relative to the ledger's folder where both lie on one volume; what `trace --verify` opens.
  public var cut: String
  /// Where this is a variant of the cut: the takes that it plays instead.
  public var takes: [Take]
  public var rate: FrameRate
  /// The label of the cut's first record frame.
  public var start: String
  /// Record frames of the cut that the master holds.
  public var range: FrameRange
  /// Record frames of the cut.
  public var duration: Int
  /// How the frames came to be in the render that wrote this ledger.
  public var counts: FrameCounts
  /// Whether paths, prompts and names were left out: see ``Ledger/published``.
  public var isPublic = false

  public init(
    size: Int, index: LedgerID, plan: LedgerID, encoder: LedgerID, container: String, presetName: String,
    preset: String,
    presetHash: LedgerID, arithmetic: String, program: String, cut: String, takes: [Take] = [], rate: FrameRate,
    start: String, range: FrameRange, duration: Int, counts: FrameCounts = FrameCounts()
  ) {
    self.size = size
    self.index = index
    self.plan = plan
    self.encoder = encoder
    self.container = container
    self.presetName = presetName
    self.preset = preset
    self.presetHash = presetHash
    self.arithmetic = arithmetic
    self.program = program
    self.cut = cut
    self.takes = takes
    self.rate = rate
    self.start = start
    self.range = range
    self.duration = duration
    self.counts = counts
  }
}

/// How the frames of a master came to be.
public struct FrameCounts: Hashable, Sendable {
  /// Frames whose picture was worked and encoded for this master.
  public var encoded: Int
  /// Frames whose packet was written again because the picture is held or came again.
  public var held: Int
  /// Frames whose packet another master gave: an earlier one, or one that was rendered in the same pass.
  public var reused: Int

  public init(encoded: Int = 0, held: Int = 0, reused: Int = 0) {
    self.encoded = encoded
    self.held = held
    self.reused = reused
  }

  /// All of them.
  public var frames: Int { encoded + held + reused }
}

/// What was made: the memory of a master.
public struct Ledger: Sendable {
  public var header: LedgerHeader
  /// Pictures in record order; sound in the order of its streams.
  public var entries: [LedgerEntry]

  public init(header: LedgerHeader, entries: [LedgerEntry]) {
    self.header = header
    self.entries = entries
  }
}

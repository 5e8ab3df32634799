public import PegCore

/// The first line of a ledger: which file it is about, and what made that file.
public struct LedgerHeader: Hashable, Sendable {
  /// Raised when an entry changes its meaning; readers refuse what is newer.
  public static let version = 1

  /// Bytes of the master; for a sequence of all its files.
  public var size: Int
  /// Hash of the container's index: says that this ledger belongs to that file.
  public var index: LedgerID
  /// Hash of the whole plan.
  public var plan: LedgerID
  /// Id of the encoder and its settings.
  public var encoder: LedgerID
  /// Name and canonical text of the resolved preset, and its hash.
  public var presetName: String
  public var preset: String
  public var presetHash: LedgerID
  /// Third-party arithmetic that the pixels went through.
  public var arithmetic: String
  /// Pegbar's version.
  public var program: String
  public var rate: FrameRate
  public var start: String
  /// Record frames of the cut that the master holds.
  public var range: FrameRange
  /// Record frames of the cut.
  public var duration: Int
  /// The cut, relative to the master's folder where it can be; what `trace --verify` opens.
  public var cut: String

  public init(
    size: Int, index: LedgerID, plan: LedgerID, encoder: LedgerID, presetName: String, preset: String,
    presetHash: LedgerID, arithmetic: String, program: String, rate: FrameRate, start: String, range: FrameRange,
    duration: Int, cut: String
  ) {
    self.size = size
    self.index = index
    self.plan = plan
    self.encoder = encoder
    self.presetName = presetName
    self.preset = preset
    self.presetHash = presetHash
    self.arithmetic = arithmetic
    self.program = program
    self.rate = rate
    self.start = start
    self.range = range
    self.duration = duration
    self.cut = cut
  }
}

/// What was made: the memory of a master.
public struct Ledger: Sendable {
  public var header: LedgerHeader
  public var entries: [LedgerEntry]

  public init(header: LedgerHeader, entries: [LedgerEntry]) {
    self.header = header
    self.entries = entries
  }
}

import PegCore
import PegLedger

/// The lines of a finished master's ledger, read from its journal one after another: what is held does not grow with the
/// programme. Neighbours that show one picture are joined; where packets lie is read back from the finished file.
struct LedgerLines: ~Copyable {
  private let path: String
  private var journal: JournalReader
  private var places: PacketPlaces?
  private var sound: ArraySlice<SoundEntry>
  /// The line that the next one may be joined to.
  private var waiting: LedgerEntry?
  /// Record frames that no line was about so far.
  private var missing: Int

  /// - Parameters:
  ///   - range: record frames of the master.
  ///   - sound: what the ledger says of its sound.
  ///   - places: of the finished file; `nil` for a folder of images.
  /// - Throws: ``PegError`` of kind `io` when the journal cannot be read any more.
  init(of target: OutputTarget, range: FrameRange, sound: [SoundEntry], places: PacketPlaces?) throws(PegError) {
    guard let journal = JournalReader(target.journal.path) else {
      throw PegError(.io, "cannot read \(target.journal.path) back", hint: "render again")
    }
    path = target.path
    self.journal = journal
    self.places = places
    self.sound = sound.sorted { ($0.stream, $0.samples.start) < ($1.stream, $1.samples.start) }[...]
    missing = range.count
  }

  /// The next line; `nil` when the ledger is whole.
  ///
  /// - Throws: ``PegError`` when journal and file do not say the same.
  mutating func next() throws(PegError) -> LedgerEntry? {
    while let entry = journal.next() {
      guard let last = waiting else {
        waiting = entry
        continue
      }
      if let joined = last.joined(with: entry) {
        waiting = joined
      } else {
        waiting = entry
        return try placed(last)
      }
    }
    if let last = waiting.take() { return try placed(last) }
    guard missing == 0 else { throw broken() }
    if let entry = sound.popFirst() { return try placed(.sound(entry)) }
    guard places?.isUsedUp ?? true else { throw broken() }
    return nil
  }

  private mutating func placed(_ entry: LedgerEntry) throws(PegError) -> LedgerEntry {
    var entry = entry
    missing -= entry.frames
    guard places?.fill(&entry) ?? true else { throw broken() }
    return entry
  }

  private func broken() -> PegError {
    PegError(.bug, "\(path): the finished file does not hold the packets that were written")
  }
}

extension LedgerEntry {
  /// Record frames that it is about; none for sound.
  fileprivate var frames: Int {
    switch self {
    case .picture(let entry): entry.range.count
    case .image(let entry): entry.range.count
    case .segment(let entry): entry.range.count
    case .sound: 0
    }
  }

  /// One line for this and the one after it, when both show one picture by one packet and say the same of it: however the
  /// work was cut up, the ledger is the same.
  fileprivate func joined(with next: LedgerEntry) -> LedgerEntry? {
    switch (self, next) {
    case (.picture(var last), .picture(let next))
    where last.range.end == next.range.start && last.recipe == next.recipe && last.hash == next.hash
      && last.layers == next.layers:
      last.range = FrameRange(last.range.start, next.range.end)
      last.offsets += next.offsets
      return .picture(last)
    case (.image(var last), .image(let next))
    where last.range.end == next.range.start && last.recipe == next.recipe && last.hash == next.hash
      && last.layers == next.layers:
      last.range = FrameRange(last.range.start, next.range.end)
      last.paths += next.paths
      return .image(last)
    default: return nil
    }
  }
}

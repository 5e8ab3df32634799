import Foundation
public import PegCore
import PegMedia

/// The journal of a render that is under way: what lies in the partial file, line by line.
///
/// Each line carries a checksum, so that a tail torn by a crash is seen and ignored. The file is held by `flock`: who has it
/// has the output. Packets lie in the partial before their line does, so after a kill every line is true; after a power cut,
/// lines of the last two seconds may say more than the disk holds, which the packets' own hashes show.
public final class Journal {
  /// What a journal is about: entries count only for a render that starts alike.
  public struct Start: Hashable, Sendable {
    public var encoder: LedgerID
    public var presetHash: LedgerID
    public var arithmetic: String
    public var range: FrameRange

    public init(encoder: LedgerID, presetHash: LedgerID, arithmetic: String, range: FrameRange) {
      self.encoder = encoder
      self.presetHash = presetHash
      self.arithmetic = arithmetic
      self.range = range
    }
  }

  public let path: String
  private let descriptor: Int32

  /// Opens or makes the journal and takes its lock.
  ///
  /// - Throws: ``PegError`` `tryAgain` when somebody holds it, `cannotCreate` when it cannot be made.
  public init(path: String) throws(PegError) {
    self.path = path
    while true {
      let file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
      guard file >= 0 else {
        let code = errno
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        throw .system(
          .cannotCreate, "cannot create files in \(folder)", code, hint: "make the folder writable, or give -o another")
      }
      guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
        close(file)
        throw PegError(
          .tryAgain, "another render is writing this output (\(path) is locked)",
          hint: "wait for it, or give -o another name")
      }
      // Between open and lock, its owner may have finished and removed it: then the lock is on a file without a name.
      var (held, named) = (stat(), stat())
      if fstat(file, &held) == 0, stat(path, &named) == 0, held.st_ino == named.st_ino, held.st_dev == named.st_dev {
        descriptor = file
        return
      }
      close(file)
    }
  }

  deinit { close(descriptor) }

  /// Begins anew.
  public func reset(_ start: Start) throws(PegError) {
    guard ftruncate(descriptor, 0) == 0 else { throw failure() }
    let json = object([
      ("journal", number(LedgerHeader.version)), ("encoder", id(start.encoder)), ("preset_hash", id(start.presetHash)),
      ("arith", .string(start.arithmetic)), ("rec", pair(start.range)),
    ])
    try append(json)
  }

  /// Adds a line for what lies in the partial file already.
  public func append(_ entry: LedgerEntry) throws(PegError) { try append(entry.json) }

  /// Says of sources, by the hashes that ids were worked out from, that their files were replaced while the render ran: a
  /// picture of theirs may be the other file's, and its packet is never taken over.
  public func distrust(_ sources: [LedgerID]) throws(PegError) {
    let text = JSON.array(sources.map { id($0) })
    try append(object([(Self.distrustKey, text)]))
  }

  fileprivate static let distrustKey = "distrust"

  private func append(_ json: JSON) throws(PegError) {
    let text = json.text(.compact)
    guard FileWriting.write(Array("\(Self.checksum(text)) \(text)\n".utf8), to: descriptor) else { throw failure() }
  }

  /// Hands the lines to the disk.
  public func sync() throws(PegError) {
    guard fdatasync(descriptor) == 0 else { throw failure() }
  }

  /// Removes the file and lets the lock go.
  public func remove() { unlink(path) }

  private func failure() -> PegError { .system(.io, "cannot write \(path)", errno) }

  fileprivate static func checksum(_ text: some StringProtocol) -> String {
    LedgerID(Digest.of(Array(text.utf8), .xxh128).prefix(4)).description
  }
}

/// The entries of a journal, one after another, up to the first line that is torn.
public struct JournalReader: ~Copyable {
  public let start: Journal.Start
  private var lines: LineReader
  private let distrusted: Set<LedgerID>

  /// `nil` when there is no journal, or it has no start.
  public init?(_ path: String) {
    guard var lines = LineReader(path), case .object(let line)? = Self.json(lines.next()),
      line.int("journal") == LedgerHeader.version, let encoder = line.id("encoder"),
      let preset = line.id("preset_hash"), let arithmetic = line["arith"]?.string, let covered = line.range("rec")
    else { return nil }
    start = Journal.Start(encoder: encoder, presetHash: preset, arithmetic: arithmetic, range: covered)
    self.lines = lines
    distrusted = Self.distrusted(path)
  }

  /// `nil` at the end, and at a line that was torn.
  public mutating func next() -> LedgerEntry? { Self.json(lines.next()).flatMap { LedgerEntry(json: $0) } }

  /// Whether an entry's packets show what its ids say. Of sound nothing tells which files it was mixed from.
  public func trusts(_ entry: LedgerEntry) -> Bool {
    if distrusted.isEmpty { return true }
    let layers: [LedgerLayer]
    switch entry {
    case .picture(let entry): layers = entry.layers
    case .image(let entry): layers = entry.layers
    case .segment(let entry): layers = entry.layers.flatMap(\.self)
    case .sound: return false
    }
    return layers.allSatisfy { layer in layer.hash.map { !distrusted.contains($0) } ?? true }
  }

  /// What stands in the lines of ``Journal/distrust(_:)``, which come last: the other lines are only passed over.
  private static func distrusted(_ path: String) -> Set<LedgerID> {
    let mark = Array(" {\"\(Journal.distrustKey)\"".utf8)
    var list: Set<LedgerID> = []
    guard var lines = LineReader(path) else { return [] }
    while let line = lines.next() {
      guard let space = line.firstIndex(of: UInt8(ascii: " ")), line[space...].starts(with: mark),
        case .object(let fields)? = json(line), let ids = fields[Journal.distrustKey]?.array
      else { continue }
      list.formUnion(ids.compactMap { $0.string.flatMap { LedgerID(hex: $0) } })
    }
    return list
  }

  private static func json(_ line: ArraySlice<UInt8>?) -> JSON? {
    guard let line, let space = line.firstIndex(of: UInt8(ascii: " ")) else { return nil }
    let body = line[(space + 1)...]
    let text = String(decoding: body, as: UTF8.self)
    guard line[..<space].elementsEqual(Journal.checksum(text).utf8) else { return nil }
    return try? JSON(parsing: body, limits: LedgerReader.limits)
  }
}

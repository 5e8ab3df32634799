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

  private func append(_ json: JSON) throws(PegError) {
    let text = json.text(.compact)
    let bytes = Array("\(Self.checksum(text)) \(text)\n".utf8)
    let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard written == bytes.count else { throw failure() }
  }

  /// Hands the lines to the disk.
  public func sync() throws(PegError) {
    guard fdatasync(descriptor) == 0 else { throw failure() }
  }

  /// Removes the file and lets the lock go.
  public func remove() { unlink(path) }

  private func failure() -> PegError { .system(.io, "cannot write \(path)", errno) }

  /// The start and the entries of a journal, up to the first line that is torn; `nil` when it has no start.
  public static func read(_ path: String) -> (start: Start, entries: [LedgerEntry])? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    var start: Start?
    var entries: [LedgerEntry] = []
    for line in data.split(separator: UInt8(ascii: "\n")) {
      let text = String(decoding: line, as: UTF8.self)
      guard let space = text.firstIndex(of: " ") else { break }
      let body = String(text[text.index(after: space)...])
      guard text[..<space] == checksum(body),
        let json = try? JSON(parsing: body.utf8, limits: JSONLimits(bytes: 64 << 20))
      else { break }
      if let known = start {
        guard let entry = LedgerEntry(json: json) else { break }
        start = known
        entries.append(entry)
      } else {
        guard case .object(let line) = json, line.int("journal") == LedgerHeader.version,
          let encoder = line.id("encoder"), let preset = line.id("preset_hash"),
          let arithmetic = line["arith"]?.string, let covered = line.range("rec")
        else { return nil }
        start = Start(encoder: encoder, presetHash: preset, arithmetic: arithmetic, range: covered)
      }
    }
    return start.map { ($0, entries) }
  }

  private static func checksum(_ text: String) -> String {
    LedgerID(Array(Digest.of(Array(text.utf8), .murmur3).prefix(4))).description
  }
}

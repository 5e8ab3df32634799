import Foundation
import PegCore
import PegMedia
import Synchronization

/// Hashes of source files, worked out once and remembered beside the user's other caches.
///
/// A remembered hash counts only while device, inode, size, mtime and ctime are what they were: a file replaced under the
/// same name, size and mtime still has another ctime. A hash taken within 2 s of the file's last change is used but not
/// remembered, since another change within the clock's grain would not show. Losing the cache costs hashing again.
public final class SourceIdentities: Sendable {
  /// What tells one state of a file from another without reading it.
  struct Stamp: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64
    let size: Int64
    let modified: Int64
    let changed: Int64
  }

  private struct State {
    var known: [Stamp: LedgerID]
    /// Worked out since the last ``save()``.
    var fresh: [(Stamp, LedgerID)] = []
    /// What this run has read itself.
    var read: Set<Stamp> = []

    func hash(_ stamp: Stamp, verify: Bool) -> LedgerID? { !verify || read.contains(stamp) ? known[stamp] : nil }
  }

  private let file: String?
  private let state: Mutex<State>
  /// Files that somebody is reading: a second one who wants the hash waits, and does not read a film twice.
  private let busy = BusyKeys<Stamp>()
  /// A hundred megabytes hold a million files: then the file begins anew.
  private static let limit = 100 << 20

  /// - Parameter folder: where `hashes.xxh128` lies; `nil` remembers nothing beyond this run.
  public init(folder: String?) {
    file = folder.map { "\($0)/hashes.xxh128" }
    state = Mutex(State(known: file.map(Self.load) ?? [:]))
  }

  /// `$XDG_CACHE_HOME/pegbar`, or `~/.cache/pegbar`.
  public static var defaultFolder: String? {
    let environment = ProcessInfo.processInfo.environment
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return "\(cache)/pegbar" }
    return environment["HOME"].map { "\($0)/.cache/pegbar" }
  }

  /// XXH3 of 128 bits of a file's bytes. Reads the file the first time; afterwards costs one `stat`.
  ///
  /// - Parameter verify: reads the file whatever was remembered from earlier runs.
  public func hash(of path: String, verify: Bool = false) throws -> LedgerID {
    try hash(of: path, standing: try Self.stamp(path), verify: verify)
  }

  /// The hash of a file that stands as `before`.
  func hash(of path: String, standing before: Stamp, verify: Bool) throws -> LedgerID {
    if let hash = state.withLock({ $0.hash(before, verify: verify) }) { return hash }
    return try busy.alone(with: before) {
      // Whoever had it before may have left the hash.
      if let hash = state.withLock({ $0.hash(before, verify: verify) }) { return hash }
      let hash = LedgerID(try Digest.ofFile(path, .xxh128))
      let after = try Self.stamp(path)
      guard before == after else {
        throw PegError(.badInput, "\(path) changed while it was read", hint: "render again when it is finished")
      }
      let age = Int64(Date().timeIntervalSince1970 * 1e9) - after.changed
      state.withLock { state in
        state.known[after] = hash
        state.read.insert(after)
        if age > 2_000_000_000 { state.fresh.append((after, hash)) }
      }
      return hash
    }
  }

  /// Remembers what was worked out since the last call. A cache that cannot be written is no error.
  public func save() {
    guard let file else { return }
    let lines = state.withLock { state in
      defer { state.fresh = [] }
      return state.fresh.map { stamp, hash in
        "\(stamp.device) \(stamp.inode) \(stamp.size) \(stamp.modified) \(stamp.changed) \(hash)\n"
      }
    }
    guard !lines.isEmpty else { return }
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let descriptor = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var facts = stat()
    if fstat(descriptor, &facts) == 0, facts.st_size >= Self.limit { ftruncate(descriptor, 0) }
    // One write: lines of two processes do not mix.
    _ = FileWriting.write(Array(lines.joined().utf8), to: descriptor)
  }

  static func stamp(_ path: String) throws(PegError) -> Stamp {
    var facts = stat()
    guard stat(path, &facts) == 0 else {
      throw PegError(
        errno == ENOENT ? .missingInput : .badInput, "cannot read \(path): \(String(cString: strerror(errno)))")
    }
    return Stamp(
      device: UInt64(facts.st_dev), inode: UInt64(facts.st_ino), size: Int64(facts.st_size),
      modified: Int64(facts.st_mtim.tv_sec) * 1_000_000_000 + Int64(facts.st_mtim.tv_nsec),
      changed: Int64(facts.st_ctim.tv_sec) * 1_000_000_000 + Int64(facts.st_ctim.tv_nsec))
  }

  private static func load(_ file: String) -> [Stamp: LedgerID] {
    guard var lines = LineReader(file) else { return [:] }
    var known: [Stamp: LedgerID] = [:]
    while let line = lines.next(), known.count < 1 << 20 {
      if let (stamp, hash) = entry(line) { known[stamp] = hash }
    }
    return known
  }

  // By bytes: every command reads every line, and a studio has a million of them.
  private static func entry(_ line: ArraySlice<UInt8>) -> (Stamp, LedgerID)? {
    var rest = line
    guard let device: UInt64 = number(&rest), let inode: UInt64 = number(&rest), let size: Int64 = number(&rest),
      let modified: Int64 = number(&rest), let changed: Int64 = number(&rest),
      let hash = LedgerID(digits: rest), hash.count == 16
    else { return nil }
    return (Stamp(device: device, inode: inode, size: size, modified: modified, changed: changed), hash)
  }

  /// Takes a decimal number and the space behind it.
  private static func number<Number: FixedWidthInteger>(_ text: inout ArraySlice<UInt8>) -> Number? {
    var value: Number = 0
    var at = text.startIndex
    let isNegative = Number.isSigned && text.first == UInt8(ascii: "-")
    if isNegative { at += 1 }
    let first = at
    while at < text.endIndex, text[at] != UInt8(ascii: " ") {
      let digit = text[at] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      let (shifted, overflows) = value.multipliedReportingOverflow(by: 10)
      let (sum, carries) = shifted.addingReportingOverflow(Number(digit))
      guard !overflows, !carries else { return nil }
      value = sum
      at += 1
    }
    guard at > first, at < text.endIndex else { return nil }
    text = text[(at + 1)...]
    return isNegative ? 0 - value : value
  }
}

/// Keys that somebody is at: one at a time for each key, all keys beside each other.
private final class BusyKeys<Key: Hashable & Sendable>: @unchecked Sendable {
  // Unchecked: `keys` is only touched with `condition` held.
  private let condition = NSCondition()
  private var keys: Set<Key> = []

  func alone<Result>(with key: Key, _ body: () throws -> Result) rethrows -> Result {
    condition.withLock {
      while !keys.insert(key).inserted { condition.wait() }
    }
    defer {
      condition.withLock {
        keys.remove(key)
        condition.broadcast()
      }
    }
    return try body()
  }
}

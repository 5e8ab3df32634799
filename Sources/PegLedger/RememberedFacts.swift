import Foundation
import PegCore
public import PegMedia
import Synchronization

/// What probing has found out about media, remembered beside the user's other caches: a film of thousands of clips is opened
/// once.
///
/// Facts count only while the file, the folder that it lies in and the other frames of a sequence are what they were: device,
/// inode, size, mtime and ctime. Those of a file that changed within the last 2 s are used and not remembered. Losing the
/// cache costs probing again.
public final class RememberedFacts: Sendable {
  private struct State {
    /// What the file says, by path: the stamp that it holds for, and the facts as text until they are asked for.
    var known: [String: (stamp: String, facts: [UInt8])] = [:]
    var fresh: [String] = []
  }

  private let file: String?
  private let state: Mutex<State>
  /// A hundred megabytes hold the facts of a hundred thousand movies: then the file begins anew.
  private static let limit = 100 << 20
  private static let head = "pegbar facts 1 \(MediaLibraries.codecs)"
  /// A remembered ctime may be within the clock's grain of a change that came after it.
  private static let settling: Int64 = 2_000_000_000

  /// - Parameter folder: where `facts` lies; `nil` remembers nothing.
  public init(folder: String?) {
    file = folder.map { "\($0)/facts" }
    state = Mutex(State(known: file.map(Self.load) ?? [:]))
  }

  /// The facts of media at `path`, where they are remembered and still hold. Costs two `stat`, and one for each frame of a
  /// sequence.
  public func facts(of path: String) -> MediaFacts? {
    guard let known = state.withLock({ $0.known[path] }),
      let value = try? JSON(parsing: known.facts, limits: JSONLimits(bytes: 64 << 20, depth: 8)),
      let facts = MediaFacts(stored: value), stamp(of: facts)?.text == known.stamp
    else { return nil }
    return facts
  }

  /// Remembers facts that were asked for by `path`, which is absolute.
  public func remember(_ facts: MediaFacts, of path: String) {
    guard file != nil, path.hasPrefix("/"), let stored = facts.stored, let stamp = stamp(of: facts),
      Int64(Date().timeIntervalSince1970 * 1e9) - stamp.changed > Self.settling
    else { return }
    let text = stored.text(.compact)
    state.withLock { state in
      state.known[path] = (stamp.text, Array(text.utf8))
      state.fresh.append("\(stamp.text)\t\(JSON.string(path).text(.compact))\t\(text)\n")
    }
  }

  /// Writes what was learnt since the last call. A cache that cannot be written is no error.
  public func save() {
    guard let file else { return }
    let lines = state.withLock { state in
      defer { state.fresh = [] }
      return state.fresh
    }
    guard !lines.isEmpty else { return }
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let descriptor = open(file, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var head = [UInt8](repeating: 0, count: Self.head.utf8.count)
    let got = pread(descriptor, &head, head.count, 0)
    var facts = stat()
    var text = lines.joined()
    if got != head.count || !head.elementsEqual(Self.head.utf8) || fstat(descriptor, &facts) != 0
      || facts.st_size >= Self.limit
    {
      ftruncate(descriptor, 0)
      text = Self.head + "\n" + text
    }
    // One write: lines of two processes do not mix.
    _ = FileWriting.write(Array(text.utf8), to: descriptor)
  }

  // MARK: Stamps

  /// What has to be as it was, and when the last of it changed.
  private func stamp(of facts: MediaFacts) -> (text: String, changed: Int64)? {
    guard let first = facts.files.first else { return nil }
    var changed: Int64 = 0
    // A second frame beside a still makes it a sequence.
    let folder = URL(fileURLWithPath: first.path).deletingLastPathComponent().path
    var text = ""
    if facts.kind != .movie && facts.kind != .audio {
      guard let own = Self.stamp(folder) else { return nil }
      text = own.text
      changed = own.changed
    }
    if facts.files.count == 1 {
      guard let own = Self.stamp(first.path) else { return nil }
      return ("\(text) \(own.text)", max(changed, own.changed))
    }
    var digest = Digest(.xxh128)
    for frame in facts.files {
      guard let own = Self.stamp(frame.path) else { return nil }
      changed = max(changed, own.changed)
      digest.update(Array("\(frame.number) \(own.text)\n".utf8))
    }
    return ("\(text) \(LedgerID(digest.finish()))", changed)
  }

  private static func stamp(_ path: String) -> (text: String, changed: Int64)? {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return nil }
    let modified = Int64(facts.st_mtim.tv_sec) * 1_000_000_000 + Int64(facts.st_mtim.tv_nsec)
    let changed = Int64(facts.st_ctim.tv_sec) * 1_000_000_000 + Int64(facts.st_ctim.tv_nsec)
    return ("\(facts.st_dev) \(facts.st_ino) \(facts.st_size) \(modified) \(changed)", changed)
  }

  private static func load(_ file: String) -> [String: (stamp: String, facts: [UInt8])] {
    guard var lines = LineReader(file), let head = lines.next(), head.elementsEqual(Self.head.utf8) else { return [:] }
    var known: [String: (stamp: String, facts: [UInt8])] = [:]
    let tab = UInt8(ascii: "\t")
    while let line = lines.next() {
      guard let first = line.firstIndex(of: tab), let second = line[(first + 1)...].firstIndex(of: tab),
        let path = try? JSON(parsing: Array(line[(first + 1)..<second]), limits: JSONLimits(bytes: 1 << 16, depth: 1))
      else { continue }
      guard let path = path.string else { continue }
      // The last line about a path holds.
      known[path] = (String(decoding: line[..<first], as: UTF8.self), Array(line[(second + 1)...]))
    }
    return known
  }
}

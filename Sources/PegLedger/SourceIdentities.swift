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
  private struct Stamp: Hashable {
    let device: UInt64
    let inode: UInt64
    let size: Int64
    let modified: Int64
    let changed: Int64
  }

  private let file: String?
  private let known: Mutex<[Stamp: [UInt8]]>
  private let fresh: Mutex<[(Stamp, [UInt8])]> = Mutex([])

  /// - Parameter folder: where `hashes` lies; `nil` remembers nothing beyond this run.
  public init(folder: String?) {
    file = folder.map { "\($0)/hashes" }
    known = Mutex(file.map(Self.load) ?? [:])
  }

  /// `$XDG_CACHE_HOME/pegbar`, or `~/.cache/pegbar`.
  public static var defaultFolder: String? {
    let environment = ProcessInfo.processInfo.environment
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return "\(cache)/pegbar" }
    return environment["HOME"].map { "\($0)/.cache/pegbar" }
  }

  /// The 128-bit MurmurHash3 of a file's bytes. Reads the file the first time; afterwards costs one `stat`.
  ///
  /// - Parameter verify: reads the file whatever is remembered.
  public func hash(of path: String, verify: Bool = false) throws -> [UInt8] {
    let before = try stamp(path)
    if !verify, let hash = known.withLock({ $0[before] }) { return hash }
    let hash = try Digest.ofFile(path, .murmur3)
    let after = try stamp(path)
    guard before == after else {
      throw PegError(.badInput, "\(path) changed while it was read", hint: "render again when it is finished")
    }
    known.withLock { $0[after] = hash }
    let age = Int64(Date().timeIntervalSince1970 * 1e9) - after.changed
    if age > 2_000_000_000 { fresh.withLock { $0.append((after, hash)) } }
    return hash
  }

  /// Remembers what was worked out since the last call. A cache that cannot be written is no error.
  public func save() {
    guard let file else { return }
    let lines = fresh.withLock { list in
      defer { list = [] }
      return list.map { stamp, hash in
        "\(stamp.device) \(stamp.inode) \(stamp.size) \(stamp.modified) \(stamp.changed) \(LedgerID(hash))\n"
      }
    }
    guard !lines.isEmpty else { return }
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let descriptor = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // One write: lines of two processes do not mix.
    let bytes = Array(lines.joined().utf8)
    _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  }

  private func stamp(_ path: String) throws(PegError) -> Stamp {
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

  private static func load(_ file: String) -> [Stamp: [UInt8]] {
    // A cache of a hundred megabytes holds a million files; more is not ours.
    guard let size = try? FileManager.default.attributesOfItem(atPath: file)[.size] as? Int, size < 100 << 20,
      let text = try? String(contentsOfFile: file, encoding: .utf8)
    else { return [:] }
    var known: [Stamp: [UInt8]] = [:]
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count == 6, let device = UInt64(fields[0]), let inode = UInt64(fields[1]),
        let size = Int64(fields[2]), let modified = Int64(fields[3]), let changed = Int64(fields[4]),
        let hash = LedgerID(hex: fields[5]), hash.bytes.count == 16
      else { continue }
      known[Stamp(device: device, inode: inode, size: size, modified: modified, changed: changed)] = hash.bytes
    }
    return known
  }
}

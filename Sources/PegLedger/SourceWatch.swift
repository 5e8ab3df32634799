public import PegCore
import Synchronization

/// The sources of one render: their hashes, and whether a file is still the one that was hashed.
///
/// Ids are worked out from hashes, pictures from the files; a file that is replaced between the two would give a picture that
/// its id does not tell of.
public final class SourceWatch: Sendable {
  private let identities: SourceIdentities
  private let verify: Bool
  private let seen = Mutex<[String: Seen]>([:])

  private struct Seen {
    let stamp: SourceIdentities.Stamp
    let hash: LedgerID
  }

  /// - Parameter verify: reads every file once, whatever was remembered from earlier runs.
  public init(_ identities: SourceIdentities, verify: Bool) {
    self.identities = identities
    self.verify = verify
  }

  /// XXH3 of 128 bits of a file's bytes.
  ///
  /// - Throws: ``PegError`` of kind `missingInput` or `badInput`; the latter also for a file whose bytes are others than when
  ///   it was hashed first.
  public func hash(of path: String) throws -> LedgerID {
    let now = try SourceIdentities.stamp(path)
    let known = seen.withLock { $0[path] }
    if let known, known.stamp == now { return known.hash }
    let hash = try identities.hash(of: path, standing: now, verify: verify)
    guard known == nil || known?.hash == hash else { throw Self.changed(path) }
    seen.withLock { $0[path] = Seen(stamp: now, hash: hash) }
    return hash
  }

  /// Sources whose files are not what they were when they were hashed, with the hashes that they had then. Costs a `stat` of
  /// each file.
  ///
  /// - Parameter readingAgain: whether a file of which only the times changed is read once more and found the same; else it
  ///   counts as changed.
  public func changed(readingAgain: Bool) -> [(path: String, hash: LedgerID)] {
    seen.withLock { $0 }.sorted { $0.key < $1.key }.compactMap { path, first in
      if let now = try? SourceIdentities.stamp(path) {
        if now == first.stamp { return nil }
        if readingAgain, (try? identities.hash(of: path, standing: now, verify: true)) == first.hash { return nil }
      }
      return (path, first.hash)
    }
  }

  public static func changed(_ path: String) -> PegError {
    PegError(.badInput, "\(path) changed while it was rendered", hint: "render again when it is finished")
  }
}

import Foundation
import PegCore
import PegMedia

/// A master as it lies on disk, held to its ledger.
public enum MasterOnDisk {
  /// The ledger's header when it is about the file as it is, by size and index; else `nil`.
  public static func header(_ path: String, _ ledgerPath: String, _ isSequence: Bool) -> LedgerHeader? {
    guard var ledger = try? LedgerReader(ledgerPath) else { return nil }
    let header = ledger.header
    if isSequence { return isWhole(path, &ledger) ? header : nil }
    guard fileSize(path) == header.size, let index = try? ContainerIndex.hash(of: path),
      index == header.index
    else { return nil }
    return header
  }

  /// Bytes of a file; `nil` where none is.
  private static func fileSize(_ path: String) -> Int? {
    var facts = stat()
    return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG ? Int(facts.st_size) : nil
  }

  /// Whether the folder has just the files that the ledger lists, each of its size.
  private static func isWhole(_ folder: String, _ ledger: inout LedgerReader) -> Bool {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return false }
    var rest = Set(names)
    var index = SequenceIndex()
    do {
      while let entry = try ledger.next() {
        guard case .image(let entry) = entry else { continue }
        index.add(entry)
        for name in entry.paths {
          guard rest.remove(name) != nil, fileSize("\(folder)/\(name)") == entry.size else { return false }
        }
      }
    } catch { return false }
    let found = index.finish()
    return rest.isEmpty && found == ledger.header.index
  }
}

/// The index of an image sequence: the hash of the list of its files with their sizes and hashes.
public struct SequenceIndex: ~Copyable {
  private var digest = Digest(.xxh128)

  public init() {}

  /// Adds a line of the ledger; in the ledger's order.
  public mutating func add(_ entry: ImageEntry) {
    for path in entry.paths { digest.update(Array("\(path) \(entry.size) \(entry.hash)\n".utf8)) }
  }

  /// The hash of the whole list.
  public consuming func finish() -> LedgerID { LedgerID(digest.finish()) }
}

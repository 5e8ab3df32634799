import Foundation
import PegCore
import PegLedger
import PegMedia

/// An output's name, the names of what grows beside it, and the lock that keeps a second render away (DESIGN §1).
///
/// `.NAME.partial` and `.NAME.partial.ledger` grow; `.NAME.partial.1`, `.2`, … are what interrupted renders left, whose packets
/// the next one takes over.
final class OutputTarget {
  let path: String
  let partial: String
  let ledgerPath: String
  let journal: Journal
  /// What lies under the name now, when it is a master of ours: its bytes match its ledger.
  let current: Ledger?
  private let folder: String
  private let name: String
  private let isSequence: Bool
  private let leftovers: [String]
  private var isOpen = true

  /// Takes the lock and makes sure that the name may be used.
  ///
  /// - Parameter ledger: where the ledger lies; `nil` is beside the master.
  /// - Throws: ``PegError`` `cannotCreate` when the folder does not exist or the name is taken by a file that may not be
  ///   replaced, `tryAgain` when another render holds the lock.
  init(path: String, isSequence: Bool, ledger: String?, overwrite: Bool) throws(PegError) {
    let url = URL(fileURLWithPath: path)
    folder = url.deletingLastPathComponent().path
    name = url.lastPathComponent
    self.path = url.path
    self.isSequence = isSequence
    partial = "\(folder)/.\(name).partial"
    ledgerPath = ledger ?? Ledger.path(for: url.path)
    guard Self.isFolder(folder) else {
      throw PegError(
        .cannotCreate, "the output folder \(folder) does not exist", hint: "make it, or give -o another folder")
    }
    var journal = try Journal(path: "\(partial).ledger")
    let known = try? Ledger(reading: ledgerPath)
    // A render that ended between its two renames: the ledger is there, the master still has its partial name.
    if let known, Self.matches(known, partial, isSequence), !Self.matches(known, url.path, isSequence) {
      try Self.replace(url.path, with: partial)
      journal.remove()
      journal = try Journal(path: "\(partial).ledger")
    }
    let exists = FileManager.default.fileExists(atPath: url.path)
    current = exists ? known.flatMap { Self.matches($0, url.path, isSequence) ? $0 : nil } : nil
    if exists, current == nil, !overwrite {
      if Journal.read(journal.path) == nil { journal.remove() }
      throw PegError(
        .cannotCreate, "\(path) exists and is no master whose ledger matches it",
        hint: "give -o another name, or --overwrite to replace it")
    }
    if Journal.read(journal.path) != nil, FileManager.default.fileExists(atPath: partial) {
      let aside = Self.freeName(partial)
      guard rename(partial, aside) == 0, rename(journal.path, "\(aside).ledger") == 0 else {
        throw PegError(.cannotCreate, "cannot rename \(partial): \(String(cString: strerror(errno)))")
      }
      // The lock went with the old file's name: it is held until the new one is.
      let moved = journal
      journal = try Journal(path: "\(partial).ledger")
      withExtendedLifetime(moved) {}
    }
    self.journal = journal
    leftovers = Self.leftovers(of: partial)
  }

  /// What can be taken over: the master under the name, then what interrupted renders left.
  func volumes() -> [ReuseShelf.Volume] {
    var list: [ReuseShelf.Volume] = []
    if let current {
      list.append(ReuseShelf.Volume(file: path, encoder: current.header.encoder, entries: current.entries))
    }
    for file in leftovers {
      guard let (start, entries) = Journal.read("\(file).ledger") else { continue }
      list.append(
        ReuseShelf.Volume(file: file, encoder: start.encoder, entries: PartialOffsets.filled(entries, from: file)))
    }
    return list
  }

  /// Gives the finished file its name; whoever looks sees the old master or the new one, never less.
  func commit(_ ledger: Ledger?) throws(PegError) {
    try Self.sync(partial)
    if let ledger {
      let growing = "\(partial).done"
      try ledger.write(to: growing)
      guard rename(growing, ledgerPath) == 0 else {
        throw PegError(.io, "cannot rename \(growing) to \(ledgerPath): \(String(cString: strerror(errno)))")
      }
    }
    try Self.replace(path, with: partial)
    try Self.sync(folder)
    removeLeftovers()
    journal.remove()
    isOpen = false
  }

  /// Removes everything that this render and interrupted ones left.
  func discard() {
    guard isOpen else { return }
    try? FileManager.default.removeItem(atPath: partial)
    removeLeftovers()
    journal.remove()
    isOpen = false
  }

  /// Leaves the partial file and its journal for the next render, when anything is in them.
  func leave(worthKeeping: Bool) {
    guard isOpen else { return }
    if worthKeeping {
      isOpen = false
      return
    }
    try? FileManager.default.removeItem(atPath: partial)
    journal.remove()
    isOpen = false
  }

  private func removeLeftovers() {
    for file in leftovers {
      try? FileManager.default.removeItem(atPath: file)
      try? FileManager.default.removeItem(atPath: "\(file).ledger")
    }
  }

  // MARK: Files

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  private static func leftovers(of partial: String) -> [String] {
    (1..<1000).map { "\(partial).\($0)" }.prefix { FileManager.default.fileExists(atPath: "\($0).ledger") }
      .map { String($0) }
  }

  private static func freeName(_ partial: String) -> String {
    var number = 1
    while FileManager.default.fileExists(atPath: "\(partial).\(number).ledger") { number += 1 }
    return "\(partial).\(number)"
  }

  /// Whether a ledger is about the file as it is: size and index agree.
  static func matches(_ ledger: Ledger, _ path: String, _ isSequence: Bool) -> Bool {
    if isSequence {
      return SequenceIndex.of(ledger.entries) == ledger.header.index && SequenceIndex.isWhole(path, ledger)
    }
    guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int,
      size == ledger.header.size, let index = try? ContainerIndex.hash(of: path)
    else { return false }
    return index == ledger.header.index
  }

  private static func replace(_ path: String, with partial: String) throws(PegError) {
    if isFolder(path) || (isFolder(partial) && FileManager.default.fileExists(atPath: path)) {
      // A folder cannot be renamed over a file, nor over a folder that has files in it.
      let old = freeName("\(partial).old")
      guard rename(path, old) == 0 else {
        throw PegError(.io, "cannot rename \(path): \(String(cString: strerror(errno)))")
      }
      defer { try? FileManager.default.removeItem(atPath: old) }
      guard rename(partial, path) == 0 else {
        rename(old, path)
        throw PegError(.io, "cannot rename \(partial) to \(path): \(String(cString: strerror(errno)))")
      }
      return
    }
    guard rename(partial, path) == 0 else {
      throw PegError(.io, "cannot rename \(partial) to \(path): \(String(cString: strerror(errno)))")
    }
  }

  private static func sync(_ path: String) throws(PegError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw PegError(.io, "cannot flush \(path): \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw PegError(.io, "cannot flush \(path): \(String(cString: strerror(errno)))")
    }
  }
}

/// The index of an image sequence: the list of its files with their hashes.
enum SequenceIndex {
  static func of(_ entries: [LedgerEntry]) -> LedgerID {
    var text = ""
    for case .image(let entry) in entries {
      for path in entry.paths { text += "\(path) \(entry.size) \(entry.hash)\n" }
    }
    return LedgerID(Digest.of(Array(text.utf8), .murmur3))
  }

  /// Whether the folder has just the files that the ledger lists, each of its size.
  static func isWhole(_ folder: String, _ ledger: Ledger) -> Bool {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return false }
    var sizes: [String: Int] = [:]
    for case .image(let entry) in ledger.entries {
      for path in entry.paths { sizes[path] = entry.size }
    }
    guard Set(names) == Set(sizes.keys) else { return false }
    return names.allSatisfy {
      (try? FileManager.default.attributesOfItem(atPath: "\(folder)/\($0)")[.size] as? Int) == sizes[$0]
    }
  }
}

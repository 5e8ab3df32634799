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
  /// The ledger of what lies under the name now, when that is a master of ours: its bytes match its ledger.
  let current: LedgerHeader?
  private let folder: String
  private let isSequence: Bool
  /// What interrupted renders left, the longest journal first.
  private var leftovers: [String]
  private var isOpen = true

  /// Takes the lock and makes sure that the name may be used.
  ///
  /// - Parameter ledger: where the ledger lies; `nil` is beside the master.
  /// - Throws: ``PegError`` `cannotCreate` when the folder does not exist or the name is taken by a file that may not be
  ///   replaced, `tryAgain` when another render holds the lock.
  init(path: String, isSequence: Bool, ledger: String?, overwrite: Bool) throws(PegError) {
    let url = URL(fileURLWithPath: path)
    let place = url.path
    folder = url.deletingLastPathComponent().path
    self.path = place
    self.isSequence = isSequence
    partial = OutputNames.partial(of: place)
    ledgerPath = ledger ?? Ledger.path(for: place)
    guard FileSystem.isFolder(folder) else {
      throw PegError(
        .cannotCreate, "the output folder \(folder) does not exist", hint: "make it, or give -o another folder")
    }
    try Self.checkFolder(ofLedger: ledgerPath)
    var journal = try Journal(path: "\(partial).ledger")
    do throws(PegError) {
      if try Self.completeRename(place, partial, ledgerPath, isSequence) {
        journal.remove()
        journal = try Journal(path: "\(partial).ledger")
      }
      current = try Self.master(place, ledgerPath, isSequence, overwrite)
      if try Self.moveAside(partial) {
        // The lock went with the old file's name: it is held until the new one is.
        let moved = journal
        journal = try Journal(path: "\(partial).ledger")
        withExtendedLifetime(moved) {}
      }
    } catch {
      if JournalReader(journal.path) == nil { journal.remove() }
      throw error
    }
    self.journal = journal
    leftovers = OutputNames.leftovers(of: partial)
    try? FileManager.default.removeItem(atPath: "\(partial).old")
  }

  /// What can be taken over: the master under the name, then what interrupted renders left.
  var volumes: [ReuseShelf.Volume] {
    (current == nil ? [] : [.master(file: path, ledger: ledgerPath)])
      + leftovers.map { .partial(file: $0, journal: "\($0).ledger") }
  }

  /// Removes what an interrupted render left that holds nothing which is not elsewhere: however often a render is
  /// interrupted, it leaves no more than the picture's worth twice.
  func forget(_ file: String) {
    guard let index = leftovers.firstIndex(of: file) else { return }
    leftovers.remove(at: index)
    Self.remove(file)
  }

  /// Gives the finished file its name; whoever looks sees the old master or the new one, never less.
  ///
  /// - Parameter write: writes the ledger to a path and flushes it.
  func commit(_ write: (String) throws -> Void) throws {
    try FileSystem.sync(partial)
    let growing = OutputNames.partial(of: ledgerPath)
    do {
      try write(growing)
      try FileSystem.rename(growing, to: ledgerPath)
    } catch {
      unlink(growing)
      throw error
    }
    try Self.replace(path, with: partial)
    try FileSystem.sync(folder)
    let ledgerFolder = URL(fileURLWithPath: ledgerPath).deletingLastPathComponent().path
    if ledgerFolder != folder { try FileSystem.sync(ledgerFolder) }
    discard()
  }

  /// Removes everything that this render and interrupted ones left.
  func discard() {
    guard isOpen else { return }
    isOpen = false
    for file in leftovers { Self.remove(file) }
    try? FileManager.default.removeItem(atPath: partial)
    journal.remove()
  }

  /// Leaves the partial file and its journal for the next render, when anything is in them.
  func leave(worthKeeping: Bool) {
    guard isOpen else { return }
    isOpen = false
    if worthKeeping { return }
    try? FileManager.default.removeItem(atPath: partial)
    journal.remove()
  }

  // MARK: What lies there

  /// The ledger of the master under the name; `nil` when nothing is there, or something that may be replaced.
  private static func master(
    _ path: String, _ ledgerPath: String, _ isSequence: Bool, _ overwrite: Bool
  ) throws(PegError) -> LedgerHeader? {
    if FileManager.default.fileExists(atPath: ledgerPath), !overwrite {
      do throws(PegError) {
        _ = try LedgerReader(ledgerPath)
      } catch {
        throw PegError(
          .cannotCreate, error.sentence, hint: "give --ledger another name, or --overwrite to replace it")
      }
    }
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    if let header = MasterOnDisk.header(path, ledgerPath, isSequence) { return header }
    if isSequence, let names = try? FileManager.default.contentsOfDirectory(atPath: path) {
      if names.isEmpty { return nil }
      // Nobody means to lose what lies beside the pictures.
      let pictures: Set = ["png", "tif", "tiff", "exr", "dpx", "jpg", "jpeg"]
      if overwrite, let other = names.first(where: { !pictures.contains(($0 as NSString).pathExtension.lowercased()) })
      {
        throw PegError(
          .cannotCreate, "\(path) holds \(other), which is no picture of a sequence",
          hint: "give -o a folder of its own")
      }
    }
    guard overwrite, isSequence || !FileSystem.isFolder(path) else {
      throw PegError(
        .cannotCreate, "\(path) exists and is no master whose ledger matches it",
        hint: "give -o another name, --ledger where its ledger lies, or --overwrite to replace it")
    }
    return nil
  }

  private static func checkFolder(ofLedger path: String) throws(PegError) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard FileSystem.isFolder(folder) else {
      throw PegError(.cannotCreate, "the folder \(folder) of the ledger does not exist", hint: "make it first")
    }
  }

  /// What a render would find under a name, without a lock and without touching anything.
  ///
  /// - Throws: ``PegError`` where the name may not be used.
  static func standing(
    _ path: String, isSequence: Bool, ledger: String?, overwrite: Bool
  ) throws(PegError) -> (current: Ledger?, volumes: [ReuseShelf.Volume]) {
    let place = URL(fileURLWithPath: path).path
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard FileSystem.isFolder(folder) else {
      throw PegError(
        .cannotCreate, "the output folder \(folder) does not exist", hint: "make it, or give -o another folder")
    }
    let ledgerPath = ledger ?? Ledger.path(for: place)
    try checkFolder(ofLedger: ledgerPath)
    let partial = OutputNames.partial(of: place)
    let left = OutputNames.leftovers(of: partial)
    func partials(_ files: [String]) -> [ReuseShelf.Volume] {
      files.map { .partial(file: $0, journal: "\($0).ledger") }
    }
    // Of a render that ended between its two renames the partial is the master.
    if FileManager.default.fileExists(atPath: partial), MasterOnDisk.header(place, ledgerPath, isSequence) == nil,
      MasterOnDisk.header(partial, ledgerPath, isSequence) != nil
    {
      return (try Ledger(reading: ledgerPath), [.master(file: partial, ledger: ledgerPath)] + partials(left))
    }
    guard try master(place, ledgerPath, isSequence, overwrite) != nil else { return (nil, partials([partial] + left)) }
    return (
      try Ledger(reading: ledgerPath), [.master(file: place, ledger: ledgerPath)] + partials([partial] + left)
    )
  }

  /// A render that ended between its two renames: the ledger is there, the master still has its partial name.
  private static func completeRename(
    _ path: String, _ partial: String, _ ledgerPath: String, _ isSequence: Bool
  ) throws(PegError) -> Bool {
    guard FileManager.default.fileExists(atPath: partial),
      MasterOnDisk.header(path, ledgerPath, isSequence) == nil,
      MasterOnDisk.header(partial, ledgerPath, isSequence) != nil
    else { return false }
    try replace(path, with: partial)
    try FileSystem.sync(URL(fileURLWithPath: path).deletingLastPathComponent().path)
    try? FileManager.default.removeItem(atPath: partial)
    return true
  }

  /// Makes room for a new partial file and its journal, where an interrupted render left one.
  private static func moveAside(_ partial: String) throws(PegError) -> Bool {
    guard JournalReader("\(partial).ledger") != nil else { return false }
    let aside = OutputNames.free(partial)
    // The file first; when its journal did not follow, it lies there already.
    if FileManager.default.fileExists(atPath: partial) {
      try? FileManager.default.removeItem(atPath: aside)
      try FileSystem.rename(partial, to: aside)
    }
    guard FileManager.default.fileExists(atPath: aside) else { return false }
    try FileSystem.rename("\(partial).ledger", to: "\(aside).ledger")
    return true
  }

  private static func remove(_ leftover: String) {
    try? FileManager.default.removeItem(atPath: leftover)
    try? FileManager.default.removeItem(atPath: "\(leftover).ledger")
  }

  /// Gives the partial file the name. What a folder had in it lies under the partial name afterwards.
  private static func replace(_ path: String, with partial: String) throws(PegError) {
    if !FileSystem.isFolder(path), FileSystem.isFolder(partial), FileManager.default.fileExists(atPath: path) {
      // A folder cannot be renamed over a file.
      guard unlink(path) == 0 else {
        throw PegError.system(.io, "cannot replace \(path)", errno)
      }
    }
    guard FileSystem.isFolder(path), FileSystem.isFolder(partial) else {
      return try FileSystem.rename(partial, to: path)
    }
    // A folder cannot be renamed over one that has files in it: the two change places.
    if FileExchange.swap(path, partial) { return }
    // A file system that cannot: for a moment nothing has the name, and the next render would put it right.
    let old = "\(partial).old"
    try? FileManager.default.removeItem(atPath: old)
    try FileSystem.rename(path, to: old)
    do {
      try FileSystem.rename(partial, to: path)
    } catch {
      try? FileSystem.rename(old, to: path)
      throw error
    }
    try? FileManager.default.removeItem(atPath: old)
  }
}

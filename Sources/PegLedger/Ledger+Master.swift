import Foundation
public import PegCore

// Which file a ledger is about: told by digests, so that files and folders may be moved and renamed.

extension Ledger {
  /// The ledger of a master.
  ///
  /// - Parameter path: where it lies, when not beside the master.
  /// - Throws: ``PegError`` `missingInput` when master or ledger do not exist, `badInput` when the ledger is about another file.
  public init(of master: String, at path: String? = nil) throws(PegError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: master, isDirectory: &isFolder) else {
      throw PegError(
        .missingInput, "there is no master \(master)", hint: "name a file that `pegbar render` made, or its ledger")
    }
    let place = path ?? Self.path(for: master)
    guard FileManager.default.fileExists(atPath: place) else {
      throw PegError(
        .missingInput, "\(master) has no ledger \(place)",
        hint: "a ledger lies beside its master as NAME.ledger; --ledger names another place")
    }
    // Reads what is no ledger before it is held to the master: that says more.
    try self.init(reading: place)
    guard MasterOnDisk.header(master, place, isFolder.boolValue) != nil else {
      throw PegError(
        .badInput, "the ledger \(place) is not about \(master) as it is now",
        hint: "the file was changed or replaced after its ledger was written; render it again")
    }
  }

  /// Whether the master is a folder of images.
  public var isSequence: Bool { entries.contains { if case .image = $0 { true } else { false } } }
}

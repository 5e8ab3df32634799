import Foundation
public import PegCore

extension Ledger {
  /// Where the ledger of a master lies: `master.mov.ledger`.
  public static func path(for master: String) -> String {
    var master = master
    while master.hasSuffix("/"), master.count > 1 { master.removeLast() }
    return "\(master).ledger"
  }

  /// Reads a ledger whole; ``LedgerReader`` reads it entry by entry.
  ///
  /// - Throws: ``PegError`` `missingInput` when there is none, `badInput` with the line for what is none.
  public init(reading path: String) throws(PegError) {
    var reader = try LedgerReader(path)
    var entries: [LedgerEntry] = []
    while let entry = try reader.next() { entries.append(entry) }
    self.init(header: reader.header, entries: entries)
  }

  /// Writes the ledger and flushes it; the caller renames.
  public func write(to path: String) throws(PegError) {
    var writer = try LedgerWriter(path, header: header)
    for entry in entries { try writer.write(entry) }
    try writer.finish()
  }

  /// The ledger as JSON Lines, in pieces of a megabyte or so.
  public func lines(_ write: (String) throws -> Void) rethrows {
    var text = header.json.text(.compact) + "\n"
    for entry in entries {
      text += entry.json(isPublic: header.isPublic).text(.compact) + "\n"
      if text.utf8.count > 1 << 20 {
        try write(text)
        text = ""
      }
    }
    try write(text)
  }
}

import Foundation
public import PegCore

extension Ledger {
  /// Where the ledger of a master lies: `master.mov.ledger`.
  public static func path(for master: String) -> String {
    var master = master
    while master.hasSuffix("/"), master.count > 1 { master.removeLast() }
    return "\(master).ledger"
  }

  /// Reads a ledger.
  ///
  /// - Throws: ``PegError`` `missingInput` when there is none, `badInput` with the line for what is none.
  public init(reading path: String) throws(PegError) {
    guard FileManager.default.fileExists(atPath: path) else {
      throw PegError(
        .missingInput, "there is no ledger \(path)", hint: "a ledger lies beside its master as NAME.ledger")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw PegError(.badInput, "cannot read the ledger \(path)")
    }
    var header: LedgerHeader?
    var entries: [LedgerEntry] = []
    var number = 0
    for line in data.split(separator: UInt8(ascii: "\n")) {
      number += 1
      guard let json = try? JSON(parsing: line, limits: JSONLimits(bytes: 64 << 20)) else {
        throw PegError(.badInput, "\(path) line \(number) is no JSON")
      }
      if header == nil {
        guard let first = LedgerHeader(json: json) else {
          throw PegError(.badInput, "\(path) is no ledger of a version that this Pegbar reads")
        }
        header = first
      } else {
        guard let entry = LedgerEntry(json: json) else {
          throw PegError(.badInput, "\(path) line \(number) is no entry of a ledger")
        }
        entries.append(entry)
      }
    }
    guard let header else { throw PegError(.badInput, "the ledger \(path) is empty") }
    self.init(header: header, entries: entries)
  }

  /// Writes the ledger and flushes it; the caller renames.
  public func write(to path: String) throws(PegError) {
    guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
    else {
      throw PegError(.cannotCreate, "cannot write the ledger \(path)")
    }
    defer { try? file.close() }
    do {
      var buffer = Data((header.json.text(.compact) + "\n").utf8)
      for entry in entries {
        buffer.append(contentsOf: (entry.json.text(.compact) + "\n").utf8)
        if buffer.count > 1 << 20 {
          try file.write(contentsOf: buffer)
          buffer.removeAll(keepingCapacity: true)
        }
      }
      try file.write(contentsOf: buffer)
      try file.synchronize()
    } catch {
      throw PegError(.io, "cannot write the ledger \(path): \(error.localizedDescription)")
    }
  }
}

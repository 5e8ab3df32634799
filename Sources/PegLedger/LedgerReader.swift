import Foundation
public import PegCore

/// The entries of a ledger, one after another: a feature's ledger is read without being held.
public struct LedgerReader: ~Copyable {
  public let header: LedgerHeader
  private let path: String
  private var lines: LineReader
  /// The record frame that the next picture may begin at.
  private var frame: Int

  /// - Throws: ``PegError`` `missingInput` when there is no ledger, `badInput` for what is none.
  public init(_ path: String) throws(PegError) {
    guard var lines = LineReader(path) else {
      if errno == ENOENT {
        throw PegError(
          .missingInput, "there is no ledger \(path)", hint: "a ledger lies beside its master as NAME.ledger")
      }
      throw PegError(.badInput, "cannot read the ledger \(path)")
    }
    guard let first = lines.next() else { throw PegError(.badInput, "the ledger \(path) is empty") }
    guard let json = try? JSON(parsing: first, limits: Self.limits) else {
      // A file whose first line is no JSON is something else altogether.
      throw PegError(.badInput, "\(path) is no ledger")
    }
    guard let header = LedgerHeader(json: json) else {
      if let version = LedgerHeader.version(of: json), version != LedgerHeader.version {
        throw PegError(
          .badInput, "\(path) is a ledger of version \(version); this Pegbar reads version \(LedgerHeader.version)")
      }
      throw PegError(.badInput, "\(path) is no ledger that this Pegbar reads")
    }
    self.header = header
    self.path = path
    self.lines = lines
    frame = header.range.start
  }

  static let limits = JSONLimits(bytes: 64 << 20)

  /// The next entry; `nil` at the end.
  ///
  /// - Throws: ``PegError`` `badInput` with the line for what is no entry.
  public mutating func next() throws(PegError) -> LedgerEntry? {
    guard let line = lines.next() else { return nil }
    guard let json = try? JSON(parsing: line, limits: Self.limits) else {
      throw PegError(.badInput, "\(path) line \(lines.number) is no JSON")
    }
    guard let entry = LedgerEntry(json: json) else {
      throw PegError(.badInput, "\(path) line \(lines.number) is no entry of a ledger")
    }
    if let covered = entry.frames {
      guard covered.start >= frame, covered.end <= header.range.end else {
        throw PegError(
          .badInput, "\(path) line \(lines.number) says frames \(covered), which do not follow the line before")
      }
      frame = covered.end
    }
    return entry
  }
}

import Foundation
public import PegCore

/// Writes a ledger line by line into a file of its own, which the caller gives its name when it is whole.
public struct LedgerWriter: ~Copyable {
  private let path: String
  private let descriptor: Int32
  private let isPublic: Bool
  private var waiting: [UInt8] = []

  /// Creates the file, or empties it, and writes the header.
  ///
  /// - Throws: ``PegError`` `cannotCreate`.
  public init(_ path: String, header: LedgerHeader) throws(PegError) {
    self.path = path
    isPublic = header.isPublic
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw PegError.system(.cannotCreate, "cannot write the ledger \(path)", errno)
    }
    waiting = Array((header.json.text(.compact) + "\n").utf8)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// - Throws: ``PegError`` of kind `io`.
  public mutating func write(_ entry: LedgerEntry) throws(PegError) {
    waiting += (entry.json(isPublic: isPublic).text(.compact) + "\n").utf8
    if waiting.count > 1 << 18 { try hand() }
  }

  /// Writes what waits, and flushes the file to the disk.
  ///
  /// - Throws: ``PegError`` of kind `io`.
  public mutating func finish() throws(PegError) {
    try hand()
    guard fsync(descriptor) == 0 else { throw failure() }
  }

  private mutating func hand() throws(PegError) {
    guard FileWriting.write(waiting, to: descriptor) else { throw failure() }
    waiting.removeAll(keepingCapacity: true)
  }

  private func failure() -> PegError {
    PegError.system(.io, "cannot write the ledger \(path)", errno)
  }
}

/// Writing to a descriptor until everything is written.
enum FileWriting {
  /// `false` when the system refuses; `errno` says why.
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let step = Foundation.write(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
        if step < 0, errno == EINTR { continue }
        if step <= 0 { return false }
        done += step
      }
      return true
    }
  }
}

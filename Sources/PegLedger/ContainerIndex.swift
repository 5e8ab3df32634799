import Foundation
public import PegCore
import PegMedia

/// The part of a finished file that says where everything lies: `moov` (MOV, MP4), Cues (Matroska), index segments (MXF).
///
/// Its hash ties a ledger to its file at the cost of reading some kilobytes: an index that is the same names the same packets
/// at the same places.
public enum ContainerIndex {
  /// The hash of a file's index.
  ///
  /// - Returns: `nil` for a file without one: truncated, or of another kind.
  /// - Throws: ``PegError`` when the file cannot be read.
  public static func hash(of path: String) throws(PegError) -> LedgerID? {
    let file = try RandomFile(path)
    var digest = Digest(.xxh128)
    let head = file.bytes(at: 0, count: 16)
    let found: Bool
    if head.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) {
      found = cues(file, &digest)
    } else if head.starts(with: [0x06, 0x0E, 0x2B, 0x34]) {
      found = indexSegments(file, &digest)
    } else {
      found = moov(file, &digest)
    }
    return found ? LedgerID(digest.finish()) : nil
  }

  /// Boxes of ISO/IEC 14496-12 §4.2: size, type, and a 64-bit size where the size is 1.
  private static func moov(_ file: RandomFile, _ digest: inout Digest) -> Bool {
    var at = 0
    while at + 8 <= file.size {
      let head = file.bytes(at: at, count: 16)
      guard head.count >= 8 else { return false }
      var size = number(head[0..<4])
      var payload = 8
      if size == 1 {
        guard head.count == 16 else { return false }
        size = number(head[8..<16])
        payload = 16
      } else if size == 0 {
        size = file.size - at
      }
      guard size >= payload, at + size <= file.size else { return false }
      if Array(head[4..<8]) == Array("moov".utf8) {
        file.feed(at: at + payload, count: size - payload, to: &digest)
        return true
      }
      at += size
    }
    return false
  }

  /// Elements of RFC 8794: an id of 1 to 4 bytes, a size of 1 to 8; Cues are 1C53BB6B inside Segment 18538067.
  private static func cues(_ file: RandomFile, _ digest: inout Digest) -> Bool {
    var at = 0
    while let element = element(file, at) {
      if element.id == 0x1853_8067 {
        at = element.payload
        continue
      }
      guard let size = element.size, element.payload + size <= file.size else { return false }
      if element.id == 0x1C53_BB6B {
        file.feed(at: element.payload, count: size, to: &digest)
        return true
      }
      at = element.payload + size
    }
    return false
  }

  private static func element(_ file: RandomFile, _ at: Int) -> (id: Int, payload: Int, size: Int?)? {
    let head = file.bytes(at: at, count: 12)
    guard let first = head.first, first >= 0x10 else { return nil }
    let idLength = first.leadingZeroBitCount + 1
    guard head.count > idLength, head[idLength] != 0 else { return nil }
    let sizeLength = head[idLength].leadingZeroBitCount + 1
    guard head.count >= idLength + sizeLength else { return nil }
    var size = number(head[idLength..<(idLength + sizeLength)])
    size &= (1 << (7 * sizeLength)) - 1
    let unknown = size == (1 << (7 * sizeLength)) - 1
    return (number(head[0..<idLength]), at + idLength + sizeLength, unknown ? nil : size)
  }

  /// KLV of ST 336; index table segments of ST 377-1 §11 have the key …0F 01 10 01 00 after the first eight bytes.
  private static func indexSegments(_ file: RandomFile, _ digest: inout Digest) -> Bool {
    let segment: [UInt8] = [0x0D, 0x01, 0x02, 0x01, 0x01, 0x10, 0x01, 0x00]
    var at = 0
    var found = false
    while at + 17 <= file.size {
      let head = file.bytes(at: at, count: 25)
      guard head.count > 17, head.starts(with: [0x06, 0x0E, 0x2B, 0x34]) else { return found }
      var size = Int(head[16])
      var payload = at + 17
      if size >= 0x80 {
        let length = size & 0x7F
        guard length >= 1, length <= 8, head.count >= 17 + length else { return found }
        size = number(head[17..<(17 + length)])
        payload += length
      }
      guard size >= 0, payload + size <= file.size else { return found }
      if Array(head[8..<16]) == segment {
        file.feed(at: payload, count: size, to: &digest)
        found = true
      }
      at = payload + size
    }
    return found
  }

  private static func number(_ bytes: some Sequence<UInt8>) -> Int {
    // Sizes past 2^62 are nonsense; they fail the bounds that every caller checks.
    Int(truncatingIfNeeded: bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } & UInt64(Int64.max))
  }
}

/// A file that is read at places, without a position.
final class RandomFile {
  let size: Int
  private let descriptor: Int32
  private let path: String

  init(_ path: String) throws(PegError) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw PegError(
        errno == ENOENT ? .missingInput : .badInput, "cannot read \(path): \(String(cString: strerror(errno)))")
    }
    self.path = path
    var facts = stat()
    fstat(descriptor, &facts)
    size = Int(facts.st_size)
  }

  deinit { close(descriptor) }

  /// Up to `count` bytes; fewer at the end of the file.
  func bytes(at offset: Int, count: Int) -> [UInt8] {
    guard offset >= 0, count > 0, offset < size else { return [] }
    return [UInt8](unsafeUninitializedCapacity: min(count, size - offset)) { buffer, filled in
      while filled < buffer.count {
        guard let base = buffer.baseAddress else { return }
        let got = pread(descriptor, base + filled, buffer.count - filled, off_t(offset + filled))
        if got <= 0 { return }
        filled += got
      }
    }
  }

  /// Feeds a part of the file to a digest, in pieces.
  func feed(at offset: Int, count: Int, to digest: inout Digest) {
    var done = 0
    while done < count {
      let piece = bytes(at: offset + done, count: min(count - done, 1 << 20))
      if piece.isEmpty { return }
      piece.withUnsafeBytes { digest.update($0) }
      done += piece.count
    }
  }
}

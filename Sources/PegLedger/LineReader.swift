import Foundation
import PegCore

/// The lines of a file, one after another: what is held is one piece of it, whatever the length.
struct LineReader: ~Copyable {
  private let descriptor: Int32
  private var piece: [UInt8] = []
  /// Where the next line begins in ``piece``.
  private var at = 0
  private var isAtEnd = false
  /// Lines given so far.
  private(set) var number = 0
  /// A line that is longer is none of ours.
  private static let limit = 64 << 20

  /// `nil` when there is no such file, or it cannot be read.
  init?(_ path: String) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { return nil }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// The next line that is not empty, without its line break; `nil` at the end.
  mutating func next() -> ArraySlice<UInt8>? {
    while true {
      if let end = piece[at...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = piece[at..<end]
        at = end + 1
        if line.isEmpty { continue }
        number += 1
        return line
      }
      if isAtEnd {
        let line = piece[at...]
        at = piece.count
        if line.isEmpty { return nil }
        number += 1
        return line
      }
      refill()
    }
  }

  private mutating func refill() {
    piece.removeSubrange(..<at)
    at = 0
    if piece.count > Self.limit { return end() }
    let kept = piece.count
    let wanted = max(1 << 18, kept)
    let descriptor = descriptor
    var got = 0
    piece += [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
      repeat { got = read(descriptor, buffer.baseAddress, wanted) } while got < 0 && errno == EINTR
      filled = max(0, got)
    }
    if got <= 0 { isAtEnd = true }
  }

  private mutating func end() {
    piece = []
    isAtEnd = true
  }
}

import Foundation

/// Reads files whole or in part, within limits.
enum FileBytes {
  /// The first `count` bytes, or all there are.
  static func head(of path: String, count: Int) throws(MediaError) -> [UInt8] {
    try part(of: path, from: 0, count: count)
  }

  /// At most `count` bytes from `offset` on.
  static func part(of path: String, from offset: Int, count: Int) throws(MediaError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var failure: MediaError?
    let filled = bytes.withUnsafeMutableBytes { raw -> Int in
      do throws(MediaError) { return try fill(raw, of: path, from: offset) } catch { failure = error }
      return 0
    }
    if let failure { throw failure }
    bytes.removeLast(count - filled)
    return bytes
  }

  /// Reads into `target` from `offset` on, until it is full or the file ends.
  ///
  /// - Returns: how many bytes were read.
  static func fill(
    _ target: UnsafeMutableRawBufferPointer, of path: String, from offset: Int
  ) throws(MediaError) -> Int {
    try FileFacts.requireReadable(path)
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw MediaError(.io, .open, path, OutputFile.words(errno), code: -errno) }
    defer { close(file) }
    var filled = 0
    while filled < target.count {
      let got = pread(file, target.baseAddress.map { $0 + filled }, target.count - filled, off_t(offset + filled))
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw MediaError(.io, .read, path, OutputFile.words(errno), code: -errno) }
      if got == 0 { break }
      filled += got
    }
    return filled
  }
}

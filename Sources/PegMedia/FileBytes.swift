import Foundation

/// Reads files whole or in part, within limits.
enum FileBytes {
  /// The first `count` bytes, or all there are.
  static func head(of path: String, count: Int) throws(MediaError) -> [UInt8] {
    try part(of: path, from: 0, count: count)
  }

  /// At most `count` bytes from `offset` on.
  static func part(of path: String, from offset: Int, count: Int) throws(MediaError) -> [UInt8] {
    try FileFacts.requireReadable(path)
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw MediaError(.io, .open, path, String(cString: strerror(errno))) }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let got = bytes.withUnsafeMutableBytes { raw in
        pread(file, raw.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
      }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw MediaError(.io, .read, path, String(cString: strerror(errno))) }
      if got == 0 { break }
      filled += got
    }
    bytes.removeLast(count - filled)
    return bytes
  }

  /// The whole file.
  ///
  /// - Parameter limit: bytes above which it is refused.
  static func all(of path: String, limit: Int) throws(MediaError) -> Data {
    try FileFacts.requireReadable(path)
    let size = try FileFacts(path).size
    guard size <= limit else { throw MediaError(.badInput, .read, path, "it has \(size) bytes, \(limit) are allowed") }
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw MediaError(.io, .read, path, "\(error.localizedDescription)")
    }
  }
}

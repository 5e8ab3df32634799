import Foundation

/// What the file system says of a file: enough to know it again, and to refuse it with the right words.
struct FileFacts: Hashable, Sendable {
  let device: UInt64
  let inode: UInt64
  let size: Int
  let modified: Int64
  let changed: Int64
  let isFolder: Bool
  /// A file with bytes of its own: no pipe, no device, no socket.
  let isRegular: Bool

  /// - Throws: ``MediaError`` for a path that does not exist or may not be looked at.
  init(_ path: String) throws(MediaError) {
    var status = stat()
    guard stat(path, &status) == 0 else { throw Self.error(errno, path) }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    size = Int(status.st_size)
    #if canImport(Darwin)
      modified = Int64(status.st_mtimespec.tv_sec) * 1_000_000_000 + Int64(status.st_mtimespec.tv_nsec)
      changed = Int64(status.st_ctimespec.tv_sec) * 1_000_000_000 + Int64(status.st_ctimespec.tv_nsec)
    #else
      modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
      changed = Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec)
    #endif
    isFolder = status.st_mode & S_IFMT == S_IFDIR
    isRegular = status.st_mode & S_IFMT == S_IFREG
  }

  /// Throws unless `path` is a file with bytes in it that may be read.
  static func requireReadable(_ path: String) throws(MediaError) {
    let facts = try FileFacts(path)
    if facts.isFolder { throw MediaError(.badInput, .open, path, "it is a folder") }
    // Opening a pipe would wait for somebody who writes to it.
    if !facts.isRegular { throw MediaError(.badInput, .open, path, "it is no file but a pipe or a device") }
    guard access(path, R_OK) == 0 else { throw error(errno, path) }
    if facts.size == 0 { throw MediaError(.badInput, .open, path, "the file is empty (0 bytes)") }
  }

  private static func error(_ number: Int32, _ path: String) -> MediaError {
    switch number {
    case ENOENT, ENOTDIR: MediaError(.missingInput, .open, path, "it does not exist", code: -number)
    case EACCES, EPERM:
      MediaError(.badInput, .open, path, "it may not be read", code: -number, hint: "check its permissions")
    default: MediaError(.io, .open, path, OutputFile.words(number), code: -number)
    }
  }
}

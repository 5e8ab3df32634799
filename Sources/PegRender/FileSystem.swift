import Foundation
import PegCore

/// What a master needs of the file system, with errors that name the thing.
enum FileSystem {
  static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  /// Bytes of a file, or of the files in a folder; 0 where nothing is.
  static func size(of path: String) -> Int {
    guard isFolder(path) else { return fileSize(path) ?? 0 }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.reduce(0) { $0 + (fileSize("\(path)/\($1)") ?? 0) }
  }

  /// Bytes of a file; `nil` where none is.
  static func fileSize(_ path: String) -> Int? {
    var facts = stat()
    return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG ? Int(facts.st_size) : nil
  }

  /// What a file or folder is, whatever names it has.
  struct Identity: Hashable {
    let device: UInt64
    let inode: UInt64
  }

  /// `nil` where nothing is.
  static func identity(_ path: String) -> Identity? {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return nil }
    return Identity(device: UInt64(facts.st_dev), inode: UInt64(facts.st_ino))
  }

  static func rename(_ path: String, to new: String) throws(PegError) {
    guard Foundation.rename(path, new) == 0 else {
      throw PegError.system(.io, "cannot rename \(path) to \(new)", errno)
    }
  }

  /// Flushes a file, or a folder's list of names, to the disk.
  static func sync(_ path: String) throws(PegError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw PegError.system(.io, "cannot flush \(path)", errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw PegError.system(.io, "cannot flush \(path)", errno)
    }
  }
}

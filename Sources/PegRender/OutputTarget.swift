import Foundation
import PegCore

/// An output's name, the name it has while it grows, and the lock that keeps a second render away.
final class OutputTarget {
  let path: String
  /// `.NAME.partial` in the same folder, so that the rename at the end cannot fail for lack of room.
  let partial: String
  private let lock: Int32
  private let lockPath: String
  private var isOpen = true

  /// Takes the lock and makes sure the name may be used.
  ///
  /// - Throws: ``PegError`` `cannotCreate` when the folder does not exist or the name is taken by a file that may not be
  ///   replaced, `tryAgain` when another render holds the lock.
  init(path: String, overwrite: Bool) throws(PegError) {
    let url = URL(fileURLWithPath: path)
    let folder = url.deletingLastPathComponent().path
    self.path = url.path
    partial = "\(folder)/.\(url.lastPathComponent).partial"
    lockPath = "\(partial).lock"
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
      throw PegError(
        .cannotCreate, "the output folder \(folder) does not exist", hint: "make it, or give -o another folder")
    }
    if FileManager.default.fileExists(atPath: url.path), !overwrite {
      throw PegError(
        .cannotCreate, "\(path) exists and is not a master that Pegbar may renew",
        hint: "give -o another name, or --overwrite to replace it")
    }
    lock = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard lock >= 0 else {
      throw PegError(.cannotCreate, "cannot write in \(folder): \(String(cString: strerror(errno)))")
    }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      close(lock)
      throw PegError(
        .tryAgain, "\(path) is being written by another render", hint: "wait for it, or give -o another name")
    }
  }

  /// Gives the finished file its name; whoever looks sees the old file or the new one.
  func commit() throws(PegError) {
    guard let descriptor = Self.synced(partial) else {
      throw PegError(.io, "cannot flush \(partial): \(String(cString: strerror(errno)))")
    }
    close(descriptor)
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      // A folder cannot be renamed over one that has files in it.
      try? FileManager.default.removeItem(atPath: path)
    }
    guard rename(partial, path) == 0 else {
      throw PegError(.io, "cannot rename \(partial) to \(path): \(String(cString: strerror(errno)))")
    }
    if let folder = Self.synced(URL(fileURLWithPath: path).deletingLastPathComponent().path) { close(folder) }
    release()
  }

  /// Removes what was written so far.
  func discard() {
    guard isOpen else { return }
    try? FileManager.default.removeItem(atPath: partial)
    release()
  }

  private func release() {
    guard isOpen else { return }
    isOpen = false
    unlink(lockPath)
    close(lock)
  }

  private static func synced(_ path: String) -> Int32? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    fsync(descriptor)
    return descriptor
  }

  deinit { discard() }
}

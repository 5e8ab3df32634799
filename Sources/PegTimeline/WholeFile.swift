package import PegCore
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Small files, read and written in one piece.
package enum WholeFile {
  /// Names looked at for one that is like a wrong one.
  private static let namesLimit = 4096

  /// A file of the same folder whose name is nearly the same.
  private static func likeness(of path: String) -> String? {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[...$0]) } ?? ""
    guard let list = opendir(folder.isEmpty ? "." : folder) else { return nil }
    defer { closedir(list) }
    var names: [String] = []
    while names.count < namesLimit, let entry = readdir(list) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        // The name ends in a zero within the field.
        field.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: field.pointee)) {
          String(cString: $0)
        }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    return Spelling.nearest(to: name, among: names.sorted()).map { folder + $0 }
  }

  /// - Parameter limit: bytes.
  package static func contents(of path: String, limit: Int) throws(PegError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let code = errno
      if code == ENOENT || code == ENOTDIR {
        throw PegError(
          .missingInput, "\(path) does not exist", hint: likeness(of: path).map { "did you mean \($0)?" })
      }
      throw PegError(.badInput, "\(path) cannot be opened: \(reason(code))")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw PegError(.io, "\(path) cannot be read: \(reason(errno))")
    }
    if status.st_mode & S_IFMT == S_IFDIR { throw PegError(.badInput, "\(path) is a folder, not a cut") }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(max(0, Int(status.st_size)), limit) + 1)
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw PegError(.io, "\(path) cannot be read: \(reason(errno))")
      }
      if count == 0 { return bytes }
      bytes.append(contentsOf: buffer[..<count])
      guard bytes.count <= limit else {
        throw PegError(.badInput, "\(path) has more than the \(limit) bytes that are read")
      }
    }
  }

  /// Distinguishes what one process writes at once.
  private static let serial = Atomic<Int>(0)

  /// Replaces the file at `path`, keeping its permissions; a symbolic link stays one.
  package static func replace(_ path: String, with bytes: [UInt8]) throws(PegError) {
    let target = resolved(path)
    let (folder, name) = split(target)
    let number = serial.add(1, ordering: .relaxed).newValue
    let temporary = "\(folder)/.\(name).\(getpid()).\(number).partial"
    var old = stat()
    let exists = stat(target, &old) == 0
    if exists, old.st_mode & S_IFMT == S_IFDIR { throw PegError(.cannotCreate, "\(path) is a folder") }
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      let code = errno
      if code == ENOENT || code == ENOTDIR {
        throw PegError(.cannotCreate, "the folder \(folder) of \(name) does not exist", hint: "create it first")
      }
      throw PegError(code == ENOSPC ? .io : .cannotCreate, "\(path) cannot be written: \(reason(code))")
    }
    let failure = fill(descriptor, bytes, mode: exists ? old.st_mode & 0o7777 : nil)
    close(descriptor)
    guard failure == nil, rename(temporary, target) == 0 else {
      let code = failure ?? errno
      unlink(temporary)
      throw PegError(.io, "\(path) cannot be written: \(reason(code))")
    }
    // The new name has to survive a power cut, too; a file system that cannot do that still has the file.
    let parent = open(folder, O_RDONLY | O_CLOEXEC)
    if parent >= 0 {
      fsync(parent)
      close(parent)
    }
  }

  /// The error number of what failed.
  private static func fill(_ descriptor: Int32, _ bytes: [UInt8], mode: mode_t?) -> Int32? {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes { raw in
        write(descriptor, raw.baseAddress.map { $0 + offset }, bytes.count - offset)
      }
      if count < 0 {
        if errno == EINTR { continue }
        return errno
      }
      offset += count
    }
    if let mode, fchmod(descriptor, mode) != 0 { return errno }
    return fsync(descriptor) == 0 ? nil : errno
  }

  /// Where a symbolic link leads; `path` itself where there is none.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  private static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = slash == path.startIndex ? "/" : String(path[..<slash])
    return (folder, String(path[path.index(after: slash)...]))
  }

  private static func reason(_ code: Int32) -> String {
    var text = [CChar](repeating: 0, count: 256)
    guard strerror_r(code, &text, text.count) == 0 else { return "error \(code)" }
    return text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } }?.lowercasedFirst ?? ""
  }
}

extension String {
  /// For a system's message inside a sentence.
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}

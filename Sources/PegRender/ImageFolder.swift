import Foundation
import PegCore
import PegDelivery
import PegLedger
import PegMedia

/// A sequence that is being written: a folder of numbered images under a partial name.
final class ImageFolder {
  private let folder: String
  private let names: ImageNames
  /// Images that the disk may not have yet.
  private var waiting: [String] = []

  init(folder: String, names: ImageNames) throws(PegError) {
    self.folder = folder
    self.names = names
    try? FileManager.default.removeItem(atPath: folder)
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    } catch {
      throw PegError(.cannotCreate, "cannot make the folder \(folder): \(error.localizedDescription)")
    }
  }

  /// Writes the image of record frame `frame`.
  ///
  /// - Returns: its name in the folder.
  func write(_ packet: Packet, frame: Int) throws(PegError) -> String {
    let name = names.name(of: frame)
    let path = "\(folder)/\(name)"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw .system(.io, "cannot create \(path)", errno)
    }
    defer { close(descriptor) }
    try packet.withBytes { (bytes: UnsafeRawBufferPointer) throws(PegError) in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else {
          throw .system(.io, "cannot write \(path)", errno)
        }
        rest = rest.dropFirst(count)
      }
    }
    waiting.append(path)
    return name
  }

  /// Hands every image to the disk, and then their names.
  func flush() throws(PegError) {
    for path in waiting { try FileSystem.sync(path) }
    waiting = []
    try FileSystem.sync(folder)
  }
}

import Foundation
import PegCore
import PegMedia
import PegPreset

/// A sequence that is being written: a folder of numbered images under a partial name.
final class ImageFolder {
  private let folder: String
  private let pattern: ImageNames

  init(target: OutputTarget, naming: NamingSpec, name: String) throws(PegError) {
    folder = target.partial
    pattern = ImageNames(naming, name: name)
    try? FileManager.default.removeItem(atPath: folder)
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    } catch {
      throw PegError(.cannotCreate, "cannot make the folder \(folder): \(error.localizedDescription)")
    }
  }

  /// Writes the image of record frame `frame`.
  func write(_ packet: Packet, frame: Int) throws(PegError) {
    let path = "\(folder)/\(pattern.name(of: frame))"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw PegError(.io, "cannot create \(path): \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    try packet.withBytes { (bytes: UnsafeRawBufferPointer) throws(PegError) in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = unsafe Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        guard count > 0 else {
          throw PegError(.io, "cannot write \(path): \(String(cString: strerror(errno)))")
        }
        rest = rest.dropFirst(count)
      }
    }
  }

  func finish() throws(PegError) {}
}

/// Names of the images of a sequence, from a pattern such as `{name}.{frame:04}.png`.
struct ImageNames {
  private let pattern: String
  private let first: Int
  private let name: String

  init(_ naming: NamingSpec, name: String) {
    pattern = naming.pattern
    first = naming.firstFrame
    self.name = name.map { "/\\:\0".contains($0) ? "_" : String($0) }.joined()
  }

  func name(of frame: Int) -> String {
    var number = String(frame + first)
    let hashes = pattern.filter { $0 == "#" }.count
    while number.count < hashes { number = "0" + number }
    guard let from = pattern.firstIndex(of: "#"), let to = pattern.lastIndex(of: "#") else {
      return "\(name).\(number).png"
    }
    return pattern[..<from].replacingOccurrences(of: "{name}", with: name) + number
      + pattern[pattern.index(after: to)...]
  }
}

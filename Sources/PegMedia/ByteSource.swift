import Foundation

/// A file whose structure is read by places: only the headers asked for are touched, never the essence between them.
final class ByteSource {
  let path: String
  let size: Int
  private let descriptor: Int32
  private let closes: Bool
  // What was read last: headers stand close together.
  private var window: [UInt8] = []
  private var windowStart = 0

  /// - Throws: ``MediaError`` when the file is missing or cannot be read.
  convenience init(_ path: String) throws(MediaError) {
    try FileFacts.requireReadable(path)
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let code = errno
      throw MediaError(code == ENOENT ? .missingInput : .badInput, .open, path, OutputFile.words(code), code: -code)
    }
    self.init(path: path, descriptor: descriptor, closes: true)
  }

  /// A descriptor of somebody else's.
  init(path: String, descriptor: Int32, closes: Bool = false) {
    self.path = path
    self.descriptor = descriptor
    self.closes = closes
    var facts = stat()
    size = fstat(descriptor, &facts) == 0 ? Int(facts.st_size) : 0
  }

  deinit { if closes { close(descriptor) } }

  /// - Throws: ``MediaError`` when the file ends before, or cannot be read.
  func bytes(at place: Int, count: Int) throws(MediaError) -> ArraySlice<UInt8> {
    guard place >= 0, count >= 0, place <= size, count <= size - place else {
      throw MediaError(.badInput, .read, path, "the file ends inside its structure at byte \(place)")
    }
    if place < windowStart || place + count > windowStart + window.count {
      let wanted = min(size - place, max(count, 512))
      var fresh = [UInt8](repeating: 0, count: wanted)
      var done = 0
      while done < wanted {
        let step = fresh.withUnsafeMutableBytes {
          pread(descriptor, $0.baseAddress.map { $0 + done }, wanted - done, off_t(place + done))
        }
        if step < 0, errno == EINTR { continue }
        guard step > 0 else {
          throw MediaError(.badInput, .read, path, step < 0 ? OutputFile.words(errno) : "the file became shorter")
        }
        done += step
      }
      (window, windowStart) = (fresh, place)
    }
    return window[(place - windowStart)..<(place - windowStart + count)]
  }

  /// A big-endian number of 1 to 8 bytes.
  func number(at place: Int, count: Int) throws(MediaError) -> UInt64 {
    try bytes(at: place, count: count).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Overwrites bytes that are there.
  func patch(_ bytes: [UInt8], at place: Int) throws(MediaError) {
    let done = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, bytes.count, off_t(place)) }
    guard done == bytes.count else {
      throw MediaError(.io, .finish, path, done < 0 ? OutputFile.words(errno) : "a write was cut short")
    }
    window = []
  }
}

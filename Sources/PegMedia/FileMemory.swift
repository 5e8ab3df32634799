/// The bytes of a whole file in memory of our own, at an address that stays: for libraries that keep it. (A file that is
/// mapped may be shortened by others, which ends the process.)
final class FileMemory {
  let raw: UnsafeRawBufferPointer
  private let memory: UnsafeMutableRawBufferPointer

  /// - Parameter limit: bytes above which it is refused.
  /// - Throws: ``MediaError`` for a file that is missing, not readable or too large.
  init(of path: String, limit: Int) throws(MediaError) {
    try FileFacts.requireReadable(path)
    let size = try FileFacts(path).size
    guard size <= limit else { throw MediaError(.badInput, .read, path, "it has \(size) bytes, \(limit) are allowed") }
    memory = .allocate(byteCount: size, alignment: 16)
    do throws(MediaError) {
      let filled = try FileBytes.fill(memory, of: path, from: 0)
      raw = UnsafeRawBufferPointer(rebasing: memory[..<filled])
    } catch {
      memory.deallocate()
      throw error
    }
  }

  deinit { memory.deallocate() }
}

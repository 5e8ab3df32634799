internal import CFFmpeg
import Foundation

/// A finished file, or one that was left unfinished, whose packets are copied.
public final class PacketFile: Sendable {
  public let path: String
  private let descriptor: Int32
  private let size: Int

  /// `nil` when the file cannot be opened.
  public init?(_ path: String) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    var facts = stat()
    size = descriptor >= 0 && fstat(descriptor, &facts) == 0 ? Int(facts.st_size) : 0
    if descriptor < 0 { return nil }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// The packet at a place; its decode time is its presentation time until it is retimed.
  ///
  /// - Returns: `nil` when the file ends before, or cannot be read there: a ledger may say anything.
  /// - Throws: ``MediaError`` when memory runs out.
  public func packet(
    at offset: Int, size: Int, presentation: Int64, isKey: Bool, isDisposable: Bool = false
  ) throws(MediaError) -> Packet? {
    guard size > 0, size < Int(Int32.max) - Int(AV_INPUT_BUFFER_PADDING_SIZE), offset >= 0, offset <= self.size - size
    else { return nil }
    guard let av = av_packet_alloc() else { throw MediaError(.io, .allocate, "a packet", "out of memory") }
    let packet = Packet(adopting: av)
    try checked(av_new_packet(av, Int32(size)), .allocate, "a packet")
    var done = 0
    while done < size {
      let step = pread(descriptor, av.pointee.data + done, size - done, off_t(offset + done))
      if step < 0, errno == EINTR { continue }
      if step <= 0 { return nil }
      done += step
    }
    av.pointee.pts = presentation
    av.pointee.dts = presentation
    av.pointee.duration = 1
    if isKey { av.pointee.flags |= AV_PKT_FLAG_KEY }
    if isDisposable { av.pointee.flags |= AV_PKT_FLAG_DISPOSABLE }
    return packet
  }
}

internal import CFFmpeg
import Foundation
import Synchronization

/// A finished file, or one that was left unfinished, whose packets are copied.
public final class PacketFile: Sendable {
  public let path: String
  private let descriptor: Int32
  private let size: Int
  /// Packets of a master are alike in size and live shortly: their memory is used again, where new memory has to be
  /// cleared page by page.
  private let pools = Mutex<[Int: BufferPool]>([:])

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
    guard let buffer = room(size + Int(AV_INPUT_BUFFER_PADDING_SIZE)) else {
      throw MediaError(.io, .allocate, "a packet", "out of memory")
    }
    av.pointee.buf = buffer
    av.pointee.data = buffer.pointee.data
    av.pointee.size = Int32(size)
    memset(av.pointee.data + size, 0, Int(AV_INPUT_BUFFER_PADDING_SIZE))
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

  private func room(_ size: Int) -> UnsafeMutablePointer<AVBufferRef>? {
    // Steps of a quarter of a power of two at most: few pools, and little that lies idle in them.
    let step = max(4096, 1 << max(0, Int.bitWidth - size.leadingZeroBitCount - 3))
    let rounded = (size + step - 1) / step * step
    return pools.withLock { pools in
      if let known = pools[rounded] { return known.buffer() }
      guard let pool = BufferPool(rounded) else { return nil }
      pools[rounded] = pool
      return pool.buffer()
    }
  }
}

/// libav's pool of buffers of one size; those that are out live on without it.
private final class BufferPool: Sendable {
  // Safe to share: libav locks it.
  private nonisolated(unsafe) let av: OpaquePointer

  init?(_ size: Int) {
    guard let av = av_buffer_pool_init(size, nil) else { return nil }
    self.av = av
  }

  deinit {
    var av: OpaquePointer? = av
    av_buffer_pool_uninit(&av)
  }

  func buffer() -> UnsafeMutablePointer<AVBufferRef>? { av_buffer_pool_get(av) }
}

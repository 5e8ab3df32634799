internal import CFFmpeg
import Foundation

/// Encoded bytes of one picture or a run of sound, immutable and shared.
public final class Packet: Sendable {
  // Safe to share: nothing writes to it after init.
  nonisolated(unsafe) let av: UnsafeMutablePointer<AVPacket>

  /// Takes ownership of `av`.
  init(adopting av: UnsafeMutablePointer<AVPacket>) { self.av = av }

  /// A packet of bytes that exist already, such as one copied from a finished master.
  ///
  /// - Parameters:
  ///   - presentation, decode: in units of the stream's time base.
  /// - Throws: ``MediaError`` when memory runs out.
  public init(
    bytes: some ContiguousBytes, presentation: Int64, decode: Int64, duration: Int64, isKey: Bool,
    isDisposable: Bool = false
  ) throws(MediaError) {
    guard let packet = av_packet_alloc() else { throw MediaError(.io, .allocate, "a packet", "out of memory") }
    av = packet
    let code: Int32 = bytes.withUnsafeBytes { source in
      // libav counts in 31 bits, and keeps some bytes of padding.
      guard let count = Int32(exactly: source.count) else { return peg_averror(ENOMEM) }
      let code = av_new_packet(packet, count)
      if code >= 0, let from = source.baseAddress { memcpy(packet.pointee.data, from, source.count) }
      return code
    }
    packet.pointee.pts = presentation
    packet.pointee.dts = decode
    packet.pointee.duration = duration
    if isKey { packet.pointee.flags |= AV_PKT_FLAG_KEY }
    if isDisposable { packet.pointee.flags |= AV_PKT_FLAG_DISPOSABLE }
    if code < 0 { throw MediaError.libav(code, .allocate, "a packet") }
  }

  deinit {
    var packet: UnsafeMutablePointer<AVPacket>? = av
    av_packet_free(&packet)
  }

  /// The same bytes at other times; nothing is copied.
  ///
  /// - Throws: ``MediaError`` when memory runs out.
  public func retimed(presentation: Int64, decode: Int64, duration: Int64) throws(MediaError) -> Packet {
    guard let copy = av_packet_clone(av) else { throw MediaError(.io, .allocate, "a packet", "out of memory") }
    copy.pointee.pts = presentation
    copy.pointee.dts = decode
    copy.pointee.duration = duration
    return Packet(adopting: copy)
  }

  public var size: Int { Int(av.pointee.size) }
  /// In units of the stream's time base.
  public var presentation: Int64 { av.pointee.pts }
  public var decode: Int64 { av.pointee.dts }
  public var duration: Int64 { av.pointee.duration }
  public var isKey: Bool { av.pointee.flags & AV_PKT_FLAG_KEY != 0 }
  /// Whether no other picture refers to this one: containers say so (`sdtp`).
  public var isDisposable: Bool { av.pointee.flags & AV_PKT_FLAG_DISPOSABLE != 0 }
  /// The stream's index in the file it was read from.
  public var stream: Int { Int(av.pointee.stream_index) }

  /// Lends the bytes for the length of `body`.
  public func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(self) {} }
    return try body(UnsafeRawBufferPointer(start: av.pointee.data, count: size))
  }
}

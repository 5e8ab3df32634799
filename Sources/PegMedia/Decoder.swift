internal import CFFmpeg
import PegCore

/// A decoder: packets in, pictures out. One owner at a time; closed when it goes out of scope.
public struct Decoder: ~Copyable {
  /// A picture, and what the decoder says of it.
  public struct Picture: Sendable {
    public let frame: Frame
    /// In the ticks of the packets it came from; `nil` when they had none.
    public let presentation: Int64?
    public let isInterlaced: Bool
    /// Whether the decoder filled in what it could not decode.
    public let isDamaged: Bool
  }

  /// libav's name of the codec.
  public let codec: String
  let path: String
  private let handle: CodecHandle
  /// What the container says, for what the codec leaves open.
  private let containerTags: ColorTags
  private let reader: PictureFormat

  var context: UnsafeMutablePointer<AVCodecContext> { handle.context }
  private var state: UnsafeMutablePointer<peg_decoder_state> { handle.state }
  private var frame: UnsafeMutablePointer<AVFrame> { handle.frame }

  /// A decoder for a stream of an open file.
  init(
    stream: UnsafeMutablePointer<AVStream>, codec name: String, metadata: [(key: String, value: String)], path: String,
    threads: Int, pool: FramePool
  ) throws(MediaError) {
    let parameters = stream.pointee.codecpar
    guard let parameters else { throw MediaError(.bug, .open, path, "stream without parameters") }
    // libav's own VP9 decoder ignores alpha, which lies in side data; libvpx reads it.
    var decoder = avcodec_find_decoder(parameters.pointee.codec_id)
    if metadata.contains(where: { $0.key.lowercased() == "alpha_mode" && $0.value == "1" }) {
      let named = avcodec_find_decoder_by_name(name == "vp9" ? "libvpx-vp9" : "libvpx")
      if let named, named.pointee.id == parameters.pointee.codec_id { decoder = named }
    }
    guard let decoder else { throw MediaError(.badInput, .decode, path, "there is no decoder for \(name)") }
    handle = try Self.opened(decoder, path: path, threads: threads, pool: pool) { context throws(MediaError) in
      try checked(avcodec_parameters_to_context(context, parameters), .open, path)
      context.pointee.pkt_timebase = stream.pointee.time_base
    }
    self.path = path
    self.codec = name
    containerTags = ColorTags(parameters)
    reader = PictureFormat(path: path, pool: pool)
  }

  /// A decoder for a still in a file of its own.
  ///
  /// - Parameter options: private options of the decoder, such as `layer` of EXR.
  init(still codec: AVCodecID, path: String, options: [(String, String)], pool: FramePool) throws(MediaError) {
    let name = String(cString: avcodec_get_name(codec))
    guard let decoder = avcodec_find_decoder(codec) else {
      throw MediaError(.badInput, .decode, path, "there is no decoder for \(name)")
    }
    handle = try Self.opened(decoder, path: path, threads: 1, pool: pool) { context throws(MediaError) in
      // A still is whole or it is an error: nothing is made up.
      context.pointee.err_recognition |= AV_EF_CRCCHECK | AV_EF_BITSTREAM | AV_EF_BUFFER
      // libav's TIFF reader would then refuse every tag it has no use for, such as ResolutionUnit.
      if context.pointee.codec_id != AV_CODEC_ID_TIFF { context.pointee.err_recognition |= AV_EF_EXPLODE }
      peg_watch_jobs(context)
      for (key, value) in options {
        try checked(av_opt_set(context, key, value, AV_OPT_SEARCH_CHILDREN), .open, path)
      }
    }
    self.path = path
    self.codec = name
    containerTags = .unspecified
    reader = PictureFormat(path: path, pool: pool)
  }

  private static func opened(
    _ decoder: UnsafePointer<AVCodec>, path: String, threads: Int, pool: FramePool,
    prepare: (UnsafeMutablePointer<AVCodecContext>) throws(MediaError) -> Void
  ) throws(MediaError) -> CodecHandle {
    LogTap.clear()
    let handle = try CodecHandle(decoder, path: path, pool: pool)
    let context = handle.context
    try prepare(context)
    context.pointee.thread_count = Int32(max(1, threads))
    context.pointee.thread_type = threads > 1 ? FF_THREAD_FRAME | FF_THREAD_SLICE : 0
    context.pointee.max_pixels = MediaLimits.pixels
    // Cropping to the pixel, whatever alignment that leaves.
    context.pointee.flags |= AV_CODEC_FLAG_UNALIGNED
    context.pointee.apply_cropping = 1
    context.pointee.opaque = UnsafeMutableRawPointer(handle.state)
    if decoder.pointee.type == AVMEDIA_TYPE_VIDEO { peg_buffers_from(context, PictureBuffers.get) }
    try checked(avcodec_open2(context, decoder, nil), .open, path)
    return handle
  }

  /// Hands over a packet; `nil` ends the stream, after which ``receive()`` gives what is left.
  ///
  /// - Returns: `false` when the decoder is full: receive first, then send the same packet again.
  /// - Throws: ``MediaError`` for bytes that do not decode.
  public mutating func send(_ packet: Packet?) throws(MediaError) -> Bool {
    try send(packet?.av)
  }

  mutating func send(_ packet: UnsafeMutablePointer<AVPacket>?) throws(MediaError) -> Bool {
    let code = avcodec_send_packet(context, packet)
    if code == peg_averror(EAGAIN) { return false }
    if code == peg_averror_eof() { return true }
    try checked(code, .decode, path, anyThread: context.pointee.thread_count > 1)
    return true
  }

  /// The next picture in order of presentation, or `nil` when the decoder wants another packet or is at the end.
  ///
  /// - Throws: ``MediaError`` for bytes that do not decode, and for a pixel format that Pegbar does not handle.
  public mutating func receive() throws(MediaError) -> Picture? {
    guard case .frame(let av) = try receiveRaw() else { return nil }
    defer { av_frame_unref(av) }
    let time = av.pointee.pts == peg_nopts() ? nil : av.pointee.pts
    let isInterlaced = peg_frame_is_interlaced(av) != 0
    let isDamaged = peg_frame_is_damaged(av) != 0
    return Picture(
      frame: try picture(av), presentation: time, isInterlaced: isInterlaced, isDamaged: isDamaged)
  }

  enum Received {
    /// Valid until the next call.
    case frame(UnsafeMutablePointer<AVFrame>)
    case wantsPacket
    case end
  }

  mutating func receiveRaw() throws(MediaError) -> Received {
    av_frame_unref(frame)
    let code = avcodec_receive_frame(context, frame)
    if code == peg_averror(EAGAIN) { return .wantsPacket }
    if code == peg_averror_eof() { return .end }
    try checked(code, .decode, path, anyThread: context.pointee.thread_count > 1)
    return .frame(frame)
  }

  /// A picture of ours that takes over the memory of a decoded frame.
  ///
  /// - Parameter alpha: how alpha, where the format has it, relates to colour.
  func picture(_ av: UnsafeMutablePointer<AVFrame>, alpha: AlphaMode = .straight) throws(MediaError) -> Frame {
    try reader.picture(av, containerTags: containerTags, alpha: alpha)
  }

  /// Forgets packets in flight: after a seek.
  mutating func flush() {
    avcodec_flush_buffers(context)
    peg_decoder_forgive(state)
  }

  /// Whether anything went wrong since the last ``forgive()`` that the decoder told nobody but its log.
  var hasComplained: Bool { peg_decoder_failure(state) != 0 || peg_decoder_complaints(state) != 0 }
  /// Whether one of the decoder's jobs failed since the last ``forgive()``.
  var failure: Int32 { peg_decoder_failure(state) }

  mutating func forgive() { peg_decoder_forgive(state) }
}

/// What a decoder holds of libav; a class, so that it is freed however far opening came.
private final class CodecHandle {
  let context: UnsafeMutablePointer<AVCodecContext>
  let state: UnsafeMutablePointer<peg_decoder_state>
  let frame: UnsafeMutablePointer<AVFrame>
  // Buffers are taken from it as long as the context lives.
  private let pool: FramePool

  init(_ decoder: UnsafePointer<AVCodec>, path: String, pool: FramePool) throws(MediaError) {
    var spare = avcodec_alloc_context3(decoder)
    var spareFrame = av_frame_alloc()
    let spareState = peg_decoder_state_new(Unmanaged.passUnretained(pool).toOpaque())
    guard let context = spare, let frame = spareFrame, let state = spareState else {
      avcodec_free_context(&spare)
      av_frame_free(&spareFrame)
      av_free(spareState)
      throw MediaError(.io, .allocate, path, "out of memory")
    }
    self.context = context
    self.frame = frame
    self.state = state
    self.pool = pool
  }

  deinit {
    var context: UnsafeMutablePointer<AVCodecContext>? = context
    var frame: UnsafeMutablePointer<AVFrame>? = frame
    avcodec_free_context(&context)
    av_frame_free(&frame)
    av_free(state)
  }
}

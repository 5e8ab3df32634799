internal import CFFmpeg
import PegCore

/// One opened libav encoder: frees what it holds when it is let go, also half-way through opening.
final class EncoderContext {
  let av: UnsafeMutablePointer<AVCodecContext>
  let name: String
  let scratch: UnsafeMutablePointer<AVFrame>

  /// Finds the encoder; ``open(options:)`` follows once the context's fields are set.
  init(named name: String) throws(MediaError) {
    LogTap.clear()
    self.name = name
    guard let codec = avcodec_find_encoder_by_name(name) else {
      throw MediaError(
        .badInput, .open, "the encoder \(name)", "the installed FFmpeg libraries do not have it",
        hint: "`ffmpeg -encoders` lists what they have")
    }
    guard let context = avcodec_alloc_context3(codec) else {
      throw MediaError(.io, .allocate, "an encoder", "out of memory")
    }
    guard let frame = av_frame_alloc() else {
      var owned: UnsafeMutablePointer<AVCodecContext>? = context
      avcodec_free_context(&owned)
      throw MediaError(.io, .allocate, "an encoder", "out of memory")
    }
    av = context
    scratch = frame
    // No version strings, no times of day.
    av.pointee.flags |= AV_CODEC_FLAG_BITEXACT
  }

  deinit {
    var context: UnsafeMutablePointer<AVCodecContext>? = av
    avcodec_free_context(&context)
    var frame: UnsafeMutablePointer<AVFrame>? = scratch
    av_frame_free(&frame)
  }

  /// Opens the encoder, and refuses every option that it does not know by name.
  func open(options: [EncoderSettings.Option]) throws(MediaError) {
    var dictionary: OpaquePointer?
    defer { av_dict_free(&dictionary) }
    for option in options { av_dict_set(&dictionary, option.key, option.value, 0) }
    LogTap.clear()
    try checked(avcodec_open2(av, av.pointee.codec, &dictionary), .open, "the encoder \(name)", kind: .badInput)
    if let left = av_dict_get(dictionary, "", nil, AV_DICT_IGNORE_SUFFIX), let key = left.pointee.key {
      throw MediaError(
        .badInput, .open, "the encoder \(name)", "it has no option \(String(cString: key))",
        hint: "`ffmpeg -h encoder=\(name)` lists its options")
    }
    // x264 and x265 read a second list of options, and only warn of what they do not understand.
    let complaint = LogTap.lines().first { line in
      ["Error parsing option", "Unknown option", "Invalid value for"].contains { line.contains($0) }
    }
    if let complaint {
      throw MediaError(.badInput, .open, "the encoder \(name)", "it does not understand an option", logLine: complaint)
    }
  }

  /// Sends one frame, or with `nil` the end.
  func send(_ frame: UnsafeMutablePointer<AVFrame>?, _ what: String) throws(MediaError) {
    LogTap.clear()
    try checked(avcodec_send_frame(av, frame), .encode, what, anyThread: av.pointee.thread_count > 1)
  }

  /// Sends one frame to an encoder that gives its packet at once, with so much room for it; with all of it where that is too
  /// little.
  func send(_ frame: UnsafeMutablePointer<AVFrame>, in room: PacketRoom, _ what: String) throws(MediaError) {
    LogTap.clear()
    try checked(peg_send_frame_in_room(av, frame, Int32(room.height)), .encode, what)
    guard PacketRoom.wasTooSmall(LogTap.lines()) else { return }
    if let short = try receive(what) { _ = Packet(adopting: short) }
    try send(frame, what)
  }

  /// The next packet, or `nil` when the encoder wants more frames or has given all.
  func receive(_ what: String) throws(MediaError) -> UnsafeMutablePointer<AVPacket>? {
    guard let packet = av_packet_alloc() else { throw MediaError(.io, .allocate, "a packet", "out of memory") }
    let code = avcodec_receive_packet(av, packet)
    if code >= 0 { return packet }
    var owned: UnsafeMutablePointer<AVPacket>? = packet
    av_packet_free(&owned)
    if code == peg_averror(EAGAIN) || code == peg_averror_eof() { return nil }
    throw MediaError.libav(code, .encode, what, anyThread: av.pointee.thread_count > 1)
  }

  /// A copy of what the container has to know.
  func parameters() throws(MediaError) -> CodecParameters {
    guard let copy = avcodec_parameters_alloc() else {
      throw MediaError(.io, .allocate, "codec parameters", "out of memory")
    }
    let parameters = CodecParameters(adopting: copy)
    try checked(avcodec_parameters_from_context(copy, av), .open, "the encoder \(name)")
    return parameters
  }
}

internal import CFFmpeg
public import PegCore

/// A container that is read: opened once, closed when it goes out of scope. One owner at a time.
public struct Demuxer: ~Copyable {
  public enum Kind: String, Sendable { case video, audio, data }

  /// How much is learnt of the streams when a file is opened.
  enum Analysis {
    /// libav reads on and decodes until it knows what can be known.
    case whole
    /// What the header says, where that is all that picking packets and decoding them takes: of a MOV whose pictures stand
    /// alone. The analysis decodes a picture each time, and every lane opens every movie.
    case header
  }

  /// What the container says of one of its streams.
  public struct Stream: Sendable {
    /// Its index in the file.
    public let index: Int
    public let kind: Kind
    /// libav's name of the codec.
    public let codec: String
    /// Seconds per tick of the stream's times; above 0.
    public let timeBase: Rational
    /// In ticks; `nil` when the container does not say, or was only asked for its header.
    public let start: Int64?
    /// In ticks; `nil` when the container does not say.
    public let duration: Int64?
    /// Frames that the container says there are; 0 when it does not.
    public let frameCount: Int
    /// Frames per second on average, and the base rate that libav derived; `nil` when unknown.
    public let averageRate: Rational?
    public let baseRate: Rational?
    /// A picture that is attached (cover art), no stream of pictures.
    public let isAttachment: Bool
    /// Degrees counter-clockwise the picture is to be turned by for viewing.
    public let rotation: Int
    public let metadata: [(key: String, value: String)]
  }

  /// As it was given, for messages.
  public let path: String
  /// libav's short name of the format: `mov`, `matroska`, `mxf`.
  public let container: String
  public let streams: [Stream]
  public let metadata: [(key: String, value: String)]
  /// Whether streams are known by more than the header.
  let isAnalysed: Bool

  // Nobody else has it: closed by deinit alone.
  let context: UnsafeMutablePointer<AVFormatContext>
  private let packet: UnsafeMutablePointer<AVPacket>
  /// Whether reading stopped at bytes that make no sense, or in the middle of a packet.
  private(set) var endedBroken = false

  /// Formats that are read. Others (playlists, text, grabbers) could open other files or devices, and are refused.
  static let formats = [
    "mov", "matroska", "webm", "mxf", "mpegts", "mpeg", "avi", "gif", "apng", "wav", "w64", "aiff", "caf", "flac",
    "mp3",
    "ogg", "aac", "ac3", "eac3", "yuv4mpegpipe", "h264", "hevc", "flv", "asf", "ivf", "obu", "av1", "m4v",
    "mpegvideo", "dv", "nut", "au", "wv", "gxf", "dnxhd", "rm",
  ]

  /// Opens a file and reads its headers.
  ///
  /// - Throws: ``MediaError`` for a file that is missing, not readable, or of no format that is read.
  public init(path: String) throws(MediaError) { try self.init(path: path, .whole) }

  init(path: String, _ analysis: Analysis) throws(MediaError) {
    LogTap.clear()
    try FileFacts.requireReadable(path)
    var owned = avformat_alloc_context()
    var spare = av_packet_alloc()
    guard let context = owned, let packet = spare else {
      avformat_free_context(owned)
      av_packet_free(&spare)
      throw MediaError(.io, .allocate, path, "out of memory")
    }
    context.pointee.max_streams = Int32(MediaLimits.streams)
    var options: OpaquePointer?
    av_dict_set(&options, "protocol_whitelist", "file", 0)
    av_dict_set(&options, "format_whitelist", Self.formats.joined(separator: ","), 0)
    defer { av_dict_free(&options) }
    // `file:` keeps a name such as `concat:a|b` from being taken for a protocol.
    let code = avformat_open_input(&owned, "file:\(path)", nil, &options)
    guard code >= 0, owned != nil else {
      av_packet_free(&spare)
      throw Self.openError(code, path)
    }
    let isAnalysed = analysis == .whole || !Self.headerSuffices(context)
    if isAnalysed {
      let found = avformat_find_stream_info(context, nil)
      guard found >= 0 else {
        av_packet_free(&spare)
        avformat_close_input(&owned)
        throw MediaError.libav(found, .open, path)
      }
    }
    var streams: [Stream] = []
    for index in 0..<Int(context.pointee.nb_streams) {
      guard let stream = context.pointee.streams[index] else { continue }
      streams.append(Stream(stream))
    }
    self.context = context
    self.packet = packet
    self.path = path
    self.streams = streams
    self.isAnalysed = isAnalysed
    container = Self.shortName(context)
    metadata = pairs(of: context.pointee.metadata)
  }

  deinit {
    var context: UnsafeMutablePointer<AVFormatContext>? = context
    var packet: UnsafeMutablePointer<AVPacket>? = packet
    av_packet_free(&packet)
    avformat_close_input(&context)
  }

  /// Reads packets of these streams only; the bytes of others are skipped where the format allows.
  public mutating func select(_ wanted: Set<Int>) {
    for stream in streams {
      context.pointee.streams[stream.index]?.pointee.discard =
        wanted.contains(stream.index) ? AVDISCARD_DEFAULT : AVDISCARD_ALL
    }
  }

  /// The next packet in the file's order, or `nil` at its end.
  ///
  /// - Throws: ``MediaError`` for a file that cannot be read on. A truncated file just ends.
  public mutating func next() throws(MediaError) -> Packet? {
    guard try read() else { return nil }
    guard let own = av_packet_alloc() else { throw MediaError(.io, .allocate, path, "out of memory") }
    av_packet_move_ref(own, packet)
    return Packet(adopting: own)
  }

  /// Reads the next packet of the selected streams into ``current``; `false` at the end.
  mutating func read() throws(MediaError) -> Bool {
    var retries = 0
    while true {
      av_packet_unref(packet)
      let code = av_read_frame(context, packet)
      if code == peg_averror_eof() {
        // Matroska and MOV tell their log alone that bytes are missing.
        if let line = LogTap.lastLine(), Self.signsOfTruncation.contains(where: line.contains) { endedBroken = true }
        return false
      }
      // A file is never "not ready yet" for long: a demuxer that says so for ever has lost its way.
      if code == peg_averror(EAGAIN), retries < 1000 {
        retries += 1
        continue
      }
      guard code >= 0 else {
        // What follows a broken spot cannot be placed in time: for the reader the file ends here.
        if code == peg_averror(EIO) || code == peg_averror(ENOMEM) {
          throw MediaError.libav(code, .read, path, kind: .io)
        }
        endedBroken = true
        return false
      }
      let index = Int(packet.pointee.stream_index)
      guard index < streams.count else { continue }
      if context.pointee.streams[index]?.pointee.discard == AVDISCARD_ALL { continue }
      return true
    }
  }

  /// The packet that ``read()`` read last.
  var current: UnsafeMutablePointer<AVPacket> { packet }

  /// Goes to the last place at or before `time` from which stream `stream` can be decoded.
  ///
  /// Where that lands depends on the container; what is needed exactly is checked against an index (``PictureIndex``).
  ///
  /// - Parameter time: in ticks of the stream.
  /// - Throws: ``MediaError`` when the format cannot seek.
  public mutating func seek(stream: Int, to time: Int64) throws(MediaError) {
    LogTap.clear()
    try checked(av_seek_frame(context, Int32(stream), time, AVSEEK_FLAG_BACKWARD), .seek, path)
  }

  /// A decoder for one of the streams.
  ///
  /// - Parameters:
  ///   - threads: threads that decoding may use, at least 1.
  ///   - pool: where the memory of pictures comes from.
  /// - Throws: ``MediaError`` when no decoder is there, or the stream is not usable.
  public func decoder(stream: Int, threads: Int, pool: FramePool) throws(MediaError) -> Decoder {
    guard stream < streams.count, let av = context.pointee.streams[stream] else {
      throw MediaError(.badInput, .open, path, "there is no stream \(stream)")
    }
    return try Decoder(
      stream: av, codec: streams[stream].codec, metadata: streams[stream].metadata, path: path, threads: threads,
      pool: pool)
  }

  private static let signsOfTruncation = ["prematurely", "partial file", "truncat"]

  // MARK: Opening

  private static func headerSuffices(_ context: UnsafeMutablePointer<AVFormatContext>) -> Bool {
    guard shortName(context) == "mov", context.pointee.ctx_flags & AVFMTCTX_NOHEADER == 0 else { return false }
    let streams = (0..<Int(context.pointee.nb_streams)).compactMap { context.pointee.streams[$0] }
    return streams.allSatisfy { stream in
      let parameters = stream.pointee.codecpar.pointee
      return parameters.codec_type != AVMEDIA_TYPE_VIDEO
        || PictureScan.isIntraOnly(parameters.codec_id) && parameters.width > 0 && parameters.height > 0
    }
  }

  private static func shortName(_ context: UnsafeMutablePointer<AVFormatContext>) -> String {
    guard let format = context.pointee.iformat else { return "" }
    let name = String(cString: format.pointee.name)
    return name.split(separator: ",").first.map(String.init) ?? name
  }

  private static func openError(_ code: Int32, _ path: String) -> MediaError {
    let line = LogTap.lastLine()
    if code == peg_averror(EINVAL), line?.contains("whitelist") == true {
      return MediaError(.badInput, .open, path, "its format is none that is read", code: code)
    }
    // libav's words; where they change, the hint is missing and the error stands.
    let isCutOff = code == peg_averror_eof() || line?.contains("moov atom not found") == true
    return MediaError.libav(
      code, .open, path, hint: isCutOff ? "it is cut off, or was never finished: copy or export it again" : nil)
  }
}

extension Demuxer.Stream {
  fileprivate init(_ stream: UnsafeMutablePointer<AVStream>) {
    let parameters = stream.pointee.codecpar.pointee
    index = Int(stream.pointee.index)
    kind =
      switch parameters.codec_type {
      case AVMEDIA_TYPE_VIDEO: .video
      case AVMEDIA_TYPE_AUDIO: .audio
      default: .data
      }
    codec = String(cString: avcodec_get_name(parameters.codec_id))
    timeBase = Rational(positive: stream.pointee.time_base) ?? Rational(1, Int(AV_TIME_BASE))
    start = MediaLimits.plausible(stream.pointee.start_time, of: timeBase)
    duration = MediaLimits.plausible(stream.pointee.duration, of: timeBase)
    frameCount = Int(max(0, stream.pointee.nb_frames))
    averageRate = Rational(positive: stream.pointee.avg_frame_rate)
    baseRate = Rational(positive: stream.pointee.r_frame_rate)
    isAttachment = stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0
    rotation = Int(peg_stream_rotation(stream))
    metadata = pairs(of: stream.pointee.metadata)
  }
}

extension Rational {
  /// libav's fraction, or `nil` when it stands for "unknown".
  init?(positive value: AVRational) {
    guard value.num > 0, value.den > 0 else { return nil }
    self.init(Int(value.num), Int(value.den))
  }
}

/// A dictionary of libav's, in its order. Text that is no UTF-8 is repaired.
func pairs(of dictionary: OpaquePointer?) -> [(key: String, value: String)] {
  var list: [(key: String, value: String)] = []
  var entry: UnsafeMutablePointer<AVDictionaryEntry>?
  while let next = av_dict_get(dictionary, "", entry, AV_DICT_IGNORE_SUFFIX) {
    list.append((String(cString: next.pointee.key), String(cString: next.pointee.value)))
    entry = next
  }
  return list
}

internal import CFFmpeg
import Foundation
import PegCore

/// libav's muxer on a file of ours: owns both, also half-way through opening.
final class MuxerCore {
  let file: OutputFile
  private let container: Container
  private let av: UnsafeMutablePointer<AVFormatContext>
  private let scratch: UnsafeMutablePointer<AVPacket>
  private let hasEditLists: Bool
  /// What one unit of a packet's times is, in seconds, by stream.
  private var units: [AVRational] = []
  private var isOpen = true

  init(
    file: OutputFile, container: Container, video: Muxer.VideoTrack?, audio: [Muxer.AudioTrack],
    timecode: Timecode?, metadata: [(key: String, value: String)], options: [EncoderSettings.Option],
    indexRoom: Int? = nil
  ) throws(MediaError) {
    LogTap.clear()
    self.file = file
    self.container = container
    var context: UnsafeMutablePointer<AVFormatContext>?
    try checked(
      avformat_alloc_output_context2(&context, nil, container.rawValue, "file:" + file.path), .open, file.path)
    guard let context, let scratch = av_packet_alloc() else {
      avformat_free_context(context)
      throw MediaError(.io, .allocate, file.path, "out of memory")
    }
    av = context
    self.scratch = scratch
    // A decoder that starts before the first sample needs an edit list to say so; nothing else does.
    hasEditLists = audio.contains { $0.parameters.priming > 0 }
    av.pointee.pb = file.io
    av.pointee.flags |= AVFMT_FLAG_BITEXACT | AVFMT_FLAG_CUSTOM_IO
    av.pointee.flush_packets = 0
    // Times are ours, exact and from 0 on: nothing may shift them.
    av.pointee.avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED
    if let video { try addVideo(video, timecode) }
    for track in audio { try addAudio(track) }
    for (key, value) in metadata { av_dict_set(&av.pointee.metadata, container.metadataKey(key), value, 0) }
    if let timecode { av_dict_set(&av.pointee.metadata, "timecode", timecode.description, 0) }
    if container == .mxf {
      for (key, value) in [("company_name", "Pegbar"), ("product_name", "Pegbar"), ("product_version", "1.0")] {
        av_dict_set(&av.pointee.metadata, key, value, AV_DICT_DONT_OVERWRITE)
      }
    }
    try writeHeader(video, options, indexRoom)
  }

  deinit {
    // The file's own object frees the I/O.
    av.pointee.pb = nil
    avformat_free_context(av)
    var packet: UnsafeMutablePointer<AVPacket>? = scratch
    av_packet_free(&packet)
  }

  private func addStream(
    _ parameters: CodecParameters, unit: AVRational
  ) throws(MediaError) -> UnsafeMutablePointer<AVStream> {
    guard let stream = avformat_new_stream(av, nil) else {
      throw MediaError(.io, .allocate, file.path, "out of memory")
    }
    let codec = parameters.av.pointee.codec_id
    if let format = av.pointee.oformat, avformat_query_codec(format, codec, FF_COMPLIANCE_NORMAL) == 0 {
      throw MediaError(
        .badInput, .open, file.path, "\(container.rawValue) cannot hold \(parameters.codec)",
        hint: "matroska and mov hold most codecs")
    }
    try checked(avcodec_parameters_copy(stream.pointee.codecpar, parameters.av), .open, file.path)
    stream.pointee.time_base = unit
    units.append(unit)
    return stream
  }

  private func addVideo(_ track: Muxer.VideoTrack, _ timecode: Timecode?) throws(MediaError) {
    guard let rate = AVRational(track.rate.value) else {
      throw MediaError(.badInput, .open, file.path, "the rate \(track.rate) leaves 31 bits")
    }
    let stream = try addStream(track.parameters, unit: AVRational(num: rate.den, den: rate.num))
    stream.pointee.avg_frame_rate = rate
    stream.pointee.r_frame_rate = rate
    stream.pointee.sample_aspect_ratio = track.parameters.av.pointee.sample_aspect_ratio
    stream.pointee.disposition = AV_DISPOSITION_DEFAULT
    let id = stream.pointee.codecpar.pointee.codec_id
    // A tag belongs to a container: ProRes and hvc1 have one in the QuickTime family only.
    let isQuickTime = container == .mov || container == .mp4
    if !isQuickTime || (id != AV_CODEC_ID_PRORES && id != AV_CODEC_ID_HEVC) {
      stream.pointee.codecpar.pointee.codec_tag = 0
    }
    if container == .mov { av_dict_set(&stream.pointee.metadata, "encoder", "Pegbar", 0) }
    if let timecode { av_dict_set(&stream.pointee.metadata, "timecode", timecode.description, 0) }
  }

  private func addAudio(_ track: Muxer.AudioTrack) throws(MediaError) {
    let unit = AVRational(num: 1, den: Int32(max(1, track.parameters.sampleRate)))
    let stream = try addStream(track.parameters, unit: unit)
    stream.pointee.codecpar.pointee.codec_tag = 0
    stream.pointee.disposition = AV_DISPOSITION_DEFAULT
    if let language = track.language { av_dict_set(&stream.pointee.metadata, "language", language, 0) }
    if let title = track.title { av_dict_set(&stream.pointee.metadata, "title", title, 0) }
  }

  private func writeHeader(
    _ video: Muxer.VideoTrack?, _ options: [EncoderSettings.Option], _ indexRoom: Int?
  ) throws(MediaError) {
    var options = options
    var dictionary: OpaquePointer?
    defer { av_dict_free(&dictionary) }
    if container.writesAtOnce {
      var flags = "+write_colr"
      if container == .mp4, file.canSeek { flags += "+faststart" }
      let isInFront = (flags + options.filter { $0.key == "movflags" }.map(\.value).joined()).contains("faststart")
      if let indexRoom, isInFront, file.canSeek {
        flags = flags.replacing("+faststart", with: "")
        for index in options.indices where options[index].key == "movflags" {
          options[index].value = options[index].value.replacing("+faststart", with: "")
        }
        av_dict_set(&dictionary, "moov_size", String(indexRoom), 0)
      }
      // B pictures are decoded ahead of time: offsets below 0 say so, where an edit list would shift the whole track.
      // Fragments know no offsets below 0.
      let isAhead = (video?.reorderDepth ?? 0) > 0
      if isAhead, file.canSeek { flags += "+negative_cts_offsets" }
      av_dict_set(&dictionary, "movflags", flags, 0)
      av_dict_set(&dictionary, "use_editlist", hasEditLists || (isAhead && !file.canSeek) ? "1" : "0", 0)
      let scale = video.map { Self.ticks($0.rate) }
      if let scale { av_dict_set(&dictionary, "video_track_timescale", String(scale), 0) }
      av_dict_set(&dictionary, "movie_timescale", String(movieTicks(scale)), 0)
    }
    for option in options {
      let isFlags = option.key == "movflags"
      av_dict_set(&dictionary, option.key, option.value, isFlags ? AV_DICT_APPEND : 0)
    }
    LogTap.clear()
    try checked(avformat_write_header(av, &dictionary), .open, file.path, kind: .badInput)
    if let left = av_dict_get(dictionary, "", nil, AV_DICT_IGNORE_SUFFIX), let key = left.pointee.key {
      throw MediaError(
        .badInput, .open, file.path, "\(container.rawValue) has no option \(String(cString: key))",
        hint: "`ffmpeg -h muxer=\(container.rawValue)` lists its options")
    }
    try file.check(.write)
  }

  /// The movie's own ticks, in which durations and edits are told: the pictures', unless an edit has to be exact to the
  /// sample and a common multiple is not unwieldy.
  private func movieTicks(_ video: Int?) -> Int {
    let sound = units.first { $0.num == 1 && $0.den >= 8000 && (video == nil || hasEditLists) }.map { Int($0.den) }
    guard let video else { return sound ?? 48000 }
    guard hasEditLists, let sound else { return video }
    let multiple = video * Int(clamping: Rational(video, sound).denominator)
    return multiple <= 2_000_000 ? multiple : video
  }

  /// Ticks per second in which every frame of the rate lasts a whole number: 24000 for 24 and 24000/1001.
  static func ticks(_ rate: FrameRate) -> Int {
    let whole = Int(clamping: rate.value.numerator)
    return whole >= 10000 ? whole : whole * 1000
  }

  func write(_ packet: Packet, stream index: Int) throws(MediaError) -> Int {
    precondition(isOpen, "a finished muxer takes no packet")
    precondition(units.indices.contains(index), "the file has no stream \(index)")
    guard let stream = av.pointee.streams[index] else { return -1 }
    LogTap.clear()
    try checked(av_packet_ref(scratch, packet.av), .write, file.path, kind: .io)
    defer { av_packet_unref(scratch) }
    scratch.pointee.stream_index = Int32(index)
    av_packet_rescale_ts(scratch, units[index], stream.pointee.time_base)
    let place = container.writesAtOnce ? Int(file.position) : -1
    // MXF lays sound beside the pictures it belongs to, and needs libav's interleaver for it.
    let code =
      container == .mxf ? av_interleaved_write_frame(av, scratch) : av_write_frame(av, scratch)
    try file.check(.write)
    try checked(code, .write, file.path)
    return place
  }

  func finish(umidSeed: [UInt8]?) throws(MediaError) {
    guard isOpen else { return }
    isOpen = false
    LogTap.clear()
    let code = av_write_trailer(av)
    try file.check(.finish)
    try checked(code, .finish, file.path)
    try file.flush(durably: false)
    if file.canSeek {
      let source = ByteSource(path: file.path, descriptor: file.descriptor)
      if container.writesAtOnce { try MovieFinish.put(source, vendor: container == .mov ? "pegb" : nil) }
      if container == .mxf, let umidSeed { try MaterialFinish.put(source, seed: umidSeed) }
    }
    try file.close()
  }

  func abort() {
    isOpen = false
    file.remove()
  }
}

internal import CFFmpeg
import Foundation
import PegCore

/// Pictures to packets. Opened once, finished once.
///
/// For codecs whose every picture stands alone a packet depends on its picture and the settings, wherever it stands. For
/// codecs that predict, the packets from `init` to ``finish()`` are one closed segment.
public struct VideoEncoder: ~Copyable, @unchecked Sendable {
  // Unchecked: it has one owner, who may pass it from thread to thread but not share it.
  public let settings: EncoderSettings
  public let parameters: CodecParameters
  private let context: EncoderContext
  private let form: BitstreamForm
  private let room: PacketRoom?
  private var firstIndex: Int64?
  private var decoded: Int64 = 0
  private var isFinished = false

  /// - Throws: ``MediaError`` when libav lacks the encoder, or the encoder refuses the settings: an unknown option, a pixel
  ///   format it cannot take, a raster it cannot code.
  public init(_ settings: EncoderSettings) throws(MediaError) {
    try self.init(settings, room: PacketRoom(for: settings))
  }

  init(_ settings: EncoderSettings, room: PacketRoom?) throws(MediaError) {
    if let (cause, hint) = settings.contradiction {
      throw MediaError(.badInput, .open, "the encoder \(settings.codec)", cause, hint: hint)
    }
    let context = try EncoderContext(named: settings.codec)
    try Self.configure(context.av, settings)
    var options = settings.options
    if let profile = settings.profile { options.insert(.init("profile", profile), at: 0) }
    try context.open(options: options)
    let codec = context.av.pointee.codec_id
    let form = BitstreamForm(codec: codec, settings: settings)
    let parameters = try context.parameters()
    let av = parameters.av
    // prores_ks and dnxhd keep the profile to themselves, and the MXF muxer asks for it.
    if let number = settings.profile.flatMap({ Self.profileNumber(codec, $0) }) { av.pointee.profile = number }
    av.pointee.field_order = AV_FIELD_PROGRESSIVE
    if let tag = settings.tag {
      let bytes = Array(tag.utf8)
      guard bytes.count == 4 else {
        throw MediaError(.badInput, .open, "the encoder \(settings.codec)", "\(tag) is no tag of four characters")
      }
      av.pointee.codec_tag = bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
    try form.wrapExtradata(of: av, encoder: settings.codec)
    self.settings = settings
    self.parameters = parameters
    self.context = context
    self.form = form
    self.room = room
  }

  private static func configure(
    _ av: UnsafeMutablePointer<AVCodecContext>, _ settings: EncoderSettings
  ) throws(MediaError) {
    guard settings.raster.isUsable else {
      throw MediaError(.badInput, .open, "the encoder \(settings.codec)", "\(settings.raster) is no size of a picture")
    }
    guard let rate = AVRational(settings.rate.value), let aspect = AVRational(settings.pixelAspect) else {
      throw MediaError(
        .badInput, .open, "the encoder \(settings.codec)",
        "the rate \(settings.rate) or the pixel aspect \(settings.pixelAspect) leaves 31 bits")
    }
    guard (0...Self.coarsest).contains(settings.quantiser ?? 0) else {
      throw MediaError(
        .badInput, .open, "the encoder \(settings.codec)", "the quantiser \(settings.quantiser ?? 0) is none",
        hint: "quantisers are 1 (finest) to \(Self.coarsest)")
    }
    av.pointee.width = Int32(settings.raster.width)
    av.pointee.height = Int32(settings.raster.height)
    av.pointee.pix_fmt = av_get_pix_fmt(settings.pixelFormat.name)
    av.pointee.time_base = AVRational(num: rate.den, den: rate.num)
    av.pointee.framerate = rate
    av.pointee.sample_aspect_ratio = aspect
    av.pointee.color_primaries = settings.tags.primaries.av
    av.pointee.color_trc = settings.tags.transfer.av
    av.pointee.colorspace = settings.tags.matrix.av
    av.pointee.color_range = settings.tags.range.av
    av.pointee.chroma_sample_location = settings.tags.siting.av
    av.pointee.field_order = AV_FIELD_PROGRESSIVE
    av.pointee.thread_count = Int32(settings.threads)
    // Frame threads of libav's own encoders would hold pictures back; slices do not. x264 and x265 have threads of their
    // own kind, and to x264 "slices only" means sliced threads, which cost quality.
    if !settings.codec.hasPrefix("libx26") { av.pointee.thread_type = FF_THREAD_SLICE }
    if settings.wantsGlobalHeader { av.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER }
    if let quantiser = settings.quantiser {
      av.pointee.flags |= AV_CODEC_FLAG_QSCALE
      av.pointee.global_quality = Int32(quantiser) * FF_QP2LAMBDA
    }
  }

  /// Encodes one picture.
  ///
  /// - Parameter index: the frame's number on the record side; consecutive within one encoder.
  /// - Returns: the packets that are ready, in decode order; presentation and decode times count frames.
  /// - Precondition: the picture has the settings' pixel format and raster.
  /// - Throws: ``MediaError`` when the encoder fails, or reorders deeper than the settings declare.
  public mutating func encode(_ frame: Frame, at index: Int64) throws(MediaError) -> [Packet] {
    precondition(!isFinished, "a finished encoder takes no picture")
    precondition(
      frame.format == settings.pixelFormat && frame.raster == settings.raster,
      "the encoder takes \(settings.pixelFormat) \(settings.raster), not \(frame.format) \(frame.raster)")
    let what = "frame \(index) with \(settings.codec)"
    if firstIndex == nil { firstIndex = index }
    let av = context.scratch
    // Another head on the same pixels: the shared picture itself stays as it is.
    try checked(av_frame_ref(av, frame.av), .encode, what)
    defer { av_frame_unref(av) }
    peg_frame_prepare(av, index)
    av.pointee.color_primaries = settings.tags.primaries.av
    av.pointee.color_trc = settings.tags.transfer.av
    av.pointee.colorspace = settings.tags.matrix.av
    av.pointee.color_range = settings.tags.range.av
    av.pointee.chroma_location = settings.tags.siting.av
    av.pointee.sample_aspect_ratio = context.av.pointee.sample_aspect_ratio
    av.pointee.quality = context.av.pointee.global_quality
    if let room {
      try context.send(av, in: room, what)
    } else {
      try context.send(av, what)
    }
    return try drain(what)
  }

  /// The packets that the encoder still holds.
  ///
  /// - Throws: as ``encode(_:at:)``.
  public mutating func finish() throws(MediaError) -> [Packet] {
    guard !isFinished else { return [] }
    isFinished = true
    let what = "the last frames with \(settings.codec)"
    try context.send(nil, what)
    return try drain(what)
  }

  private mutating func drain(_ what: String) throws(MediaError) -> [Packet] {
    var packets: [Packet] = []
    while let av = try context.receive(what) {
      let packet = Packet(adopting: av)
      try form.rewrite(av, encoder: settings.codec)
      av.pointee.duration = 1
      av.pointee.stream_index = 0
      let decode = (firstIndex ?? 0) + decoded - Int64(settings.reorderDepth)
      decoded += 1
      guard av.pointee.pts >= decode else {
        throw MediaError(
          .badInput, .encode, what,
          "frame \(av.pointee.pts) is decoded more than the declared \(settings.reorderDepth) frames later",
          hint: "raise the preset's reorder depth, or lower the number of B pictures")
      }
      av.pointee.dts = decode
      packets.append(packet)
    }
    return packets
  }

  /// The largest quantiser of any encoder (JPEG 2000's).
  private static let coarsest = 1024

  /// libav's number of a profile, for encoders that do not export it.
  private static func profileNumber(_ codec: AVCodecID, _ name: String) -> Int32? {
    switch codec {
    case AV_CODEC_ID_PRORES: ["proxy": 0, "lt": 1, "standard": 2, "hq": 3, "4444": 4, "4444xq": 5][name]
    case AV_CODEC_ID_DNXHD:
      ["dnxhd": 0, "dnxhr_lb": 1, "dnxhr_sq": 2, "dnxhr_hq": 3, "dnxhr_hqx": 4, "dnxhr_444": 5][name]
    default: nil
    }
  }
}

internal import CFFmpeg
import Foundation
import PegCore

/// What is done to an encoder's packets so that the bytes of a ``Packet`` are the bytes in the file.
enum BitstreamForm {
  case asIs
  /// prores_ks says version 0 for 4:4:4 and alpha as well, where RDD 36 asks for 1.
  case proresVersion1
  /// NAL units behind their length (ISO/IEC 14496-15); the parameter sets stand in the container.
  case h264
  case hevc
  /// With the chunks that say what the code values mean.
  case png(ColorTags)
  /// With the header's transfer and colorimetric fields said; libav says linear, whatever it was told.
  case dpx(ColorTags)

  init(codec: AVCodecID, settings: EncoderSettings) {
    switch codec {
    case AV_CODEC_ID_H264 where settings.wantsGlobalHeader: self = .h264
    case AV_CODEC_ID_HEVC where settings.wantsGlobalHeader: self = .hevc
    case AV_CODEC_ID_PRORES where settings.pixelFormat.chromaShift.x == 0: self = .proresVersion1
    case AV_CODEC_ID_PNG: self = .png(settings.tags)
    case AV_CODEC_ID_DPX: self = .dpx(settings.tags)
    default: self = .asIs
    }
  }

  private var isLengthPrefixed: Bool {
    switch self {
    case .h264, .hevc: true
    default: false
    }
  }

  private var isHEVC: Bool {
    if case .hevc = self { true } else { false }
  }

  /// Turns Annex B headers into `avcC` or `hvcC`.
  func wrapExtradata(
    of parameters: UnsafeMutablePointer<AVCodecParameters>, encoder: String
  ) throws(MediaError) {
    guard isLengthPrefixed else { return }
    let headers = UnsafeRawBufferPointer(
      start: parameters.pointee.extradata, count: Int(parameters.pointee.extradata_size))
    let units = NALUnits.split(headers).map { [UInt8](headers[$0]) }
    let record = isHEVC ? DecoderRecord.hevc(units) : DecoderRecord.avc(units)
    guard let record else {
      throw MediaError(.badInput, .open, "the encoder \(encoder)", "it gave no usable parameter sets")
    }
    let padding = Int(AV_INPUT_BUFFER_PADDING_SIZE)
    guard let memory = av_mallocz(record.count + padding) else {
      throw MediaError(.io, .allocate, "codec headers", "out of memory")
    }
    record.withUnsafeBytes { if let base = $0.baseAddress { memcpy(memory, base, record.count) } }
    av_free(parameters.pointee.extradata)
    parameters.pointee.extradata = memory.assumingMemoryBound(to: UInt8.self)
    parameters.pointee.extradata_size = Int32(record.count)
    // Parameter sets stand in the container alone: `hvc1`, which Apple's players ask for.
    if isHEVC { parameters.pointee.codec_tag = fourCC("hvc1") }
  }

  /// Rewrites a packet that nobody has seen yet.
  func rewrite(_ packet: UnsafeMutablePointer<AVPacket>, encoder: String) throws(MediaError) {
    switch self {
    case .asIs: return
    case .proresVersion1:
      // size (4), "icpf" (4), header size (2), version (2)
      guard packet.pointee.size > 12 else { return }
      try checked(av_packet_make_writable(packet), .encode, "a packet of \(encoder)")
      packet.pointee.data[11] = 1
    case .h264, .hevc:
      let source = UnsafeRawBufferPointer(start: packet.pointee.data, count: Int(packet.pointee.size))
      let units = NALUnits.split(source).filter { !NALUnits.namesItsEncoder(source[$0], isHEVC: isHEVC) }
      var bytes: [UInt8] = []
      bytes.reserveCapacity(units.reduce(0) { $0 + 4 + $1.count })
      for unit in units {
        bytes += PNGChunks.bigEndian(UInt32(unit.count))
        bytes += source[unit]
      }
      try Self.replace(packet, with: bytes)
    case .png(let tags):
      let source = UnsafeRawBufferPointer(start: packet.pointee.data, count: Int(packet.pointee.size))
      guard PNGChunks.isPNG(source) else { return }
      let color = PNGChunks.color(tags)
      let bytes = PNGChunks.inserting(color, dropping: ["sRGB", "gAMA", "cHRM", "cICP"], into: source)
      try Self.replace(packet, with: bytes)
    case .dpx(let tags):
      // SMPTE 268M, image element 1: transfer at byte 801, colorimetric at 802.
      guard packet.pointee.size > 2048 else { return }
      try checked(av_packet_make_writable(packet), .encode, "a packet of \(encoder)")
      packet.pointee.data[801] = Self.dpxTransfer(tags.transfer)
      packet.pointee.data[802] = Self.dpxColorimetric(tags.primaries)
    }
  }

  /// SMPTE 268M table 5A; 4 is unspecified video.
  private static func dpxTransfer(_ transfer: Transfer) -> UInt8 {
    switch transfer {
    case .linear: 2
    case .log100, .log316: 3
    case .bt709: 6
    case .smpte170m: 8
    default: 4
    }
  }

  /// SMPTE 268M table 5B; 4 is unspecified video.
  private static func dpxColorimetric(_ primaries: Primaries) -> UInt8 {
    switch primaries {
    case .bt709: 6
    case .bt470bg: 7
    case .smpte170m: 8
    default: 4
    }
  }

  private static func replace(
    _ packet: UnsafeMutablePointer<AVPacket>, with bytes: [UInt8]
  ) throws(MediaError) {
    guard let rewritten = av_packet_alloc() else {
      throw MediaError(.io, .allocate, "a packet", "out of memory")
    }
    var owned: UnsafeMutablePointer<AVPacket>? = rewritten
    defer { av_packet_free(&owned) }
    try checked(av_new_packet(rewritten, Int32(bytes.count)), .allocate, "a packet")
    try checked(av_packet_copy_props(rewritten, packet), .allocate, "a packet")
    bytes.withUnsafeBytes { if let base = $0.baseAddress { memcpy(rewritten.pointee.data, base, bytes.count) } }
    av_packet_unref(packet)
    av_packet_move_ref(packet, rewritten)
  }
}

/// libav's little-endian tag of four letters.
func fourCC(_ letters: String) -> UInt32 {
  letters.utf8.reversed().reduce(0) { $0 << 8 | UInt32($1) }
}

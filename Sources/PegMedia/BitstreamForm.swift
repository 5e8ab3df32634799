internal import CFFmpeg
import Foundation

/// What is done to an encoder's packets so that the bytes of a ``Packet`` are the bytes in the file.
enum BitstreamForm {
  case asIs
  /// prores_ks says version 0 for 4:4:4 and alpha as well, where RDD 36 asks for 1.
  case proresVersion1
  /// NAL units behind their length (ISO/IEC 14496-15); the parameter sets stand in the container.
  case h264
  case hevc

  init(codec: AVCodecID, settings: EncoderSettings) {
    switch codec {
    case AV_CODEC_ID_H264 where settings.wantsGlobalHeader: self = .h264
    case AV_CODEC_ID_HEVC where settings.wantsGlobalHeader: self = .hevc
    case AV_CODEC_ID_PRORES where settings.pixelFormat.chromaShift.x == 0: self = .proresVersion1
    default: self = .asIs
    }
  }

  /// Turns Annex B headers into `avcC` or `hvcC`.
  func wrapExtradata(
    of parameters: UnsafeMutablePointer<AVCodecParameters>, encoder: String
  ) throws(MediaError) {
    guard self == .h264 || self == .hevc else { return }
    let headers = UnsafeRawBufferPointer(
      start: parameters.pointee.extradata, count: Int(parameters.pointee.extradata_size))
    let units = NALUnits.split(headers).map { [UInt8](headers[$0]) }
    let record = self == .h264 ? DecoderRecord.avc(units) : DecoderRecord.hevc(units)
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
    if self == .hevc { parameters.pointee.codec_tag = fourCC("hvc1") }
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
      let units = NALUnits.split(source).filter { !NALUnits.namesItsEncoder(source[$0], isHEVC: self == .hevc) }
      let size = units.reduce(0) { $0 + 4 + $1.count }
      guard let rewritten = av_packet_alloc() else {
        throw MediaError(.io, .allocate, "a packet", "out of memory")
      }
      var owned: UnsafeMutablePointer<AVPacket>? = rewritten
      defer { av_packet_free(&owned) }
      try checked(av_new_packet(rewritten, Int32(size)), .allocate, "a packet")
      try checked(av_packet_copy_props(rewritten, packet), .allocate, "a packet")
      guard let target = rewritten.pointee.data, let from = source.baseAddress else { return }
      var at = 0
      for unit in units {
        for byte in 0..<4 { target[at + byte] = UInt8(truncatingIfNeeded: unit.count >> (24 - 8 * byte)) }
        memcpy(target + at + 4, from + unit.lowerBound, unit.count)
        at += 4 + unit.count
      }
      av_packet_unref(packet)
      av_packet_move_ref(packet, rewritten)
    }
  }
}

/// libav's little-endian tag of four letters.
func fourCC(_ letters: String) -> UInt32 {
  letters.utf8.reversed().reduce(0) { $0 << 8 | UInt32($1) }
}

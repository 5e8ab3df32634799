internal import CFFmpeg
public import PegCore

/// What a container has to know about a stream: codec, profile, raster or layout, tags, and the codec's headers.
///
/// Immutable and shared; made by an encoder, or read from a file.
public final class CodecParameters: Sendable {
  // Safe to share: nothing writes to it after init.
  nonisolated(unsafe) let av: UnsafeMutablePointer<AVCodecParameters>

  /// Takes ownership of `av`.
  init(adopting av: UnsafeMutablePointer<AVCodecParameters>) { self.av = av }

  deinit {
    var parameters: UnsafeMutablePointer<AVCodecParameters>? = av
    avcodec_parameters_free(&parameters)
  }

  public var isVideo: Bool { av.pointee.codec_type == AVMEDIA_TYPE_VIDEO }
  /// libav's name of the codec (not of the encoder): `prores`, `h264`.
  public var codec: String { String(cString: avcodec_get_name(av.pointee.codec_id)) }
  /// libav's name of the profile, such as `HQ` or `High 4:2:2`; `nil` when there is none.
  public var profile: String? {
    avcodec_profile_name(av.pointee.codec_id, av.pointee.profile).map { String(cString: $0) }
  }
  /// The codec's headers as the container stores them: `avcC`, `hvcC`, AudioSpecificConfig; empty for codecs without.
  public var extradata: [UInt8] {
    guard let data = av.pointee.extradata else { return [] }
    return Array(UnsafeBufferPointer(start: data, count: Int(av.pointee.extradata_size)))
  }
  /// The picture's size; 0x0 for sound.
  public var raster: Raster { Raster(Int(av.pointee.width), Int(av.pointee.height)) }
  /// Samples per second; 0 for pictures.
  public var sampleRate: Int { Int(av.pointee.sample_rate) }
  public var channels: Int { Int(av.pointee.ch_layout.nb_channels) }
  /// Samples the decoder gives before the first that was encoded.
  public var priming: Int { Int(av.pointee.initial_padding) }
}

public import PegCore

/// Everything that decides the bytes of encoded sound, besides the samples.
public struct AudioSettings: Hashable, Sendable {
  /// libav's name of the encoder: `pcm_s24le`, `pcm_s16le`, `aac`, `flac`, …
  public var codec: String
  /// Samples per second.
  public var sampleRate: Int
  public var layout: ChannelLayout
  /// Bits of a sample, 16 or 24, for encoders that leave the choice (FLAC, ALAC); 24 where it is `nil`.
  public var bits: Int?
  /// In the order they are given to the encoder; `b` is the bit rate in bits per second.
  public var options: [EncoderSettings.Option]
  /// As in ``EncoderSettings``.
  public var wantsGlobalHeader: Bool

  public init(
    codec: String, sampleRate: Int = 48000, layout: ChannelLayout, bits: Int? = nil,
    options: [EncoderSettings.Option] = [],
    wantsGlobalHeader: Bool = true
  ) {
    self.codec = codec
    self.sampleRate = sampleRate
    self.layout = layout
    self.bits = bits
    self.options = options
    self.wantsGlobalHeader = wantsGlobalHeader
  }
}

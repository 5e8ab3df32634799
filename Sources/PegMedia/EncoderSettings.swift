public import PegCore

/// Everything that decides the bytes of an encoded picture, besides the picture.
///
/// Equal settings and equal pictures give equal packets (DESIGN §1); a recipe's id is made of both.
public struct EncoderSettings: Hashable, Sendable {
  /// An option of the encoder by libav's name, such as `mbs_per_slice`.
  public struct Option: Hashable, Sendable {
    public var key: String
    public var value: String

    public init(_ key: String, _ value: String) {
      self.key = key
      self.value = value
    }
  }

  /// libav's name of the encoder: `prores_ks`, `dnxhd`, `ffv1`, `libx264`, `libx265`, `png`, …
  public var codec: String
  /// The encoder's own name of a profile: `hq`, `dnxhr_hqx`, `high422`; `nil` leaves it to the encoder.
  public var profile: String?
  /// The four characters that a container writes for the codec, such as `hvc1`; `nil` leaves it to the container.
  public var tag: String?
  public var pixelFormat: PixelFormat
  public var raster: Raster
  /// Frames per second; the encoder's clock ticks once per frame.
  public var rate: FrameRate
  /// Width of a pixel divided by its height; 1 is square.
  public var pixelAspect: Rational
  /// Written into the bitstream and the container, and set on every picture that is encoded.
  public var tags: ColorTags
  public var alpha: AlphaMode
  /// In the order they are given to the encoder.
  public var options: [Option]
  /// A constant quantiser (`-qscale`), 1 the finest; `nil` leaves rate control to the options.
  public var quantiser: Int?
  /// Threads inside the encoder, 1 or more. Part of the bytes for x264 and x265; libav's own encoders give the same with
  /// any number.
  public var threads: Int
  /// Whether the codec's headers (SPS, PPS, …) stand in the container: true for MOV, MP4 and Matroska. False keeps them in
  /// the stream, which MXF asks for, and H.264 and HEVC in Annex B form.
  public var wantsGlobalHeader: Bool
  /// How many frames later than presented a frame may be decoded; 0 for codecs without B pictures.
  public var reorderDepth: Int

  public init(
    codec: String, profile: String? = nil, tag: String? = nil, pixelFormat: PixelFormat, raster: Raster,
    rate: FrameRate,
    pixelAspect: Rational = 1, tags: ColorTags, alpha: AlphaMode = .opaque, options: [Option] = [],
    quantiser: Int? = nil, threads: Int = 1, wantsGlobalHeader: Bool = true, reorderDepth: Int = 0
  ) {
    precondition(threads >= 1, "an encoder has a fixed number of threads")
    precondition(reorderDepth >= 0, "a reorder depth is not below 0")
    self.codec = codec
    self.profile = profile
    self.tag = tag
    self.pixelFormat = pixelFormat
    self.raster = raster
    self.rate = rate
    self.pixelAspect = pixelAspect
    self.tags = tags
    self.alpha = alpha
    self.options = options
    self.quantiser = quantiser
    self.threads = threads
    self.wantsGlobalHeader = wantsGlobalHeader
    self.reorderDepth = reorderDepth
  }
}

extension EncoderSettings {
  /// Bytes that an opened encoder takes for itself, where that is more than a few pictures.
  public var ownMemory: Int {
    // libav's FFV1 encoder clears the room for a packet (measured, too).
    guard codec == "ffv1" else { return 0 }
    return PacketRoom(for: self)?.bytes ?? raster.width * raster.height * PacketRoom.bytesPerPixel
  }
}

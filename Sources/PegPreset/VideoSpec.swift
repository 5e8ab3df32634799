public import PegCore

/// How the picture is encoded, and what it is tagged.
public struct VideoSpec: Hashable, Sendable {
  public enum Fit: String, Sendable, CaseIterable { case fit, fill, stretch, none }

  public enum FieldOrder: String, Sendable, CaseIterable {
    /// Interlaced deliverables are refused until they are built.
    case progressive
  }

  /// What one call of a newly opened encoder may be given so that its bytes depend on nothing else.
  public enum PurityUnit: String, Sendable, CaseIterable {
    /// Each picture by itself: a packet is a function of its recipe.
    case intra
    /// A closed group of pictures, from a new encoder.
    case segments
    /// The whole programme: nothing can be reused.
    case whole
  }

  public struct Purity: Hashable, Sendable {
    public var unit: PurityUnit
    /// Why that is so: what was measured, or what the encoder carries on.
    public var reason: String

    public init(_ unit: PurityUnit, reason: String) {
      self.unit = unit
      self.reason = reason
    }
  }

  /// What steers the size of packets.
  public enum RateControl: Hashable, Sendable {
    /// The codec's own: lossless, or of fixed frame size.
    case codec
    /// One quantiser for every picture: libav's `-qscale`, 1 is finest.
    case quantiser(Int)
    /// Constant rate factor, 0 is finest.
    case crf(Rational)
    /// Average bits per second: impure, so a preset with it is one segment.
    case bitrate(Int)
  }

  public var codec: VideoCodec
  /// The encoder's name of the profile; `nil` for codecs without profiles.
  public var profile: String?
  /// The sample entry or Matroska tag that a file must bear; `nil`: what the muxer writes.
  public var tag: String?
  public var pixelFormat: PixelFormatChoice
  public var rateControl: RateControl
  /// Further options of the encoder, in the order of their keys.
  public var options: [EncoderOption]
  /// `nil`: the cut's.
  public var raster: Raster?
  public var fit: Fit
  /// Rates that are allowed; empty: every rate.
  public var rates: [FrameRate]
  public var fieldOrder: FieldOrder
  /// Complete for the preset's pixel format; of a ``PixelFormatChoice/match(candidates:fallback:)`` ask ``color(for:)``.
  public var color: ColorTags
  /// Of pixel formats that have alpha, how it relates to colour; `opaque` composites over black.
  public var alpha: AlphaMode
  /// Pictures from one key picture to the next; `nil`: every picture is one.
  public var gop: Int?
  /// Pictures that decoding runs ahead of presentation: the DTS of the first packet is minus this.
  public var reorderDepth: Int
  /// Threads of one encoder. Fixed, since some encoders' bytes follow it.
  public var threads: Int
  public var purity: Purity

  public init(
    codec: VideoCodec, profile: String? = nil, tag: String? = nil, pixelFormat: PixelFormatChoice,
    rateControl: RateControl = .codec, options: [EncoderOption] = [], raster: Raster? = nil, fit: Fit = .fit,
    rates: [FrameRate] = [], fieldOrder: FieldOrder = .progressive, color: ColorTags, alpha: AlphaMode = .opaque,
    gop: Int? = nil, reorderDepth: Int = 0, threads: Int = 1, purity: Purity
  ) {
    self.codec = codec
    self.profile = profile
    self.tag = tag
    self.pixelFormat = pixelFormat
    self.rateControl = rateControl
    self.options = options
    self.raster = raster
    self.fit = fit
    self.rates = rates
    self.fieldOrder = fieldOrder
    self.color = color
    self.alpha = alpha
    self.gop = gop
    self.reorderDepth = reorderDepth
    self.threads = threads
    self.purity = purity
  }

  /// Whether every picture decodes by itself.
  public var isIntra: Bool { gop == nil }

  /// What a packet or a run of packets of this encoder depends on, and so what can be taken from another master.
  public enum Unit: Hashable, Sendable {
    case picture
    /// A closed segment of at most so many frames.
    case segments(Int)
    case whole
  }

  public var unit: Unit {
    switch (purity.unit, gop) {
    case (.intra, _): .picture
    case (.segments, let length?): .segments(length)
    case (.segments, nil), (.whole, _): .whole
    }
  }

  public func allows(_ rate: FrameRate) -> Bool { rates.isEmpty || rates.contains(rate) }

  /// The tags of pictures in `format`: R′G′B′ has no matrix but identity and uses every code value, and only subsampled
  /// chroma has to be placed.
  public func color(for format: PixelFormat) -> ColorTags {
    var tags = color
    switch format.family {
    case .ycbcr: break
    case .gray: tags.range = .full
    case .rgb, .palette:
      tags.matrix = .rgb
      tags.range = .full
    }
    if !format.isSubsampled { tags.siting = .unspecified }
    return tags
  }

  /// How alpha relates to colour in pictures of `format`.
  public func alpha(for format: PixelFormat) -> AlphaMode { format.hasAlpha ? alpha : .opaque }

  /// Everything the encoder is opened with but raster, rate, pixel format, colour and threads, as libav options.
  ///
  /// `flags` are bit-exact, so that no version of a library is written into the stream where libav can leave it out.
  public var encoderOptions: [EncoderOption] {
    var list: [EncoderOption] = []
    var flags = "+bitexact"
    if let profile { list.append(EncoderOption("profile", profile)) }
    switch rateControl {
    case .codec: break
    case .quantiser(let value):
      flags += "+qscale"
      // FF_QP2LAMBDA is 118.
      list.append(EncoderOption("global_quality", "\(value * 118)"))
    case .crf(let value): list.append(EncoderOption("crf", "\(value.decimal)"))
    case .bitrate(let bits): list.append(EncoderOption("b", "\(bits)"))
    }
    if let gop {
      flags += "+cgop"
      list.append(EncoderOption("g", "\(gop)"))
    } else if codec.needsGroupLength {
      list.append(EncoderOption("g", "1"))
    }
    for option in options {
      if option.key == "flags" { flags += option.value } else { list.append(option) }
    }
    return [EncoderOption("flags", flags)] + list
  }
}

extension VideoSpec.Unit: CustomStringConvertible {
  /// As ids name it.
  public var description: String {
    switch self {
    case .picture: "picture"
    case .segments(let length): "segments of \(length)"
    case .whole: "whole"
    }
  }
}

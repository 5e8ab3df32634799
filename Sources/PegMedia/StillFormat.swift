public import PegCore

/// An image file of one picture.
public enum StillFormat: String, Sendable, CaseIterable {
  case png, tiff, exr, dpx, jpeg

  /// The format that a path's extension names, or `nil`.
  public init?(path: String) {
    switch path.split(separator: ".").last?.lowercased() {
    case "png": self = .png
    case "tif", "tiff": self = .tiff
    case "exr": self = .exr
    case "dpx": self = .dpx
    case "jpg", "jpeg": self = .jpeg
    default: return nil
    }
  }

  /// libav's name of the encoder.
  public var codec: String { self == .jpeg ? "mjpeg" : rawValue }

  /// Options that give the same bytes for the same picture on every run, and small files in little time.
  public var defaultOptions: [EncoderSettings.Option] {
    switch self {
    case .png: [.init("pred", "up"), .init("compression_level", "3")]
    case .tiff: [.init("compression_algo", "lzw")]
    case .exr: [.init("compression", "zip16"), .init("format", "half")]
    case .dpx, .jpeg: []
    }
  }

  /// The settings for a picture of this kind.
  ///
  /// - Parameters:
  ///   - options: replace the default of the same key.
  ///   - quantiser: JPEG's, 1 (finest) to 31; others have none.
  public func settings(
    for format: PixelFormat, raster: Raster, tags: ColorTags, alpha: AlphaMode, rate: FrameRate = FrameRate(24),
    pixelAspect: Rational = 1, options: [EncoderSettings.Option] = [], quantiser: Int? = nil
  ) -> EncoderSettings {
    let kept = defaultOptions.filter { standard in !options.contains { $0.key == standard.key } }
    return EncoderSettings(
      codec: codec, pixelFormat: format, raster: raster, rate: rate, pixelAspect: pixelAspect, tags: tags,
      alpha: alpha, options: kept + options, quantiser: quantiser ?? (self == .jpeg ? 2 : nil),
      wantsGlobalHeader: false)
  }
}

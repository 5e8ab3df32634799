public import PegMedia

/// The identity of an encoder with its settings: SHA-256 of its canonical text (``CanonField`` lists what is in it).
public struct EncoderID: Hashable, Sendable {
  /// 32 bytes.
  public let bytes: [UInt8]

  /// - Parameters:
  ///   - settings: as the encoder is opened.
  ///   - library: the encoder's library with its version.
  ///   - unit: what a packet or a run of packets depends on: `picture`, `segments of N`, `whole`.
  public init(_ settings: EncoderSettings, library: String, unit: String) {
    bytes = CanonText(settings, library: library, unit: unit).id
  }
}

extension CanonText {
  init(_ settings: EncoderSettings, library: String, unit: String) {
    self.init()
    say(.codec, settings.codec)
    say(.codecLibrary, library)
    say(.profile, maybe: settings.profile)
    say(.tag, maybe: settings.tag)
    say(.quantiser, maybe: settings.quantiser)
    for option in settings.options { say(.option, "\(option.key)=\(option.value)") }
    say(.codedFormat, settings.pixelFormat)
    say(.codedRaster, settings.raster)
    say(.rate, settings.rate)
    say(.codedPixelAspect, settings.pixelAspect)
    say((.codedPrimaries, .codedTransfer, .codedMatrix, .codedRange, .codedSiting), settings.tags)
    say(.codedAlpha, settings.alpha.rawValue)
    say(.threads, settings.threads)
    say(.reorderDepth, settings.reorderDepth)
    say(.globalHeader, settings.wantsGlobalHeader)
    say(.unit, unit)
  }
}

import PegAudio
public import PegCore

/// How one stream of sound is written.
public struct SoundOutput: Hashable, Sendable {
  /// libavcodec's name of the encoder, and its library with its version.
  public var codec: String
  public var library: String
  /// Samples per second.
  public var sampleRate: Int
  /// Bits per second; `nil` for PCM.
  public var bitrate: Int?
  /// The layout's name.
  public var layout: String
  public var downmix: String

  public init(codec: String, library: String, sampleRate: Int, bitrate: Int?, layout: String, downmix: String) {
    self.codec = codec
    self.library = library
    self.sampleRate = sampleRate
    self.bitrate = bitrate
    self.layout = layout
    self.downmix = downmix
  }
}

/// The identity of a run of sound: SHA-256 of its canonical text (``CanonField`` lists what is in it). Equal runs have equal
/// ids wherever they stand.
public struct SoundID: Hashable, Sendable {
  /// 32 bytes.
  public let bytes: [UInt8]

  /// Raised whenever arithmetic of ours changes a sample.
  public static let soundVersion = 1

  /// - Parameters:
  ///   - range: record samples.
  ///   - arithmetic: third-party arithmetic that samples go through.
  ///   - version: of our own arithmetic.
  ///   - identity: the hash of source `source`'s file.
  public init(
    _ sound: SoundPlan, in range: FrameRange, _ output: SoundOutput, arithmetic: String,
    version: Int = soundVersion, identity: (_ source: Int) throws -> [UInt8]
  ) rethrows {
    bytes = try CanonText(
      sound, in: range, output, arithmetic: arithmetic, version: version, identity: identity
    ).id
  }
}

extension CanonText {
  init(
    _ sound: SoundPlan, in range: FrameRange, _ output: SoundOutput, arithmetic: String, version: Int,
    identity: (Int) throws -> [UInt8]
  ) rethrows {
    self.init()
    say(.soundVersion, version)
    say(.soundArithmetic, arithmetic)
    say(.soundCodec, output.codec)
    say(.soundLibrary, output.library)
    say(.soundRate, output.sampleRate)
    say(.soundBitrate, maybe: output.bitrate)
    say(.soundLayout, output.layout)
    say(.downmix, output.downmix)
    say(.mixRate, sound.sampleRate)
    say(.mixSamples, range.count)
    for event in sound.events where event.range.intersection(range) != nil {
      say(.eventHash, Self.hex(try identity(event.source)))
      say(.eventStream, event.stream)
      // Counted from the run's start, so that a run may move.
      say(.eventBegin, event.range.start - range.start)
      say(.eventEnd, event.range.end - range.start)
      say(.eventStart, event.start)
      say(.eventSpeed, event.speed)
      say(.eventReversed, event.isReversed)
      say(.eventGain, event.gain)
      for fade in event.fades {
        say(.eventFade, fade.keys.map { "\($0.sample - range.start)=\($0.gain)" }.joined(separator: " "))
      }
    }
  }
}

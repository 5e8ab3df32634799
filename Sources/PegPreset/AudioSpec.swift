public import PegCore

/// How the sound is encoded, and what it is held to.
public struct AudioSpec: Hashable, Sendable {
  public enum Codec: String, Sendable, CaseIterable {
    case pcm16 = "pcm_s16le"
    case pcm24 = "pcm_s24le"
    case aac

    /// Bits of a sample; `nil` for a lossy codec, which takes float.
    public var bits: Int? {
      switch self {
      case .pcm16: 16
      case .pcm24: 24
      case .aac: nil
      }
    }
  }

  public enum Downmix: String, Sendable, CaseIterable {
    /// ITU-R BS.775 annex 4: centre and surrounds at −3 dB, LFE left out.
    case loRo = "lo_ro"
  }

  /// What the programme's loudness is held to; `render` does not change it.
  public struct Loudness: Hashable, Sendable {
    /// LUFS, integrated (ITU-R BS.1770).
    public var target: Rational
    /// LU either way.
    public var tolerance: Rational

    public init(target: Rational, tolerance: Rational) {
      self.target = target
      self.tolerance = tolerance
    }
  }

  public var codec: Codec
  /// Samples per second.
  public var sampleRate: Int
  /// Bits per second of one track; `nil` for PCM.
  public var bitrate: Int?
  /// One stream each; never empty.
  public var tracks: [ChannelLayout]
  /// Whether the one track takes the widest layout among the cut's sources, and ``tracks`` serves a cut without sound.
  public var followsCut: Bool
  public var downmix: Downmix
  public var loudness: Loudness?
  /// dBTP that no channel exceeds.
  public var truePeak: Rational?

  public init(
    codec: Codec, sampleRate: Int = 48000, bitrate: Int? = nil, tracks: [ChannelLayout] = [.stereo],
    followsCut: Bool = false, downmix: Downmix = .loRo, loudness: Loudness? = nil, truePeak: Rational? = nil
  ) {
    self.codec = codec
    self.sampleRate = sampleRate
    self.bitrate = bitrate
    self.tracks = tracks
    self.followsCut = followsCut
    self.downmix = downmix
    self.loudness = loudness
    self.truePeak = truePeak
  }

  /// The layouts of the streams for a cut whose sources have `layouts`.
  public func tracks(for layouts: [ChannelLayout]) -> [ChannelLayout] {
    guard followsCut, let widest = layouts.max(by: { $0.count < $1.count }) else { return tracks }
    return [widest]
  }
}

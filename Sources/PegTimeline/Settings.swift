public import PegCore

// The metadata under `pegbar` (DESIGN §5), typed. `presets/schema/cut.schema.json` says the same. `nil` is what the cut
// does not say.

/// What a cut says about the whole programme.
public struct TimelineSettings: Hashable, Sendable {
  /// Of the programme; without one, the first movie's.
  public var raster: Raster?
  /// Of the programme; without one, that of the first video clip's range.
  public var rate: FrameRate?
  /// Width of a raster pixel divided by its height; above 0, up to 100.
  public var pixelAspect: Rational?
  public var workingSpace: String?
  /// How code values of one space become another's; `display` unless said otherwise.
  public var transform: TransformMode?
  public var dropFrame: Bool?
  /// Samples per second, 8,000…384,000.
  public var sampleRate: Int?
  /// What a missing frame of a sequence shows.
  public var gaps: GapPolicy?
  /// What plays past the end of media.
  public var overrun: OverrunPolicy?
  public var grade: [GradeOperation] = []

  public init() {}
}

/// How code values of one colour space become another's (DESIGN §7).
public enum TransformMode: String, Sendable, CaseIterable {
  /// Those of SDR displays of equal primaries pass unchanged.
  case display
  /// Always through light, by each space's own curve.
  case colorimetric
}

/// What a missing frame of a sequence shows; `error` unless said otherwise.
public enum GapPolicy: String, Sendable, CaseIterable { case error, hold, nearest, black }

/// What plays where a clip overruns its media; `hold` unless said otherwise.
public enum OverrunPolicy: String, Sendable, CaseIterable { case hold, black, error }

/// How a layer is laid over those below it; `over` unless said otherwise.
///
/// A matte is not seen itself: of what lies below it in its stack, there stays what it shows, by its alpha or its luma. A shot with
/// a matte of its own is a nested stack of the two. Where a matte has a gap, there is none.
public enum BlendMode: String, Sendable, CaseIterable {
  case over, add, multiply, screen, overlay, difference
  case alphaMatte = "alpha_matte"
  case lumaMatte = "luma_matte"
  /// There stays what it does not show.
  case alphaMatteInverted = "alpha_matte_inverted"
  case lumaMatteInverted = "luma_matte_inverted"
}

/// Work on twos is `frames` 2 (DESIGN §6).
public struct StepSetting: Hashable, Sendable {
  /// 1…100,000.
  public var frames: Int
  /// From 0.
  public var phase: Int

  public init(frames: Int, phase: Int = 0) {
    self.frames = frames
    self.phase = phase
  }
}

/// What a cut says about a track, or about a stack that stands in a track.
public struct TrackSettings: Hashable, Sendable {
  public var grade: [GradeOperation] = []
  public var step: StepSetting?
  public var placement: PlacementSetting?
  /// 0…1.
  public var opacity: Animated?
  public var blend: BlendMode?
  /// Linear factor on sound, 0…1,000.
  public var gain: Animated?

  public init() {}
}

/// What a cut says about a clip.
public struct ClipSettings: Hashable, Sendable {
  /// How media of another rate are played; `duration` unless said otherwise.
  public enum RateMode: String, Sendable, CaseIterable {
    /// They keep their duration in seconds; frames are held or skipped.
    case duration
    /// Frame for frame.
    case frames
  }

  public var grade: [GradeOperation] = []
  public var step: StepSetting?
  public var placement: PlacementSetting?
  /// 0…1.
  public var opacity: Animated?
  public var blend: BlendMode?
  /// Linear factor on sound, 0…1,000.
  public var gain: Animated?
  public var rateMode: RateMode?

  public init() {}
}

/// What a cut says about media, against what the media say themselves.
public struct ReferenceSettings: Hashable, Sendable {
  /// The colour space of the media, such as `srgb`.
  public var color: String?
  /// `legal` or `full`.
  public var range: CodeRange?
  public var alpha: AlphaMode?
  /// Of an EXR.
  public var layer: String?
  public var origin: Origin?

  /// Of the origin record that lies beside the media.
  public struct Origin: Hashable, Sendable {
    public var id: String
    public var hash: String?
    /// A string or an object.
    public var summary: JSON?

    public init(id: String, hash: String? = nil, summary: JSON? = nil) {
      self.id = id
      self.hash = hash
      self.summary = summary
    }
  }

  public init() {}
}

public import PegAudio
public import PegCore

/// What each record sample sounds like: the sum of its events.
public struct SoundPlan: Hashable, Sendable {
  /// Samples per second of the programme.
  public var sampleRate: Int
  /// Samples of the programme: round(duration · sample rate / record rate).
  public var length: Int
  public var events: [SoundEvent]

  public init(sampleRate: Int, length: Int, events: [SoundEvent]) {
    self.sampleRate = sampleRate
    self.length = length
    self.events = events
  }
}

/// A piece of one sound stream on the record side.
public struct SoundEvent: Hashable, Sendable {
  /// Index into `FramePlan.sources`.
  public var source: Int
  /// The stream's index in the file.
  public var stream: Int
  /// The OTIO track's index, and the clip's name: for messages.
  public var track: Int
  public var clip: String
  /// Record samples that it sounds over.
  public var range: FrameRange
  /// Seconds into the source's sound at the start of ``range``; for reverse, where it plays back from.
  public var start: Rational
  /// Source seconds per record second, above 0; pitch follows.
  public var speed: Rational
  public var isReversed: Bool
  /// Linear gain.
  public var gain: Rational
  /// Multiplied with ``gain``: fades, crossfades, gain keys.
  public var fades: [GainCurve]

  public init(
    source: Int, stream: Int, track: Int, clip: String, range: FrameRange, start: Rational, speed: Rational = 1,
    isReversed: Bool = false, gain: Rational = 1, fades: [GainCurve] = []
  ) {
    self.source = source
    self.stream = stream
    self.track = track
    self.clip = clip
    self.range = range
    self.start = start
    self.speed = speed
    self.isReversed = isReversed
    self.gain = gain
    self.fades = fades
  }
}

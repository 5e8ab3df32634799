public import PegCore

/// Whether the file bears timecode.
public struct TimecodeSpec: Hashable, Sendable {
  /// A track of its own, or what the container has instead; false leaves timecode out.
  public var track: Bool

  public init(track: Bool) { self.track = track }
}

/// What stands around the film.
///
/// `render` refuses what it cannot make yet: anything but a plain programme.
public struct ProgrammeSpec: Hashable, Sendable {
  /// The label of the first picture, such as `01:00:00:00`; `nil`: the cut's.
  public var start: String?
  /// Seconds of black before the first picture and after the last.
  public var headBlack: Rational
  public var tailBlack: Rational
  /// Seconds of bars and tone.
  public var bars: Rational
  /// Seconds of slate.
  public var slate: Rational

  public init(
    start: String? = nil, headBlack: Rational = 0, tailBlack: Rational = 0, bars: Rational = 0, slate: Rational = 0
  ) {
    self.start = start
    self.headBlack = headBlack
    self.tailBlack = tailBlack
    self.bars = bars
    self.slate = slate
  }

  /// Whether the programme is the film and nothing else, labelled as the cut says.
  public var isPlain: Bool { self == ProgrammeSpec() }
}

/// How files are called.
public struct NamingSpec: Hashable, Sendable {
  /// For a path that does not say: `{cut}` and `{preset}` stand for names, `####` for the frame's number.
  public var pattern: String
  /// The number of a sequence's first file.
  public var firstFrame: Int

  public init(pattern: String, firstFrame: Int = 0) {
    self.pattern = pattern
    self.firstFrame = firstFrame
  }
}

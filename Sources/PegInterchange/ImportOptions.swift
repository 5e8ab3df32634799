public import PegCore
public import PegTimeline

/// What a reader is told beside the file.
public struct ImportOptions: Sendable {
  /// What messages call the file.
  public var name: String
  /// The record rate where the file does not say one (`--rate`); for an EDL it goes before what the file says.
  public var rate: FrameRate?
  /// The show's rate: where neither ``rate`` nor the file says one.
  public var showRate: FrameRate?
  /// Which sequence or project of a file that holds several, by name.
  public var sequence: String?
  public var limits: ImportLimits
  /// Answers for an EDL without a rate; `nil` where there are no media to ask.
  public var mediaRates: MediaRates?
  /// Answers what a movie or a sequence of a cut sheet has; `nil` where there are no media to ask.
  public var mediaRange: MediaRange?
  /// Finds the drawings of an exposure sheet; `nil` leaves them as missing references.
  public var cels: (any CelFinder)?

  public init(
    name: String, rate: FrameRate?, limits: ImportLimits, sequence: String? = nil, mediaRates: MediaRates? = nil,
    mediaRange: MediaRange? = nil, cels: (any CelFinder)? = nil
  ) {
    self.name = name
    self.rate = rate
    self.limits = limits
    self.sequence = sequence
    self.mediaRates = mediaRates
    self.mediaRange = mediaRange
    self.cels = cels
  }

  /// The rates of the movies that these names lead to, each once, with one movie that has it.
  public typealias MediaRates = @Sendable (_ names: [SourceName]) -> [(rate: FrameRate, movie: String)]
  /// From a movie's first timecode, or 0, or a sequence's first number, and how long; `nil` for what is not there.
  public typealias MediaRange = @Sendable (_ media: String) -> TimeRange?
}

/// What a cut calls the source of an event, before there is a rate to read its timecode with.
public struct SourceName: Hashable, Sendable {
  public var reel: String
  public var clip: String?
  public var file: String?

  public init(reel: String, clip: String?, file: String?) {
    self.reel = reel
    self.clip = clip
    self.file = file
  }
}

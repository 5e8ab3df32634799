public import PegCore
public import PegTimeline

/// What a reader is told beside the file.
public struct ImportOptions: Sendable {
  /// What messages call the file.
  public var name: String
  /// The record rate where the file does not say one (`--rate`); for an EDL it goes before what the file says.
  public var rate: FrameRate?
  /// Which sequence or project of a file that holds several, by name.
  public var sequence: String?
  public var limits: ImportLimits
  /// Answers for an EDL without a rate; `nil` where there are no media to ask.
  public var mediaRates: MediaRates?
  /// Finds the drawings of an exposure sheet; `nil` leaves them as missing references.
  public var cels: (any CelFinder)?

  public init(
    name: String, rate: FrameRate?, limits: ImportLimits, sequence: String? = nil, mediaRates: MediaRates? = nil,
    cels: (any CelFinder)? = nil
  ) {
    self.name = name
    self.rate = rate
    self.limits = limits
    self.sequence = sequence
    self.mediaRates = mediaRates
    self.cels = cels
  }

  /// The rates of the movies that these names lead to, each once, with one movie that has it.
  public typealias MediaRates = @Sendable (_ names: [SourceName]) -> [(rate: FrameRate, movie: String)]
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

/// Finds drawings on disk for an exposure sheet.
public protocol CelFinder: Sendable {
  /// - Parameters:
  ///   - drawing: what the sheet calls it: `12`, `A1`, `A_03_e`.
  ///   - layer: the name of its column.
  ///   - column: the column's index from 0, from the bottom.
  /// - Returns: the still, or `nil` where there is none.
  func cel(_ drawing: String, layer: String, column: Int) -> MediaReference?
}

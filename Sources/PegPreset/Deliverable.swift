/// One deliverable as a preset describes it, complete: inherited values taken over, defaults filled in.
///
/// `render` encodes to it and `check` holds any file to it. What it asks for and Pegbar cannot make is refused by whoever
/// would have to make it, by name.
public struct Deliverable: Sendable {
  /// The file's name without `.yaml`.
  public let name: String
  /// One line for people: what it is for.
  public let title: String
  /// The paper that it follows.
  public let spec: SpecSource
  public let container: ContainerSpec
  public let video: VideoSpec
  /// `nil` for a deliverable without sound.
  public let audio: AudioSpec?
  public let timecode: TimecodeSpec
  public let programme: ProgrammeSpec
  public let naming: NamingSpec
  /// Limits in the order of ``QualityMeasure/all``; a measure that is absent is not held.
  public let quality: [QualityLimit]
  /// The file it was read from.
  public let file: String

  public init(
    name: String, title: String, spec: SpecSource, container: ContainerSpec, video: VideoSpec, audio: AudioSpec?,
    timecode: TimecodeSpec, programme: ProgrammeSpec, naming: NamingSpec, quality: [QualityLimit], file: String
  ) {
    self.name = name
    self.title = title
    self.spec = spec
    self.container = container
    self.video = video
    self.audio = audio
    self.timecode = timecode
    self.programme = programme
    self.naming = naming
    self.quality = quality
    self.file = file
  }
}

/// Where a deliverable's numbers come from; printed by every finding against it.
public struct SpecSource: Hashable, Sendable {
  public var title: String
  /// Empty where the paper has none.
  public var edition: String
  /// ISO 8601, empty where unknown.
  public var date: String
  /// A link or a reference that a person can follow.
  public var source: String

  public init(title: String, edition: String = "", date: String = "", source: String = "") {
    self.title = title
    self.edition = edition
    self.date = date
    self.source = source
  }
}

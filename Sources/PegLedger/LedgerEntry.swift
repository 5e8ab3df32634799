public import PegCore

/// Which picture of which source a layer showed.
public struct LedgerLayer: Hashable, Sendable {
  /// Relative to the cut's folder where both lie on one volume; `generator:KIND` for generators.
  public var source: String
  /// Hash of the file, of the one frame for a sequence; `nil` for generators.
  public var hash: LedgerID?
  /// Index in the source, from 0; `nil` for generators.
  public var frame: Int?
  public var clip: String
  public var take: String
  /// Who or what made it, where the cut says so.
  public var origin: String?
  /// The generator that the source's metadata names.
  public var generator: String?
  /// The operations of the grade that it went through, as a cut says them, with values of this frame; files also by the hash of
  /// their content (`look`).
  public var grade: [JSON]

  public init(
    source: String, hash: LedgerID?, frame: Int?, clip: String, take: String, origin: String? = nil,
    generator: String? = nil, grade: [JSON] = []
  ) {
    self.source = source
    self.hash = hash
    self.frame = frame
    self.clip = clip
    self.take = take
    self.origin = origin
    self.generator = generator
    self.grade = grade
  }
}

/// `v`: one run of record frames, one recipe, one packet.
public struct PictureEntry: Hashable, Sendable {
  public var range: FrameRange
  public var recipe: LedgerID
  /// Hash of the picture as the encoder got it.
  public var picture: LedgerID
  /// Hash of the packet's bytes.
  public var hash: LedgerID
  public var size: Int
  /// Offset of each occurrence; empty in a journal.
  public var offsets: [Int]
  public var layers: [LedgerLayer]

  public init(
    range: FrameRange, recipe: LedgerID, picture: LedgerID, hash: LedgerID, size: Int, offsets: [Int] = [],
    layers: [LedgerLayer] = []
  ) {
    self.range = range
    self.recipe = recipe
    self.picture = picture
    self.hash = hash
    self.size = size
    self.offsets = offsets
    self.layers = layers
  }
}

/// A packet of a segment.
public struct LedgerPacket: Hashable, Sendable {
  /// Offset in the file; -1 in a journal.
  public var offset: Int
  public var size: Int
  public var hash: LedgerID
  /// Record frame that it shows, counted from the segment's first.
  public var presentation: Int
  public var isKey: Bool
  /// Whether no other picture refers to it.
  public var isDisposable: Bool

  public init(
    offset: Int, size: Int, hash: LedgerID, presentation: Int, isKey: Bool, isDisposable: Bool = false
  ) {
    self.offset = offset
    self.size = size
    self.hash = hash
    self.presentation = presentation
    self.isKey = isKey
    self.isDisposable = isDisposable
  }
}

/// `seg`: a closed segment of a long-GOP stream.
public struct SegmentEntry: Hashable, Sendable {
  public struct Count: Hashable, Sendable {
    public var count: Int
    public var recipe: LedgerID
    public var picture: LedgerID
    public init(count: Int, recipe: LedgerID, picture: LedgerID) {
      self.count = count
      self.recipe = recipe
      self.picture = picture
    }
  }
  public var range: FrameRange
  /// Recipes in record order, by runs.
  public var recipes: [Count]
  /// In decode order.
  public var packets: [LedgerPacket]
  /// What each run of ``recipes`` showed.
  public var layers: [[LedgerLayer]]

  public init(range: FrameRange, recipes: [Count], packets: [LedgerPacket], layers: [[LedgerLayer]] = []) {
    self.range = range
    self.recipes = recipes
    self.packets = packets
    self.layers = layers
  }
}

/// `a`: a run of sound of one stream. PCM has one for each block that was mixed, other codecs one for the whole stream.
///
/// Its bytes are those of its samples, one packet after the other; MXF lays them down in pieces, beside each picture.
public struct SoundEntry: Hashable, Sendable {
  /// The stream's number in the file; the picture is 0.
  public var stream: Int
  /// Record samples.
  public var samples: FrameRange
  /// Id of what the run sounds like and how it is encoded.
  public var id: LedgerID
  public var hash: LedgerID
  public var size: Int
  /// Where its first byte lies; -1 in a journal.
  public var offset: Int
  /// Whether something was wrong with it that a render reports: samples cut off at full scale, sources that ended early.
  public var isFlawed: Bool

  public init(
    stream: Int, samples: FrameRange, id: LedgerID, hash: LedgerID, size: Int, offset: Int, isFlawed: Bool = false
  ) {
    self.stream = stream
    self.samples = samples
    self.id = id
    self.hash = hash
    self.size = size
    self.offset = offset
    self.isFlawed = isFlawed
  }
}

/// `f`: an image of a sequence.
public struct ImageEntry: Hashable, Sendable {
  public var range: FrameRange
  public var recipe: LedgerID
  public var picture: LedgerID
  public var hash: LedgerID
  public var size: Int
  /// Names of the files that hold it, in the order of their frames.
  public var paths: [String]
  public var layers: [LedgerLayer]

  public init(
    range: FrameRange, recipe: LedgerID, picture: LedgerID, hash: LedgerID, size: Int, paths: [String],
    layers: [LedgerLayer] = []
  ) {
    self.range = range
    self.recipe = recipe
    self.picture = picture
    self.hash = hash
    self.size = size
    self.paths = paths
    self.layers = layers
  }
}

/// One line of a ledger below its header.
public enum LedgerEntry: Hashable, Sendable {
  case picture(PictureEntry)
  case segment(SegmentEntry)
  case sound(SoundEntry)
  case image(ImageEntry)
}

extension LedgerEntry {
  /// Record frames of a picture's line; `nil` for sound.
  public var frames: FrameRange? {
    switch self {
    case .picture(let entry): entry.range
    case .segment(let entry): entry.range
    case .image(let entry): entry.range
    case .sound: nil
    }
  }
}

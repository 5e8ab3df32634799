public import PegCore

// The editorial model of OpenTimelineIO, as values. Every object keeps what it was read with and Pegbar does not know
// (`unknown`), so that a file that is read and written again says the same.

/// An exact time: `value` frames at `rate`.
///
/// The rate is what the file means (23.976 is 24000/1001, DESIGN §6); what an object was read from keeps the file's own
/// numbers, and they are written again where they still mean the same.
public struct RationalTime: Hashable, Sendable {
  public var value: Rational
  public var rate: FrameRate

  public init(_ value: Rational, _ rate: FrameRate) {
    self.value = value
    self.rate = rate
  }

  /// Seconds, exact.
  public var seconds: Rational { value / rate.value }
}

/// A start and a duration, each at a rate of its own.
public struct TimeRange: Hashable, Sendable {
  public var start: RationalTime
  public var duration: RationalTime

  public init(start: RationalTime, duration: RationalTime) {
    self.start = start
    self.duration = duration
  }
}

/// What every OTIO object has.
public struct ObjectInfo: Hashable, Sendable {
  public var name: String
  public var metadata: JSONObject
  /// Fields that Pegbar does not know, verbatim.
  public var unknown: JSONObject
  /// How the object stood in its file.
  var written = Written()

  public init(name: String = "", metadata: JSONObject = JSONObject(), unknown: JSONObject = JSONObject()) {
    self.name = name
    self.metadata = metadata
    self.unknown = unknown
  }
}

public struct Timeline: Hashable, Sendable {
  public var info: ObjectInfo
  public var globalStart: RationalTime?
  public var tracks: Stack

  public init(info: ObjectInfo = ObjectInfo(), globalStart: RationalTime? = nil, tracks: Stack = Stack()) {
    self.info = info
    self.globalStart = globalStart
    self.tracks = tracks
  }
}

/// What stands in a track or a stack.
public indirect enum Composable: Hashable, Sendable {
  case clip(Clip)
  case gap(Gap)
  case track(Track)
  case stack(Stack)
  case transition(Transition)
  /// An object of a schema that Pegbar does not know, verbatim.
  case unknown(JSONObject)
}

/// What clips, gaps, tracks and stacks share.
public struct ItemInfo: Hashable, Sendable {
  public var info: ObjectInfo
  public var sourceRange: TimeRange?
  public var effects: [Effect]
  public var markers: [Marker]
  public var isEnabled: Bool

  public init(
    info: ObjectInfo = ObjectInfo(), sourceRange: TimeRange? = nil, effects: [Effect] = [], markers: [Marker] = [],
    isEnabled: Bool = true
  ) {
    self.info = info
    self.sourceRange = sourceRange
    self.effects = effects
    self.markers = markers
    self.isEnabled = isEnabled
  }
}

public struct Clip: Hashable, Sendable {
  public var item: ItemInfo
  /// Takes by key, in the file's order.
  public var references: [(key: String, reference: MediaReference)]
  public var activeKey: String

  public static let defaultKey = "DEFAULT_MEDIA"

  public init(item: ItemInfo, references: [(key: String, reference: MediaReference)], activeKey: String) {
    self.item = item
    self.references = references
    self.activeKey = activeKey
  }

  /// The take that plays.
  public var activeReference: MediaReference? { references.first { $0.key == activeKey }?.reference }

  public static func == (a: Clip, b: Clip) -> Bool {
    a.item == b.item && a.activeKey == b.activeKey && a.references.count == b.references.count
      && zip(a.references, b.references).allSatisfy { $0.key == $1.key && $0.reference == $1.reference }
  }
  public func hash(into hasher: inout Hasher) {
    hasher.combine(item)
    hasher.combine(activeKey)
  }
}

public struct Gap: Hashable, Sendable {
  public var item: ItemInfo
  public init(item: ItemInfo) { self.item = item }
}

public struct Track: Hashable, Sendable {
  public enum Kind: Hashable, Sendable { case video, audio, other(String) }
  public var item: ItemInfo
  public var kind: Kind
  public var children: [Composable]

  public init(item: ItemInfo = ItemInfo(), kind: Kind = .video, children: [Composable] = []) {
    self.item = item
    self.kind = kind
    self.children = children
  }
}

public struct Stack: Hashable, Sendable {
  public var item: ItemInfo
  /// Bottom first.
  public var children: [Composable]

  public init(item: ItemInfo = ItemInfo(), children: [Composable] = []) {
    self.item = item
    self.children = children
  }
}

public struct Transition: Hashable, Sendable {
  public var info: ObjectInfo
  /// `SMPTE_Dissolve`, `Custom_Transition`, …
  public var type: String
  /// Frames of the transition before the cut.
  public var inOffset: RationalTime
  /// Frames of the transition after the cut.
  public var outOffset: RationalTime

  public init(info: ObjectInfo, type: String, inOffset: RationalTime, outOffset: RationalTime) {
    self.info = info
    self.type = type
    self.inOffset = inOffset
    self.outOffset = outOffset
  }
}

public enum Effect: Hashable, Sendable {
  case linearTimeWarp(ObjectInfo, effectName: String, scalar: Rational)
  case freezeFrame(ObjectInfo, effectName: String)
  /// Any other effect, verbatim.
  case other(JSONObject)

  /// What OTIO calls the schema, such as `LinearTimeWarp` or `Effect`.
  public var schema: String {
    switch self {
    case .linearTimeWarp: "LinearTimeWarp"
    case .freezeFrame: "FreezeFrame"
    case .other(let object): Schema(of: .object(object))?.name ?? "Effect"
    }
  }

  /// OpenTimelineIO 0.18 can switch an effect off; without the field it is on.
  public var isEnabled: Bool {
    switch self {
    case .linearTimeWarp(let info, _, _), .freezeFrame(let info, _): info.unknown["enabled"]?.bool ?? true
    case .other(let object): object["enabled"]?.bool ?? true
    }
  }
}

public struct Marker: Hashable, Sendable {
  public var info: ObjectInfo
  public var range: TimeRange
  public var color: String
  public var comment: String?

  public init(info: ObjectInfo, range: TimeRange, color: String, comment: String? = nil) {
    self.info = info
    self.range = range
    self.color = color
    self.comment = comment
  }
}

/// Where a clip's pictures or sound come from.
public enum MediaReference: Hashable, Sendable {
  case external(ReferenceInfo, url: String)
  case sequence(ReferenceInfo, ImageSequence)
  case generator(ReferenceInfo, kind: String, parameters: JSONObject)
  case missing(ReferenceInfo)
  case unknown(JSONObject)
}

/// What media references share.
public struct ReferenceInfo: Hashable, Sendable {
  public var info: ObjectInfo
  public var availableRange: TimeRange?
  public var availableImageBounds: JSON?

  public init(info: ObjectInfo = ObjectInfo(), availableRange: TimeRange? = nil, availableImageBounds: JSON? = nil) {
    self.info = info
    self.availableRange = availableRange
    self.availableImageBounds = availableImageBounds
  }
}

/// `ImageSequenceReference`: `target_url_base` + `name_prefix` + number + `name_suffix`.
public struct ImageSequence: Hashable, Sendable {
  public enum MissingFramePolicy: String, Sendable { case error, hold, black }
  public var urlBase: String
  public var prefix: String
  public var suffix: String
  public var startFrame: Int
  public var frameStep: Int
  public var rate: FrameRate
  public var padding: Int
  public var missingFramePolicy: MissingFramePolicy

  public init(
    urlBase: String, prefix: String, suffix: String, startFrame: Int, frameStep: Int = 1, rate: FrameRate,
    padding: Int, missingFramePolicy: MissingFramePolicy = .error
  ) {
    self.urlBase = urlBase
    self.prefix = prefix
    self.suffix = suffix
    self.startFrame = startFrame
    self.frameStep = frameStep
    self.rate = rate
    self.padding = padding
    self.missingFramePolicy = missingFramePolicy
  }
}

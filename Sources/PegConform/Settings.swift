import PegCore
import PegPlan
import PegTimeline

/// What the cut says under `pegbar` about a clip, a track or a stack, ready for planning.
struct ItemSettings {
  var step: FrameMap.Step?
  var placement = Placement.fit
  var opacity = Envelope(1)
  var blend = "over"
  var gain = Envelope(1)
  var grade: [JSON] = []
  /// `rate_mode: frames`.
  var playsOneToOne = false

  /// Whether a composition with these settings looks the same as what it holds.
  var changesNoPixel: Bool {
    placement == .fit && opacity == Envelope(1) && blend == "over" && grade.isEmpty
  }

  init() {}

  init(_ info: ObjectInfo, at place: String) throws(PegError) {
    guard let metadata = info.metadata["pegbar"] else { return }
    guard case .object(let fields) = metadata else { throw Self.wrong("pegbar", place) }
    for (key, value) in fields.pairs {
      switch key {
      case "step":
        guard let frames = value["frames"]?.int, frames >= 1 else { throw Self.wrong(key, place) }
        step = FrameMap.Step(frames: frames, phase: value["phase"]?.int ?? 0)
      case "placement":
        switch value.string {
        case "fit": placement = .fit
        case "fill": placement = .fill
        case "stretch": placement = .stretch
        case "none": placement = .none
        default: placement = .transform(value)
        }
      case "opacity": opacity = try Self.envelope(value, key, place)
      case "gain": gain = try Self.envelope(value, key, place)
      case "blend": blend = value.string ?? ""
      case "grade": grade = value.array ?? []
      case "rate_mode": playsOneToOne = value.string == "frames"
      default: throw Self.wrong(key, place)
      }
    }
  }

  private static func wrong(_ key: String, _ place: String) -> PegError {
    PegError(.badInput, "\(place) has \(key) in its pegbar metadata, which is not understood")
  }

  private static func envelope(_ value: JSON, _ key: String, _ place: String) throws(PegError) -> Envelope {
    if let constant = value.rational { return Envelope(constant) }
    var keys: [Envelope.Key] = []
    for entry in value.array ?? [] {
      guard let pair = entry.array, pair.count >= 2, let frame = pair[0].int, let number = pair[1].rational else {
        throw wrong(key, place)
      }
      keys.append(Envelope.Key(frame: frame, value: number))
    }
    guard !keys.isEmpty else { throw wrong(key, place) }
    return Envelope(keys: keys)
  }
}

/// What the timeline says for all of the cut.
struct CutSettings {
  enum Gaps: String { case error, hold, nearest, black }
  enum Overrun: String { case hold, black, error }

  var raster: Raster?
  var rate: FrameRate?
  var pixelAspect: Rational?
  var workingSpace = "bt709"
  var isDropFrame: Bool?
  var sampleRate = 48000
  var gaps = Gaps.error
  var overrun = Overrun.hold
  var grade: [JSON] = []

  init(_ info: ObjectInfo, at place: String) throws(PegError) {
    guard let metadata = info.metadata["pegbar"] else { return }
    for (key, value) in metadata.object?.pairs ?? [] {
      switch key {
      case "raster":
        if let edges = value.array, edges.count == 2, let width = edges[0].int, let height = edges[1].int {
          raster = Raster(width, height)
        }
      case "rate": rate = (value.string ?? value.numberText).flatMap { FrameRate($0) }
      case "pixel_aspect": pixelAspect = value.rational
      case "working_space": workingSpace = value.string ?? workingSpace
      case "drop_frame": isDropFrame = value.bool
      case "sample_rate": sampleRate = value.int ?? sampleRate
      case "gaps": gaps = value.string.flatMap(Gaps.init) ?? gaps
      case "overrun": overrun = value.string.flatMap(Overrun.init) ?? overrun
      case "grade": grade = value.array ?? []
      default: throw PegError(.badInput, "\(place) has \(key) in its pegbar metadata, which is not understood")
      }
    }
  }
}

/// What a media reference says about its source.
struct SourceSettings: Hashable {
  var color: String?
  var range: CodeRange?
  var alpha: AlphaMode?
  var layer: String?
  /// The id of the origin record.
  var origin: String?

  init(_ info: ObjectInfo, at place: String) throws(PegError) {
    for (key, value) in info.metadata["pegbar"]?.object?.pairs ?? [] {
      switch key {
      case "color": color = value.string
      case "range": range = value.string == "full" ? .full : .legal
      case "alpha": alpha = value.string.flatMap { AlphaMode(rawValue: $0) }
      case "layer": layer = value.string
      case "origin": origin = value["id"]?.string
      default: throw PegError(.badInput, "\(place) has \(key) in its pegbar metadata, which is not understood")
      }
    }
  }
}

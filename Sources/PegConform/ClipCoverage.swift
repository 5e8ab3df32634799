public import PegCore
import PegMedia
public import PegTimeline

/// What a linked clip takes of its media, and what the programme makes of them.
public struct ClipCoverage: Hashable, Sendable {
  /// Media frames, of sound record frames, before the first one that plays and after the last: handles. Negative where the
  /// clip asks for more than there is; `nil` for stills.
  public var head: Int?
  public var tail: Int?
  /// Of media that run at another rate than the programme.
  public var rate: FrameRate?
  /// Of pictures of another size than the programme's.
  public var raster: Raster?

  /// - Parameters:
  ///   - reference: the take that plays, linked.
  ///   - settings: the programme's.
  init(_ clip: Clip, _ reference: MediaReference, _ facts: MediaFacts, settings: TimelineSettings) {
    let own = facts.video?.rate
    let record = settings.rate ?? clip.item.sourceRange?.duration.rate
    if facts.kind == .movie, let own, let record, own != record { rate = own }
    if let size = facts.video?.raster, let wanted = settings.raster, size != wanted { raster = size }
    guard facts.kind != .still, let range = clip.item.sourceRange,
      let there = reference.common?.availableRange ?? facts.range(at: range.duration.rate)
    else { return }
    let count = own ?? (facts.video == nil ? record : nil) ?? there.duration.rate
    var speed = Rational.one
    for effect in clip.item.effects where effect.isEnabled {
      switch effect {
      case .linearTimeWarp(_, _, let scalar): speed = speed.multipliedChecked(scalar.magnitude) ?? speed
      case .freezeFrame: speed = .zero
      case .other: break
      }
    }
    // A freeze takes one frame.
    var length = speed == .zero ? count.frameDuration : range.duration.seconds.multipliedChecked(speed)
    if let record, (try? clip.settings())?.rateMode == .frames, speed != .zero {
      length = length?.multipliedChecked(record.value / count.value)
    }
    guard let length, let end = range.start.seconds.addingChecked(length) else { return }
    head = (range.start.seconds.addingChecked(-there.start.seconds)?.multipliedChecked(count.value))?.floor
    tail = (there.span.end.addingChecked(-end)?.multipliedChecked(count.value))?.floor
  }
}

extension LinkReport {
  /// What each clip that plays takes of its media, by its address; nothing of those that are not linked, and of generators.
  ///
  /// - Throws: ``PegError`` (bad input) for settings that are not understood.
  public func coverage() throws(PegError) -> [CutAddress: ClipCoverage] {
    let settings = try timeline.settings()
    var coverage: [CutAddress: ClipCoverage] = [:]
    for place in timeline.everyClip {
      guard let reference = place.clip.activeReference, let facts = catalogue.facts(of: reference) else { continue }
      coverage[place.address] = ClipCoverage(place.clip, reference, facts, settings: settings)
    }
    return coverage
  }
}

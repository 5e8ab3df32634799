import PegCore
import PegPlan
import PegTimeline

/// What a cut leaves open: its rate and raster come from its first media, and a finding says so (DESIGN §5).
struct CutDefaults {
  let timeline: Timeline
  let settings: CutSettings
  let options: PlanOptions
  let reader: MediaReader
  var findings: [Finding] = []

  init(timeline: Timeline, settings: CutSettings, options: PlanOptions, reader: MediaReader) {
    self.timeline = timeline
    self.settings = settings
    self.options = options
    self.reader = reader
  }

  /// The first video clip's range's, where neither the cut nor the command says one.
  mutating func rate() throws(PegError) -> FrameRate {
    if let rate = options.rate ?? settings.rate { return rate }
    let clips = timeline.placedClips.filter { $0.kind == .video && $0.isEnabled }
    for placed in clips.prefix(1) {
      var rate = (placed.clip.item.sourceRange ?? placed.clip.activeReference?.availableRange)?.duration.rate
      if rate == nil, let reference = placed.clip.activeReference {
        rate = try reader.media(of: reference).rate.map { FrameRate($0) }
      }
      guard let rate else { break }
      findings.append(
        Finding(
          "cut.rate", .note,
          "\(options.name) names no rate: \(rate.spoken) frames per second is taken, from "
            + Place.name(of: placed.clip.item, "clip", at: Place(track: 0, address: placed.address, depth: 0)),
          at: options.name, hint: "set `rate` in the timeline's pegbar metadata, or say --rate"))
      return rate
    }
    if let start = timeline.globalStart {
      findings.append(
        Finding(
          "cut.rate", .note,
          "\(options.name) names no rate: \(start.rate.spoken) frames per second is taken, from its global start time",
          at: options.name, hint: "set `rate` in the timeline's pegbar metadata, or say --rate"))
      return start.rate
    }
    throw PegError(.badInput, "\(options.name) has no rate and no video clip to take one from", hint: "say --rate")
  }

  /// The label of record frame 0.
  func start(at rate: FrameRate) -> Timecode {
    let isDrop = (settings.isDropFrame ?? false) && rate.allowsDropFrame
    guard let start = timeline.globalStart else { return Timecode(frames: 0, rate: rate, dropFrame: isDrop) }
    // Labels count frames: 01:00:00:00 written at 24 is the same label at 23.976.
    let frames =
      start.rate.timebase == rate.timebase
      ? start.value.rounded
      : start.value.multipliedChecked(rate.value / start.rate.value)?.rounded ?? start.value.rounded
    let day = Timecode.framesPerDay(rate: rate, dropFrame: isDrop)
    return Timecode(frames: ((frames % day) + day) % day, rate: rate, dropFrame: isDrop)
  }

  /// The first movie's, where neither the cut nor the command says one; with it the shape of its pixels.
  mutating func raster() throws(PegError) -> (Raster, Rational) {
    if let raster = options.raster ?? settings.raster {
      guard raster.isUsable else {
        throw PegError(
          .badInput, "\(options.name) has the raster \(raster)", hint: "edges lie in 1…\(Raster.maximumEdge)")
      }
      return (raster, settings.pixelAspect ?? 1)
    }
    if options.knowledge == .references { return (Raster(0, 0), settings.pixelAspect ?? 1) }
    for placed in timeline.placedClips where placed.kind == .video && placed.isEnabled {
      guard let reference = placed.clip.activeReference, let facts = reader.catalogue.facts(of: reference),
        facts.kind == .movie, let video = facts.video
      else { continue }
      let aspect = settings.pixelAspect ?? video.pixelAspect
      findings.append(
        Finding(
          "cut.raster", .note,
          "\(options.name) names no raster: \(video.raster) is taken, from \(reference.spelling ?? facts.path)",
          at: options.name, hint: "set `raster` in the timeline's pegbar metadata, or say --raster"))
      return (video.raster, aspect)
    }
    throw PegError(
      .badInput, "\(options.name) has no raster and no movie to take one from", hint: "say --raster 1920x1080")
  }
}

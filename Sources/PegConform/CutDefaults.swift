import PegCore
import PegTimeline

/// What a cut leaves open: its rate and raster come from its first media, and a finding says so (DESIGN §5).
struct CutDefaults {
  let timeline: Timeline
  let settings: TimelineSettings
  let options: PlanOptions
  let reader: MediaReader
  var findings: [Finding] = []

  init(timeline: Timeline, settings: TimelineSettings, options: PlanOptions, reader: MediaReader) {
    self.timeline = timeline
    self.settings = settings
    self.options = options
    self.reader = reader
  }

  private static let rateHint = "conform and cut new take --rate 24; or set `rate` in the timeline's pegbar metadata"

  /// The first video clip's range's, where neither the cut nor the command says one.
  mutating func rate() throws(PegError) -> FrameRate {
    if let rate = options.rate ?? settings.rate { return rate }
    if let place = clips.first,
      let range = place.clip.item.sourceRange ?? place.clip.activeReference?.common?.availableRange
    {
      let rate = range.duration.rate
      findings.append(
        Finding(
          "cut.rate", .note,
          "\(options.name) names no rate: \(rate.spoken) frames per second is taken, from clip \(place.name)",
          at: options.name, hint: Self.rateHint))
      return rate
    }
    if let start = timeline.globalStart {
      findings.append(
        Finding(
          "cut.rate", .note,
          "\(options.name) names no rate: \(start.rate.spoken) frames per second is taken, from its global start time",
          at: options.name, hint: Self.rateHint))
      return start.rate
    }
    throw PegError(.badInput, "\(options.name) has no rate and no video clip to take one from", hint: Self.rateHint)
  }

  /// The clips whose pictures play, in order.
  private var clips: [ClipPlace] { timeline.everyClip.filter { $0.kind == .video && $0.isEnabled } }

  /// The label of record frame 0.
  func start(at rate: FrameRate) throws(PegError) -> Timecode {
    let isDrop = settings.dropFrame ?? false
    guard !isDrop || rate.allowsDropFrame else {
      throw PegError(
        .badInput, "\(options.name) says drop_frame, which \(rate.spoken) frames per second does not have",
        hint: "drop-frame counts 29.97, 59.94 and 119.88")
    }
    guard let start = timeline.globalStart else { return Timecode(frames: 0, rate: rate, dropFrame: isDrop) }
    let day = Timecode.framesPerDay(rate: rate, dropFrame: isDrop)
    func within(_ frames: Int) -> Timecode {
      Timecode(frames: ((frames % day) + day) % day, rate: rate, dropFrame: isDrop)
    }
    // Frames are counted: 86400 at 24 and at 23.976 are the same label.
    let (own, base) = (start.rate.timebase, rate.timebase)
    guard own != base else { return within(start.value.rounded) }
    // At another count per second the label stays, 01:00:00:00 whatever the rate.
    let scaled = try Exact.product(start.value, Rational(base, own)).floor
    guard isDrop else { return within(scaled) }
    let minutes = scaled / (60 * base)
    return within(scaled - base / 15 * (minutes - minutes / 10))
  }

  private static let rasterHint =
    "conform and cut new take --raster 1920x1080; or set `raster` in the timeline's pegbar metadata"

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
    for place in clips {
      guard let reference = place.clip.activeReference, let facts = reader.catalogue.facts(of: reference),
        facts.kind == .movie, let video = facts.video
      else { continue }
      let aspect = settings.pixelAspect ?? video.pixelAspect
      findings.append(
        Finding(
          "cut.raster", .note,
          "\(options.name) names no raster: \(video.raster) is taken, from \(reference.spelling ?? facts.path)",
          at: options.name, hint: Self.rasterHint))
      return (video.raster, aspect)
    }
    let sentence = "\(options.name) has no raster and no movie to take one from"
    guard !options.keepsGoing else {
      findings.append(Finding("cut.raster", .warning, sentence, at: options.name, hint: Self.rasterHint))
      return (Raster(0, 0), 1)
    }
    throw PegError(.badInput, sentence, hint: Self.rasterHint)
  }
}

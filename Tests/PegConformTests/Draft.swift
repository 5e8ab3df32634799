import PegCore
import PegMedia
import PegPlan
import PegTimeline

@testable import PegConform

/// Cuts and media by hand, and what a plan shows of them.
struct Draft {
  static let film = FrameRate(24)

  var settings = TimelineSettings()
  var tracks: [Track] = []
  var facts: [String: MediaFacts] = [:]
  var start: RationalTime?

  init(rate: FrameRate = film) {
    settings.rate = rate
    settings.raster = Raster(64, 36)
  }

  var timeline: Timeline { Timeline(name: "cut", start: start, settings: settings, tracks: tracks) }

  func plan(
    _ knowledge: PlanOptions.Knowledge = .full, missing: PlanOptions.Missing = .error
  ) throws(PegError) -> FramePlan {
    try FramePlanner.plan(
      timeline, media: MediaCatalogue(facts),
      options: PlanOptions(name: "cut.otio", knowledge: knowledge, missing: missing))
  }

  /// A track of pictures, above those before it.
  mutating func add(_ children: [Composable], kind: Track.Kind = .video, settings: TrackSettings = .init()) {
    var track = Track(name: "", kind: kind, children: children)
    track.set(settings)
    tracks.append(track)
  }

  // MARK: Media

  static func picture(
    count: Int, rate: FrameRate?, firstNumber: Int = 0, timecode: Timecode? = nil, timing: FrameTiming = .constant,
    stored: Rational? = nil
  ) -> VideoFacts {
    VideoFacts(
      codec: "ffv1", raster: Raster(64, 36), pixelFormat: "yuv420p", tags: .bt709, rate: rate, storedRate: stored,
      timing: timing, frameCount: count, firstNumber: firstNumber, startTimecode: timecode)
  }

  /// Sound of as many samples as the pictures last, at 48 kHz.
  mutating func movie(
    _ name: String, count: Int, rate: FrameRate = film, timecode: Timecode? = nil, timing: FrameTiming = .constant,
    stored: Rational? = nil, sound: Bool = false
  ) {
    var facts = MediaFacts(
      kind: .movie, path: name, container: "mov",
      video: Self.picture(count: count, rate: rate, timecode: timecode, timing: timing, stored: stored))
    if sound {
      let samples = (Rational(count) / rate.value * 48000).rounded
      facts.audio = [
        AudioFacts(
          stream: 1, codec: "pcm_s16le", sampleRate: 48000, channels: 2, layout: .stereo, sampleCount: samples, bits: 16
        )
      ]
    }
    self.facts[name] = facts
  }

  mutating func sound(_ name: String, samples: Int, rate: Int = 48000) {
    var facts = MediaFacts(kind: .audio, path: name, container: "wav")
    facts.audio = [
      AudioFacts(
        stream: 0, codec: "pcm_s16le", sampleRate: rate, channels: 1, layout: .mono, sampleCount: samples, bits: 16)
    ]
    self.facts[name] = facts
  }

  mutating func still(_ name: String) {
    var facts = MediaFacts(
      kind: .still, path: name, container: "png", video: Self.picture(count: 1, rate: nil))
    facts.files = [NumberedFile(number: 0, path: name)]
    self.facts[name] = facts
  }

  /// The frames `numbers` of `NAME.####.png`.
  mutating func sequence(_ name: String, _ numbers: [Int], rate: FrameRate? = nil) {
    let pattern = "\(name).####.png"
    let (first, last) = (numbers.first ?? 0, numbers.last ?? 0)
    var facts = MediaFacts(
      kind: .sequence, path: pattern, container: "png",
      video: Self.picture(count: last - first + 1, rate: rate, firstNumber: first))
    facts.files = numbers.map { NumberedFile(number: $0, path: "\(name).\($0).png") }
    if numbers.count < last - first + 1 {
      facts.findings = [Finding("sequence.gaps", .error, "frames are missing", at: pattern)]
    }
    self.facts[pattern] = facts
  }

  // MARK: Items

  static func range(_ start: Rational, _ count: Rational, _ rate: FrameRate = film) -> TimeRange {
    TimeRange(start: RationalTime(start, rate), duration: RationalTime(count, rate))
  }

  /// A clip of media `name` that says no `available_range` unless one is given.
  static func clip(
    _ name: String, _ start: Rational, _ count: Rational, _ rate: FrameRate = film, available: TimeRange? = nil,
    speed: Rational? = nil, freeze: Bool = false, settings: (inout ClipSettings) -> Void = { _ in }
  ) -> Clip {
    var clip = Clip(name: name, reference: .media(url: name, available: available), range: range(start, count, rate))
    if let speed { clip.item.effects.append(.linearTimeWarp(ObjectInfo(), effectName: "", scalar: speed)) }
    if freeze { clip.item.effects.append(.freezeFrame(ObjectInfo(), effectName: "")) }
    var own = ClipSettings()
    settings(&own)
    clip.set(own)
    return clip
  }

  /// A clip of the sequence `NAME.####.png` numbered from `first`.
  static func cels(
    _ name: String, _ start: Rational, _ count: Rational, _ rate: FrameRate = film, first: Int = 1001, step: Int = 1,
    policy: ImageSequence.MissingFramePolicy = .error, available: TimeRange? = nil
  ) -> Clip {
    let sequence = ImageSequence(
      urlBase: "", prefix: "\(name).", suffix: ".png", startFrame: first, frameStep: step, rate: rate, padding: 4,
      missingFramePolicy: policy)
    return Clip(
      name: name, reference: .sequence(ReferenceInfo(availableRange: available), sequence),
      range: range(start, count, rate))
  }

  static func gap(_ count: Rational, _ rate: FrameRate = film) -> Composable {
    .gap(Gap(duration: RationalTime(count, rate)))
  }

  static func dissolve(_ before: Rational, _ after: Rational, _ rate: FrameRate = film) -> Composable {
    .transition(.dissolve(before: RationalTime(before, rate), after: RationalTime(after, rate)))
  }
}

extension FramePlan {
  /// The source frames that are visible at each record frame, bottom first; −1 for what has none.
  var frames: [[Int]] { (0..<duration).map { trace(at: $0).map { $0.frame ?? -1 } } }

  /// The source frame at each record frame, where there is one layer; `nil` for a gap.
  var single: [Int?] { frames.map(\.first) }

  /// The weights of the dissolves at each record frame.
  var weights: [Rational] {
    (0..<duration).compactMap { frame in
      guard case .mix(_, _, let weight)? = picture(at: frame).layers.first?.content else { return nil }
      return weight
    }
  }

  func codes(_ severity: Severity) -> [String] { findings.filter { $0.severity == severity }.map(\.code) }
}

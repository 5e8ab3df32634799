import PegCore
import PegTimeline

@testable import PegPlan

/// Plans by hand.
enum Plans {
  static func source(_ name: String, kind: PlannedSource.Kind = .movie, count: Int = 100) -> PlannedSource {
    PlannedSource(
      kind: kind, name: name, path: name, raster: Raster(64, 36), tags: .bt709, alpha: .opaque, isIntra: true,
      pictureCount: count)
  }

  /// A clip of source `source` from record frame `start`.
  static func layer(
    _ clip: String, source: Int = 0, start: Int = 0, advance: Rational = 1, opacity: Animated = .constant(1)
  ) -> PlannedLayer {
    let time = TimeMap([.init(origin: start)])
    return PlannedLayer(
      track: 0, clip: clip, take: "DEFAULT_MEDIA", source: "\(clip).mov",
      content: .media(
        source: source,
        map: FrameMap(time: TimeMap([.init(origin: start, advance: advance)]), limits: 0...99)), opacity: opacity,
      time: time)
  }

  static func plan(
    _ spans: [PlanSpan], rate: FrameRate = FrameRate(24), start: Timecode? = nil, items: [PlanItem] = []
  ) -> FramePlan {
    FramePlan(
      name: "cut.otio", rate: rate, raster: Raster(64, 36), start: start ?? Timecode(frames: 86_400, rate: rate),
      duration: spans.last?.range.end ?? 0, sources: [source("a.mov"), source("b.mov")], spans: spans,
      sound: SoundPlan(sampleRate: 48000, length: 0, events: []), items: items)
  }

  static func address(_ text: String) -> CutAddress {
    guard let address = CutAddress(text) else { preconditionFailure("\(text) is no address") }
    return address
  }
}

import Foundation
public import PegCore
public import PegMedia
public import PegTimeline

/// Makes a cut from media alone: each after the other on one video track, their sound on an audio track below.
public struct CutBuilder {
  private let linker: Linker
  private var rate: FrameRate
  private var pictures: [Composable] = []
  private var sounds: [Composable] = []
  private var hasSound = false
  public private(set) var findings: [Finding] = []

  /// - Parameters:
  ///   - folder: where the cut will lie.
  ///   - rate: the record rate.
  public init(folder: String, rate: FrameRate) throws(PegError) {
    self.rate = rate
    linker = Linker(
      resolver: MediaResolver(cutFolder: folder), folders: try MediaFolders([]), outputFolder: folder,
      prober: FactsFunction { try MediaProbe.facts(of: $0) })
  }

  /// The rate that a cut of these media has, when nobody says one: that of the first that has one, else 24.
  public static func rate(of media: [MediaFacts]) -> FrameRate {
    media.lazy.compactMap { $0.video?.rate }.first ?? FrameRate(24)
  }

  /// Adds a movie, a sequence or a still.
  ///
  /// - Parameter hold: record frames that a still is shown.
  public mutating func add(_ facts: MediaFacts, hold: Int) throws(PegError) {
    guard let video = facts.video else {
      guard let sound = facts.audio.first, sound.sampleRate > 0 else {
        throw PegError(.badInput, "\(facts.path) has neither pictures nor sound")
      }
      addSound(facts, sound)
      return
    }
    let name = MediaFolders.stem(facts.path)
    let own = video.rate ?? rate
    let first = facts.kind == .sequence ? video.firstNumber : video.startTimecode?.frames ?? 0
    let range = TimeRange(
      start: RationalTime(Rational(first), own), duration: RationalTime(Rational(video.frameCount), own))
    let info = ReferenceInfo(info: ObjectInfo(), availableRange: range)
    let reference: MediaReference
    if facts.kind == .sequence, let pattern = PegMedia.SequencePattern(parsing: facts.path) {
      let folder = (linker.named(facts.path) as NSString).deletingLastPathComponent
      reference = .sequence(
        info,
        ImageSequence(
          urlBase: folder.isEmpty ? "" : folder + "/", prefix: pattern.prefix, suffix: pattern.suffix,
          startFrame: video.firstNumber, rate: own, padding: max(pattern.padding, 1)))
    } else {
      reference = .external(info, url: Linker.encoded(linker.named(facts.path)))
    }
    var item = ItemInfo(info: ObjectInfo(name: name), sourceRange: range)
    if facts.kind == .still {
      // A still has one frame: it is frozen for as long as it shows.
      item.sourceRange = TimeRange(start: range.start, duration: RationalTime(Rational(hold), rate))
      item.effects = [.freezeFrame(ObjectInfo(), effectName: "FreezeFrame")]
    }
    let clip = Clip(
      item: item, references: [(key: Clip.defaultKey, reference: reference)], activeKey: Clip.defaultKey)
    pictures.append(.clip(clip))
    let duration = item.sourceRange?.duration ?? range.duration
    if facts.audio.isEmpty {
      sounds.append(
        .gap(Gap(item: ItemInfo(sourceRange: TimeRange(start: RationalTime(0, duration.rate), duration: duration)))))
    } else {
      sounds.append(.clip(clip))
      hasSound = true
    }
  }

  private mutating func addSound(_ facts: MediaFacts, _ sound: AudioFacts) {
    let frames = (Rational(sound.sampleCount, sound.sampleRate) * rate.value).floor
    let range = TimeRange(start: RationalTime(0, rate), duration: RationalTime(Rational(max(frames, 1)), rate))
    let reference = MediaReference.external(
      ReferenceInfo(info: ObjectInfo(), availableRange: range), url: Linker.encoded(linker.named(facts.path)))
    let clip = Clip(
      item: ItemInfo(info: ObjectInfo(name: MediaFolders.stem(facts.path)), sourceRange: range),
      references: [(key: Clip.defaultKey, reference: reference)], activeKey: Clip.defaultKey)
    extra.append(.clip(clip))
  }

  /// Sound files that came without pictures: each on a track of its own, from the start.
  private var extra: [Composable] = []

  /// The cut.
  public func timeline(name: String, raster: Raster?) throws(PegError) -> Timeline {
    var tracks: [Composable] = []
    if !pictures.isEmpty {
      tracks.append(.track(Track(item: ItemInfo(info: ObjectInfo(name: "V1")), kind: .video, children: pictures)))
    }
    if hasSound {
      tracks.append(.track(Track(item: ItemInfo(info: ObjectInfo(name: "A1")), kind: .audio, children: sounds)))
    }
    for clip in extra {
      tracks.append(
        .track(Track(item: ItemInfo(info: ObjectInfo(name: "A\(tracks.count)")), kind: .audio, children: [clip])))
    }
    var timeline = Timeline(info: ObjectInfo(name: name), tracks: Stack(children: tracks))
    var settings = TimelineSettings()
    settings.rate = rate
    settings.raster = raster
    timeline.set(settings)
    timeline.globalStart = RationalTime(Rational(rate.timebase * 3600), rate)
    return timeline
  }
}

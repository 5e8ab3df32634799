public import PegCore
public import PegMedia
public import PegTimeline

/// Makes a cut from media alone: each after the other on one video track, their sound on an audio track below.
public struct CutBuilder {
  private let home: CutFolder
  private let rate: FrameRate
  private var pictures: [Composable] = []
  private var sounds: [Composable] = []
  private var hasSound = false
  /// Sound files that came without pictures: each on a track of its own, from the start.
  private var extra: [Composable] = []

  /// - Parameters:
  ///   - folder: where the cut will lie.
  ///   - rate: the record rate.
  public init(folder: String, rate: FrameRate) {
    home = CutFolder(path: folder)
    self.rate = rate
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
    let name = MediaName(file: MediaNames.last(facts.path)).title
    var clip = Clip(name: name, reference: home.reference(to: facts, rate: rate))
    if facts.kind == .still {
      // A still has one frame: it is frozen for as long as it shows.
      clip.item.sourceRange = TimeRange(start: RationalTime(0, rate), duration: RationalTime(Rational(hold), rate))
      clip.item.effects = [.freezeFrame(ObjectInfo(), effectName: "FreezeFrame")]
    }
    pictures.append(.clip(clip))
    if facts.audio.isEmpty {
      let length = clip.item.sourceRange?.duration ?? RationalTime(Rational(video.frameCount), video.rate ?? rate)
      sounds.append(.gap(Gap(duration: length)))
    } else {
      sounds.append(.clip(clip))
      hasSound = true
    }
  }

  private mutating func addSound(_ facts: MediaFacts, _ sound: AudioFacts) {
    // Whole record frames: what is over would make a frame of its own, without a picture.
    let frames = max(1, (Rational(sound.sampleCount, sound.sampleRate) * rate.value).floor)
    extra.append(
      .clip(
        Clip(
          name: MediaName(file: MediaNames.last(facts.path)).title, reference: home.reference(to: facts, rate: rate),
          range: TimeRange(start: RationalTime(0, rate), duration: RationalTime(Rational(frames), rate)))))
  }

  /// The cut.
  public func timeline(name: String, raster: Raster?) -> Timeline {
    var tracks: [Track] = []
    if !pictures.isEmpty { tracks.append(Track(name: "V1", kind: .video, children: pictures)) }
    for (index, children) in ((hasSound ? [sounds] : []) + extra.map { [$0] }).enumerated() {
      tracks.append(Track(name: "A\(index + 1)", kind: .audio, children: children))
    }
    var settings = TimelineSettings()
    settings.rate = rate
    settings.raster = raster
    return Timeline(
      name: name, start: RationalTime(Rational(rate.timebase * 3600), rate), settings: settings, tracks: tracks)
  }
}

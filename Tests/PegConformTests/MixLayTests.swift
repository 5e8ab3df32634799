import PegCore
import PegMedia
import PegTestSupport
import PegTimeline
import Testing

@testable import PegConform

/// Mixes under a cut of 100 frames at 24 from 01:00:00:00.
@Suite struct MixLayTests {
  private let hour = 3600

  /// Sound at 48,000 samples per second whose `bext` chunk says when it begins.
  private func mix(from samples: Int?, count: Int) -> MediaFacts {
    var facts = MediaFacts(
      kind: .audio, path: "/mix.wav", container: "wav",
      audio: [
        AudioFacts(
          stream: 0, codec: "pcm_s24le", sampleRate: 48_000, channels: 2, layout: nil, sampleCount: count, bits: 24)
      ])
    if let samples { facts.metadata = [("time_reference", "\(samples)")] }
    return facts
  }

  private func lay(_ facts: MediaFacts, sound: Bool = false) throws -> MixLay {
    var settings = TimelineSettings()
    settings.rate = Draft.film
    let clip = Clip(name: "SH010", reference: .offline(), range: Draft.range(0, 100))
    var tracks = [Track(name: "V1", kind: .video, children: [.clip(clip)])]
    if sound { tracks.append(Track(name: "A1", kind: .audio, children: [.clip(clip)])) }
    let cut = Timeline(
      name: "cut", start: RationalTime(Rational(hour * 24), Draft.film), settings: settings, tracks: tracks)
    return try MixLay(laying: facts, under: cut, isAlone: true, folder: "/")
  }

  private func track(_ lay: MixLay) throws -> (gap: Rational, clip: TimeRange) {
    guard case .track(let track)? = lay.timeline.tracks.children.last, track.kind == .audio,
      case .clip(let clip)? = track.children.last, let range = clip.item.sourceRange
    else { throw PegError(.bug, "no mix") }
    return (
      track.children.count > 1 ? try track.children[0].duration(at: CutAddress([.init(TrackLabel(.audio, 1))])) : 0,
      range
    )
  }

  @Test func aMixLiesWhereItsChunkSays() throws {
    // A second into the programme, for two seconds.
    let lay = try lay(mix(from: (hour + 1) * 48_000, count: 96_000))
    let (gap, clip) = try track(lay)
    #expect(gap == 1)
    #expect(clip.start.seconds == 0)
    #expect(clip.duration == RationalTime(48, Draft.film))
    #expect(lay.findings.isEmpty)
    #expect(lay.entry?.reason == "it lies from 01:00:01:00 on")
    #expect(lay.entry?.address.description == "A1:1")
  }

  @Test func whatLiesOutsideOfTheProgrammeIsLeftOutAndSaid() throws {
    // Ten seconds before to ten seconds after; the programme has 100/24 s.
    let lay = try lay(mix(from: (hour - 10) * 48_000, count: 20 * 48_000 + 200_000))
    let (gap, clip) = try track(lay)
    #expect(gap == 0)
    #expect(clip.start.seconds == 10)
    #expect(clip.duration == RationalTime(100, Draft.film))
    #expect(lay.findings.map(\.code) == ["sound.head", "sound.tail"])
    #expect(lay.findings[0].message.contains("240 frames before"))
  }

  /// Half a frame after the first one: it plays from the second one on, at the sample that belongs there.
  @Test func aMixBetweenFramesIsExactToTheSample() throws {
    let lay = try lay(mix(from: hour * 48_000 + 1000, count: 48_000))
    let (gap, clip) = try track(lay)
    #expect(gap == Rational(1, 24))
    #expect(clip.start == RationalTime(1000, FrameRate(48_000)))
    // 47,000 samples are 23.5 frames.
    #expect(clip.duration == RationalTime(23, Draft.film))
    #expect(lay.findings.map(\.code) == ["sound.between_frames", "sound.between_frames"])
    #expect(lay.findings[1].instead == "its last 0.5 frames do not play")
  }

  @Test func aMixWithoutTimeBeginsWithTheProgramme() throws {
    let lay = try lay(mix(from: nil, count: 48_000))
    #expect(try track(lay).gap == 0)
    #expect(lay.findings.map(\.code) == ["sound.no_time"])
  }

  @Test func aMixOfAnotherReelIsNotLaid() throws {
    let lay = try lay(mix(from: 2 * hour * 48_000, count: 48_000))
    #expect(lay.findings.map(\.code) == ["sound.outside"])
    #expect(lay.findings.map(\.severity) == [.error])
    #expect(lay.entry == nil)
    #expect(lay.timeline.tracks.children.count == 1)
  }

  @Test func aMixTakesThePlaceOfTheCutsSound() throws {
    let lay = try lay(mix(from: hour * 48_000, count: 200_000), sound: true)
    let enabled = lay.timeline.tracks.children.map { child -> Bool in
      if case .track(let track) = child { track.item.isEnabled } else { false }
    }
    #expect(enabled == [true, false, true])
    #expect(lay.findings.map(\.code) == ["sound.replaced"])
  }

  @Test func picturesAreNoMix() {
    let facts = MediaFacts(
      kind: .movie, path: "/a.mov", container: "mov", video: Draft.picture(count: 10, rate: Draft.film))
    #expect(throws: PegError.self) { try lay(facts) }
  }
}

import PegAudio
import PegCore
import PegPlan
import PegTimeline
import Testing

@testable import PegConform

/// Audio edges lie at round(n · sample rate / record rate); speeds are source seconds per record second.
@Suite struct SoundTests {
  private func draft(rate: FrameRate = Draft.film, _ children: [Composable], gain: Animated? = nil) -> Draft {
    var draft = Draft(rate: rate)
    draft.sound("a.wav", samples: 4_800_000)
    draft.movie("b.mov", count: 240, sound: true)
    var settings = TrackSettings()
    settings.gain = gain
    draft.add(children, kind: .audio, settings: settings)
    return draft
  }

  private func event(_ draft: Draft) throws -> SoundEvent { try #require(try draft.plan().sound.events.first) }

  @Test(arguments: [(24, 1, 48_000), (30000, 1001, 48_000), (24000, 1001, 44_100)])
  func edgesLieOnTheRecordFrames(c: Int, d: Int, sampleRate: Int) throws {
    let rate = FrameRate(c, d)
    var draft = draft(
      rate: rate,
      [Draft.gap(7, rate), .clip(Draft.clip("a.wav", 0, 11, rate)), .clip(Draft.clip("a.wav", 48, 5, rate))])
    draft.settings.sampleRate = sampleRate
    let plan = try draft.plan()
    // round(n · s · d / c) with whole numbers.
    func sample(_ frame: Int) -> Int { (2 * frame * sampleRate * d + c) / (2 * c) }
    #expect(
      plan.sound.events.map(\.range) == [
        FrameRange(sample(7), sample(18)), FrameRange(sample(18), sample(23)),
      ])
    #expect(plan.sound.length == sample(23))
    #expect(plan.sound.events.map(\.start) == [0, Rational(48) / rate.value])
    #expect(plan.sound.events.allSatisfy { $0.speed == 1 && !$0.isReversed && $0.gain == 1 && $0.fades.isEmpty })
  }

  /// From 24/24 s: forwards from there, backwards from where 12 · |speed| frames later.
  @Test func speedsResampleAndReversePlaysBackFromTheEnd() throws {
    let cases: [(speed: Rational, start: Rational)] = [
      (2, 1), (Rational(1, 2), 1), (-1, Rational(36, 24)), (-2, Rational(48, 24)),
    ]
    for (speed, start) in cases {
      let event = try event(draft([.clip(Draft.clip("a.wav", 24, 12, speed: speed))]))
      #expect(event.start == start)
      #expect(event.speed == speed.magnitude)
      #expect(event.isReversed == (speed < .zero))
    }
  }

  @Test func aFreezeIsSilent() throws {
    #expect(try draft([.clip(Draft.clip("a.wav", 24, 12, freeze: true))]).plan().sound.events.isEmpty)
    #expect(try draft([.clip(Draft.clip("a.wav", 24, 12, speed: 0))]).plan().sound.events.isEmpty)
  }

  /// One to one, 25 frames of 25 last 25/24 s: the sound is pulled along at 24/25.
  @Test func oneToOneIsHeardPulledAlong() throws {
    var draft = draft([
      .clip(Draft.clip("c.mov", 25, 50, FrameRate(25)) { $0.rateMode = .frames })
    ])
    draft.movie("c.mov", count: 250, rate: FrameRate(25), sound: true)
    let event = try event(draft)
    #expect(event.start == 1)
    #expect(event.speed == Rational(24, 25))
  }

  @Test func nestsRetimeWhatIsHeardInThem() throws {
    let inner = Track(name: "", kind: .audio, children: [Draft.gap(4), .clip(Draft.clip("a.wav", 48, 20))])
    var nest = Stack(children: [.track(inner)])
    nest.item.sourceRange = Draft.range(2, 40)
    nest.item.effects = [.linearTimeWarp(ObjectInfo(), effectName: "", scalar: Rational(1, 2))]
    let event = try event(draft([Draft.gap(10), .stack(nest)]))
    // The nest's frame 4 stands 2 / ½ = 4 frames after its start at 10; its 20 frames last 40, cut off at 50.
    #expect(event.range == FrameRange(14 * 2000, 50 * 2000))
    #expect(event.start == 2)
    #expect(event.speed == Rational(1, 2))
  }

  @Test func whatIsOffOrAGapIsSilent() throws {
    var off = Draft.clip("a.wav", 0, 4)
    off.item.isEnabled = false
    var draft = draft([.clip(off), Draft.gap(4), .clip(Draft.clip("a.wav", 0, 4))])
    #expect(try draft.plan().sound.events.map(\.range) == [FrameRange(16_000, 24_000)])
    draft.tracks[0].item.isEnabled = false
    #expect(try draft.plan().sound.events.isEmpty)
  }

  // MARK: Gains

  @Test func gainsMultiplyAndDissolvesCrossFade() throws {
    let plan = try draft(
      [
        .clip(Draft.clip("a.wav", 0, 6) { $0.gain = .constant(Rational(1, 2)) }), Draft.dissolve(2, 1),
        .clip(Draft.clip("b.mov", 24, 6)),
      ], gain: .constant(Rational(1, 4))
    ).plan()
    #expect(plan.sound.events.map(\.gain) == [Rational(1, 8), Rational(1, 4)])
    // Over frames 4…7, 2,000 samples each; both go on through it, b from two frames before its in.
    #expect(plan.sound.events.map(\.range) == [FrameRange(0, 14_000), FrameRange(8_000, 24_000)])
    #expect(plan.sound.events[1].start == Rational(22, 24))
    #expect(
      plan.sound.events.map(\.fades) == [
        [GainCurve([.init(8_000, 1), .init(14_000, 0)])], [GainCurve([.init(8_000, 0), .init(14_000, 1)])],
      ])
  }

  @Test func gainKeysCountTheItemsFrames() throws {
    let keys = Animated.keys([
      .init(frame: 0, value: 0), .init(frame: 4, value: 1, ease: .hold), .init(frame: 8, value: Rational(1, 2)),
    ])
    let event = try event(draft([Draft.gap(10), .clip(Draft.clip("a.wav", 0, 12) { $0.gain = keys })]))
    #expect(
      event.fades == [
        GainCurve([
          .init(20_000, 0), .init(28_000, 1), .init(35_999, 1), .init(36_000, Rational(1, 2)),
        ])
      ])
  }

  /// t² over 4 frames: 0, 1/16, 4/16, 9/16, 1 at the frames, straight between.
  @Test func curvesAreHeardAsStraightPieces() throws {
    let keys = Animated.keys([.init(frame: 0, value: 0, ease: .easeIn), .init(frame: 4, value: 1)])
    let event = try event(draft([.clip(Draft.clip("a.wav", 0, 12) { $0.gain = keys })]))
    #expect(
      event.fades.first?.keys.map(\.gain) == [0, Rational(1, 16), Rational(1, 4), Rational(9, 16), 1])
    #expect(event.fades.first?.keys.map(\.sample) == [0, 2_000, 4_000, 6_000, 8_000])
  }

  /// Many keys within a sample, and keys of a reversed nest: ascending, one for each sample.
  @Test func keysThatMeetInASampleOrComeBackwardsMakeACurve() throws {
    let keys = Animated.keys((0..<100).map { .init(frame: $0, value: Rational($0, 100)) })
    let inner = Track(name: "", kind: .audio, children: [.clip(Draft.clip("a.wav", 0, 100) { $0.gain = keys })])
    var nest = Stack(children: [.track(inner)])
    nest.item.sourceRange = Draft.range(0, 2)
    for speed in [Rational(10_000), -50] {
      nest.item.effects = [.linearTimeWarp(ObjectInfo(), effectName: "", scalar: speed)]
      let curve = try event(draft([.stack(nest)])).fades.first
      let samples = try #require(curve).keys.map(\.sample)
      #expect(samples == samples.sorted())
      #expect(Set(samples).count == samples.count)
    }
  }

  // MARK: What is wrong

  @Test func overrunsOfSoundAreSaidOrAreAnError() throws {
    var draft = draft([.clip(Draft.clip("b.mov", 230, 24))])
    let plan = try draft.plan()
    #expect(
      plan.findings.map(\.message) == [
        "clip b.mov (A1:0) asks for more sound than b.mov has: the rest is silent"
      ])
    draft.settings.overrun = .error
    let error = #expect(throws: PegError.self) { try draft.plan() }
    #expect(error?.sentence == "clip b.mov (A1:0) at 00:00:00:00: it asks for more sound than b.mov has")
    draft.tracks[0].children = [.clip(Draft.clip("b.mov", 240, 24))]
    for policy in OverrunPolicy.allCases {
      draft.settings.overrun = policy
      let outside = #expect(throws: PegError.self) { try draft.plan() }
      #expect(outside?.kind == .badInput)
    }
  }

  @Test func mediaWithoutSoundAndNestedSoundAreSaid() throws {
    var draft = draft([.clip(Draft.clip("silent.mov", 0, 4))])
    draft.movie("silent.mov", count: 24)
    let inner = Track(name: "", kind: .audio, children: [.clip(Draft.clip("a.wav", 0, 4))])
    let pictures = Track(name: "", kind: .video, children: [.clip(Draft.clip("b.mov", 0, 4))])
    draft.add([.stack(Stack(children: [.track(pictures), .track(inner)]))])
    let plan = try draft.plan()
    #expect(plan.sound.events.isEmpty)
    #expect(plan.codes(.warning).sorted() == ["sound.nested", "sound.none"])
  }

  @Test func stepsHoldPicturesAndNotSound() throws {
    var draft = draft([.clip(Draft.clip("b.mov", 24, 8) { $0.step = StepSetting(frames: 4) })])
    #expect(try event(draft).speed == 1)
    var settings = TrackSettings()
    settings.step = StepSetting(frames: 3)
    draft.tracks[0].set(settings)
    let event = try event(draft)
    #expect(event.speed == 1)
    #expect(event.range == FrameRange(0, 16_000))
  }
}

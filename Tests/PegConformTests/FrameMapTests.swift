import PegCore
import PegMedia
import PegPlan
import PegTestSupport
import PegTimeline
import Testing

@testable import PegConform

/// Which source frame each record frame shows, against the formula of DESIGN §6 written out.
@Suite struct FrameMapTests {
  static let sourceRates = [
    FrameRate(8), FrameRate(12), FrameRate(15), FrameRate(16), FrameRate(24000, 1001), FrameRate(24), FrameRate(25),
    FrameRate(30000, 1001), FrameRate(30), FrameRate(50), FrameRate(60000, 1001),
  ]
  static let recordRates = [FrameRate(24000, 1001), FrameRate(24), FrameRate(30000, 1001)]

  /// floor(a · p/q) with nothing but whole numbers.
  private func floor(_ whole: Int, _ p: Int, _ q: Int) -> Int { whole * p / q }

  @Test(arguments: sourceRates.indices, recordRates.indices)
  func everyRateIsHeldOrSkippedByTheFormula(sourceIndex: Int, recordIndex: Int) throws {
    let (source, record) = (Self.sourceRates[sourceIndex], Self.recordRates[recordIndex])
    var draft = Draft(rate: record)
    draft.movie("a.mov", count: 4000, rate: source)
    draft.add([.clip(Draft.clip("a.mov", 100, 2000, source))])
    let plan = try draft.plan()
    // As whole numbers: source a/b, record c/d.
    let (a, b) = (Int(source.value.numerator), Int(source.value.denominator))
    let (c, d) = (Int(record.value.numerator), Int(record.value.denominator))
    // ceil(2000 · b/a · c/d) record frames.
    let length = (2000 * b * c + a * d - 1) / (a * d)
    #expect(plan.duration == length)
    #expect(plan.single == (0..<length).map { 100 + floor($0, a * d, b * c) })
  }

  // MARK: Where media time begins

  @Test func withoutAnAvailableRangeMediaTimeBeginsAtTheTimecode() throws {
    var draft = Draft()
    draft.movie("a.mov", count: 100, timecode: Timecode(frames: 86_400, rate: Draft.film))
    draft.add([.clip(Draft.clip("a.mov", 86_405, 3))])
    #expect(try draft.plan().single == [5, 6, 7])
  }

  /// 10:00:00:00 at 29.97 non-drop is frame 1,080,000; a clip that says it in 24ths of a second still means that moment.
  @Test func timesAreComparedAsSecondsWhateverTheirRates() throws {
    let ntsc = FrameRate(30000, 1001)
    var draft = Draft(rate: ntsc)
    draft.movie("a.mov", count: 100, rate: ntsc, timecode: Timecode(frames: 1_080_000, rate: ntsc))
    let start = (Rational(1_080_007) * Rational(1001, 30000)) * 24
    draft.add([.clip(Draft.clip("a.mov", start, 3 * Rational(1001 * 24, 30000), Draft.film))])
    #expect(try draft.plan().single == [7, 8, 9])
  }

  @Test func anAvailableRangeSaysWhereMediaTimeBegins() throws {
    var draft = Draft()
    // The file's own timecode counts no more.
    draft.movie("a.mov", count: 100, timecode: Timecode(frames: 86_400, rate: Draft.film))
    draft.add([.clip(Draft.clip("a.mov", 1010, 3, available: Draft.range(1000, 100)))])
    #expect(try draft.plan().single == [10, 11, 12])
    #expect(try draft.plan(.references).single == [10, 11, 12])
  }

  @Test func sequencesCountFromTheirFirstNumber() throws {
    var draft = Draft()
    draft.sequence("cel", Array(1001...1100))
    draft.add([.clip(Draft.cels("cel", 1005, 3)), .clip(Draft.clip("cel.####.png", 1008, 2))])
    #expect(try draft.plan().single == [4, 5, 6, 7, 8])
    #expect(try draft.plan().sources.map(\.files.count) == [100])
  }

  /// A reference may say another first frame than the folder has, and name every other frame.
  @Test func aReferenceSaysWhichFramesItMeans() throws {
    var draft = Draft()
    draft.sequence("cel", Array(1001...1020))
    // Every other frame from 1005 on at 24: each stands for two of the 24.
    draft.add([.clip(Draft.cels("cel", 1005, 8, first: 1005, step: 2))])
    let plan = try draft.plan()
    #expect(plan.single == [0, 0, 1, 1, 2, 2, 3, 3])
    #expect(plan.sources[0].files.prefix(3) == ["cel.1005.png", "cel.1007.png", "cel.1009.png"])
  }

  @Test func aSequenceWithoutARatePlaysAtTheRateOfItsClip() throws {
    var draft = Draft()
    draft.sequence("cel", Array(1001...1100))
    // 4 frames at 12 are a third of a second: 8 record frames.
    draft.add([.clip(Draft.clip("cel.####.png", 1003, 4, FrameRate(12)))])
    #expect(try draft.plan().single == [2, 2, 3, 3, 4, 4, 5, 5])
  }

  // MARK: Speeds

  @Test func warpsFollowTheFormula() throws {
    let cases: [(speed: Rational, frames: [Int])] = [
      // floor(10 + k · speed)
      (2, [10, 12, 14, 16]), (Rational(1, 2), [10, 10, 11, 11]), (Rational(3, 2), [10, 11, 13, 14]),
      (Rational(1001, 1000), [10, 11, 12, 13]),
      // Over 4 frames k becomes 3 − k.
      (-1, [13, 12, 11, 10]), (-2, [16, 14, 12, 10]), (Rational(-1, 2), [11, 11, 10, 10]),
      (Rational(-3, 2), [14, 13, 11, 10]), (0, [10, 10, 10, 10]),
    ]
    for (speed, frames) in cases {
      var draft = Draft()
      draft.movie("a.mov", count: 100)
      draft.add([.clip(Draft.clip("a.mov", 10, 4, speed: speed))])
      #expect(try draft.plan().single == frames, "at \(speed)")
    }
  }

  @Test func warpsMultiplyAndThoseThatAreOffDoNotCount() throws {
    var draft = Draft()
    draft.movie("a.mov", count: 100)
    var clip = Draft.clip("a.mov", 10, 4, speed: 2)
    clip.item.effects.append(.linearTimeWarp(ObjectInfo(), effectName: "", scalar: Rational(3, 2)))
    clip.item.effects.append(.linearTimeWarp(ObjectInfo(unknown: ["enabled": false]), effectName: "", scalar: 7))
    draft.add([.clip(clip)])
    #expect(try draft.plan().single == [10, 13, 16, 19])
    clip.item.effects.append(.freezeFrame(ObjectInfo(), effectName: ""))
    draft.tracks[0].children = [.clip(clip)]
    #expect(try draft.plan().single == [10, 10, 10, 10])
  }

  /// A warp on a clip of another rate: floor(10 + k · 2 · 25/24).
  @Test func aWarpOfAnotherRateIsOneProduct() throws {
    var draft = Draft()
    draft.movie("a.mov", count: 200, rate: FrameRate(25))
    draft.add([.clip(Draft.clip("a.mov", 10, 12, FrameRate(24), speed: 2))])
    // in = 10/24 s · 25 = 10.41…
    #expect(try draft.plan().single == (0..<12).map { (10 * 25 + $0 * 50) / 24 })
  }

  @Test func oneToOneShowsEachFrameOnce() throws {
    var draft = Draft()
    draft.movie("a.mov", count: 200, rate: FrameRate(25))
    // From frame 10 of 25 on, over a second of 24.
    draft.add([.clip(Draft.clip("a.mov", 10, 25, FrameRate(25)) { $0.rateMode = .frames })])
    #expect(try draft.plan().single == Array(10..<34))
  }

  @Test func aStillAndAFreezeStandAsLongAsTheyShow() throws {
    var draft = Draft()
    draft.still("a.png")
    draft.movie("b.mov", count: 50)
    draft.add([.clip(Draft.clip("a.png", 0, 3)), .clip(Draft.clip("b.mov", 20, 3, freeze: true))])
    #expect(try draft.plan().single == [0, 0, 0, 20, 20, 20])
  }

  // MARK: Steps

  @Test(arguments: [
    (2, 0, [10, 10, 12, 12, 14, 14]), (2, 1, [10, 11, 11, 13, 13, 15]), (3, 2, [10, 11, 11, 11, 14, 14]),
  ])
  func stepsHoldWhatTheyExpose(frames: Int, phase: Int, expected: [Int]) throws {
    var draft = Draft()
    draft.movie("a.mov", count: 100)
    draft.add([.clip(Draft.clip("a.mov", 10, 6) { $0.step = StepSetting(frames: frames, phase: phase) })])
    #expect(try draft.plan().single == expected)
  }

  /// On twos over a source of 12: floor(10 + floor(k/2) · 2 · 12/24).
  @Test func aStepCountsRecordFrames() throws {
    var draft = Draft()
    draft.movie("a.mov", count: 100, rate: FrameRate(12))
    draft.add([.clip(Draft.clip("a.mov", 10, 4, FrameRate(12)) { $0.step = StepSetting(frames: 4) })])
    #expect(try draft.plan().single == [10, 10, 10, 10, 12, 12, 12, 12])
  }

  @Test func aTrackMayBeOnTwos() throws {
    var draft = Draft()
    draft.movie("a.mov", count: 100)
    var settings = TrackSettings()
    settings.step = StepSetting(frames: 2)
    draft.add([.clip(Draft.clip("a.mov", 10, 3)), .clip(Draft.clip("a.mov", 50, 3))], settings: settings)
    // The track's frames 0 0 2 2 4 4.
    #expect(try draft.plan().single == [10, 10, 12, 12, 51, 51])
  }

  // MARK: Edges

  /// An item that starts at exact time s begins at ceil(s · rate), and that frame shows its in.
  @Test func edgesOffTheGridAreRaisedAndTheFirstFrameShowsTheIn() throws {
    let pal = FrameRate(25)
    var draft = Draft()
    draft.movie("a.mov", count: 500, rate: pal)
    draft.movie("b.mov", count: 500, rate: pal)
    // 7/25 s = 6.72 frames of 24: a has frames 0…6, b begins at 7; 14/25 s = 13.44.
    draft.add([
      .clip(Draft.clip("a.mov", 100, 7, pal)), .clip(Draft.clip("b.mov", 200, 7, pal)),
      .clip(Draft.clip("a.mov", 300, 1, FrameRate(1000))), .clip(Draft.clip("b.mov", 400, 3, pal)),
    ])
    let plan = try draft.plan()
    func source(_ start: Int, _ frames: Int) -> [Int] { (0..<frames).map { start + $0 * 25 / 24 } }
    // 0.561 s = 13.464 frames: the third clip, a millisecond long, covers no frame. In: 300/1000 s.
    #expect(plan.single == source(100, 7) + source(200, 7) + source(400, 3))
    #expect(plan.duration == 17)
    #expect(plan.items.map(\.range) == [FrameRange(0, 7), FrameRange(7, 14), FrameRange(0, 0), FrameRange(14, 17)])
  }

  @Test func manyOddEdgesDoNotDrift() throws {
    let odd = FrameRate(30000, 1001)
    var draft = Draft()
    draft.movie("a.mov", count: 100, rate: odd)
    draft.add((0..<2000).map { _ in .clip(Draft.clip("a.mov", 0, 7, odd)) })
    let plan = try draft.plan()
    for (index, item) in plan.items.enumerated() {
      // ceil(i · 7 · 1001 · 24 / 30000)
      #expect(item.range.start == (index * 7 * 1001 * 24 + 29_999) / 30_000)
    }
    #expect(plan.duration == (2000 * 7 * 1001 * 24 + 29_999) / 30_000)
  }

  // MARK: What is not shown

  @Test func disabledItemsTakeTheirTimeAndShowNothing() throws {
    var draft = Draft()
    draft.movie("a.mov", count: 100)
    var off = Draft.clip("a.mov", 50, 3)
    off.item.isEnabled = false
    draft.add([.clip(Draft.clip("a.mov", 0, 2)), .clip(off), .clip(Draft.clip("a.mov", 10, 2))])
    #expect(try draft.plan().single == [0, 1, nil, nil, nil, 10, 11])
    // Another track below shows through; a whole track may be off.
    draft.tracks.insert(Track(name: "", kind: .video, children: [.clip(Draft.clip("a.mov", 90, 7))]), at: 0)
    #expect(try draft.plan().frames[2] == [92])
    draft.tracks[1].item.isEnabled = false
    #expect(try draft.plan().single == Array(90...96))
  }

  @Test func mediaOfWhatIsDisabledAreNotAskedFor() throws {
    var draft = Draft()
    draft.movie("a.mov", count: 100)
    var off = Draft.clip("gone.mov", 0, 3)
    off.item.isEnabled = false
    draft.add([.clip(Draft.clip("a.mov", 0, 2)), .clip(off)])
    #expect(try draft.plan().sources.map(\.name) == ["a.mov"])
  }

  /// OpenTimelineIO counts what is switched off; that the cut is longer for it is said.
  @Test func aTrackThatIsOffStillMakesTheCutAsLong() throws {
    var draft = Draft()
    draft.movie("a.mov", count: 100)
    draft.add([.clip(Draft.clip("a.mov", 0, 4))])
    draft.add([.clip(Draft.clip("a.mov", 0, 9))])
    draft.tracks[1].item.isEnabled = false
    let plan = try draft.plan()
    #expect(plan.duration == 9)
    #expect(plan.single == [0, 1, 2, 3, nil, nil, nil, nil, nil])
    #expect(
      plan.findings.map(\.message) == ["cut.otio ends with 5 empty frames: only what is switched off is that long"])
  }

  @Test func theTakeThatIsActivePlays() throws {
    var draft = Draft()
    draft.movie("one.mov", count: 100)
    draft.movie("two.mov", count: 100, rate: FrameRate(12))
    var clip = Draft.clip("one.mov", 10, 4)
    clip.references.append(("two", .media(url: "two.mov", available: nil)))
    clip.activeKey = "two"
    draft.add([.clip(clip)])
    let plan = try draft.plan()
    #expect(plan.trace(at: 0).map(\.take) == ["two"])
    // 10/24 s of 12 frames a second is frame 5.
    #expect(plan.single == [5, 5, 6, 6])
  }

  @Test func clipsWithoutARangePlayAllOfTheirMedia() throws {
    var draft = Draft()
    draft.movie("a.mov", count: 5, rate: FrameRate(12), timecode: Timecode(frames: 720, rate: FrameRate(12)))
    draft.sound("b.wav", samples: 24_000)
    draft.sequence("cel", Array(1001...1003), rate: Draft.film)
    func bare(_ reference: MediaReference) -> Composable { .clip(Clip(name: "", reference: reference)) }
    draft.add([bare(.media(url: "a.mov", available: nil)), bare(.media(url: "cel.####.png", available: nil))])
    draft.add([bare(.media(url: "b.wav", available: nil))], kind: .audio)
    let plan = try draft.plan()
    #expect(plan.single == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 0, 1, 2])
    #expect(plan.sound.events.map(\.range) == [FrameRange(0, 24_000)])
  }

  // MARK: Generators

  @Test func blackAndSolidAreMadeAndOthersAreNamed() throws {
    var draft = Draft()
    func made(_ kind: String, _ parameters: JSONObject = JSONObject()) -> Composable {
      .clip(Clip(name: kind, reference: .made(kind, parameters: parameters), range: Draft.range(0, 2)))
    }
    draft.add([made("black"), made("solid", ["color": [.number("0.25"), 1, 0, .number("0.5")]]), made("bars")])
    let plan = try draft.plan()
    #expect(
      plan.picture(at: 2).layers.map(\.content)
        == [.solid(red: Rational(1, 4), green: 1, blue: 0, alpha: Rational(1, 2))])
    #expect(plan.picture(at: 0).layers.map(\.content) == [.solid(red: 0, green: 0, blue: 0, alpha: 1)])
    #expect(plan.unbuilt.map(\.message) == ["clip bars has the generator bars, which this version cannot render"])
    #expect(plan.trace(at: 4).map(\.source) == ["generator:bars"])
    draft.tracks[0].children = [made("solid", ["color": [2, 0, 0]])]
    let error = #expect(throws: PegError.self) { try draft.plan() }
    #expect(error?.sentence == "clip solid (V1:0) at 00:00:00:00: its generator solid has no usable color")
  }
}

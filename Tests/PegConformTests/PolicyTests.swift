import PegCore
import PegMedia
import PegPlan
import PegTimeline
import Testing

@testable import PegConform

/// What plays where there is nothing: gaps of sequences, and clips that run over their media.
@Suite struct PolicyTests {
  // MARK: Gaps

  /// Frames 1001, 1002, 1006, 1009 of a sequence: gaps of three and two frames.
  private func gaps(_ policy: GapPolicy?) -> Draft {
    var draft = Draft()
    draft.settings.gaps = policy
    draft.sequence("cel", [1001, 1002, 1006, 1009])
    draft.add([.clip(Draft.clip("cel.####.png", 1001, 9))])
    return draft
  }

  @Test func gapsHoldOrTakeTheNearestOrAreBlack() throws {
    #expect(try gaps(.hold).plan().single == [0, 1, 1, 1, 1, 5, 5, 5, 8])
    // Half way between two, the one before.
    #expect(try gaps(.nearest).plan().single == [0, 1, 1, 1, 5, 5, 5, 8, 8])
    #expect(try gaps(.black).plan().single == [0, 1, -1, -1, -1, 5, -1, -1, 8])
    #expect(
      try gaps(.black).plan().picture(at: 2).layers.map(\.content) == [.solid(red: 0, green: 0, blue: 0, alpha: 1)])
    for policy in [GapPolicy.hold, .nearest, .black] {
      #expect(try gaps(policy).plan().codes(.note) == ["sequence.gaps"])
    }
  }

  @Test(arguments: [nil, .error] as [GapPolicy?]) func gapsAreAnErrorThatNamesThem(policy: GapPolicy?) throws {
    let error = #expect(throws: PegError.self) { try gaps(policy).plan() }
    #expect(error?.kind == .badInput)
    #expect(
      error?.sentence
        == "clip cel.####.png (V1:0) at 00:00:00:00: cel.####.png has no frame 1003, 1004, 1005, 1007, 1008")
  }

  @Test func aGapThatNothingPlaysIsNoError() throws {
    var draft = gaps(nil)
    draft.tracks[0].children = [.clip(Draft.clip("cel.####.png", 1001, 2))]
    let plan = try draft.plan()
    #expect(plan.single == [0, 1])
    #expect(plan.codes(.warning) == ["sequence.gaps"])
    // On threes, only the frames that are shown are asked for.
    draft.tracks[0].children = [
      .clip(Draft.clip("cel.####.png", 1001, 9) { $0.step = StepSetting(frames: 5) })
    ]
    #expect(try draft.plan().single == [0, 0, 0, 0, 0, 5, 5, 5, 5])
  }

  /// OTIO's own word for a sequence is more than the cut's for all of them; `error` is its default and says nothing.
  @Test(
    arguments: [
      (ImageSequence.MissingFramePolicy.hold, [0, 1, 1, 1, 1, 5]), (.black, [0, 1, -1, -1, -1, 5]),
      (.error, [0, 1, 1, 1, 5, 5]),
    ] as [(ImageSequence.MissingFramePolicy, [Int])])
  func aSequenceHasItsOwnPolicy(policy: ImageSequence.MissingFramePolicy, expected: [Int]) throws {
    var draft = gaps(.nearest)
    draft.tracks[0].children = [.clip(Draft.cels("cel", 1001, 6, policy: policy))]
    #expect(try draft.plan().single == expected)
  }

  /// Frames that the reference says there are, and the folder does not have, are missing at either end.
  @Test func framesBeforeTheFirstAndAfterTheLastFileAreGapsToo() throws {
    var draft = gaps(.hold)
    draft.tracks[0].children = [.clip(Draft.cels("cel", 999, 13, first: 999, available: Draft.range(999, 13)))]
    #expect(try draft.plan().single == [2, 2, 2, 3, 3, 3, 3, 7, 7, 7, 10, 10, 10])
  }

  @Test func aTableOfGapsIsWhatItSays() {
    func table(_ isThere: [Int], _ policy: GapPolicy) -> [Int32] {
      GapTable.pictures(of: isThere.map { $0 == 1 }, policy: policy)
    }
    #expect(table([0, 1, 0, 0, 1, 0], .hold) == [1, 1, 1, 1, 4, 4])
    #expect(table([0, 1, 0, 0, 1, 0], .nearest) == [1, 1, 1, 4, 4, 4])
    #expect(table([0, 1, 0], .black) == [-1, 1, -1])
    #expect(table([0, 1, 0], .error) == [-2, 1, -2])
    #expect(table([0, 0], .hold) == [-2, -2])
    #expect(table([], .nearest) == [])
  }

  // MARK: Overruns

  private func overrun(_ policy: OverrunPolicy?, _ start: Rational, _ count: Rational, speed: Rational? = nil) -> Draft
  {
    var draft = Draft()
    draft.settings.overrun = policy
    draft.movie("a.mov", count: 10)
    draft.add([.clip(Draft.clip("a.mov", start, count, speed: speed))])
    return draft
  }

  @Test func anOverrunHoldsTheEdgeUnlessTheCutSaysOtherwise() throws {
    for policy in [nil, OverrunPolicy.hold] {
      let plan = try overrun(policy, 7, 6).plan()
      #expect(plan.single == [7, 8, 9, 9, 9, 9])
      #expect(
        plan.findings.map(\.message) == [
          "clip a.mov (V1:0) asks for frames 7 to 12 of a.mov, which has frames 0 to 9: 3 hold the edge"
        ])
    }
    #expect(try overrun(.hold, -2, 4).plan().single == [0, 0, 0, 1])
    #expect(try overrun(.black, -2, 4).plan().single == [-1, -1, 0, 1])
    #expect(try overrun(.black, 7, 6).plan().single == [7, 8, 9, -1, -1, -1])
    #expect(try overrun(.black, 7, 6, speed: -1).plan().single == [-1, -1, -1, 9, 8, 7])
    // At double speed frames 3, 5, 7, 9, 11, 13 are asked for.
    #expect(try overrun(.hold, 3, 6, speed: 2).plan().single == [3, 5, 7, 9, 9, 9])
  }

  @Test func anOverrunMayBeAnError() throws {
    let error = #expect(throws: PegError.self) { try overrun(.error, 7, 6).plan() }
    #expect(error?.kind == .badInput)
    #expect(
      error?.sentence
        == "clip a.mov (V1:0) at 00:00:00:00: it asks for frames 7 to 12 of a.mov, which has frames 0 to 9")
    #expect(try overrun(.error, 4, 6).plan().single == [4, 5, 6, 7, 8, 9])
  }

  @Test func aRangeWhollyOutsideItsMediaIsBadInput() throws {
    for (start, count) in [(10, 4), (-4, 4), (500, 2)] as [(Rational, Rational)] {
      for policy in OverrunPolicy.allCases {
        let error = #expect(throws: PegError.self) { try overrun(policy, start, count).plan() }
        #expect(error?.kind == .badInput)
        #expect(error?.sentence.contains("lie wholly outside a.mov, which has frames 0 to 9") == true)
      }
    }
  }

  /// `available_range` bounds what there is, in `map` as in a render.
  @Test func anAvailableRangeBoundsItsMedia() throws {
    var draft = Draft()
    draft.movie("a.mov", count: 100)
    draft.add([.clip(Draft.clip("a.mov", 1003, 4, available: Draft.range(1000, 5)))])
    #expect(try draft.plan().single == [3, 4, 4, 4])
    #expect(try draft.plan().codes(.warning) == ["media.overrun"])
    draft.facts = [:]
    #expect(try draft.plan(.references).single == [3, 4, 4, 4])
    #expect(try draft.plan(.references).codes(.warning) == ["media.overrun"])
  }

  @Test func mediaThatAreShorterThanTheirReferenceSaysAreSaid() throws {
    var draft = Draft()
    draft.movie("a.mov", count: 10)
    draft.add([.clip(Draft.clip("a.mov", 0, 4, available: Draft.range(0, 50)))])
    #expect(try draft.plan().findings.map(\.message) == ["a.mov has 10 frames, its reference says 50"])
  }

  @Test func missingMediaAreNamedOrBlack() throws {
    var draft = Draft()
    draft.movie("a.mov", count: 10)
    draft.add([.clip(Draft.clip("a.mov", 0, 2)), .clip(Draft.clip("gone.mov", 0, 2))])
    let error = #expect(throws: PegError.self) { try draft.plan() }
    #expect(error?.kind == .missingInput)
    #expect(error?.sentence.contains("gone.mov") == true)
    let plan = try draft.plan(missing: .black)
    #expect(plan.single == [0, 1, -1, -1])
    #expect(plan.codes(.warning) == ["media.missing"])
    #expect(plan.findings.first?.range == FrameRange(2, 4))
  }

  // MARK: Rates

  /// DESIGN §6 and SOURCES: delays of 62 ms are stored as 16.129 and mean 16.
  @Test func framesCountedAtTheStoredRateAreFramesOfTheTrueRate() throws {
    let (stored, true16) = (FrameRate(Rational(1000, 62)), FrameRate(16))
    var draft = Draft()
    draft.movie("wan.webp", count: 81, rate: true16, stored: stored.value)
    let available = Draft.range(0, 81, stored)
    draft.add([.clip(Draft.clip("wan.webp", 40, 20, stored, available: available))])
    let plan = try draft.plan()
    // 20 · 62 ms = 29.76 record frames from frame 40 on, 16 a second.
    #expect(plan.duration == 30)
    #expect(plan.single == (0..<30).map { 40 + $0 * 16 / 24 })
    #expect(plan.findings.isEmpty)
  }

  @Test func aReferenceThatSaysAnotherRateThanItsMediaIsContradicted() throws {
    var draft = Draft()
    draft.movie("a.mov", count: 100, rate: FrameRate(12))
    draft.add([.clip(Draft.clip("a.mov", 0, 4, available: Draft.range(0, 200)))])
    let plan = try draft.plan()
    #expect(plan.single == [0, 0, 1, 1])
    #expect(
      plan.findings.map(\.message) == [
        "a.mov runs at 12 frames per second, its reference says 24: the media's own rate holds"
      ])
  }

  @Test func variableMediaShowTheLatestPicture() throws {
    var draft = Draft()
    draft.movie("vfr.mkv", count: 6, timing: .variable(pictures: [0, 1, 1, 2, 2, 3]))
    draft.add([.clip(Draft.clip("vfr.mkv", 1, 5))])
    #expect(try draft.plan().single == [1, 1, 2, 2, 3])
  }

  /// A slate's lines are drawn by a font that has Latin letters.
  @Test(arguments: [
    ("SH010 night", "SH010 night"), ("SH010 Überblick", "SH010 Uberblick"), ("カット１_キツネ", "katto1_kitsune"),
    ("Сцена 12", "Scena 12"),
  ])
  func aSlateNamesItsClipInLettersThatItHas(name: String, line: String) throws {
    var draft = Draft()
    draft.settings.raster = Raster(64, 36)
    draft.add([.clip(Clip(name: name, reference: .offline(), range: Draft.range(0, 10)))])
    let plan = try draft.plan(missing: .slate)
    guard case .slate(let lines)? = plan.spans.first?.layers.first?.content else {
      Issue.record("no slate")
      return
    }
    #expect(lines.first == "MEDIA MISSING" && lines.dropFirst().first == line)
  }

  // MARK: What the cut leaves open

  @Test func rateAndRasterComeFromTheFirstClipAndAreSaid() throws {
    var draft = Draft()
    draft.settings = TimelineSettings()
    draft.still("a.png")
    draft.movie("b.mov", count: 100, rate: FrameRate(25))
    draft.add([.clip(Draft.clip("a.png", 0, 30, FrameRate(30))), .clip(Draft.clip("b.mov", 0, 25, FrameRate(25)))])
    let plan = try draft.plan()
    #expect(plan.rate == FrameRate(30))
    #expect(plan.raster == Raster(64, 36))
    #expect(
      plan.findings.map(\.message) == [
        "cut.otio names no rate: 30 frames per second is taken, from clip a.png (V1:0)",
        "cut.otio names no raster: 64x36 is taken, from b.mov",
      ])
    draft.tracks[0].children.removeLast()
    let error = #expect(throws: PegError.self) { try draft.plan() }
    #expect(error?.hint?.contains("--raster 1920x1080") == true)
  }

  @Test func dropFrameIsForRatesThatHaveIt() throws {
    var draft = Draft(rate: FrameRate(30000, 1001))
    draft.movie("a.mov", count: 100)
    draft.add([.clip(Draft.clip("a.mov", 0, 24))])
    draft.settings.dropFrame = true
    // 01:00:00;00 is frame 107,892 (ST 12-1: 108 labels fewer an hour).
    draft.start = RationalTime(107_892, FrameRate(30000, 1001))
    #expect(try draft.plan().start.description == "01:00:00;00")
    // A start that is written at 24 keeps its label.
    draft.start = RationalTime(86_400, Draft.film)
    #expect(try draft.plan().start.description == "01:00:00;00")
    draft.settings.rate = FrameRate(25)
    let error = #expect(throws: PegError.self) { try draft.plan() }
    #expect(error?.kind == .badInput)
    draft.settings.dropFrame = false
    #expect(try draft.plan().start.description == "01:00:00:00")
  }
}

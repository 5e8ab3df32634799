import PegCore
import PegPlan
import PegTimeline
import Testing

@testable import PegConform

@Suite struct DissolveTests {
  private func draft(_ count: Int = 100, rate: FrameRate = Draft.film) -> Draft {
    var draft = Draft(rate: rate)
    draft.movie("a.mov", count: count)
    draft.movie("b.mov", count: count)
    return draft
  }

  /// Frame j of L weighs (j + 1)/(L + 1): over 2 frames before the cut and 3 after it, 1/6 … 5/6.
  @Test func theIncomingSideWeighsMoreFrameByFrame() throws {
    var draft = draft()
    draft.add([.clip(Draft.clip("a.mov", 10, 6)), Draft.dissolve(2, 3), .clip(Draft.clip("b.mov", 50, 6))])
    let plan = try draft.plan()
    #expect(plan.duration == 12)
    // The outgoing side goes on, the incoming one has begun: frames 14…18 of a, 48…52 of b.
    #expect(
      plan.frames == [[10], [11], [12], [13], [14, 48], [15, 49], [16, 50], [17, 51], [18, 52], [53], [54], [55]])
    #expect(plan.weights == (1...5).map { Rational($0, 6) })
    #expect(plan.findings.isEmpty)
    #expect(plan.cuts == [0, 4, 9])
  }

  /// Offsets in another rate: 3/25 s before and 2/25 s after a cut at 6/24 s, that is from ceil(3.12) to ceil(7.92).
  @Test func edgesOfADissolveAreRaisedLikeAllEdges() throws {
    let pal = FrameRate(25)
    var draft = draft()
    draft.add([.clip(Draft.clip("a.mov", 10, 6)), Draft.dissolve(3, 2, pal), .clip(Draft.clip("b.mov", 50, 6))])
    let plan = try draft.plan()
    #expect(plan.cuts == [0, 4, 8])
    #expect(plan.weights == (1...4).map { Rational($0, 5) })
  }

  @Test func missingHandlesHoldTheEdgeFrameAndAreSaid() throws {
    var draft = draft(20)
    // a ends with its media; b begins with its own.
    draft.add([.clip(Draft.clip("a.mov", 14, 6)), Draft.dissolve(2, 2), .clip(Draft.clip("b.mov", 0, 6))])
    let plan = try draft.plan()
    #expect(plan.frames[4..<8] == [[18, 0], [19, 0], [19, 0], [19, 1]])
    #expect(plan.codes(.warning) == ["dissolve.handles", "dissolve.handles"])
    #expect(
      plan.findings.map(\.message) == [
        "clip a.mov (V1:0) lacks handles for its dissolve at 00:00:00:06: its edge frame is held for 2 frames",
        "clip b.mov (V1:2) lacks handles for its dissolve at 00:00:00:04: its edge frame is held for 2 frames",
      ])
  }

  /// Black where a clip runs over its media says nothing about handles: they hold.
  @Test func blackOverrunsAreBlackOnTheirSideOnly() throws {
    var draft = draft(20)
    draft.settings.overrun = .black
    draft.add([.clip(Draft.clip("b.mov", 5, 6)), Draft.dissolve(2, 2), .clip(Draft.clip("a.mov", 0, 22))])
    let plan = try draft.plan()
    #expect(plan.frames[4..<8] == [[9, 0], [10, 0], [11, 0], [12, 1]])
    #expect(plan.single.suffix(3) == [19, -1, -1])
  }

  @Test func aDissolveFromNothingIsAFade() throws {
    var draft = draft()
    draft.add([
      Draft.dissolve(0, 3), .clip(Draft.clip("a.mov", 10, 6)), Draft.dissolve(2, 0), Draft.gap(4),
      Draft.dissolve(1, 1), .clip(Draft.clip("b.mov", 50, 4)), Draft.dissolve(2, 0),
    ])
    let plan = try draft.plan()
    #expect(
      plan.frames == [[10], [11], [12], [13], [14], [15], [], [], [], [49], [50], [51], [52], [53]])
    #expect(
      plan.weights == [
        Rational(1, 4), Rational(1, 2), Rational(3, 4), Rational(1, 3), Rational(2, 3), Rational(1, 3), Rational(2, 3),
        Rational(1, 3), Rational(2, 3),
      ])
    guard case .mix(let from, let to, _)? = plan.picture(at: 0).layers.first?.content else {
      Issue.record("no dissolve")
      return
    }
    #expect(from == nil)
    #expect(to?.content == .media(source: 0, picture: 10))
  }

  @Test func reversedClipsHaveTheirHandlesBehindThem() throws {
    var draft = draft()
    draft.add([
      .clip(Draft.clip("a.mov", 10, 6, speed: -1)), Draft.dissolve(2, 2), .clip(Draft.clip("b.mov", 50, 6, speed: 2)),
    ])
    // a: 15 14 13 12 | 11 10 9 8; b from two frames before its in: 46 48 | 50 52.
    #expect(try draft.plan().frames[3..<9] == [[12], [11, 46], [10, 48], [9, 50], [8, 52], [54]])
  }

  @Test func disabledSidesAreTransparent() throws {
    var draft = draft()
    var off = Draft.clip("b.mov", 50, 6)
    off.item.isEnabled = false
    draft.add([.clip(Draft.clip("a.mov", 10, 6)), Draft.dissolve(2, 2), .clip(off)])
    let plan = try draft.plan()
    #expect(plan.frames == [[10], [11], [12], [13], [14], [15], [16], [17], [], [], [], []])
    #expect(plan.weights == (1...4).map { Rational($0, 5) })
  }

  @Test func offsetsLongerThanTheirClipAreBadInput() throws {
    let cases: [(before: Rational, after: Rational, words: String)] = [
      (3, 0, "begins before the item that it leads out of"), (0, 5, "ends after the item"),
      (0, Rational(33, 8), "ends after the item"),
    ]
    for (before, after, words) in cases {
      var draft = draft()
      draft.add([
        .clip(Draft.clip("a.mov", 10, 2)), Draft.dissolve(before, after), .clip(Draft.clip("b.mov", 50, 4)),
      ])
      let error = #expect(throws: PegError.self) { try draft.plan() }
      #expect(error?.kind == .badInput)
      #expect(error?.sentence.contains("V1:1") == true)
      #expect(error?.sentence.contains(words) == true, "\(error?.sentence ?? "")")
    }
  }

  @Test func transitionsThatOverlapAreBadInput() throws {
    var draft = draft()
    draft.add([
      .clip(Draft.clip("a.mov", 10, 9)), Draft.dissolve(1, 3), .clip(Draft.clip("b.mov", 50, 5)), Draft.dissolve(3, 1),
      .clip(Draft.clip("a.mov", 10, 9)),
    ])
    #expect(#expect(throws: PegError.self) { try draft.plan() }?.sentence == "The transitions at V1:1 and V1:3 overlap")
  }

  @Test func otherTransitionsAreRefusedByNameAndPlayAsACut() throws {
    var draft = draft()
    let wipe = Transition(
      info: ObjectInfo(), type: "SMPTE_Wipe", inOffset: RationalTime(2, Draft.film),
      outOffset: RationalTime(2, Draft.film))
    draft.add([.clip(Draft.clip("a.mov", 10, 6)), .transition(wipe), .clip(Draft.clip("b.mov", 50, 6))])
    let plan = try draft.plan()
    #expect(plan.single == [10, 11, 12, 13, 14, 15, 50, 51, 52, 53, 54, 55])
    #expect(
      plan.unbuilt.map(\.message) == [
        "the transition V1:1 of cut.otio at 00:00:00:04 is a SMPTE_Wipe, which this version cannot render"
      ])
  }

  @Test func placesOfATransitionAreRecordTimecode() throws {
    var draft = draft(20)
    draft.start = RationalTime(86_400, Draft.film)
    draft.add([.clip(Draft.clip("a.mov", 14, 6)), Draft.dissolve(2, 2), .clip(Draft.clip("b.mov", 10, 6))])
    #expect(try draft.plan().findings.first?.message.contains("at 01:00:00:06") == true)
    #expect(try draft.plan().findings.first?.range == FrameRange(6, 8))
  }
}

import PegCore
import PegTestSupport
import PegTimeline
import Testing

@testable import PegPlan

@Suite struct PlanTests {
  /// On twos, a gap, a fade, and a dissolve.
  private var plan: FramePlan {
    let fade = Animated.keys([.init(frame: 0, value: 0), .init(frame: 4, value: 1)])
    let (a, b) = (Plans.layer("a", advance: Rational(1, 2)), Plans.layer("b", source: 1, start: 10, opacity: fade))
    let dissolve = PlannedLayer(
      track: 0, clip: "", take: "", source: "",
      content: .dissolve(from: a, to: b, time: TimeMap(), start: 16, length: 4))
    return Plans.plan([
      PlanSpan(range: FrameRange(0, 7), layers: [a]), PlanSpan(range: FrameRange(7, 10), layers: []),
      PlanSpan(range: FrameRange(10, 16), layers: [b]), PlanSpan(range: FrameRange(16, 20), layers: [dissolve]),
    ])
  }

  @Test func runsAreTheSamePicturesAsSingleFrames() {
    let plan = plan
    for range in [FrameRange(0, 20), FrameRange(1, 19), FrameRange(3, 3), FrameRange(8, 9)] {
      let runs = Array(plan.runs(in: range))
      #expect(runs.map(\.range.count).reduce(0, +) == range.count)
      #expect(runs.first?.range.start ?? range.start == range.start)
      for (run, next) in zip(runs, runs.dropFirst()) {
        #expect(run.range.end == next.range.start)
        #expect(run.picture != next.picture)
      }
      for run in runs {
        for frame in run.range.start..<run.range.end { #expect(plan.picture(at: frame) == run.picture) }
      }
    }
  }

  @Test func everyFrameLiesInItsSpan() {
    let plan = plan
    for frame in 0..<plan.duration { #expect(plan.span(at: frame).range.contains(frame)) }
    #expect(plan.cuts == [0, 7, 10, 16])
  }

  /// Frame j of a dissolve of L weighs (j + 1)/(L + 1): 1/5 … 4/5.
  @Test func dissolvesWeighTheIncomingSide() {
    let weights = (16..<20).map { frame -> Rational? in
      guard case .mix(_, _, let weight)? = plan.picture(at: frame).layers.first?.content else { return nil }
      return weight
    }
    #expect(weights == [Rational(1, 5), Rational(2, 5), Rational(3, 5), Rational(4, 5)])
  }

  @Test func opacityFollowsItsKeysInTheItemsFrames() {
    #expect(
      (10..<16).map { plan.picture(at: $0).layers.first?.opacity }
        == [0, Rational(1, 4), Rational(1, 2), Rational(3, 4), 1, 1])
  }

  @Test func placementAndGradeFollowTheirKeysToo() throws {
    let half = GradeOperation(
      op: "exposure", space: "acescg", amount: .keys([.init(frame: 0, value: 0), .init(frame: 10, value: 1)]),
      parameters: ["stops": 1])
    let move = PlacementSetting.transform(
      .init(
        filter: .lanczos,
        keys: [
          .init(frame: 0, pose: .init(position: .init(0, 0))), .init(frame: 10, pose: .init(position: .init(100, 50))),
        ]))
    let layer = PlannedLayer(
      track: 0, clip: "a", take: "", source: "", content: .solid(red: 0, green: 0, blue: 0, alpha: 1), placement: move,
      blend: .multiply, grade: [half], time: TimeMap([.init(origin: 100)]))
    let recipe = layer.recipe(at: 103)
    #expect(recipe.placement == .transform(.init(position: .init(30, 15)), filter: .lanczos))
    #expect(
      recipe.grade == [GradeStep(op: "exposure", space: "acescg", amount: Rational(3, 10), parameters: ["stops": 1])])
    #expect(recipe.blend == .multiply)
    // What follows no keys is the same picture wherever it stands.
    let still = PlannedLayer(
      track: 0, clip: "a", take: "", source: "", content: .solid(red: 0, green: 0, blue: 0, alpha: 1),
      grade: [GradeOperation(op: "cdl")], time: TimeMap([.init(origin: 100)]))
    #expect(still.recipe(at: 103) == still.recipe(at: 900))
  }

  @Test func whatIsNotBuiltIsNamedOnceWithItsClip() {
    var layer = Plans.layer("SH010")
    layer.grade = [GradeOperation(op: "cdl"), GradeOperation(op: "cdll")]
    let generator = PlannedLayer(
      track: 2, clip: "", take: "", source: "generator:bars", content: .generator(kind: "bars"))
    var plan = Plans.plan([
      PlanSpan(range: FrameRange(0, 2), layers: [layer]),
      PlanSpan(range: FrameRange(2, 5), layers: [layer, generator]),
    ])
    #expect(
      plan.unbuilt.map(\.message) == [
        "clip SH010: the grade operation cdll is not known",
        "track 2 has the generator bars, which this version cannot render",
      ])
    #expect(plan.unbuilt.allSatisfy { $0.severity == .error })
    #expect(plan.unbuilt.last?.range == FrameRange(2, 5))
    plan.spans = []
    plan.workingSpace = "aces_cg"
    #expect(plan.unbuilt.map(\.message) == ["the colour space aces_cg is not known"])
    #expect(plan.unbuilt.map(\.hint) == ["did you mean acescg?"])
  }

  // MARK: The table

  /// DESIGN §4: a gap is one row with track, layer, clip, take, source and frame empty.
  @Test func theTableHasARowForEachLayerAndOneForAGap() {
    let table = PlanTable(plan, range: FrameRange(5, 8))
    #expect(
      table.csv == """
        record,timecode,track,layer,clip,take,source,frame\r
        5,01:00:00:05,0,0,a,DEFAULT_MEDIA,a.mov,2\r
        6,01:00:00:06,0,0,a,DEFAULT_MEDIA,a.mov,3\r
        7,01:00:00:07,,,,,,\r

        """)
    let dissolve = PlanTable(plan, range: FrameRange(17, 18))
    #expect(dissolve.rows(at: 17).map { $0.trace?.clip } == ["a", "b"])
    #expect(dissolve.rows(at: 17).map(\.layer) == [0, 1])
  }

  /// RFC 4180 §2, rules 5 to 7.
  @Test(arguments: [
    ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""), ("two\nlines", "\"two\nlines\""),
    ("cr\r", "\"cr\r\""), ("", ""), (" space ", " space "),
  ])
  func fieldsAreQuotedAsTheStandardSays(field: String, expected: String) {
    #expect(PlanTable.quoted(field) == expected)
  }
}

import PegCore
import PegTestSupport
import PegTimeline
import Testing

@testable import PegPlan

@Suite struct TimeMapTests {
  private func pictures(_ map: FrameMap, _ frames: Range<Int>) -> [Int] { frames.map { map.picture(at: $0) } }

  private func map(
    origin: Int = 0, position: Rational = 0, advance: Rational = 1, reversed: Int = 0, step: StepSetting? = nil,
    count: Int = 1000
  ) -> FrameMap {
    FrameMap(
      time: TimeMap([
        .init(origin: origin, position: position, advance: advance, reversed: reversed, step: step)
      ]), limits: 0...(count - 1))
  }

  @Test func theFirstFrameShowsTheInPoint() {
    #expect(pictures(map(origin: 7, position: 30), 7..<11) == [30, 31, 32, 33])
    // in = 30.6: floor(30.6 + k).
    #expect(pictures(map(origin: 7, position: Rational(153, 5)), 7..<10) == [30, 31, 32])
  }

  @Test func cadencesAreTheFloorsOfExactSums() {
    // 8 into 24: each three times. 30 into 24: floor(k · 5/4). 24 into 30000/1001: floor(k · 24 · 1001/30000).
    #expect(pictures(map(advance: Rational(8, 24)), 0..<7) == [0, 0, 0, 1, 1, 1, 2])
    #expect(pictures(map(advance: Rational(30, 24)), 0..<9) == [0, 1, 2, 3, 5, 6, 7, 8, 10])
    let film = map(advance: Rational(24 * 1001, 30000), count: 100_000)
    // After 30000 frames of 29.97 exactly 24024 of 24 have passed: a Double would be one short or not.
    #expect(film.picture(at: 30000) == 24024)
    #expect(film.picture(at: 29999) == 24023)
  }

  /// k becomes d − 1 − k, then speed and rates.
  @Test func reversePlaysTheSameFramesBackwards() {
    #expect(pictures(map(origin: 5, position: 10, reversed: 4), 5..<9) == [13, 12, 11, 10])
    #expect(pictures(map(position: 10, advance: 2, reversed: 3), 0..<3) == [14, 12, 10])
  }

  @Test func aFreezeShowsTheFirstFrameOfItsRange() {
    #expect(pictures(map(position: 42, advance: 0), 0..<4) == [42, 42, 42, 42])
  }

  /// k becomes floor((k + p) / f) · f − p, not below 0.
  @Test(arguments: [
    (2, 0, [0, 0, 2, 2, 4, 4, 6]), (2, 1, [0, 1, 1, 3, 3, 5, 5]), (3, 0, [0, 0, 0, 3, 3, 3, 6]),
    (3, 1, [0, 0, 2, 2, 2, 5, 5]), (3, 2, [0, 1, 1, 1, 4, 4, 4]), (1, 0, [0, 1, 2, 3, 4, 5, 6]),
    (3, 4, [0, 0, 2, 2, 2, 5, 5]),
  ])
  func stepsHoldTheirExposure(frames: Int, phase: Int, expected: [Int]) {
    let step = StepSetting(frames: frames, phase: phase)
    #expect(pictures(map(step: step), 0..<7) == expected)
    #expect((0..<7).map { max(0, (Rational($0 + phase) / Rational(frames)).floor * frames - phase) } == expected)
  }

  @Test func whatLiesOutsideHoldsTheEdgeOrIsBlackOnTheSideThatSaysSo() {
    var outside = map(position: -2, count: 3)
    #expect(pictures(outside, 0..<7) == [0, 0, 0, 1, 2, 2, 2])
    outside.head = .black
    #expect(pictures(outside, 0..<7) == [-1, -1, 0, 1, 2, 2, 2])
    outside.tail = .black
    #expect(pictures(outside, 0..<7) == [-1, -1, 0, 1, 2, -1, -1])
  }

  @Test func aTableSaysWhichPictureStandsWhere() {
    var variable = map(count: 5)
    variable.grid = .table([0, 0, 3, -1, 4])
    #expect(pictures(variable, 0..<5) == [0, 0, 3, -1, 4])
  }

  /// Maps of nests compose exactly: floor(in + (q_in + k / 2)) and not a floor of a floor.
  @Test func nestedMapsHaveOneFloor() {
    let outer = TimeMap.Stage(origin: 0, position: Rational(1, 2), advance: Rational(1, 2))
    let inner = TimeMap.Stage(origin: 0, position: 10, advance: Rational(3, 2))
    let map = FrameMap(time: TimeMap([outer, inner]), limits: 0...999)
    // 10 + 3/2 · (½ + k/2): 10.75, 11.5, 12.25, 13, 13.75, 14.5.
    #expect(pictures(map, 0..<6) == [10, 11, 12, 13, 13, 14])
  }

  /// A chain of stages means the same whether affine ones were folded together or not.
  @Test func foldedMapsMeanWhatTheirStagesMean() {
    var random = SplitMix(seed: 11)
    for _ in 0..<200 {
      var stages: [TimeMap.Stage] = []
      for _ in 0..<random.next(in: 1...4) {
        var stage = TimeMap.Stage(
          origin: random.next(in: -5...5), position: Rational(random.next(in: -90...90), random.next(in: 1...7)),
          advance: Rational(random.next(in: 0...9), random.next(in: 1...4)))
        if random.next(in: 0...3) == 0 { stage.reversed = random.next(in: 1...20) }
        if random.next(in: 0...3) == 0 {
          stage.step = StepSetting(frames: random.next(in: 1...4), phase: random.next(in: 0...3))
        }
        stages.append(stage)
      }
      let folded = TimeMap(stages)
      #expect(folded.stages.count <= stages.count)
      for frame in -10...30 {
        #expect(folded.position(at: frame) == stages.reduce(Rational(frame)) { $1.value(at: $0) })
      }
    }
  }

  @Test func framesOutsideAHeldRangeStandAtItsEdge() {
    let map = TimeMap([.init(origin: 0, position: 100)], held: 3...5)
    #expect((0..<9).map { map.position(at: $0).floor } == [103, 103, 103, 103, 104, 105, 105, 105, 105])
  }

  @Test func mapsThatLeave128BitsAreToldBeforeTheyTrap() {
    let fine = Rational(1, Int128(1) << 60)
    let stage = TimeMap.Stage(origin: 1, position: fine, advance: fine, reversed: 3)
    #expect(TimeMap([stage]).fits(FrameRange(0, 1000)))
    #expect(!TimeMap([stage, stage, stage]).fits(FrameRange(0, 1000)))
    #expect(TimeMap([.init(origin: 0, position: 86_400, advance: Rational(24000, 25025))]).fits(FrameRange(0, 1 << 31)))
  }
}

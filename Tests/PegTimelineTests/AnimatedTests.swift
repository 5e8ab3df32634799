import PegCore
import Testing

@testable import PegTimeline

@Suite struct AnimatedTests {
  private func keys(_ keys: [(Int, Rational, Ease)]) -> Animated {
    .keys(keys.map { Animated.Key(frame: $0.0, value: $0.1, ease: $0.2) })
  }

  @Test func aConstantIsTheSameEverywhere() {
    #expect(Animated.constant(Rational(1, 3)).value(at: -1000) == Rational(1, 3))
  }

  @Test func linearKeysAreExactAndStayOutside() {
    let fade = keys([(0, 0, .linear), (24, 1, .linear), (30, Rational(1, 2), .linear)])
    #expect(fade.value(at: -5) == 0)
    #expect(fade.value(at: 0) == 0)
    #expect(fade.value(at: 7) == Rational(7, 24))
    #expect(fade.value(at: Rational(15, 2)) == Rational(15, 48))
    #expect(fade.value(at: 24) == 1)
    // Half the way in half the time: 1 − ½ · 3/6.
    #expect(fade.value(at: 27) == Rational(3, 4))
    #expect(fade.value(at: 99) == Rational(1, 2))
  }

  /// From 2 to 6 over 4 frames, at frame 1: t = ¼.
  @Test func easesAreWhatTheySay() {
    let values: [Ease: Rational] = [
      .linear: 3, .hold: 2,
      // t² = 1/16, 1 − (3/4)² = 7/16, 3/16 − 2/64 = 5/32; times 4, plus 2.
      .easeIn: Rational(9, 4), .easeOut: Rational(15, 4), .easeInOut: Rational(21, 8),
    ]
    for ease in Ease.allCases {
      let curve = keys([(10, 2, ease), (14, 6, .linear)])
      #expect(curve.value(at: 11) == values[ease], "\(ease)")
      #expect(curve.value(at: 10) == 2)
      #expect(curve.value(at: 14) == 6)
    }
  }

  @Test func aHeldKeyJumpsAtTheNextOne() {
    let steps = keys([(0, 1, .hold), (3, 5, .hold), (6, 2, .hold)])
    #expect((0...7).map { steps.value(at: Rational($0)) } == [1, 1, 1, 5, 5, 5, 2, 2])
  }

  @Test func manyKeysAreFoundByTheirFrame() {
    let baked = keys((0..<10_000).map { ($0 * 3, Rational($0), .hold) })
    for frame in [0, 1, 2, 3, 14_999, 15_000, 29_996, 29_997, 40_000] {
      #expect(baked.value(at: Rational(frame)) == Rational(min(frame / 3, 9999)))
    }
  }

  /// Values that no 128 bits hold together: nothing traps, and the value is right to 1e-9 and a millionth of the way.
  @Test func whatIsTooFineIsRounded() throws {
    let fine = try #require(Rational(decimal: "0.123456789012345678901234"))
    let other = try #require(Rational(decimal: "0.000000000000000012345679"))
    let curve = keys([(-999_999_937, fine, .easeInOut), (999_999_929, other, .linear)])
    let value = curve.value(at: Rational(1, 999_999_999_989))
    // Half way within 1e-8 of the time: 3/4 − 2/8 = ½.
    #expect(abs(value.double - (fine.double + other.double) / 2) < 1e-5)
  }
}

@Suite struct PoseTests {
  private typealias Pose = PlacementSetting.Pose
  private typealias Point = PlacementSetting.Point

  @Test func eachPropertyFollowsTheKeysThatNameIt() {
    let transform = PlacementSetting.Transform(
      pose: Pose(position: Point(1, 2), scale: Point(3, 3)),
      keys: [
        .init(frame: 0, pose: Pose(position: Point(0, 100))),
        .init(frame: 4, pose: Pose(rotation: 90)),
        .init(frame: 10, pose: Pose(position: Point(50, 0))),
        .init(frame: 12, pose: Pose(rotation: 180)),
      ])
    let pose = transform.pose(at: 5)
    #expect(pose.position == Point(25, 50))
    // An eighth of the way from 90 to 180.
    #expect(pose.rotation == Rational(405, 4))
    #expect(pose.scale == Point(3, 3))
    #expect(pose.anchor == nil)
    #expect(transform.pose(at: 0).rotation == 90)
  }

  @Test func aPoseWithoutKeysStays() {
    let transform = PlacementSetting.Transform(pose: Pose(rotation: 45))
    #expect(transform.pose(at: 1000) == Pose(rotation: 45))
    #expect(!PlacementSetting.transform(transform).followsKeys)
    #expect(!PlacementSetting.fit.followsKeys)
  }

  private func operation(_ fields: String) throws -> GradeOperation {
    let text = "{\"op\": \"cdl\", \(fields)}"
    return try GradeOperation(JSON(parsing: Array(text.utf8), limits: JSONLimits(bytes: 1000)))
  }

  @Test func fieldsOfAGradeFollowKeysNumberByNumber() throws {
    let keyed = try operation(
      #""slope": [[0, [1, 2]], [4, [3, 2]]], "power": {"keys": [[2, 1, "hold"], [4, 5]]}, "x": "y""#)
    #expect(keyed.followsKeys())
    #expect(try keyed.keyFrames() == [0, 2, 4])
    // A quarter of the way from 1 to 3 and from 2 to 2; before the first key, the first key.
    #expect(keyed.parameters(at: 1) == ["slope": ["1.5", "2"].numbers, "power": 1, "x": "y"])
    #expect(keyed.parameters(at: 3) == ["slope": ["2.5", "2"].numbers, "power": 1, "x": "y"])
    #expect(keyed.parameters(at: 4) == ["slope": [3, 2], "power": 5, "x": "y"])
  }

  @Test func pairsOfAPointListAreNoKeysUnlessTheySaySo() throws {
    let plain = try operation(#""points": [[0, 0], [1, 1]]"#)
    #expect(plain.followsKeys())
    #expect(!plain.followsKeys(points: ["points"]))
    let moving = try operation(#""points": {"keys": [[0, [[0, 0], [1, 1]]], [2, [[0, 0.5], [1, 1]]]]}"#)
    #expect(moving.parameters(at: 1, points: ["points"]) == ["points": [[0, .number("0.25")], [1, 1]]])
    // A matrix by rows has three numbers a row, and no ease.
    #expect(!(try operation(#""values": [[1, 0, 0], [0, 1, 0], [0, 0, 1]]"#)).followsKeys())
  }
}

extension [String] {
  fileprivate var numbers: JSON { .array(map { .number($0) }) }
}

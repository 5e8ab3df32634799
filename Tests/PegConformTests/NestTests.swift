import PegCore
import PegPlan
import PegTimeline
import Testing

@testable import PegConform

/// Stacks in tracks, tracks in stacks, and warps in warps.
@Suite struct NestTests {
  private func draft() -> Draft {
    var draft = Draft()
    draft.movie("a.mov", count: 200)
    draft.movie("b.mov", count: 200)
    return draft
  }

  private func stack(
    _ tracks: [[Composable]], range: TimeRange? = nil, speed: Rational? = nil,
    settings: (inout TrackSettings) -> Void = { _ in }
  ) -> Stack {
    var stack = Stack(children: tracks.map { .track(Track(name: "", kind: .video, children: $0)) })
    stack.item.info.name = "nest"
    stack.item.sourceRange = range
    if let speed { stack.item.effects = [.linearTimeWarp(ObjectInfo(), effectName: "", scalar: speed)] }
    var own = TrackSettings()
    settings(&own)
    stack.set(own)
    return stack
  }

  @Test func aTrimmedNestShowsItsPart() throws {
    var draft = draft()
    let inner: [Composable] = [.clip(Draft.clip("a.mov", 10, 5)), .clip(Draft.clip("b.mov", 50, 5))]
    draft.add([.clip(Draft.clip("a.mov", 90, 2)), .stack(stack([inner], range: Draft.range(3, 5)))])
    let plan = try draft.plan()
    #expect(plan.single == [90, 91, 13, 14, 50, 51, 52])
    #expect(
      plan.items.map { "\($0.address) \($0.range)" } == [
        "V1:0 0..2", "V1:1 2..7", "V1:1/V1:0 2..4", "V1:1/V1:1 4..7",
      ])
  }

  @Test func aNestThatIsLongerThanItsContentIsEmptyThere() throws {
    var draft = draft()
    draft.add([.stack(stack([[.clip(Draft.clip("a.mov", 10, 2))]], range: Draft.range(-1, 5)))])
    #expect(try draft.plan().single == [nil, 10, 11, nil, nil])
  }

  /// Half speed outside, then 3/2 inside: floor(10 + 3/2 · k/2), and not a floor of a floor.
  @Test func warpsInWarpsAreOneMap() throws {
    var draft = draft()
    let inner: [Composable] = [.clip(Draft.clip("a.mov", 10, 8, speed: Rational(3, 2)))]
    draft.add([.stack(stack([inner], range: Draft.range(0, 16), speed: Rational(1, 2)))])
    #expect(try draft.plan().single == (0..<16).map { 10 + $0 * 3 / 4 })
  }

  /// Backwards over d = 8 frames: the nest's frame 7 − k, so that its second clip plays first, last frame first.
  @Test func aReversedNestPlaysItsClipsBackwards() throws {
    var draft = draft()
    let inner: [Composable] = [.clip(Draft.clip("a.mov", 10, 4)), .clip(Draft.clip("b.mov", 50, 4))]
    draft.add([.stack(stack([inner], range: Draft.range(0, 8), speed: -1))])
    #expect(try draft.plan().single == [53, 52, 51, 50, 13, 12, 11, 10])
    // And a clip that is reversed in it plays forwards again.
    let twice: [Composable] = [.clip(Draft.clip("a.mov", 10, 4, speed: -1)), .clip(Draft.clip("b.mov", 50, 4))]
    draft.tracks[0].children = [.stack(stack([twice], range: Draft.range(0, 8), speed: -1))]
    #expect(try draft.plan().single == [53, 52, 51, 50, 10, 11, 12, 13])
  }

  @Test func aFrozenNestShowsItsFirstFrame() throws {
    var draft = draft()
    var nest = stack(
      [[.clip(Draft.clip("a.mov", 10, 4)), .clip(Draft.clip("b.mov", 50, 4))]], range: Draft.range(5, 3))
    nest.item.effects = [.freezeFrame(ObjectInfo(), effectName: "")]
    draft.add([.stack(nest)])
    #expect(try draft.plan().single == [51, 51, 51])
  }

  @Test func layersLieInTrackOrderAndNestsAreGroups() throws {
    var draft = draft()
    draft.add([.clip(Draft.clip("a.mov", 0, 6))])
    draft.add([
      Draft.gap(2),
      .stack(stack([[.clip(Draft.clip("a.mov", 30, 4))], [Draft.gap(2), .clip(Draft.clip("b.mov", 50, 2))]])),
    ])
    let plan = try draft.plan()
    #expect(plan.frames == [[0], [1], [2, 30], [3, 31], [4, 32, 50], [5, 33, 51]])
    guard case .group(let layers)? = plan.picture(at: 4).layers.last?.content else {
      Issue.record("the nest is no group")
      return
    }
    #expect(layers.map(\.content) == [.media(source: 0, picture: 32), .media(source: 1, picture: 50)])
    // The nest's first frames hold one layer, and are a group all the same: it stays one thing.
    #expect(plan.trace(at: 4).map(\.track) == [0, 1, 1])
  }

  /// A blend inside a nest lies on the nest, never on what is below it.
  @Test func aBlendInsideANestStaysInIt() throws {
    var draft = draft()
    let clip = Draft.clip("a.mov", 30, 4) { $0.blend = .multiply }
    draft.add([.stack(stack([[.clip(clip)]]))])
    guard case .group(let layers)? = try draft.plan().picture(at: 0).layers.first?.content else {
      Issue.record("no group")
      return
    }
    #expect(layers.map(\.blend) == [.multiply])
    draft.tracks[0].children = [.clip(clip)]
    #expect(try draft.plan().picture(at: 0).layers.map(\.blend) == [.multiply])
  }

  @Test func tracksInTracksAndTrimmedTracks() throws {
    var draft = draft()
    var inner = Track(
      name: "", kind: .video, children: [.clip(Draft.clip("a.mov", 10, 4)), .clip(Draft.clip("b.mov", 50, 4))])
    inner.item.sourceRange = Draft.range(2, 4)
    draft.add([.clip(Draft.clip("a.mov", 90, 1)), .track(inner)])
    draft.tracks[0].item.sourceRange = Draft.range(0, 4)
    let plan = try draft.plan()
    #expect(plan.single == [90, 12, 13, 50])
    #expect(plan.items.map(\.address.description) == ["V1:0", "V1:1", "V1:1/V1:0", "V1:1/V1:1"])
    #expect(plan.items.map(\.range) == [0...1, 1...4, 1...3, 3...4].map { FrameRange($0.lowerBound, $0.upperBound) })
  }

  /// A nest lacks handles where its content ends: the edge of the nest is held.
  @Test func nestsHoldTheirEdgeWhereADissolveAsksForMore() throws {
    var draft = draft()
    let inner: [Composable] = [.clip(Draft.clip("a.mov", 10, 6))]
    draft.add([
      .stack(stack([inner])), Draft.dissolve(2, 2), .stack(stack([inner], range: Draft.range(2, 4))),
    ])
    let plan = try draft.plan()
    // The second nest is trimmed and has two frames before its in.
    #expect(plan.frames[4..<8] == [[14, 10], [15, 11], [15, 12], [15, 13]])
    #expect(
      plan.findings.map(\.message) == [
        "stack nest (V1:0) lacks handles for its dissolve at 00:00:00:06: its edge frame is held for 2 frames"
      ])
  }

  /// Inside a nest at half speed a dissolve of 2 weighs (j + 1)/3 at j = 0, ½, 1, 3/2.
  @Test func aDissolveInASlowNestGoesOnBetweenItsFrames() throws {
    var draft = draft()
    let inner: [Composable] = [
      .clip(Draft.clip("a.mov", 10, 4)), Draft.dissolve(1, 1), .clip(Draft.clip("b.mov", 50, 4)),
    ]
    draft.add([.stack(stack([inner], range: Draft.range(0, 16), speed: Rational(1, 2)))])
    #expect(try draft.plan().weights == [Rational(1, 3), Rational(1, 2), Rational(2, 3), Rational(5, 6)])
  }

  // MARK: Settings

  @Test func settingsOfTracksAndStacksBecomeGroups() throws {
    var draft = draft()
    var settings = TrackSettings()
    settings.opacity = .keys([.init(frame: 0, value: 0), .init(frame: 4, value: 1)])
    settings.grade = [GradeOperation(op: "cdl")]
    settings.blend = .screen
    draft.add(
      [Draft.gap(1), .clip(Draft.clip("a.mov", 10, 4) { $0.opacity = .constant(Rational(1, 2)) })], settings: settings)
    let layer = try #require(try draft.plan().picture(at: 2).layers.first)
    #expect(layer.opacity == Rational(2, 4))
    #expect(layer.blend == .screen)
    #expect(layer.grade == [GradeStep(op: "cdl")])
    guard case .group(let inner) = layer.content else {
      Issue.record("no group")
      return
    }
    #expect(inner.map(\.opacity) == [Rational(1, 2)])
  }

  @Test func theTimelinesGradeComesLast() throws {
    var draft = draft()
    draft.settings.grade = [GradeOperation(op: "lut")]
    var settings = TrackSettings()
    settings.grade = [GradeOperation(op: "contrast")]
    draft.add([.clip(Draft.clip("a.mov", 10, 4) { $0.grade = [GradeOperation(op: "cdl")] })], settings: settings)
    var layers = try draft.plan().picture(at: 0).layers
    var order: [String] = []
    while let layer = layers.first {
      order += layer.grade.map(\.op)
      if case .group(let inner) = layer.content { layers = inner } else { break }
    }
    #expect(order == ["lut", "contrast", "cdl"])
  }

  /// A track's placement in a word is what its clips go by; a composition itself fills the raster.
  @Test func clipsGoByTheirTracksPlacement() throws {
    var draft = draft()
    var settings = TrackSettings()
    settings.placement = .fill
    let own = Draft.clip("b.mov", 0, 2) { $0.placement = PlacementSetting.none }
    draft.add(
      [.clip(Draft.clip("a.mov", 0, 2)), .clip(own), .stack(stack([[.clip(Draft.clip("a.mov", 0, 2))]]))],
      settings: settings)
    let plan = try draft.plan()
    #expect([0, 2, 4].map { plan.picture(at: $0).layers.map(\.placement) } == [[.fill], [.none], [.fill]])
    settings.placement = .transform(.init(pose: .init(rotation: 5)))
    draft.tracks[0].set(settings)
    #expect(
      try draft.plan().picture(at: 0).layers.map(\.placement) == [.transform(.init(rotation: 5), filter: nil)])
  }

  @Test func keysCountTheItemsFramesInsideANest() throws {
    var draft = draft()
    let fade = Draft.clip("a.mov", 10, 4) {
      $0.opacity = .keys([.init(frame: 0, value: 0), .init(frame: 4, value: 1)])
    }
    // The clip begins at frame 2 of a nest that is played at half speed.
    draft.add([
      Draft.gap(3),
      .stack(stack([[Draft.gap(2), .clip(fade)]], range: Draft.range(0, 12), speed: Rational(1, 2))),
    ])
    let plan = try draft.plan()
    #expect((7..<15).map { plan.picture(at: $0).layers.first?.opacity } == (0..<8).map { Rational($0, 8) })
  }

  @Test func whatIsWrongInTheMetadataOfAProgramIsNamed() throws {
    var draft = draft()
    draft.add([.clip(Draft.clip("a.mov", 10, 4))])
    if case .clip(var clip) = draft.tracks[0].children[0] {
      clip.item.info.metadata["pegbar"] = ["opacity": 2]
      draft.tracks[0].children[0] = .clip(clip)
    }
    let error = #expect(throws: PegError.self) { try draft.plan() }
    #expect(error?.kind == .badInput)
    #expect(
      error?.sentence
        == "clip a.mov (V1:0) at 00:00:00:00: 2 lies outside 0 to 1, in metadata/pegbar/opacity of the clip a.mov")
  }
}

import PegCore
import PegTestSupport
import Testing

@testable import PegTimeline

/// A film of shots that are told apart by what they play, and a new version of it made by edits that are written down.
private struct Film {
  struct Shot {
    /// Of the old cut; `nil` for one that it does not have.
    var origin: Int?
    var name: String
    var file: String?
    var reel: String
    /// Source frame and record frames.
    var start: Int
    var count: Int
    var speed: Rational = 1
  }

  static let rate = FrameRate(24)
  var shots: [Shot] = []

  static func time(_ frames: Int) -> RationalTime { RationalTime(Rational(frames), rate) }

  /// As a list brings it: no media found, no work done.
  var cut: Timeline {
    let children = shots.map { shot in
      var clip = Clip(
        name: shot.name, reference: .offline(name: shot.file ?? ""),
        range: TimeRange(start: Self.time(shot.start), duration: Self.time(shot.count)))
      clip.item.info.metadata["cmx_3600"] = ["reel": .string(shot.reel)]
      if shot.speed != 1 {
        clip.item.effects = [.linearTimeWarp(ObjectInfo(), effectName: "LinearTimeWarp", scalar: shot.speed)]
      }
      return Composable.clip(clip)
    }
    var settings = TimelineSettings()
    settings.rate = Self.rate
    return Timeline(
      name: "film", start: Self.time(86_400), settings: settings,
      tracks: [Track(name: "V1", kind: .video, children: children)])
  }

  /// 200 events from 40 rolls: names come again, as takes do, and no two events play one frame.
  init(seed: UInt64) {
    var chance = SplitMix(seed: seed)
    var ends = [Int](repeating: 0, count: 40)
    for index in 0..<200 {
      let roll = chance.next(in: 0...39)
      let start = 86_400 * (1 + roll % 20) + ends[roll] + chance.next(in: 30...200)
      let count = chance.next(in: 24...120)
      ends[roll] = start + count - 86_400 * (1 + roll % 20)
      shots.append(
        Shot(
          origin: index, name: "\(chance.next(in: 1...30))A-\(chance.next(in: 1...3))", file: "A\(100 + roll)C001.mov",
          reel: "A\(100 + roll)C001", start: start, count: count))
    }
  }
}

@Suite struct TurnoverTests {
  /// The old cut with work on every clip: a grade that says whose it is, and every fifth has more.
  private func worked(_ film: Film) throws -> Timeline {
    var cut = film.cut
    var index = 0
    try cut.updateEveryClip { (_, clip) throws(PegError) in
      var settings = ClipSettings()
      settings.grade = [GradeOperation(op: "exposure", parameters: ["stops": .number(Rational(index, 100))])]
      if index % 5 == 0 {
        settings.step = StepSetting(frames: 3)
        settings.opacity = .keys([
          Animated.Key(frame: 0, value: 0), Animated.Key(frame: 10, value: Rational(1, 2)),
        ])
        let start = clip.item.sourceRange?.start ?? Film.time(0)
        clip.item.markers = [
          Marker(
            info: ObjectInfo(name: "m\(index)"),
            range: TimeRange(start: RationalTime(start.value + 12, start.rate), duration: Film.time(0)), color: "RED")
        ]
      }
      clip.set(settings)
      var found = MediaReference.media(url: "media/\(film.shots[index].file ?? "x")", available: nil)
      var said = ReferenceSettings()
      said.origin = ReferenceSettings.Origin(id: "origin-\(index)")
      found.set(said)
      clip.link(to: found)
      clip.references.append(("other", .offline(name: "take of \(index)")))
      index += 1
    }
    return cut
  }

  /// Whose work a clip has, by its grade.
  private func owner(_ clip: Clip) throws -> Int? {
    guard let stops = try clip.settings().grade.first?.parameters["stops"]?.rational else { return nil }
    return (stops * 100).floor
  }

  /// From v1 to v2, and what became of each shot.
  private func turnover(_ film: Film, seed: UInt64) -> (film: Film, removed: Set<Int>) {
    var chance = SplitMix(seed: seed)
    var next = film
    var removed: Set<Int> = []
    // Removed: 10.
    for _ in 0..<10 {
      let index = chance.next(in: 0...(next.shots.count - 1))
      if let origin = next.shots[index].origin { removed.insert(origin) }
      next.shots.remove(at: index)
    }
    // Trimmed at the head, the tail or both, and grown: 30.
    for _ in 0..<30 {
      let index = chance.next(in: 0...(next.shots.count - 1))
      let (head, tail) = (chance.next(in: -10...10), chance.next(in: -10...10))
      next.shots[index].start += head
      next.shots[index].count -= head + tail
    }
    // Split in two, apart from each other: 12.
    for _ in 0..<12 {
      let index = chance.next(in: 0...(next.shots.count - 1))
      guard next.shots[index].count > 40 else { continue }
      var second = next.shots[index]
      let at = chance.next(in: 15...(second.count - 15))
      next.shots[index].count = at
      second.start += at
      second.count -= at
      next.shots.insert(second, at: chance.next(in: 0...next.shots.count))
    }
    // Replaced by shots that the old cut does not have, some of them of the same rolls, and added: 10 and 8.
    for number in 0..<18 {
      var other = next.shots[chance.next(in: 0...(next.shots.count - 1))]
      other.origin = nil
      other.name = "NEW-\(number)"
      other.start += 86_400 * 30
      if number < 10 {
        let index = chance.next(in: 0...(next.shots.count - 1))
        if let origin = next.shots[index].origin { removed.insert(origin) }
        next.shots[index] = other
      } else {
        next.shots.insert(other, at: chance.next(in: 0...next.shots.count))
      }
    }
    // Moved: 20, and a scene put elsewhere.
    for _ in 0..<20 {
      let shot = next.shots.remove(at: chance.next(in: 0...(next.shots.count - 1)))
      next.shots.insert(shot, at: chance.next(in: 0...next.shots.count))
    }
    let scene = Array(next.shots[40..<60])
    next.shots.removeSubrange(40..<60)
    next.shots.insert(contentsOf: scene, at: 120)
    // What stands twice because it was split is not gone when one half was replaced.
    removed.subtract(next.shots.compactMap(\.origin))
    return (next, removed)
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
  func aTurnoverCarriesAllAndOnlyWhatMatches(seed: UInt64) throws {
    let first = Film(seed: seed)
    let old = try worked(first)
    let (second, removed) = turnover(first, seed: seed &+ 100)
    let result = try second.cut.carrying(from: old)
    let clips = result.timeline.everyClip.map(\.clip)
    #expect(clips.count == second.shots.count)
    for (clip, shot) in zip(clips, second.shots) {
      #expect(try owner(clip) == shot.origin, "\(shot)")
      // What the new cut says of its own stays.
      #expect(clip.item.sourceRange?.start.value == Rational(shot.start))
      #expect(clip.item.sourceRange?.duration.value == Rational(shot.count))
      guard let origin = shot.origin else {
        #expect(clip.references.count == 1 && clip.activeReference == .offline(name: shot.file ?? ""))
        continue
      }
      #expect(clip.references.map(\.key) == [Clip.defaultKey, "other"])
      #expect(try clip.activeReference?.settings().origin?.id == "origin-\(origin)")
      // Keys, steps and markers stay with their pictures.
      guard origin % 5 == 0 else { continue }
      let head = shot.start - first.shots[origin].start
      let settings = try clip.settings()
      #expect(
        settings.opacity
          == .keys([
            Animated.Key(frame: -head, value: 0), Animated.Key(frame: 10 - head, value: Rational(1, 2)),
          ]))
      #expect(settings.step == StepSetting(frames: 3, phase: ((head % 3) + 3) % 3))
      let marked = first.shots[origin].start + 12
      let isInside = marked >= shot.start && marked < shot.start + shot.count
      #expect(clip.item.markers.map(\.info.name) == (isInside ? ["m\(origin)"] : []))
    }
    // The lists say what happened: the orphans are those that are gone, split are those that stand twice.
    #expect(Set(result.orphaned.map(\.old.address)) == Set(removed.map { address($0) }))
    let origins = Dictionary(grouping: second.shots.compactMap(\.origin), by: { $0 })
    let twice = origins.filter { $0.value.count > 1 }
    #expect(Set(result.split.map(\.old.address)) == Set(twice.keys.map { address($0) }))
    #expect(result.split.count == twice.values.map(\.count).reduce(0, +))
    #expect(result.carried.count == origins.count - twice.count)
    #expect(
      result.orphaned.allSatisfy { $0.work.contains("grade") && $0.work.contains("takes") && $0.work.contains("link") })
    // What was carried stands: carrying again changes nothing.
    #expect(try second.cut.carrying(from: result.timeline).timeline == result.timeline)
  }

  private func address(_ child: Int) -> CutAddress { CutAddress([CutAddress.Step(TrackLabel(.video, 1), child)]) }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func aDiffNamesWhatChangedAndNothingElse(seed: UInt64) throws {
    let first = Film(seed: seed)
    let (second, removed) = turnover(first, seed: seed &+ 100)
    let diff = try first.cut.changes(to: second.cut)
    func clips(_ kind: CutChange.Kind) -> [CutChange] { diff.changes.filter { $0.kinds.contains(kind) } }
    #expect(Set(clips(.removed).compactMap(\.old?.address)) == Set(removed.map { address($0) }))
    #expect(clips(.added).count == second.shots.count { $0.origin == nil })
    #expect(clips(.added).allSatisfy { $0.name.hasPrefix("NEW-") && $0.old == nil && $0.new?.record != nil })
    let origins = Dictionary(grouping: second.shots.indices.filter { second.shots[$0].origin != nil }) {
      second.shots[$0].origin ?? -1
    }
    #expect(
      clips(.split).count == origins.values.filter { $0.count > 1 }.map(\.count).reduce(0, +))
    let trimmed = second.shots.indices.filter { index in
      guard let origin = second.shots[index].origin else { return false }
      let before = first.shots[origin]
      return before.start != second.shots[index].start || before.count != second.shots[index].count
    }
    #expect(Set(clips(.trimmed).compactMap(\.new?.address)) == Set(trimmed.map { address($0) }))
    // Every clip that says a place says the right one.
    var frame = 0
    let records = second.shots.map { shot in
      defer { frame += shot.count }
      return FrameRange(start: frame, count: shot.count)
    }
    for change in diff.changes {
      guard let place = change.new, let child = place.address.steps[0].child else { continue }
      #expect(place.record == records[child])
    }
    #expect(!clips(.moved).isEmpty)
    #expect(try first.cut.changes(to: first.cut).isEmpty)
  }

  /// The fewest clips that have to be picked up to get from one order to the other have moved: all but a longest run of
  /// those that kept their order, counted here by trying every end.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func asFewClipsAsCanBeHaveMoved(seed: UInt64) throws {
    var film = Film(seed: seed)
    film.shots = Array(film.shots.prefix(60))
    var other = film
    var chance = SplitMix(seed: seed)
    for _ in 0..<12 {
      let shot = other.shots.remove(at: chance.next(in: 0...59))
      other.shots.insert(shot, at: chance.next(in: 0...59))
    }
    let order = other.shots.compactMap(\.origin)
    var runs = [Int](repeating: 1, count: 60)
    for end in 0..<60 {
      for start in 0..<end where order[start] < order[end] { runs[end] = max(runs[end], runs[start] + 1) }
    }
    let diff = try film.cut.changes(to: other.cut)
    #expect(diff.changes.count { $0.kinds.contains(.moved) } == 60 - (runs.max() ?? 0))
    #expect(diff.changes.allSatisfy { $0.kinds == [.moved] || $0.kinds == [.shifted] })
  }

  @Test func oneChangeOfEachKindIsSaid() throws {
    var film = Film(seed: 9)
    film.shots = Array(film.shots.prefix(8))
    let old = try worked(film)
    var new = old
    func edit(_ child: Int, _ change: (inout Clip) -> Void) throws {
      try new.updateClip(at: address(child)) { (clip) throws(PegError) in change(&clip) }
    }
    try edit(0) { $0.item.effects = [.linearTimeWarp(ObjectInfo(), effectName: "", scalar: Rational(1, 2))] }
    try edit(1) { clip in
      clip.references[0].reference = .media(url: "media/other_v2.mov", available: nil)
      clip.references.removeLast()
    }
    try edit(2) { clip in
      var settings = (try? clip.settings()) ?? ClipSettings()
      settings.grade = []
      clip.set(settings)
    }
    try edit(3) { $0.item.info.name = "other name" }
    try edit(4) { $0.item.isEnabled = false }
    var settings = try new.settings()
    settings.raster = Raster(1920, 1080)
    new.set(settings)
    let diff = try old.changes(to: new)
    #expect(
      diff.changes.map(\.kinds) == [[.adjusted], [.retimed], [.retaken], [.regraded], [.renamed], [.adjusted]])
    #expect(diff.changes[0].name == "programme" && diff.changes[0].details == ["raster"])
    #expect(diff.changes[1].details == ["speed 1 to 1/2"])
    let file = film.shots[1].file ?? ""
    #expect(diff.changes[2].details == ["media/\(file) to media/other_v2.mov"])
  }

  /// A clip put in at the head makes all others later; none of them has moved among the others.
  @Test func whatIsPushedAlongIsShifted() throws {
    var film = Film(seed: 4)
    film.shots = Array(film.shots.prefix(6))
    var later = film
    var extra = film.shots[0]
    extra.name = "extra"
    extra.start += 86_400 * 30
    extra.count = 24
    later.shots.insert(extra, at: 0)
    let diff = try film.cut.changes(to: later.cut)
    #expect(diff.changes.map(\.kinds) == [[.added]] + [[CutChange.Kind]](repeating: [.shifted], count: 6))
    #expect(diff.changes[1].details == ["24 frames later"])
    // And one that is taken from the head to the tail has moved, alone.
    var turned = film
    turned.shots.append(turned.shots.removeFirst())
    let moved = try film.cut.changes(to: turned.cut)
    #expect(moved.changes.filter { $0.kinds.contains(.moved) }.map(\.name) == [film.shots[0].name])
  }

  @Test func aShotWithANewVersionPlaysItAndKeepsTheWork() throws {
    func cut(_ version: Int, _ name: String) -> Timeline {
      let range = TimeRange(start: Film.time(1001), duration: Film.time(48))
      let clip = Clip(
        name: name, reference: .media(url: "shots/SH010/SH010_v00\(version).mov", available: nil), range: range)
      return Timeline(name: "t", tracks: [Track(name: "V1", kind: .video, children: [.clip(clip)])])
    }
    for (before, after) in [("SH010", "SH010"), ("SH010_v001", "SH010_v002")] {
      var old = cut(1, before)
      try old.updateClip(at: address(0)) { (clip) throws(PegError) in
        var settings = ClipSettings()
        settings.grade = [GradeOperation(op: "exposure")]
        clip.set(settings)
      }
      let new = cut(2, after)
      let result = try new.carrying(from: old)
      let clip = result.timeline.everyClip[0].clip
      #expect(try clip.settings().grade.map(\.op) == ["exposure"])
      #expect(clip.references.map(\.key) == [Clip.defaultKey, "previous"])
      #expect(clip.activeReference?.spelling == "shots/SH010/SH010_v002.mov")
      #expect(result.carried.map(\.isRetaken) == [true])
      #expect(try old.changes(to: new).changes.first?.kinds.contains(.retaken) == true)
    }
  }

  /// Every shot may have its `render.mov` that begins at 0: the shot and its folder tell them apart.
  @Test func filesOfOneNameAreToldApart() throws {
    func clip(_ shot: String) -> Composable {
      .clip(
        Clip(
          name: shot, reference: .media(url: "\(shot)/render.mov", available: nil),
          range: TimeRange(start: Film.time(0), duration: Film.time(24))))
    }
    func cut(_ shots: [String]) -> Timeline {
      Timeline(name: "t", tracks: [Track(name: "V1", kind: .video, children: shots.map(clip))])
    }
    let diff = try cut(["SH010", "SH020"]).changes(to: cut(["SH020", "SH030"]))
    #expect(diff.changes.map(\.kinds) == [[.shifted], [.removed], [.added]])
  }

  @Test func aGradeThatTheListBringsGivesWayToTheWorkOnIt() throws {
    func cut(_ grade: [GradeOperation]) -> Timeline {
      var clip = Clip(
        name: "A", reference: .offline(name: "a"), range: TimeRange(start: Film.time(0), duration: Film.time(24)))
      var settings = ClipSettings()
      settings.grade = grade
      clip.set(settings)
      return Timeline(name: "t", tracks: [Track(name: "V1", kind: .video, children: [.clip(clip)])])
    }
    let (list, work) = (GradeOperation(op: "cdl"), GradeOperation(op: "exposure"))
    func carried(_ new: [GradeOperation], _ old: [GradeOperation]) throws -> ([String], Int) {
      let result = try cut(new).carrying(from: cut(old))
      return (try result.timeline.everyClip[0].clip.settings().grade.map(\.op), result.findings.count)
    }
    #expect(try carried([list], [list, work]) == (["cdl", "exposure"], 0))
    #expect(try carried([list], []) == (["cdl"], 0))
    #expect(try carried([list], [work]) == (["exposure"], 1))
  }

  @Test func fiveThousandEventsOfOneFrameAreMatchedInBoundedTime() throws {
    var film = Film(seed: 3)
    // One source, played over and over from the same frame: every clip may be every other.
    film.shots = (0..<5000).map { _ in
      Film.Shot(origin: nil, name: "A", file: "a.mov", reel: "A", start: 100, count: 24)
    }
    var turned = film
    turned.shots.removeLast(10)
    let diff = try film.cut.changes(to: turned.cut)
    #expect(diff.changes.map(\.kinds) == [[CutChange.Kind]](repeating: [.removed], count: 10))
  }
}

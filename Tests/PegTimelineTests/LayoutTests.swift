import Foundation
import PegCore
import Testing

@testable import PegTimeline

private let film = FrameRate(24)
private let ntsc = FrameRate(24000, 1001)

private func range(_ start: Int, _ count: Int, _ rate: FrameRate = film) -> TimeRange {
  TimeRange(start: RationalTime(Rational(start), rate), duration: RationalTime(Rational(count), rate))
}

private func clip(_ name: String, _ start: Int, _ count: Int, _ rate: FrameRate = film) -> Composable {
  .clip(
    Clip(
      name: name, reference: .media(url: "\(name).mov", available: range(0, 1000, rate)),
      range: range(start, count, rate)))
}

private func dissolve(_ before: Int, _ after: Int) -> Composable {
  .transition(.dissolve(before: RationalTime(Rational(before), film), after: RationalTime(Rational(after), film)))
}

private let v1 = CutAddress([.init(TrackLabel(.video, 1))])

@Suite struct LayoutTests {
  @Test func transitionsTakeNoTime() throws {
    let track = Track(name: "V", kind: .video, children: [clip("a", 0, 48), dissolve(6, 6), clip("b", 10, 24)])
    let layout = try track.layout(at: v1)
    #expect(layout.slots.map(\.start) == [0, 2, 2])
    #expect(layout.slots.map(\.duration) == [2, 0, 1])
    #expect(layout.extent == 3)
    let place = try #require(try track.transitions(in: layout, at: v1).first)
    #expect((place.before, place.after) == (0, 2))
    #expect(place.span == TimeSpan(start: Rational(42, 24), duration: Rational(12, 24)))
  }

  @Test func sumsAreExactOverManyOddRates() throws {
    // 1,000 clips of 7 frames at 23.976, 29.97 and 25: 7·1001/24000 + 7·1001/30000 + 7/25 each, 1,000 times.
    var children: [Composable] = []
    for index in 0..<1000 {
      children += [
        clip("a\(index)", 0, 7, ntsc), clip("b\(index)", 0, 7, FrameRate(30000, 1001)),
        clip("c\(index)", 0, 7, FrameRate(25)),
      ]
    }
    let layout = try Track(name: "V", kind: .video, children: children).layout(at: v1)
    let one = Rational(7007, 24000) + Rational(7007, 30000) + Rational(7, 25)
    #expect(layout.extent == one * 1000)
    #expect(layout.slots[2997].start == one * 999)
  }

  @Test func aSourceRangeTrimsATrack() throws {
    var track = Track(name: "V", kind: .video, children: [clip("a", 0, 24), clip("b", 0, 24), clip("c", 0, 24)])
    track.item.sourceRange = range(12, 24)
    let layout = try track.layout(at: v1)
    #expect(layout.window == TimeSpan(start: Rational(1, 2), duration: 1))
    #expect(try layout.visible(0) == TimeSpan(start: 0, duration: Rational(1, 2)))
    #expect(try layout.visible(1) == TimeSpan(start: Rational(1, 2), duration: Rational(1, 2)))
    #expect(try layout.visible(2) == nil)
  }

  @Test func aStackIsAsLongAsItsLongestChild() throws {
    let stack = Stack(children: [
      .track(Track(name: "", kind: .video, children: [clip("a", 0, 24)])),
      .track(Track(name: "", kind: .audio, children: [clip("b", 0, 36)])), clip("c", 0, 30),
    ])
    #expect(try stack.window(at: nil).duration == Rational(3, 2))
  }

  @Test func whatHasNoDurationIsNamed() {
    let bare = Clip(name: "SH020", reference: .media(url: "a.mov", available: nil))
    let cut = Timeline(
      name: "cut", tracks: [Track(name: "", kind: .video, children: [clip("a", 0, 24), .clip(bare)])])
    let error = #expect(throws: PegError.self) { try cut.duration() }
    #expect(
      error?.sentence == "V1:1 (SH020) has neither a source_range nor media with an available_range")
  }

  @Test(arguments: [
    ([clip("a", 0, 4), dissolve(5, 1), clip("b", 0, 9)], "begins before"),
    ([clip("a", 0, 9), dissolve(1, 5), clip("b", 0, 4)], "ends after"),
    ([dissolve(1, 0), clip("b", 0, 4)], "begins before"), ([clip("b", 0, 4), dissolve(0, 1)], "ends after"),
    ([clip("a", 0, 9), dissolve(1, 1), dissolve(1, 1), clip("b", 0, 4)], "followed by another"),
    ([clip("a", 0, 9), dissolve(1, 3), clip("b", 0, 5), dissolve(3, 1), clip("c", 0, 9)], "overlap"),
  ])
  func transitionsThatDoNotFitAreRefused(children: [Composable], why: String) throws {
    let track = Track(name: "", kind: .video, children: children)
    let layout = try track.layout(at: v1)
    let error = #expect(throws: PegError.self) { try track.transitions(in: layout, at: v1) }
    #expect(error?.sentence.contains(why) == true, "\(error?.sentence ?? "")")
  }

  @Test func fadesAtTheEndsAndDissolvesThatTouchFit() throws {
    let children = [
      dissolve(0, 2), clip("a", 0, 9), dissolve(1, 3), clip("b", 0, 6), dissolve(3, 1), clip("c", 0, 9), dissolve(4, 0),
    ]
    let track = Track(name: "", kind: .video, children: children)
    #expect(try track.transitions(in: track.layout(at: v1), at: v1).count == 4)
  }

  @Test func clipsInsideNestsHaveTheirRecordTime() throws {
    // A nest of 48 frames, trimmed to 24 from frame 12, stands after 24 frames: its clip b of frames 20..<40 lies at
    // 24 + 20 − 12 = 32 and plays until the nest ends at 48.
    let inner = Track(name: "", kind: .video, children: [clip("a", 0, 20), clip("b", 0, 20), clip("c", 0, 8)])
    var nest = Stack(children: [.track(inner)])
    nest.item.sourceRange = range(12, 24)
    let outer = Track(name: "", kind: .video, children: [clip("x", 0, 24), .stack(nest), clip("y", 0, 24)])
    let placed = try Timeline(name: "cut", tracks: [outer]).placedClips()
    #expect(placed.map(\.place.address.description) == ["V1:0", "V1:1/V1:0", "V1:1/V1:1", "V1:1/V1:2", "V1:2"])
    func frames(_ span: TimeSpan?) -> [Rational]? { span.map { [$0.start * 24, $0.end * 24] } }
    #expect(placed.map { frames($0.record) } == [[0, 24], [24, 32], [32, 48], nil, [48, 72]])
    #expect(placed[2].span == TimeSpan(start: Rational(20, 24), duration: Rational(20, 24)))
  }

  @Test func clipsInsideARetimedNestLieWhereTheNestDoes() throws {
    var nest = Stack(children: [.track(Track(name: "", kind: .video, children: [clip("a", 0, 20), clip("b", 0, 20)]))])
    nest.item.effects = [.linearTimeWarp(ObjectInfo(), effectName: "", scalar: 2)]
    nest.item.sourceRange = range(0, 20)
    nest.item.isEnabled = false
    let outer = Track(name: "", kind: .video, children: [clip("x", 0, 24), .stack(nest)])
    let placed = try Timeline(name: "cut", tracks: [outer]).placedClips()
    for index in [1, 2] {
      #expect(placed[index].record == TimeSpan(start: 1, duration: Rational(20, 24)))
      #expect(!placed[index].place.isEnabled)
    }
    #expect(placed[0].place.isEnabled)
  }
}

@Suite(.enabled(if: PythonJudge.hasOTIO, "no opentimelineio"))
struct OpenTimelineIOAgreesTests {
  /// Name, start in its track, start in the media, duration, in frames at 24, of every clip in tracks of the top stack.
  private static let script = """
    import sys, opentimelineio as o
    for path in sys.argv[1:]:
        cut = o.adapters.read_from_file(path)
        R = lambda t: round(t.to_seconds() * 24000)
        print(path, R(cut.duration()))
        for ti, track in enumerate(cut.tracks):
            for c in track:
                if isinstance(c, o.schema.Clip):
                    p, t = c.range_in_parent(), c.trimmed_range()
                    print(ti, c.name, R(p.start_time), R(t.start_time), R(t.duration), type(c.media_reference).__name__,
                          c.active_media_reference_key, len(c.markers), sep='|')
                elif isinstance(c, o.schema.Transition):
                    print(ti, 'transition', R(c.in_offset), R(c.out_offset), c.transition_type, sep='|')
    """

  /// What the script should print: frames of 24, 25, 30 and 24000/1001 are whole in units of 1/24000 s.
  private func claims(_ path: String) throws -> [String] {
    let cut = try Timeline(reading: path)
    func unit(_ seconds: Rational) -> Int { (seconds * 24000).rounded }
    var lines = ["\(path) \(unit(try cut.duration()))"]
    for (index, child) in cut.tracks.children.enumerated() {
      guard case .track(let track) = child else { continue }
      let address = CutAddress([.init(cut.trackLabels[index])])
      let layout = try track.layout(at: address)
      for (at, child) in track.children.enumerated() {
        switch child {
        case .clip(let clip):
          let media = try clip.trimmedRange(at: address)
          let kind =
            switch clip.activeReference {
            case .external: "ExternalReference"
            case .sequence: "ImageSequenceReference"
            case .generator: "GeneratorReference"
            default: "MissingReference"
            }
          lines.append(
            "\(index)|\(clip.item.info.name)|\(unit(layout.slots[at].start))|\(unit(media.start.seconds))|"
              + "\(unit(media.duration.seconds))|\(kind)|\(clip.activeKey)|\(clip.item.markers.count)")
        case .transition(let transition):
          lines.append(
            "\(index)|transition|\(unit(transition.inOffset.seconds))|\(unit(transition.outOffset.seconds))|"
              + transition.type)
        default: break
        }
      }
    }
    return lines
  }

  @Test(.enabled(if: Shared.isThere, "no shared media"))
  func onEveryClipOfTheSharedFiles() throws {
    let paths = Shared.cuts.filter { !$0.hasSuffix("screening_example.otio") }
    let lines = try PythonJudge.run(Self.script, paths).split(separator: "\n").map(String.init)
    #expect(lines == (try paths.flatMap { try claims($0) }))
  }

  @Test func onWhatWeMakeOurselves() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/cut.otio"
    var takes = Clip(
      name: "SH010", reference: .media(url: "a.mov", available: range(86400, 240)), range: range(86410, 48))
    takes.link(to: .media(url: "b.mov", available: range(0, 100, ntsc)), take: "ai")
    try takes.play(take: "ai")
    takes.item.markers = [Marker(info: ObjectInfo(name: "fix"), range: range(86420, 1), color: "PINK")]
    takes.item.effects = [
      .linearTimeWarp(ObjectInfo(), effectName: "slow", scalar: Rational(1, 3)),
      .freezeFrame(ObjectInfo(), effectName: "FreezeFrame"),
    ]
    let sequence = ImageSequence(
      urlBase: "cels/", prefix: "A_", suffix: ".png", startFrame: 1001, rate: film, padding: 4)
    var off = Clip(name: "off", reference: .offline(), range: range(0, 12))
    off.item.isEnabled = false
    let video = Track(
      name: "V1", kind: .video,
      children: [
        .clip(takes), dissolve(6, 5), .clip(Clip(name: "SH020", reference: .frames(sequence, count: 48))),
        .gap(Gap(duration: RationalTime(10, ntsc))),
        .clip(Clip(name: "black", reference: .made("black", parameters: ["a": 1]), range: range(0, 24, FrameRate(25)))),
        .clip(off),
      ])
    let audio = Track(name: "A1", kind: .audio, children: [clip("mix", 0, 100, ntsc)])
    let nest = Track(
      name: "V2", kind: .video,
      children: [
        .stack(Stack(item: ItemInfo(info: ObjectInfo(name: "nest")), children: [.track(video)])), clip("z", 0, 9),
      ])
    let cut = Timeline(name: "made", start: RationalTime(86400, film), tracks: [video, audio, nest])
    try cut.write(to: path)

    let lines = try PythonJudge.run(Self.script, [path]).split(separator: "\n").map(String.init)
    #expect(lines.count == 8)
    for (line, claim) in zip(lines, try claims(path)) { #expect(line == claim) }
    // What the model says, in OpenTimelineIO's words.
    let words = try PythonJudge.run(
      """
      import sys, opentimelineio as o
      cut = o.adapters.read_from_file(sys.argv[1])
      shot = cut.tracks[0][0]
      print(cut.global_start_time == o.opentime.RationalTime(86400, 24), sorted(shot.media_references()))
      print([(type(e).__name__, e.time_scalar, e.effect_name) for e in shot.effects])
      print([(m.name, m.color, m.comment) for m in shot.markers])
      seq = cut.tracks[0][2].media_reference
      print(seq.target_url_for_image_number(2), seq.end_frame(), seq.rate, seq.missing_frame_policy.name)
      print(cut.tracks[0][4].media_reference.generator_kind, dict(cut.tracks[0][4].media_reference.parameters))
      print(cut.tracks[0][5].enabled, cut.tracks[1].kind, cut.tracks[2][0].name)
      print(o.adapters.read_from_string(cut.to_json_string(), 'otio_json').is_equivalent_to(cut))
      """, [path]
    ).split(separator: "\n").map(String.init)
    #expect(
      words == [
        "True ['DEFAULT_MEDIA', 'ai']",
        "[('LinearTimeWarp', 0.3333333333333333, 'slow'), ('FreezeFrame', 0.0, 'FreezeFrame')]",
        "[('fix', 'PINK', '')]", "cels/A_1003.png 1048 24.0 error", "black {'a': 1}", "False Audio nest", "True",
      ])
    #expect(try Timeline(reading: path) == cut)
  }

  @Test func andReadsWhatOpenTimelineIOWrites() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/theirs.otio"
    _ = try PythonJudge.run(
      """
      import sys, opentimelineio as o
      R, T = o.opentime.RationalTime, o.opentime.TimeRange
      rate = 24000 / 1001
      cut = o.schema.Timeline('theirs', global_start_time=R(3600 * rate, rate))
      track = o.schema.Track('V', kind='Video')
      cut.tracks.append(track)
      for i in range(100):
          c = o.schema.Clip('c%d' % i, o.schema.ExternalReference('m.mov', T(R(0, 25), R(1000, 25))),
                            T(R(i, 25).rescaled_to(rate), R(7, 30).rescaled_to(rate)))
          if i % 3 == 0: c.effects.append(o.schema.LinearTimeWarp('w', 1 / 3))
          if i % 5 == 0: c.color = o.core.Color(1, 0, 0, 1, 'red')
          track.append(c)
      o.adapters.write_to_file(cut, sys.argv[1])
      """, [path])
    let cut = try Timeline(reading: path)
    // 100 clips of 7/30 s, although each is written as 5.594405594405594 frames at 23.976….
    #expect(try cut.duration() == Rational(700, 30))
    guard case .clip(let clip)? = cut[try #require(CutAddress("V1:3"))] else {
      Issue.record("no clip at V1:3")
      return
    }
    #expect(clip.item.sourceRange?.start.seconds == Rational(3, 25))
    #expect(
      clip.item.effects == [.linearTimeWarp(clip.effectInfo, effectName: "LinearTimeWarp", scalar: Rational(1, 3))])
    let limits = Timeline.limits
    #expect(try JSON(parsing: cut.otio(), limits: limits) == JSON(parsing: bytes(path), limits: limits))
  }
}

extension Clip {
  fileprivate var effectInfo: ObjectInfo {
    if case .linearTimeWarp(let info, _, _)? = item.effects.first { info } else { ObjectInfo() }
  }
}

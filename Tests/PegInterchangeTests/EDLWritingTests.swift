import PegCore
import PegTestSupport
import PegTimeline
import Testing

@testable import PegInterchange

@Suite struct EDLWritingTests {
  private func again(_ timeline: Timeline, _ pictures: EDLOptions.Pictures = .all) throws -> ImportResult {
    let export = try timeline.edl(EDLOptions(name: "again.edl", pictures: pictures, reelLength: 128))
    return try ImportResult.parse(
      Array(export.text.utf8), Cuts.options("again.edl", rate: try timeline.settings().rate))
  }

  /// EDL → OTIO → EDL → OTIO, everything that the reader knows in one list.
  @Test func aListComesBackAsItWas() throws {
    let first = try Cuts.edl(
      [
        "TITLE: ALL", "FCM: DROP FRAME", "001  BL  V  C      00:00:00:00 00:00:00:00 01:00:00:00 01:00:00:00",
        "001  A001  V  D  012 00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00", "* TO CLIP NAME:  SH010",
        "* SOURCE FILE: A001_file.mov", "* LOC: 01:00:00:10 GREEN   LOOK HERE", "*ASC_SOP (1 0.9 1)(0 0.01 0)(1 1 1.1)",
        "*ASC_SAT 0.8", "002  X  V  C      00:00:05:00 00:00:05:00 01:00:01:00 01:00:01:00",
        "002  B  V  D  010 00:00:10:00 00:00:12:00 01:00:01:00 01:00:02:00", "M2   B   060.0   00:00:10:00",
        "* FROM CLIP NAME: XX", "* TO CLIP NAME: BB", "FCM: NON-DROP FRAME",
        "003  TAPE2  V  C  00:01:00:02 00:01:01:02 01:00:03:00 01:00:04:00",
        "004  D  V  C  00:00:10:05 00:00:10:06 01:00:04:00 01:00:05:00", "M2   D      -030.0   00:00:10:05",
        "005  E  V  C  00:00:10:05 00:00:10:06 01:00:05:00 01:00:06:00", "M2   E       000.0   00:00:10:05",
        "* FROM CLIP NAME: HELD FF", "* * FREEZE FRAME",
        "006  E  V  C  00:00:11:05 00:00:11:05 01:00:06:00 01:00:06:00",
        "006  F  V  W003 006  00:00:20:00 00:00:21:00 01:00:06:00 01:00:07:00",
        "007  G  AA/V  C  00:00:20:00 00:00:21:00 01:00:07:00 01:00:08:00", "AUD  3  4",
        "* A1 VOL = -4.5 DB", "* A COMMENT THAT MEANS NOTHING",
        "008  H  V2  C  00:00:20:00 00:00:21:00 01:00:02:15 01:00:03:15",
        "009  I  A2  C  00:00:20:00 00:00:20:17 01:00:08:00 01:00:09:00", "M2   I   017.5   00:00:20:00",
      ], rate: nil)
    let second = try again(first.timeline)
    #expect(second.timeline.layout == first.timeline.layout)
    #expect(try second.timeline.settings() == first.timeline.settings())
    // And all that is said about the clips.
    let (before, after) = (first.timeline.clips, second.timeline.clips)
    #expect(after.map { $0.item.info.metadata["pegbar"] } == before.map { $0.item.info.metadata["pegbar"] })
    #expect(after.map(\.activeReference) == before.map(\.activeReference))
    #expect(after.map(\.item.markers) == before.map(\.item.markers))
    for key in ["reel", "drop_frame", "source_file"] {
      func said(_ clips: [Clip]) -> [JSON?] { clips.map { $0.item.info.metadata["cmx_3600"]?[key] } }
      #expect(said(after) == said(before), "\(key)")
    }
    func channels(_ cut: Timeline) -> [[Int]] {
      cut.everyClip.filter { $0.kind == .audio }.map { place in
        let said = place.clip.item.info.metadata["cmx_3600"]
        let first = said?["channels"]?.string.flatMap { EDLChannels($0) }?.audio ?? []
        return first + (said?["more_channels"]?.array ?? []).compactMap(\.int)
      }
    }
    #expect(channels(first.timeline) == [[1, 2, 3, 4], [2]])
    #expect(channels(second.timeline) == channels(first.timeline))
    // From here on the text stands still.
    let third = try again(second.timeline)
    #expect(third.timeline == second.timeline)
  }

  @Test func aTransitionInTheMiddleOfACutBeginsItsEvent() throws {
    func time(_ frames: Int) -> RationalTime { RationalTime(Rational(frames), FrameRate(24)) }
    func clip(_ name: String, _ start: Int, _ count: Int) -> Composable {
      .clip(Clip(name: name, reference: .offline(), range: TimeRange(start: time(start), duration: time(count))))
    }
    let track = Track(
      name: "V1", kind: .video,
      children: [
        clip("A", 100, 24), .transition(.dissolve(before: time(4), after: time(6))), clip("B", 200, 24),
        .transition(.dissolve(before: time(8), after: time(0))),
      ])
    let cut = Timeline(name: "T", start: time(86_400), tracks: [track])
    let text = try cut.edl(EDLOptions(name: "t.edl")).text
    // A plays 20 frames, the dissolve of 10 begins at its frame 120, B at 200 − 4; to black over the last 8 of B's 24.
    #expect(
      text.split(whereSeparator: \.isNewline).map(String.init).filter { !$0.hasPrefix("*") } == [
        "TITLE:   T", "FCM: NON-DROP FRAME",
        "001  AX       V     C        00:00:04:04 00:00:05:00 01:00:00:00 01:00:00:20",
        "002  AX       V     C        00:00:05:00 00:00:05:00 01:00:00:20 01:00:00:20",
        "002  AX       V     D    010 00:00:08:04 00:00:09:00 01:00:00:20 01:00:01:16",
        "003  AX       V     C        00:00:09:00 00:00:09:00 01:00:01:16 01:00:01:16",
        "003  BL       V     D    008 00:00:00:00 00:00:00:08 01:00:01:16 01:00:02:00",
      ])
  }

  @Test func whatAListCannotSayIsInTheLossList() throws {
    func time(_ frames: Int) -> RationalTime { RationalTime(Rational(frames), FrameRate(24)) }
    var clip = Clip(
      name: "A", reference: .media(url: "a.mov", available: nil),
      range: TimeRange(start: time(0), duration: time(24)))
    clip.references.append(("other", .offline()))
    clip.item.effects = [.other(["OTIO_SCHEMA": "Effect.1", "effect_name": "Blur"])]
    var settings = ClipSettings()
    settings.opacity = .constant(Rational(1, 2))
    settings.grade = [GradeOperation(op: "exposure")]
    clip.set(settings)
    clip.item.markers = [
      Marker(info: ObjectInfo(name: "far"), range: TimeRange(start: time(99), duration: time(0)), color: "RED"),
      Marker(info: ObjectInfo(name: "long"), range: TimeRange(start: time(1), duration: time(5)), color: "RED"),
    ]
    var off = clip
    off = Clip(name: "off", reference: .offline(), range: TimeRange(start: time(0), duration: time(5)))
    off.item.isEnabled = false
    var programme = TimelineSettings()
    programme.rate = FrameRate(24)
    programme.raster = Raster(1920, 1080)
    let half = TimeRange(start: time(0), duration: RationalTime(Rational(5, 2), FrameRate(24)))
    let cut = Timeline(
      name: "T", settings: programme,
      tracks: [
        Track(
          name: "V1", kind: .video,
          children: [
            .clip(clip), .clip(off), .clip(Clip(name: "half", reference: .offline(), range: half)),
            .stack(Stack(children: [.clip(off)])),
          ]), Track(name: "V2", kind: .video, children: [.clip(clip)]),
      ])
    let codes = Dictionary(grouping: try cut.edl(EDLOptions(name: "t.edl")).findings, by: \.code).mapValues(\.count)
    #expect(
      codes == [
        "edl.takes": 1, "edl.effect": 1, "edl.settings": 2, "edl.grade": 1, "edl.marker": 2, "edl.disabled": 1,
        // Where half a frame begins, everything after it lies between frames too.
        "edl.rounded": 2, "edl.nest": 1, "edl.other_track": 1,
      ])
  }

  @Test func reelNamesFitAndStayApart() {
    var reels = EDLReels(length: 8)
    #expect(reels.name(for: "A001C002_210101_R1AB") == "A001C002")
    #expect(reels.name(for: "A001C002_990101_R1AB") == "A001C0_2")
    #expect(reels.name(for: "A001C002_210101_R1AB") == "A001C002")
    #expect(reels.name(for: "TAPE 7") == "TAPE_7")
    #expect(reels.name(for: "BL") == "BL_2")
  }

  @Test func aShortReelNameComesBackInFull() throws {
    let long = "A001C002_210101_R1AB"
    let cut = try Cuts.edl(["001  \(long)  V  C  00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00"])
    let export = try cut.timeline.edl(EDLOptions(name: "s.edl", reelLength: 8))
    #expect(export.text.contains("001  A001C002 V     C"))
    let back = try ImportResult.parse(Array(export.text.utf8), Cuts.options("s.edl"))
    #expect(back.timeline.clips[0].item.info.metadata["cmx_3600"]?["reel"]?.string == long)
  }

  @Test(.enabled(if: SharedMedia.isThere, "no shared media"), arguments: EDLJudgeTests.lists)
  func listsOfTheTradeComeBackAsTheyWere(list: EDLJudgeTests.List) throws {
    let first = try ImportResult.read(from: list.path, Cuts.options(list.path, rate: list.rate))
    let second = try again(first.timeline)
    #expect(second.timeline.layout == first.timeline.layout)
    let third = try again(second.timeline)
    #expect(third.timeline.layout == first.timeline.layout)
  }
}

import PegCore
import PegTestSupport
import PegTimeline
import Testing

@testable import PegInterchange

/// Frames since midnight at 24 fps: an hour has 3600 · 24 = 86400.
@Suite struct EDLReadingTests {
  @Test(arguments: [("01:00:00:00", 86_400), ("10:00:00:00", 864_000), ("00:59:53:11", (59 * 60 + 53) * 24 + 11)])
  func theFirstRecordInIsWhereTheProgrammeBegins(label: String, frames: Int) throws {
    let parts = label.split(separator: ":")
    let out = "\(parts[0]):\(parts[1]):\(Int(parts[2])! + 1 < 10 ? "0" : "")\(Int(parts[2])! + 1):\(parts[3])"
    let cut = try Cuts.edl([
      "TITLE: REEL 1", "FCM: NON-DROP FRAME", "001  A001     V     C        00:00:10:00 00:00:11:00 \(label) \(out)",
    ])
    #expect(cut.timeline.info.name == "REEL 1")
    #expect(cut.timeline.globalStart == RationalTime(Rational(frames), FrameRate(24)))
    #expect(cut.timeline.items() == ["A001 240+24"])
    #expect(cut.findings.isEmpty)
    #expect(try cut.timeline.settings().rate == FrameRate(24))
  }

  @Test func whatIsNotRecordedIsAGap() throws {
    let cut = try Cuts.edl([
      "001  A  V  C  00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00",
      "002  B  V  C  00:00:00:00 00:00:01:00 01:00:01:16 01:00:02:16",
      "003  C  V  C  00:00:00:00 00:00:01:00 01:00:04:06 01:00:05:06",
    ])
    // 01:16 − 01:00 = 16; 04:06 − 02:16 = 102 − 64 = 38.
    #expect(cut.timeline.items() == ["A 0+24", "gap 16", "B 0+24", "gap 38", "C 0+24"])
  }

  @Test func eventsInAnyOrderLieWhereTheyAreRecorded() throws {
    let cut = try Cuts.edl([
      "003  C  V  C  00:00:03:00 00:00:04:00 01:00:02:00 01:00:03:00",
      "001  A  V  C  00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00",
      "002  B  V  C  00:00:02:00 00:00:03:00 01:00:01:00 01:00:02:00",
    ])
    #expect(cut.timeline.items() == ["A 24+24", "B 48+24", "C 72+24"])
  }

  /// Names lead out of no folder: what they name is looked for by its name alone.
  @Test(arguments: [
    "../out/secret.mov", "renders/../../secret.mov", "..\\out\\secret.mov", "../out/secret.[0001-0009].mov",
  ])
  func aNameThatLeadsUpIsANameOnly(file: String) throws {
    let cut = try Cuts.edl([
      "001  A  V  C  00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00", "* SOURCE FILE: \(file)",
    ])
    let reference = cut.timeline.clips.first?.activeReference
    #expect(reference?.isMissing == true && reference?.common?.info.name.hasPrefix("secret.") == true)
  }

  // MARK: Transitions

  @Test func aDissolveBeginsWhereItsEventDoesAndKeepsWhatGoes() throws {
    let cut = try Cuts.edl([
      "001  TST V  C  01:00:04:05 01:00:04:14 01:00:00:00 01:00:00:09", "* FROM CLIP NAME:  clip_A",
      "002  TST V  C  01:00:04:14 01:00:04:14 01:00:00:09 01:00:00:09",
      "002  TST V  D  010 01:00:08:08 01:00:08:18 01:00:00:09 01:00:00:19", "* BLEND, DISSOLVE",
      "* FROM CLIP NAME:  clip_A", "* TO CLIP NAME:  clip_B",
      "003  TST V  C  01:00:08:18 01:00:08:19 01:00:00:19 01:00:00:20", "* FROM CLIP NAME:  clip_B",
    ])
    // 4:05 is 101 frames, 8:08 is 200.
    #expect(
      cut.timeline.items() == ["clip_A 86501+9", "dissolve 0+10", "clip_B 86600+10", "clip_B 86610+1"])
    #expect(cut.losses.isEmpty)
  }

  /// The clip that goes need not be the one before: it has half of the transition for itself, and both halves show what the
  /// list says at every frame: frame n of the transition shows X at 120 + n and B at 240 + n.
  @Test func anOutgoingClipThatDidNotPlayBeforeIsKept() throws {
    let cut = try Cuts.edl([
      "001  A  V  C      00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00",
      "002  X  V  C      00:00:05:00 00:00:05:00 01:00:01:00 01:00:01:00",
      "002  B  V  D  010 00:00:10:00 00:00:11:00 01:00:01:00 01:00:02:00",
    ])
    #expect(cut.timeline.items() == ["A 24+24", "X 120+5", "dissolve 5+5", "B 245+19"])
  }

  @Test func fromBlackAndToBlack() throws {
    let cut = try Cuts.edl([
      "001  BL  V  C      00:00:00:00 00:00:00:00 01:00:00:00 01:00:00:00",
      "001  A   V  D  012 00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00",
      "002  A   V  C      00:00:02:00 00:00:02:00 01:00:01:00 01:00:01:00",
      "002  BL  V  D  012 00:00:00:00 00:00:00:12 01:00:01:00 01:00:01:12",
      "003  BL  V  C      00:00:00:00 00:00:00:00 01:00:02:00 01:00:02:00",
      "003  B   V  D  006 00:00:01:00 00:00:02:00 01:00:02:00 01:00:03:00",
    ])
    #expect(
      cut.timeline.items() == [
        "dissolve 0+12", "A 24+24", "dissolve 0+12", "BL 0+12", "gap 12", "dissolve 0+6", "B 24+24",
      ])
    guard case .generator(_, let kind, _)? = cut.timeline.clips[1].activeReference else {
      Issue.record("black is made")
      return
    }
    #expect(kind == "black")
  }

  @Test func anOutgoingSideMayHaveANumberOfItsOwn() throws {
    let cut = try Cuts.edl([
      "001  TST V  C      01:00:04:05 01:00:04:14 01:00:00:00 01:00:00:09", "* FROM CLIP NAME:  clip_A",
      "001  TST V  C      01:00:04:14 01:00:04:14 01:00:00:09 01:00:00:09",
      "002  TST V  D  010 01:00:08:08 01:00:08:18 01:00:00:09 01:00:00:19", "* TO CLIP NAME:  clip_B",
    ])
    #expect(cut.timeline.items() == ["clip_A 86501+9", "dissolve 0+10", "clip_B 86600+10"])
    #expect(cut.findings.isEmpty)
  }

  @Test func aWipeKeepsItsNumberAndItsOutgoingClip() throws {
    let cut = try Cuts.edl([
      "001  A  V  C       00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00",
      "002  A  V  C       00:00:02:00 00:00:02:00 01:00:01:00 01:00:01:00",
      "002  B  V  W017 008 00:00:10:00 00:00:11:00 01:00:01:00 01:00:02:00",
    ])
    #expect(cut.timeline.items() == ["A 24+24", "SMPTE_Wipe 0+8", "B 240+24"])
    guard case .transition(let wipe) = cut.timeline.layers[0].children[1] else { return }
    #expect(wipe.info.metadata["cmx_3600"]?["transition"]?.string == "W017")
    #expect(cut.places == ["edl.wipe 3:1"])
  }

  @Test func aTransitionLongerThanItsEventTakesAllOfIt() throws {
    let cut = try Cuts.edl([
      "001  A  V  C      00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00",
      "002  A  V  C      00:00:02:00 00:00:02:00 01:00:01:00 01:00:01:00",
      "002  B  V  D  999 00:00:10:00 00:00:11:00 01:00:01:00 01:00:02:00",
    ])
    #expect(cut.timeline.items() == ["A 24+24", "dissolve 0+24", "B 240+24"])
    #expect(cut.places == ["edl.transition_too_long 3:1"])
    #expect(cut.findings[0].severity == .error)
  }

  @Test func aKeyPlaysItsBackgroundAndKeepsWhatLiesOverIt() throws {
    let cut = try Cuts.edl([
      "001  BG  V  K B      00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00",
      "001  FG  V  K    000 00:00:05:00 00:00:06:00 01:00:00:00 01:00:01:00", "* FROM CLIP NAME: under",
      "* KEY CLIP NAME: over", "002  BG  V  K O      00:00:02:00 00:00:03:00 01:00:01:00 01:00:02:00",
    ])
    #expect(cut.timeline.layers.map(\.item.info.name) == ["V1", "V1 key"])
    #expect(cut.timeline.items(0) == ["under 24+24", "BG 48+24"])
    #expect(cut.timeline.items(1) == ["over 120+24 off"])
    #expect(cut.places == ["edl.key 2:1", "edl.key 5:1"])
  }

  // MARK: Speeds

  @Test(arguments: [
    ("048.0", FrameRate(24), Rational(2)), ("012.0", FrameRate(24), Rational(1, 2)),
    ("047.6", FrameRate(24), Rational(476, 240)), ("-024.0", FrameRate(24), Rational(-1)),
    ("000.0", FrameRate(24), Rational(0)), ("024.0", FrameRate(24000, 1001), Rational(1)),
    ("23.98", FrameRate(24000, 1001), Rational(1)), ("023.9", FrameRate(24000, 1001), Rational(1)),
    ("047.95", FrameRate(24000, 1001), Rational(2)), ("012.0", FrameRate(24000, 1001), Rational(1, 2)),
    ("-25.0", FrameRate(25), Rational(-1)),
  ])
  func anM2IsASpeed(fps: String, rate: FrameRate, speed: Rational) {
    #expect(EDLMotion.speed(fps, rate: rate) == speed)
  }

  @Test func speedsFreezesAndReverse() throws {
    let cut = try Cuts.edl([
      "001  A  V  C  00:00:10:00 00:00:12:00 01:00:00:00 01:00:01:00", "M2   A       048.0   00:00:10:00",
      "002  B  V  C  00:00:10:21 00:00:10:22 01:00:01:00 01:00:01:17", "M2   B       000.0   00:00:10:21",
      "* FROM CLIP NAME:  SHOT FF", "* * FREEZE FRAME",
      // The range is named: it plays backwards.
      "003  C  V  C  00:00:10:00 00:00:11:00 01:00:01:17 01:00:02:17", "M2   C      -024.0   00:00:10:00",
      // Media Composer names the first frame shown, 245, and plays back from it: 245 − 23 = 222 is the last.
      "004  D  V  C  00:00:10:05 00:00:10:06 01:00:02:17 01:00:03:17", "M2   D      -024.0   00:00:10:05",
      // Half speed back from frame 245: the 24th is 245 − 23/2.
      "005  E  V  C  00:00:10:05 00:00:10:06 01:00:03:17 01:00:04:17", "M2   E      -012.0   00:00:10:05",
    ])
    #expect(
      cut.timeline.items() == [
        "A 240+24 x2", "SHOT 261+17 x0", "C 240+24 x-1", "D 222+24 x-1", "E 467/2+24 x-1/2",
      ])
    #expect(cut.findings.isEmpty)
  }

  @Test func anM2GoesToTheSideOfATransitionThatHasItsReelAndTime() throws {
    let cut = try Cuts.edl([
      "001  A  V  C      00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00",
      "002  X  V  C      00:00:05:00 00:00:05:00 01:00:01:00 01:00:01:00",
      "002  B  V  D  010 00:00:10:00 00:00:12:00 01:00:01:00 01:00:02:00", "M2   X   012.0   00:00:05:00",
      "M2   B   048.0   00:00:10:00",
    ])
    // X shows 5 frames at half speed; B begins 5 record frames later, at 240 + 5 · 2.
    #expect(cut.timeline.items() == ["A 24+24", "X 120+5 x1/2", "dissolve 5+5", "B 250+19 x2"])
  }

  @Test func anM2ThatCountsFromElsewhereIsReported() throws {
    let cut = try Cuts.edl([
      "001  A  V  C  00:00:01:00 00:00:03:00 01:00:00:00 01:00:01:00", "M2   A   048.0   00:00:01:12",
      "002  A  V  C  00:00:05:00 00:00:07:00 01:00:01:00 01:00:02:00", "M2   A   048.0   00:00:05;00",
    ])
    #expect(cut.timeline.items() == ["A 24+24 x2", "A 120+24 x2"])
    #expect(cut.places == ["edl.speed_time 2:18"])
    #expect(cut.findings.allSatisfy { $0.severity == .note && $0.instead != nil })
  }

  @Test func anM2OfAnotherReelIsReported() throws {
    let cut = try Cuts.edl([
      "001  A  V  C  00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00", "M2   NOSUCH   048.0   00:00:01:00",
      "M2   A   NaN   00:00:01:00",
    ])
    #expect(cut.timeline.items() == ["A 24+24"])
    #expect(cut.places == ["edl.speed_orphan 2:1", "edl.speed_unreadable 3:1"])
    #expect(cut.findings.allSatisfy { $0.severity == .error && $0.instead != nil })
  }

  // MARK: Channels

  @Test(
    arguments: [
      ("V", [1], []), ("A", [], [1]), ("A2", [], [2]), ("AA", [], [1, 2]), ("B", [1], [1]), ("AA/V", [1], [1, 2]),
      ("A2/V", [1], [2]), ("A/V", [1], [1]), ("VA1A2", [1], [1, 2]), ("V1A1A2", [1], [1, 2]), ("VA12", [1], [1, 2]),
      ("A12", [], [12]), ("V2", [2], []), ("NONE", [], []), ("V/A3", [1], [3]),
    ] as [(String, [Int], [Int])])
  func channelsAsEditingSystemsWriteThem(text: String, video: [Int], audio: [Int]) {
    let channels = EDLChannels(text)
    #expect(channels?.video == video)
    #expect(channels?.audio == audio)
    // What is written means the same again, with what an AUD statement adds.
    var again = channels.flatMap { EDLChannels($0.description) }
    again?.add(audio: channels?.more ?? [])
    #expect(again == channels)
  }

  @Test(arguments: ["X", "", "V/", "A0", "V100", "VV", "C", "A1A1"])
  func whatIsNoChannelIsNone(text: String) { #expect(EDLChannels(text) == nil) }

  @Test func picturesAndSoundLieOnTracksOfTheirOwn() throws {
    let cut = try Cuts.edl([
      "001  A  AA/V  C  00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00", "AUD  3    4",
      "002  B  A3    C  00:00:01:00 00:00:02:00 01:00:01:00 01:00:02:00",
      "003  C  NONE  C  00:00:01:00 00:00:02:00 01:00:01:00 01:00:02:00", "AUD  2",
      "004  D  V2    C  00:00:01:00 00:00:02:00 01:00:01:00 01:00:02:00",
    ])
    #expect(cut.timeline.layers.map(\.item.info.name) == ["V1", "V2", "A1", "A2", "A3"])
    #expect(cut.timeline.layers.map(\.kind) == [.video, .video, .audio, .audio, .audio])
    #expect(cut.timeline.items(0) == ["A 24+24"])
    #expect(cut.timeline.items(1) == ["gap 24", "D 24+24"])
    #expect(cut.timeline.items(2) == ["A 24+24"])
    #expect(cut.timeline.items(3) == ["gap 24", "C 24+24"])
    let said = cut.timeline.layers[2].children.first
    guard case .clip(let clip)? = said else { return }
    #expect(clip.item.info.metadata["cmx_3600"]?["channels"]?.string == "AA/V")
    #expect(clip.item.info.metadata["cmx_3600"]?["more_channels"]?.array == [3, 4])
  }

  @Test func aSplitEditsHalvesHaveTheirOwnTimes() throws {
    let cut = try Cuts.edl([
      "SPLIT:    AUDIO DELAY=  00:00:00:10", "001  A  V   C  00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00",
      "001  A  A   C  00:00:01:10 00:00:02:00 01:00:00:10 01:00:01:00", "* FROM CLIP NAME: talk",
    ])
    #expect(cut.timeline.items(0) == ["talk 24+24"])
    #expect(cut.timeline.items(1) == ["gap 10", "talk 34+14"])
  }

  @Test func levelsAreGains() throws {
    let cut = try Cuts.edl([
      "001  A  A2  C  00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00", "* A2 VOL =  -6.0 DB  PAN L100",
      "* PATCH A:  FROM SOURCE 1 TO RECORD 2",
    ])
    // 10^(−6/20) = 0.5011872…
    #expect(try cut.timeline.clips[0].settings().gain == .constant(Rational(501_187, 1_000_000)))
    #expect(cut.places == ["edl.pan 2:1", "edl.patch 3:1"])
  }

  // MARK: What is said

  @Test func namesFilesReelsAndComments() throws {
    let cut = try Cuts.edl([
      "000001  B_0031C010_241010_133208_h1C2T_AND_A_NAME_OF_MORE_THAN_THIRTY_TWO   V     C        00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00",
      "*FROM CLIP NAME:  117C-3-B ", "*SOURCE FILE: B_0031C010", "*VFX  117_GUD_0030 ADD NORWAY LANDSCAPE",
      "000002  TAPE 7 V     C        00:00:01:00 00:00:02:00 01:00:01:00 01:00:02:00",
      "* FROM CLIP: S:\\path\\to\\ZZ100.take_1.0001.exr",
      "000003  A001C002     V     C        00:00:01:00 00:00:02:00 01:00:02:00 01:00:03:00",
      "* FINAL CUT PRO REEL: A001_C002_0210 REPLACED BY: A001C002",
      "* FROM FILE: plates/sh010.[1001-1024].exr", "000004  AX  V  C  00:00:01:00 00:00:02:00 01:00:03:00 01:00:04:00",
    ])
    let clips = cut.timeline.clips
    #expect(clips.map(\.item.info.name) == ["117C-3-B", "ZZ100.take_1.0001", "sh010.[1001-1024]", "000004"])
    let reels = clips.map { $0.item.info.metadata["cmx_3600"]?["reel"]?.string }
    #expect(
      reels == ["B_0031C010_241010_133208_h1C2T_AND_A_NAME_OF_MORE_THAN_THIRTY_TWO", "TAPE 7", "A001_C002_0210", nil])
    #expect(
      clips[0].item.info.metadata["cmx_3600"]?["comments"]?.array == ["VFX  117_GUD_0030 ADD NORWAY LANDSCAPE"])
    #expect(clips[0].activeReference == .offline(name: "B_0031C010"))
    #expect(clips[1].activeReference == .media(url: "S:\\path\\to\\ZZ100.take_1.0001.exr", available: nil))
    guard case .sequence(let info, let sequence)? = clips[2].activeReference else {
      Issue.record("a numbered path is a sequence")
      return
    }
    #expect(sequence.urlBase == "plates/" && sequence.prefix == "sh010." && sequence.suffix == ".exr")
    #expect(sequence.startFrame == 1001 && sequence.padding == 4)
    #expect(info.availableRange?.start.value == 24 && info.availableRange?.duration.value == 24)
  }

  @Test func locatorsAreMarkersInMediaTime() throws {
    let cut = try Cuts.edl([
      "001  A  V  C  00:00:10:00 00:00:12:00 01:00:00:00 01:00:01:00", "M2   A   048.0   00:00:10:00",
      "* LOC: 01:00:00:10 RED     ANIM FIX NEEDED", "*LOC: 1:00:00:11 MAUVE", "* LOC: 01:00:05:00 GREEN  LATER",
      "* LOC: 01:00:61:00 GREEN  NEVER",
    ])
    let markers = cut.timeline.clips[0].item.markers
    // Record frame 10 of an event at double speed shows source frame 240 + 20.
    #expect(markers.map(\.range.start.value) == [260, 262])
    #expect(markers.map(\.info.name) == ["ANIM FIX NEEDED", ""])
    #expect(markers.map(\.color) == ["RED", "RED"])
    #expect(markers[1].info.metadata["cmx_3600"]?["color"]?.string == "MAUVE")
    // Outside of its event it is the programme's, at 5 s.
    #expect(cut.timeline.tracks.item.markers.map(\.range.start.value) == [120])
    #expect(cut.places == ["edl.locator 6:8"])
  }

  @Test func aCDLIsTheClipsGrade() throws {
    let cut = try Cuts.edl([
      "001  A  V  C  00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00",
      "*ASC_SOP (0.9405 0.9439 0.9424)(-0.0500 -0.0276 -0.0144)(0.8888 0.9138 0.9896)", "*ASC_SAT 0.9640",
      "002  A  V  C  00:00:01:00 00:00:02:00 01:00:01:00 01:00:02:00", "* ASC_SAT: 0.5",
      "003  A  V  C  00:00:01:00 00:00:02:00 01:00:02:00 01:00:03:00", "* ASC_SOP (1 1 1)(0 0 0)(1 nan 1)",
      "004  A  V  C  00:00:01:00 00:00:02:00 01:00:03:00 01:00:04:00", "* ASC_SOP (1 -1 1)(0 0 0)(1 1 1)",
    ])
    let grades = try cut.timeline.clips.map { try $0.settings().grade.first?.parameters }
    #expect(
      grades[0] == [
        "slope": [.number("0.9405"), .number("0.9439"), .number("0.9424")],
        "offset": [.number("-0.05"), .number("-0.0276"), .number("-0.0144")],
        "power": [.number("0.8888"), .number("0.9138"), .number("0.9896")], "saturation": .number("0.964"),
      ])
    #expect(
      grades[1] == [
        "slope": [1, 1, 1], "offset": [0, 0, 0], "power": [1, 1, 1], "saturation": .number("0.5"),
      ])
    #expect(grades[2] == nil)
    #expect(grades[3]?["slope"] == [1, -1, 1])
    #expect(cut.places == ["edl.cdl_unreadable 7:1", "edl.cdl_range 9:1"])
  }

  // MARK: Lists that are not clean

  /// A shot of 15 s with 5 s recorded over its middle: 7 s, 5 s, and what is left from 12 s on.
  @Test func laterEventsAreRecordedOverEarlierOnes() throws {
    let cut = try Cuts.edl([
      "001  001  V  C  01:35:11:00 01:35:26:00 01:00:00:00 01:00:15:00",
      "002  002  V  C  02:02:16:22 02:02:21:22 01:00:07:00 01:00:12:00",
    ])
    let source = ((1 * 60 + 35) * 60 + 11) * 24
    let insert = ((2 * 60 + 2) * 60 + 16) * 24 + 22
    #expect(
      cut.timeline.items() == [
        "001 \(source)+\(7 * 24)", "002 \(insert)+\(5 * 24)", "001 \(source + 12 * 24)+\(3 * 24)",
      ])
    #expect(cut.places == ["edl.overlap 1:1"])
  }

  @Test func recordingsOverEachOtherLeaveWhatATapeHas() {
    // Against a tape: each frame remembers who recorded it last.
    var chance = SplitMix(seed: 7)
    for _ in 0..<200 {
      let recordings = (0..<Int.random(in: 1...12, using: &chance)).map { _ in
        FrameRange(start: Int.random(in: 0..<40, using: &chance), count: Int.random(in: 0..<20, using: &chance))
      }
      var tape = [Int?](repeating: nil, count: 60)
      for (index, range) in recordings.enumerated() { for frame in range.start..<range.end { tape[frame] = index } }
      var pieces = [Int?](repeating: nil, count: 60)
      let found = RecordOver.pieces(of: recordings)
      for piece in found { for frame in piece.range.start..<piece.range.end { pieces[frame] = piece.index } }
      #expect(pieces == tape)
      #expect(zip(found, found.dropFirst()).allSatisfy { $0.range.end <= $1.range.start })
    }
  }

  @Test func sourceAndRecordThatDifferAreReported() throws {
    let cut = try Cuts.edl([
      "001  A  V  C  00:00:01:00 00:00:03:01 01:00:00:00 01:00:02:00",
      "002  A  V  C  00:00:01:00 00:00:01:00 01:00:02:00 01:00:02:00",
    ])
    #expect(cut.timeline.items() == ["A 24+48"])
    #expect(cut.places == ["edl.duration_mismatch 1:27", "edl.no_length 2:51"])
    #expect(cut.findings[0].sentence.contains("49 frames and the record 48"))
  }

  @Test func aProgrammeMayRunPastMidnight() throws {
    let cut = try Cuts.edl([
      "001  A  V  C  23:59:59:00 00:00:01:00 23:59:59:00 00:00:01:00",
      "002  B  V  C  00:00:01:00 00:00:02:00 00:00:01:00 00:00:02:00",
    ])
    #expect(cut.timeline.globalStart?.value == Rational(24 * 3600 * 24 - 24))
    #expect(cut.timeline.items() == ["A \(24 * 3600 * 24 - 24)+48", "B 24+24"])
  }

  @Test func textsInOtherEncodings() throws {
    let line = "001  A  V  C  00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00"
    let latin = Array("TITLE: caf".utf8) + [0xE9, 0x0D] + Array(line.utf8) + [0x0D]
    let one = try ImportResult.parse(latin, Cuts.options("mac.edl"))
    #expect(one.timeline.info.name == "café")
    #expect(one.places == ["text.encoding -"])
    let wide = Array("\u{FEFF}TITLE: café\r\n\(line)\r\n".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    #expect(try ImportResult.parse(wide, Cuts.options("wide.edl")).timeline.info.name == "café")
  }
}

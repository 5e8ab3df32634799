import PegCore
import PegTimeline
import Testing

@testable import PegInterchange

@Suite struct EDLRateTests {
  private let event = "001  A  V  C  00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00"

  @Test func theRateThatWasAskedForGoesFirst() throws {
    let cut = try Cuts.edl(["FCM: DROP FRAME", event], rate: FrameRate(25))
    #expect(try cut.timeline.settings().rate == FrameRate(25))
    #expect(try cut.timeline.settings().dropFrame == nil)
    #expect(cut.timeline.items() == ["A 25+25"])
    #expect(cut.places == ["edl.no_drop_frame 1:1"])
  }

  @Test func aDropFrameListIsReadAt2997() throws {
    let cut = try Cuts.edl(["FCM: DROP FRAME", event], rate: nil)
    #expect(try cut.timeline.settings().rate == FrameRate(30000, 1001))
    #expect(try cut.timeline.settings().dropFrame == true)
    // An hour of drop-frame has 108,000 − 108 labels; its first second has 30.
    #expect(cut.timeline.globalStart?.value == 107_892)
    #expect(cut.timeline.items() == ["A 30+30"])
    #expect(cut.places == ["edl.rate 1:1"])
  }

  @Test func aDropFrameListWithFramesPast30IsReadAt5994() throws {
    let cut = try Cuts.edl(["001  A  V  C  00:00:01;00 00:00:02;45 01:00:00;00 01:00:01;45"], rate: nil)
    #expect(try cut.timeline.settings().rate == FrameRate(60000, 1001))
    #expect(cut.timeline.items() == ["A 60+105"])
  }

  @Test func theMoviesOfAListSayItsRate() throws {
    let asked = Asked()
    let options = Cuts.options(
      "cut.edl", rate: nil,
      mediaRates: { names in
        asked.names = names
        return [(FrameRate(25), "a.mov")]
      })
    let lines = [
      "001  A001  V  C  00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00", "* FROM CLIP NAME: SH010",
      "* SOURCE FILE: a.mov", "002  BL  V  C  00:00:00:00 00:00:01:00 01:00:01:00 01:00:02:00",
    ]
    let cut = try ImportResult.parse(Array(lines.joined(separator: "\n").utf8), options)
    #expect(cut.timeline.layers[0].children.first?.inShort == "SH010 25+25")
    #expect(asked.names == [SourceName(reel: "A001", clip: "SH010", file: "a.mov")])
    #expect(cut.places == ["edl.rate -"])
  }

  /// What a closure was asked; the reader calls it at once.
  private final class Asked: @unchecked Sendable { var names: [SourceName] = [] }

  @Test func moviesOfSeveralRatesAreNamed() {
    let options = Cuts.options(
      "cut.edl", rate: nil, mediaRates: { _ in [(FrameRate(25), "b.mov"), (FrameRate(24000, 1001), "a.mov")] })
    let error = #expect(throws: PegError.self) { try ImportResult.parse(Array(event.utf8), options) }
    #expect(
      error?.sentence
        == "cut.edl does not say its rate, and its media have several: 23.976 (a.mov), 25 (b.mov)")
  }

  @Test(arguments: [
    ("00:00:02:00", "23.976, 24, 25, 29.97, 30, 48, 50, 59.94 or 60", 0),
    ("00:00:02:24", "25, 29.97, 30, 48, 50, 59.94 or 60", 24), ("00:00:02:49", "50, 59.94 or 60", 49),
  ])
  func withoutAnyTheCandidatesAreNamed(out: String, candidates: String, largest: Int) {
    let error = #expect(throws: PegError.self) {
      try Cuts.edl(["001  A  V  C  00:00:01:00 \(out) 01:00:00:00 01:00:01:00"], rate: nil)
    }
    #expect(
      error?.sentence
        == "cut.edl does not say its rate; its frame numbers reach \(largest), so it may be \(candidates)")
  }

  @Test func aRateThatHasNoSuchFrameIsRefusedAtTheLabel() {
    let error = #expect(throws: PegError.self) {
      try Cuts.edl(["TITLE: x", "001  A  V  C  00:00:01:00 00:00:02:24 01:00:00:00 01:00:01:00"])
    }
    #expect(
      error?.sentence
        == "cut.edl:2:27: there is no frame 24 at 24 frames per second, the rate that was asked for")
    #expect(error?.hint == "say another --rate: 25, 29.97, 30, 48, 50, 59.94 or 60")
  }

  // MARK: Drop-frame

  /// The first mode holds for the record; a later one for the sources after it. Labels of minute 1 differ by two frames.
  @Test func aModeThatChangesInTheListHoldsForSources() throws {
    let cut = try Cuts.edl(
      [
        "FCM: DROP FRAME", "001  A  V  C  00:01:00:02 00:01:01:02 01:01:00:02 01:01:01:02",
        "FCM: NON-DROP FRAME", "002  B  V  C  00:01:00:02 00:01:01:02 01:01:01:02 01:01:02:02",
        "FCM: DROP FRAME", "003  C  V  C  00:01:00;02 00:01:01;02 01:01:02;02 01:01:03;02",
      ], rate: nil)
    // Drop-frame 00:01:00;02 is the 1800th frame; non-drop 00:01:00:02 is frame 1802.
    #expect(cut.timeline.items() == ["A 1800+30", "B 1802+30", "C 1800+30"])
    #expect(cut.timeline.globalStart?.value == Rational(107_892 + 1800))
    #expect(cut.timeline.clips.map { $0.item.info.metadata["cmx_3600"]?["drop_frame"]?.bool } == [nil, false, nil])
    #expect(cut.count("edl.fcm_changes") == 1)
  }

  @Test func aLabelThatDropFrameSkipsIsReportedAndMeansTheNext() throws {
    let cut = try Cuts.edl(
      ["FCM: DROP FRAME", "001  A  V  C  00:01:00;00 00:01:00;03 01:00:00;00 01:00:00;01"], rate: nil)
    #expect(cut.timeline.items() == ["A 1800+1"])
    #expect(cut.places == ["edl.rate 1:1", "edl.skipped_label 2:15"])
    #expect(cut.findings[1].instead == "it means 00:01:00;02")
  }
}

import PegCore
import PegTimeline
import Testing

@testable import PegInterchange

@Suite struct MergingTests {
  private let below = [
    "TITLE: REEL 1", "001  A  V  C  00:00:01:00 00:00:03:00 01:00:00:00 01:00:02:00",
    "002  S  A  C  00:00:01:00 00:00:03:00 01:00:00:00 01:00:02:00",
  ]

  private func merged(_ lists: [[String]], rate: [FrameRate]? = nil) throws -> ImportResult {
    var cuts: [(name: String, result: ImportResult)] = []
    for (index, lines) in lists.enumerated() {
      cuts.append(("v\(index + 1).edl", try Cuts.edl(lines, rate: rate?[index] ?? FrameRate(24))))
    }
    return try ImportResult.merged(cuts)
  }

  @Test func listsOfTracksLieOverEachOtherAtTheirRecordTimes() throws {
    let above = [
      "001  BL  V  C      00:00:00:00 00:00:00:00 01:00:01:00 01:00:01:00",
      "001  B   V  D  006 00:00:05:00 00:00:06:00 01:00:01:00 01:00:02:00",
      "002  B   V  C      00:00:06:00 00:00:06:00 01:00:02:00 01:00:02:00",
      "002  BL  V  D  006 00:00:00:00 00:00:00:06 01:00:02:00 01:00:02:06", "* LOC: 01:00:09:00 RED  LATE",
      "003  S   A  C      00:00:01:00 00:00:03:00 01:00:00:00 01:00:02:00",
      "004  T   A  C      00:00:01:00 00:00:02:00 01:00:02:00 01:00:03:00",
    ]
    let early = ["001  C  V  C  00:00:07:00 00:00:08:00 00:59:59:00 01:00:00:00"]
    let cut = try merged([below, above, early])
    #expect(cut.timeline.info.name == "REEL 1")
    // The earliest start is a second before the hour; the others have a second of nothing.
    #expect(cut.timeline.globalStart?.value == 86_376)
    #expect(cut.timeline.layers.map(\.item.info.name) == ["V1", "V2", "V3", "A1", "A2"])
    #expect(cut.timeline.items(0) == ["gap 24", "A 24+48"])
    #expect(cut.timeline.items(1) == ["gap 24", "gap 24", "dissolve 0+6", "B 120+24", "dissolve 0+6", "gap 6"])
    #expect(cut.timeline.items(2) == ["C 168+24"])
    #expect(cut.timeline.items(3) == ["gap 24", "S 24+48"])
    #expect(cut.timeline.items(4) == ["gap 24", "S 24+48", "T 24+24"])
    // Programme time: nine seconds after the hour, and the second before.
    #expect(cut.timeline.tracks.item.markers.map(\.range.start.value) == [240])
    #expect(try cut.timeline.duration() == 4)
  }

  @Test func soundThatBothListsHaveIsTakenOnce() throws {
    let cut = try merged([below, below])
    #expect(cut.timeline.layers.map(\.item.info.name) == ["V1", "V2", "A1"])
    #expect(cut.findings.map(\.code) == ["merge.same_sound"])
  }

  @Test func listsOfOtherRatesAreRefused() {
    let error = #expect(throws: PegError.self) { try merged([below, below], rate: [FrameRate(24), FrameRate(25)]) }
    #expect(error?.sentence == "v2.edl has 25 frames per second, and v1.edl has 24")
  }
}

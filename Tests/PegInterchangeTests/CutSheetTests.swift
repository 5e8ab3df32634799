import PegCore
import PegTimeline
import Testing

@testable import PegInterchange

@Suite struct CutSheetTests {
  /// The example of the README.
  @Test func theExampleIsReadAsItSays() throws {
    let path =
      #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined() + "/fixtures/interchange/lantern.yaml"
    let cut = try ImportResult.read(from: path, Cuts.options("lantern.yaml", rate: nil))
    #expect(cut.timeline.info.name == "Lantern, reel 1")
    #expect(try cut.timeline.settings().raster == Raster(1920, 1080))
    #expect(cut.timeline.globalStart == RationalTime(86_400, FrameRate(24)))
    #expect(
      cut.timeline.items() == [
        "dissolve 0+12", "SH010 12+48", "dissolve 4+4", "SH020 1001+36", "gap 12", "SH030 0+48 x0",
        "SH040 86400+24 x1/2", "SH040 86411+24 x0",
      ])
    #expect(cut.timeline.items(1) == ["gap 60", "RAIN 1+36"])
    #expect(cut.timeline.items(2) == ["SCORE 0+204"])
    #expect(cut.timeline.layers.map(\.item.info.name) == ["V1", "V2", "A1"])
    #expect(try cut.timeline.clips[1].settings().step == StepSetting(frames: 2))
    #expect(cut.timeline.clips[0].item.markers.map(\.comment) == ["bring the lantern up"])
    #expect(cut.findings.isEmpty)
  }

  @Test func aTableSaysTheSame() throws {
    let text = """
      shot,media,in,out,duration,transition,note
      SH010,plates/SH010.mov,12,60,,,"up, and away"
      SH020,,0,,36,dissolve 8,
      """
    let cut = try Cuts.sheet(text, "list.csv")
    #expect(cut.timeline.items() == ["SH010 12+48", "dissolve 4+4", "SH020 0+36"])
    #expect(cut.timeline.clips[0].item.markers.map(\.info.name) == ["up, and away"])
    #expect(cut.timeline.clips[1].activeReference == .offline(name: "SH020"))
  }

  @Test func mediaThatCanBeAskedSayWhatTheSheetDoesNot() throws {
    let rate = FrameRate(25)
    let available = TimeRange(start: RationalTime(90_000, rate), duration: RationalTime(100, rate))
    let text = """
      shots:
        - {media: a.mov}
        - {media: a.mov, in: 10, out: 60, speed: 200%}
        - {media: a.mov, in: "01:00:00:10", duration: 2s}
      """
    let cut = try Cuts.sheet(text, "list.yaml", rate: nil) { $0 == "a.mov" ? available : nil }
    // At the movie's rate; a number counts from its first frame; twice as fast takes half as long.
    #expect(try cut.timeline.settings().rate == rate)
    #expect(cut.timeline.items() == ["a 90000+100", "a 90010+25 x2", "a 90010+50"])
    #expect(cut.timeline.clips[0].activeReference == .media(url: "a.mov", available: available))
  }

  @Test func aDissolveNeedsHandles() throws {
    let text = """
      rate: 24
      shots:
        - {shot: A, media: a.mov, in: 0, duration: 24, handles: 4}
        - {shot: B, media: b.mov, in: 0, duration: 24, handles: 8, transition: dissolve 12}
      """
    let cut = try Cuts.sheet(text, "list.yaml")
    #expect(cut.places == ["cutsheet.handles 4:74"])
    #expect(cut.findings[0].message == "The dissolve needs 6 frames after the shot before, and it has 4")
  }

  @Test(arguments: [
    ("shots:\n  - {shot: A, colour: red}", "2:15"),
    ("rate: 24\nshots:\n  - shot: A\n    duration: 0", "4:15"),
    ("rate: 24\nshots:\n  - shot: A\n    duration: 5\n    out: 7", "4:15"),
    ("rate: 24\nshots:\n  - shot: A", "3:5"), ("rate: no\nshots: []", "1:7"), ("rate: 24\nshots: 5", "2:8"),
    ("rate: 24\nshots:\n  - 5", "3:5"), ("rate: 24\nshots:\n  - shot: [A]", "3:11"), ("shots:\n\t- x", "2:1"),
    ("rate: 24\nrate: 25\nshots: []", "1:1"),
    ("rate: 24\nshots:\n  - {shot: A, duration: 5}\n  - {shot: B, duration: 5, transition: dissolve 12}", "4:40"),
    ("rate: 24\nshots:\n  - {shot: A, duration: 5}\n  - {shot: B, duration: 5, transition: fade 2}", "4:40"),
    ("rate: 24\nshots:\n  - {shot: A, duration: 5, transition: dissolve 2}", "3:40"),
    ("rate: 24\nshots:\n  - {shot: A, duration: 5, track: X1}", "3:35"),
    ("rate: 24\nshots:\n  - {shot: A, duration: 5}\n  - {shot: B, duration: 5, at: 4}", "4:32"),
    ("rate: 24\nshots:\n  - {shot: A, in: 10, out: 10}", "3:28"),
    ("rate: 24\nshots:\n  - {shot: A, duration: 1.1s}", "3:25"),
    ("rate: 24\nshots:\n  - {shot: A, in: \"25:00:00:00\", duration: 5}", "3:19"),
    ("rate: 24\nstart: 01:00:00;00\nshots: []", "2:8"), ("rate: 24\nshots:\n  - {gap: 5, shot: A}", "3:11"),
    ("rate: 24\nshots:\n  - {shot: A, duration: 5, speed: fast}", "3:35"),
    ("rate: 24\nshots:\n  - {shot: A, duration: 5, step: 0}", "3:34"),
  ])
  func whatIsWrongIsRefusedWithItsLine(text: String, place: String) throws {
    let error = #expect(throws: PegError.self) { try Cuts.sheet(text, "list.yaml", rate: nil) }
    #expect(error?.kind == .badInput)
    #expect(error?.sentence.hasPrefix("list.yaml:\(place): ") == true, "\(error?.sentence ?? "")")
  }

  @Test func aSheetWithoutARateAsksForOne() {
    let error = #expect(throws: PegError.self) {
      try Cuts.sheet("shots: [{shot: A, duration: 5}]", "l.yaml", rate: nil)
    }
    #expect(error?.sentence == "l.yaml does not say its rate")
  }

  @Test func whatWouldGrowIsRefused() {
    let bomb = """
      a: &a [x,x,x,x,x,x,x,x,x]
      b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]
      c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]
      shots: *c
      """
    #expect(throws: PegError.self) { try Cuts.sheet(bomb, "list.yaml") }
    let deep = "shots: " + String(repeating: "[", count: 50_000)
    #expect(throws: PegError.self) { try Cuts.sheet(deep, "list.yaml") }
  }
}

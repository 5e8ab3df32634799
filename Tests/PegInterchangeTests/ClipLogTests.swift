import Foundation
import PegCore
import PegTestSupport
import PegTimeline
import Testing

@testable import PegInterchange

@Suite struct ClipLogTests {
  private func log(_ lines: [String], rate: FrameRate? = nil) throws -> ClipLog {
    try ClipLog(ale: Array(lines.joined(separator: "\n").utf8), Cuts.options("log.ale", rate: rate))
  }

  private let head = ["Heading", "FIELD_DELIM\tTABS", "FPS\t23.976", "", "Column"]

  @Test func aLogSaysWhatItKnowsOfEachClip() throws {
    let log = try log(
      head + [
        "Name\tTape\tStart\tEnd\tDuration\tASC_SOP\tASC_SAT\tScene\tSource File", "", "Data",
        "A1\tT1\t01:00:00:00\t01:00:01:00\t00:00:01:00\t(0.9 1 1.1)(0 -0.1 0)(1 1 1)\t0.9\t 7A \tplates/A1.mov",
        "B1\t\t\t\t\t\t\t7B", "C1\tT2\t01:00:00:00\t\t00:00:02:00\t(1 1 1)\t",
      ])
    #expect(log.rate == FrameRate(24000, 1001))
    #expect(log.entries.map(\.name) == ["A1", "B1", "C1"])
    let first = log.entries[0]
    #expect(first.tape == "T1" && first.sourceFile == "plates/A1.mov" && first["scene"] == "7A")
    #expect(first.range?.start.value == 86_400 && first.range?.duration.value == 24)
    #expect(
      first.grade?.parameters == [
        "slope": [.number("0.9"), 1, .number("1.1")], "offset": [0, .number("-0.1"), 0], "power": [1, 1, 1],
        "saturation": .number("0.9"),
      ])
    #expect(log.entries[1].range == nil && log.entries[1].grade == nil)
    #expect(log.entries[2].range?.duration.value == 48)
    #expect(log.findings.map { "\($0.code) \($0.position?.description ?? "")" } == ["ale.cdl_unreadable 11:32"])
  }

  @Test func aClipFindsItsEntryByReelFileOrNameAndTime() throws {
    let log = try log(
      head + [
        "Name\tTape\tStart\tEnd\tASC_SAT", "Data", "x\tT1\t01:00:00:00\t01:00:10:00\t0.1",
        "x\tT1\t02:00:00:00\t02:00:10:00\t0.2", "SH030_v1\t\t\t\t0.3",
      ])
    let cut = try Cuts.edl(
      [
        "001  T1  V  C  01:00:01:00 01:00:02:00 01:00:00:00 01:00:01:00",
        "002  T1  V  C  02:00:01:00 02:00:02:00 01:00:01:00 01:00:02:00",
        "003  T1  V  C  03:00:01:00 03:00:02:00 01:00:02:00 01:00:03:00",
        "004  AX  V  C  00:00:01:00 00:00:02:00 01:00:03:00 01:00:04:00", "* FROM CLIP NAME: SH030_v1.mov",
      ], rate: FrameRate(24000, 1001))
    #expect(log.entries(for: cut.timeline.clips) == [0, 1, nil, 2])
  }

  @Test(arguments: [
    (["Name\tTape"], "log.ale:1:1: an ALE begins with Heading"),
    (["Heading"], "log.ale:1:1: the part Column is missing"),
    (["Heading", "FIELD_DELIM\tCOMMAS"], "log.ale:2:1: the fields are parted by COMMAS, and tabs are read"),
    (["Heading", "FPS\t0"], "log.ale:2:5: 0 is no frame rate"),
    (
      ["Heading", "FPS\t24", "Column", "Name\tStart\tEnd", "Data", "A\t01:00:00:00\t01:00:00:24"],
      "log.ale:6:15: 01:00:00:24 is no timecode at 24 frames per second"
    ),
    (
      ["Heading", "FPS\t24", "Column", "Name\tStart\tEnd", "Data", "A\t01:00:00:00\t00:59:00:00"],
      "log.ale:6:15: the clip ends before it starts"
    ),
  ])
  func brokenLogsAreRefusedWithTheirPlace(lines: [String], sentence: String) {
    let error = #expect(throws: PegError.self) { try log(lines) }
    #expect(error?.sentence == sentence)
  }

  @Test func aLogIsNoCut() {
    let error = #expect(throws: PegError.self) { try Cuts.sheet("Heading\nFPS\t24\n", "log.ale") }
    #expect(error?.sentence == "log.ale is an Avid log of clips, and no cut")
  }

  /// OpenTimelineIO's own adapter reads the same logs.
  @Test(
    .enabled(if: SharedMedia.isThere, "no shared media"),
    .enabled(if: Tool.hasPython("otio_ale_adapter"), "no otio-ale-adapter"),
    arguments: SharedMedia.files("editorial/ale", "ale"))
  func namesRangesAndCDLsAreTheAdapters(path: String) throws {
    let log = try ClipLog(ale: try Cuts.bytes(path), Cuts.options(path, rate: nil))
    let script = """
      import sys, opentimelineio as o
      n = lambda v: '%.6g' % v
      # The collection has to live as long as its clips.
      log = o.adapters.read_from_file(sys.argv[1])
      for c in log:
          r = c.source_range
          d = c.metadata.get('cdl') or {}
          s = d.get('asc_sop') or {}
          print(c.name, '' if r is None else '%s+%s' % (n(r.start_time.value), n(r.duration.value)),
                [n(v) for k in ('slope','offset','power') for v in s.get(k, [])], n(d['asc_sat']) if 'asc_sat' in d else '')
      """
    let theirs = String(decoding: try Tool.require(Tool.python, ["-c", script, path]), as: UTF8.self)
      .split(separator: "\n").map(String.init)
    let ours = log.entries.map { entry in
      func short(_ value: Double) -> String { String(format: "%.6g", value) }
      let range = entry.range.map { "\(short($0.start.value.double))+\(short($0.duration.value.double))" } ?? ""
      let values = ["slope", "offset", "power"].flatMap { key in
        (entry.grade?.parameters[key]?.array ?? []).compactMap { $0.rational.map { "'\(short($0.double))'" } }
      }
      let saturation = entry.grade?.parameters["saturation"]?.rational.map { short($0.double) } ?? ""
      return "\(entry.name) \(range) [\(values.joined(separator: ", "))] \(saturation)"
    }
    #expect(ours == theirs)
  }
}

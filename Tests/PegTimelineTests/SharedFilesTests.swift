import Foundation
import PegCore
import Testing

@testable import PegTimeline

@Suite(.enabled(if: Shared.isThere, "no shared media"))
struct SharedFilesTests {
  @Test func thereAreFiles() { #expect(Shared.cuts.count == 13) }

  @Test(arguments: Shared.cuts)
  func whatIsOnlyReadAndWrittenIsTheSameJSON(path: String) throws {
    let before = try bytes(path)
    let timeline = try Timeline.parse(otio: before, name: path).timeline
    let limits = Timeline.limits
    #expect(try JSON(parsing: timeline.otio(), limits: limits) == JSON(parsing: before, limits: limits))
  }

  @Test(.enabled(if: PythonJudge.hasOTIO, "no opentimelineio"))
  func openTimelineIOFindsThemEquivalent() throws {
    let scratch = try Scratch()
    var pairs: [String] = []
    for (index, path) in Shared.cuts.enumerated() {
      let copy = "\(scratch.path)/\(index).otio"
      try Timeline(reading: path).write(to: copy)
      pairs += [path, copy]
    }
    // OpenTimelineIO 0.18.1 does not read Marker.3 of its own screening_example: the one file it may refuse.
    let script = """
      import sys, opentimelineio as o
      a = sys.argv[1:]
      for p, q in zip(a[::2], a[1::2]):
          try: t = o.adapters.read_from_file(p)
          except Exception as e:
              print('unreadable', p.split('/')[-1]); continue
          print('same' if t.is_equivalent_to(o.adapters.read_from_file(q)) else 'DIFFERENT', p.split('/')[-1])
      """
    let lines = try PythonJudge.run(script, pairs).split(separator: "\n").map(String.init)
    #expect(lines.count == 13)
    #expect(lines.allSatisfy { $0.hasPrefix("same ") || $0 == "unreadable screening_example.otio" }, "\(lines)")
  }

  @Test func aRateOfZeroIsRefusedWithItsPlace() throws {
    let path = "\(Shared.media)/hostile/crafted/path_traversal.otio"
    let error = #expect(throws: PegError.self) { try Timeline(reading: path) }
    #expect(error?.kind == .badInput)
    // `grep -n` says line 23: `        "rate": 0.0,`, so that the number is in column 17.
    #expect(
      error?.sentence == "\(path):23:17: the rate is 0, in tracks/V1/child 0/source_range/duration/rate")
  }
}

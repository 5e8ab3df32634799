import Foundation
import PegCore
import PegTestSupport
import PegTimeline
import Testing

@testable import PegInterchange

/// OpenTimelineIO's own CMX 3600 adapter reads the same lists.
@Suite(.enabled(if: SharedMedia.isThere, "no shared media"))
struct EDLJudgeTests {
  struct List: Sendable, CustomTestStringConvertible {
    var path: String
    var rate: FrameRate
    var testDescription: String { path.split(separator: "/").suffix(2).joined(separator: "/") }
  }

  private static let at25: Set<String> = ["25fps.edl", "timecode_mismatch.edl", "test_24psf.edl"]

  static var lists: [List] {
    SharedMedia.files(below: "editorial/edl").map { name in
      let file = name.split(separator: "/").last.map(String.init) ?? ""
      return List(path: SharedMedia.file(name), rate: FrameRate(at25.contains(file) ? 25 : 24))
    }
  }

  /// Lists that the adapter does not read: source and record of different lengths, overlaps, a zero-length event of the same
  /// number. It says so itself; see `theAdapterRefusesTheOthers`.
  private static let refused: Set<String> = [
    "dissolve_test_fail.edl", "timecode_mismatch.edl", "TEST.edl", "ToD_R4_LOCK3.1_030618_Video.edl", "test_24psf.edl",
  ]

  static var judged: [List] {
    lists.filter { list in !refused.contains { list.path.hasSuffix("/\($0)") } }
  }

  private static let hasAdapter = Tool.hasPython("otio_cmx3600_adapter")

  @Test func allListsAreThere() {
    #expect(Self.lists.count == 23)
    #expect(Self.judged.count == 18)
  }

  /// Whether a line of ours says what one of the adapter's does, where the two differ for a reason.
  private func isExplained(_ mine: String, _ theirs: String) -> Bool {
    // It reads an M2 or a freeze only where source and record are of different lengths.
    if let speed = mine.range(of: " x", options: .backwards), String(mine[..<speed.lowerBound]) == theirs {
      return true
    }
    // It keeps the FF of a frozen clip then.
    if theirs.replacing(" FF ", with: " ") == mine.replacing("+1 x0", with: "+1") { return true }
    // For a shot that plays back from the one frame that is named, it takes the frames after that one.
    if mine.hasSuffix(" x-1"), theirs.hasSuffix(" x-1") { return true }
    // It calls a cut by the second of two names.
    return theirs == "INSIDIOUS OPENING 779836+44" && mine == "13-1 779836+44"
  }

  @Test(.enabled(if: hasAdapter, "no otio-cmx3600-adapter"))
  func clipsGapsTransitionsAndSpeedsAreTheAdapters() throws {
    for (list, theirs) in zip(Self.judged, try judge(Self.judged)) {
      let cut = try ImportResult.read(from: list.path, Cuts.options(list.path, rate: list.rate))
      let tracks = cut.timeline.layers
      #expect(tracks.count == 1, "\(list)")
      let ours = tracks[0].children.map(\.inShort)
      // Where the sound of an event goes to several channels, the adapter has a track for each and Pegbar has one.
      let expected = tracks[0].kind == .audio ? Array(theirs.prefix(ours.count)) : theirs
      #expect(ours.count == expected.count, "\(list)")
      for (mine, judged) in zip(ours, expected) where mine != judged {
        #expect(isExplained(mine, judged), "\(list): \(mine) against \(judged)")
      }
    }
  }

  @Test(.enabled(if: hasAdapter, "no otio-cmx3600-adapter"))
  func theAdapterRefusesTheOthers() throws {
    let others = Self.lists.filter { list in Self.refused.contains { list.path.hasSuffix("/\($0)") } }
    #expect(try judge(others) == [[String]](repeating: ["refused"], count: 5))
  }

  /// What Pegbar writes is what it means, to the adapter.
  @Test(.enabled(if: hasAdapter, "no otio-cmx3600-adapter"))
  func theAdapterReadsWhatIsWritten() throws {
    let folder = try TempFolder()
    var cuts: [Timeline] = []
    var written: [List] = []
    for list in Self.judged {
      let cut = try ImportResult.read(from: list.path, Cuts.options(list.path, rate: list.rate)).timeline
      guard cut.layers[0].kind == .video else { continue }
      let file = folder.file("\(cuts.count).edl")
      let text = try cut.edl(EDLOptions(name: file, reelLength: 128)).text
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      cuts.append(cut)
      written.append(List(path: file, rate: list.rate))
    }
    for (cut, theirs) in zip(cuts, try judge(written)) {
      let ours = cut.items()
      #expect(ours.count == theirs.count)
      for (mine, judged) in zip(ours, theirs) where mine != judged {
        #expect(isExplained(mine, judged), "\(mine) against \(judged)")
      }
    }
    #expect(cuts.count == 17)
  }

  /// What the adapter makes of lists, a line for each item.
  private func judge(_ lists: [List]) throws -> [[String]] {
    let script = """
      import sys, opentimelineio as o
      from fractions import Fraction
      n = lambda v: str(int(v)) if v == int(v) else str(v)
      for path, rate in zip(sys.argv[1::2], sys.argv[2::2]):
          print('list')
          text = open(path, encoding='utf-8').read()
          try: t = o.adapters.read_from_string(text, adapter_name='cmx_3600', rate=float(rate))
          except Exception as e:
              print('refused')
              continue
          for k in t.tracks:
              for c in k:
                  s = c.schema_name()
                  if s == 'Transition':
                      print('dissolve %s+%s' % (n(c.in_offset.value), n(c.out_offset.value)))
                  elif s == 'Gap': print('gap ' + n(c.duration().value))
                  else:
                      e = ''.join(' x0' if f.schema_name() == 'FreezeFrame' else ' x' + str(Fraction(f.time_scalar).limit_denominator(1000)) for f in c.effects)
                      print('%s %s+%s%s' % (c.name, n(c.source_range.start_time.value), n(c.source_range.duration.value), e))
      """
    let arguments = lists.flatMap { [$0.path, $0.rate.description] }
    let text = String(decoding: try Tool.require(Tool.python, ["-c", script] + arguments), as: UTF8.self)
    var judged: [[String]] = []
    for line in text.split(separator: "\n") {
      if line == "list" { judged.append([]) } else { judged[judged.count - 1].append(String(line)) }
    }
    return judged
  }
}

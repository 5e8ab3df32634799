import Foundation
import PegCore
import PegTestSupport
import PegTimeline
import Testing

@testable import PegInterchange

/// OpenTimelineIO's own adapters (otio-fcp-adapter, otio-fcpx-xml-adapter) read the same files.
@Suite(.enabled(if: SharedMedia.isThere, "no shared media"))
struct XMLJudgeTests {
  static let hasFCP7 = Tool.hasPython("otio_fcp_adapter")
  static let hasFCPX = Tool.hasPython("otio_fcpx_xml_adapter")

  /// One clip or nested composition as both sides say it.
  private struct Item: Hashable, Comparable, CustomStringConvertible {
    var name: String
    /// Seconds, rounded to a microsecond: adapters reckon in Doubles.
    var start: Int
    var duration: Int

    var description: String { "\(name) \(start)+\(duration)" }
    static func < (a: Self, b: Self) -> Bool { (a.name, a.start, a.duration) < (b.name, b.start, b.duration) }

    init(_ name: String, _ range: TimeRange) {
      self.name = name
      start = (range.start.seconds * 1_000_000).rounded
      duration = (range.duration.seconds * 1_000_000).rounded
    }

    init(_ text: Substring) {
      let parts = text.split(separator: "\t", omittingEmptySubsequences: false)
      name = String(parts[0])
      start = Int(parts[1]) ?? .min
      duration = Int(parts[2]) ?? .min
    }
  }

  private func items(_ composable: Composable) -> [Item] {
    switch composable {
    case .clip(let clip):
      return clip.item.sourceRange.map { [Item(clip.item.info.name, $0)] } ?? []
    case .stack(let stack):
      return (stack.item.sourceRange.map { [Item(stack.item.info.name, $0)] } ?? []) + stack.children.flatMap(items)
    case .track(let track): return track.children.flatMap(items)
    case .gap, .transition, .unknown: return []
    }
  }

  // MARK: Final Cut Pro 7 XML

  /// Each item of each video track in order. What is in a nested sequence is not compared: the adapter looks for its tracks
  /// directly in `sequence`, not in its `media`, and finds none.
  private static let fcp7 = """
    import sys, opentimelineio as o
    t = o.adapters.read_from_file(sys.argv[1], adapter_name='fcp_xml')
    def us(x): return round(x.to_seconds() * 1000000)
    def items(c):
        if isinstance(c, o.schema.Clip) or (isinstance(c, o.schema.Stack) and c.source_range):
            print('\\t'.join([c.name, str(us(c.source_range.start_time)), str(us(c.source_range.duration))]))
    for track in t.tracks:
        if track.kind == 'Video':
            print('TRACK')
            for child in track: items(child)
    print('MARKERS', *[m.name for m in t.tracks.markers], sep='\\t')
    """

  @Test(
    .enabled(if: Self.hasFCP7, "no otio_fcp_adapter"),
    arguments: ["premiere_example.xml", "hiero_xml_export.xml", "sample_just_track.xml"])
  func videoItemsOfXMEMLAgree(file: String) throws {
    let path = SharedMedia.file("editorial/fcp7xml/\(file)")
    let result = try ImportResult.read(from: path, ImportOptions(name: file, rate: nil, limits: .generous))
    let lines = try Tool.require(Tool.python, ["-c", Self.fcp7, path])
    var theirs: [[Item]] = []
    var markers: [String] = []
    for line in String(decoding: lines, as: UTF8.self).split(separator: "\n") {
      if line == "TRACK" {
        theirs.append([])
      } else if line.hasPrefix("MARKERS") {
        markers = line.split(separator: "\t", omittingEmptySubsequences: false).dropFirst().map(String.init)
      } else {
        theirs[theirs.count - 1].append(Item(line))
      }
    }
    var ours = result.timeline.tracks(.video).map { track in
      track.children.compactMap { child in items(child).first }
    }
    if file == "hiero_xml_export.xml" {
      // The adapter takes no notice of a time remap: Pegbar starts the retimed clip at a quarter of its `in`, which counts
      // retimed frames (326400 / 4 at 24).
      let last = ours[0].count - 1
      #expect(ours[0][last].start == 81600 * 1_000_000 / 24)
      ours[0][last].start *= 4
    }
    #expect(ours == theirs)
    #expect(result.timeline.tracks.item.markers.map(\.info.name) == markers)
  }

  // MARK: FCPXML

  private static let fcpx = """
    import sys, opentimelineio as o
    c = o.adapters.read_from_file(sys.argv[1], adapter_name='fcpx_xml')
    t = [x for x in c if x.name == sys.argv[2]][0]
    def us(x): return round(x.to_seconds() * 1000000)
    def items(c):
        if isinstance(c, o.schema.Clip) or (isinstance(c, o.schema.Stack) and c.source_range):
            print('\\t'.join([c.name, str(us(c.source_range.start_time)), str(us(c.source_range.duration))]))
        if isinstance(c, (o.schema.Stack, o.schema.Track)):
            for child in c: items(child)
    for track in t.tracks: items(track)
    """

  /// The adapter knows neither transitions, speeds nor sound of `asset-clip`; it cuts times down to whole frames of a whole
  /// rate. The two projects of this set are at 30 and whole in their pictures; sound begins between frames.
  @Test(
    .enabled(if: Self.hasFCPX, "no otio_fcpx_xml_adapter"),
    arguments: [
      ("fcpx_example.fcpxml", "OpenTimeline_Project"), ("fcpx_example.fcpxml", "OpenTimeline_Project 1"),
      ("fcpx_event.fcpxml", "OpenTimeline_Project"), ("fcpx_event.fcpxml", "OpenTimeline_Project 1"),
    ])
  func itemsOfFCPXMLAgree(file: String, project: String) throws {
    let path = SharedMedia.file("editorial/fcpxml/otio/\(file)")
    let result = try ImportResult.read(
      from: path, ImportOptions(name: file, rate: nil, limits: .generous, sequence: project))
    let lines = try Tool.require(Tool.python, ["-c", Self.fcpx, path, project])
    let theirs = Set(String(decoding: lines, as: UTF8.self).split(separator: "\n").map { Item($0) })
    #expect(theirs.count > 10)
    // Cut to whole frames of 30, as the adapter does it.
    func cut(_ microseconds: Int) -> Int {
      (Rational((Rational(microseconds + 1) * 30 / 1_000_000).floor, 30) * 1_000_000).rounded
    }
    let ours = Set(
      result.timeline.tracks.children.flatMap(items).map { item in
        var item = item
        (item.start, item.duration) = (cut(item.start), cut(item.duration))
        return item
      })
    #expect(ours.sorted() == theirs.sorted())
  }
}

/// Every file of the shared set.
@Suite(.enabled(if: SharedMedia.isThere, "no shared media"))
struct SharedXMLTests {
  static let files = SharedMedia.files(below: "editorial/fcpxml") + SharedMedia.files(below: "editorial/fcp7xml")

  @Test func thereAreFiles() { #expect(Self.files.count == 27) }

  /// By `grep`: two files of two projects each, one filter that is no document, and one JSON.
  private static let refusals = [
    "editorial/fcpxml/otio/fcpx_event.fcpxml":
      "275:9: the document holds 2 projects, and which one is to be read is not said",
    "editorial/fcpxml/otio/fcpx_example.fcpxml":
      "188:13: the document holds 2 projects, and which one is to be read is not said",
    "editorial/fcp7xml/premiere_example_filter.xml": "2:1: the document is a <filter>, no xmeml",
  ]

  @Test(arguments: Self.files.filter { !$0.hasSuffix(".json") })
  func isReadOrRefusedWithItsPlace(file: String) throws {
    let path = SharedMedia.file(file)
    let options = ImportOptions(name: file, rate: nil, limits: .generous)
    if let refusal = Self.refusals[file] {
      let error = #expect(throws: PegError.self) { try ImportResult.read(from: path, options) }
      #expect(error?.sentence.hasPrefix("\(file):\(refusal)") == true, "\(error?.sentence ?? "")")
      return
    }
    let result = try ImportResult.read(from: path, options)
    // What was read is a cut that is written and read back as itself, and whose every item has a place.
    let written = result.timeline.otio()
    let again = try Timeline.parse(otio: written, name: "again")
    #expect(again.findings == [])
    #expect(again.timeline.otio() == written)
    for (index, child) in result.timeline.tracks.children.enumerated() {
      guard case .track(let track) = child else { continue }
      let address = try #require(CutAddress("\(track.kind == .audio ? "A" : "V")\(index + 1):0"))
      let layout = try track.layout(at: address)
      _ = try track.transitions(in: layout, at: address)
    }
    for finding in result.findings {
      #expect(finding.position != nil, "\(finding)")
      #expect(!finding.message.isEmpty)
    }
    #expect(!result.findings.contains { $0.code.hasSuffix("not_understood") }, "\(result.findings)")
  }

  /// `grep -c` in each file for what the code counts.
  @Test(arguments: [
    ("editorial/fcpxml/finalcut/Annotations.fcpxml", "fcpxml.caption", 2),
    ("editorial/fcpxml/finalcut/CutSample.fcpxml", "fcpxml.filter", 6),
    ("editorial/fcpxml/finalcut/25i.fcpxml", "fcpxml.filter", 5),
    ("editorial/fcpxml/finalcut/Complex.fcpxml", "fcpxml.title", 2),
    ("editorial/fcpxml/finalcut/Occlusion.fcpxml", "fcpxml.title", 5),
    ("editorial/fcpxml/finalcut/PhotoshopSample1.fcpxml", "fcpxml.source", 3),
    ("editorial/fcp7xml/premiere_example.xml", "xmeml.generator", 1),
  ])
  func lossesAreCounted(file: String, code: String, count: Int) throws {
    let result = try ImportResult.read(
      from: SharedMedia.file(file), ImportOptions(name: "it", rate: nil, limits: .generous))
    #expect(result.losses.filter { $0.code == code }.count == count)
  }

  /// The file's own numbers: 738000/25000 s of 25 fps media, of which frames 684 to 738 play over 54 frames of 24.
  @Test func mediaOf25InASequenceOf24PlayFrameByFrame() throws {
    let result = try ImportResult.read(
      from: SharedMedia.file("editorial/fcpxml/finalcut/24With25Media.fcpxml"),
      ImportOptions(name: "it", rate: nil, limits: .generous))
    let track = result.timeline.tracks(.video)[0]
    for k in 0..<54 {
      #expect(try Shown.frame(track, at: Rational(240 + k), FrameRate(24))?.frame == 684 + k)
    }
    for k in [0, 1, 1000, 3550] {
      #expect(try Shown.frame(track, at: Rational(360 + k), FrameRate(24))?.frame == k)
    }
  }
}

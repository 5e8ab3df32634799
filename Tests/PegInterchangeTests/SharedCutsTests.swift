import PegCore
import PegTestSupport
import PegTimeline
import Testing

@testable import PegInterchange

/// Every list, log and sheet of the shared set is read, or refused with its place and the reason.
@Suite(.enabled(if: SharedMedia.isThere, "no shared media"))
struct SharedCutsTests {
  private static let rates = ["25fps.edl": 25, "timecode_mismatch.edl": 25, "test_24psf.edl": 25]
  private static let refusals = [
    "minimal.csv": "minimal.csv:2:1: there is no column of frame numbers: the first one is called A",
    "fx_xdts_033.xdts": "fx_xdts_033.xdts:3:1: the text ends where a value should stand",
    "imagesANDstamp.xps": "imagesANDstamp.xps is a nas time sheet, which is not read",
    "expected_spans.json": "expected_spans.json is no kind of cut that is read",
    "impossible_times.edl":
      "impossible_times.edl:5:66: the record ends at 00:59:59:26, before it begins at 01:00:00:01",
    "sample.ale": "sample.ale is an Avid log of clips, and no cut",
    "sampleUHD.ale": "sampleUHD.ale is an Avid log of clips, and no cut",
    "sample_blanks.ale": "sample_blanks.ale is an Avid log of clips, and no cut",
    "sample_cdl.ale": "sample_cdl.ale is an Avid log of clips, and no cut",
    "2997fps-DFTC.aaf": "2997fps-DFTC.aaf is an AAF, which is not read",
  ]

  static var files: [String] {
    SharedMedia.files(below: "editorial/edl") + SharedMedia.files(below: "editorial/ale")
      + SharedMedia.files(below: "editorial/timesheet/xdts") + SharedMedia.files(below: "editorial/timesheet/xps")
      + ["hostile/crafted/impossible_times.edl", "editorial/aaf/2997fps-DFTC.aaf"]
  }

  @Test(arguments: files)
  func everyFileIsReadOrRefused(file: String) throws {
    let name = file.split(separator: "/").last.map(String.init) ?? ""
    let isDrop = name == "impossible_times.edl"
    let rate = isDrop ? nil : FrameRate(Self.rates[name] ?? 24)
    let bytes = try Cuts.bytes(SharedMedia.file(file))
    if let sentence = Self.refusals[name] {
      let error = #expect(throws: PegError.self) { try ImportResult.parse(bytes, Cuts.options(name, rate: rate)) }
      #expect(error?.sentence == sentence)
      #expect(error?.kind == .badInput)
      return
    }
    let cut = try ImportResult.parse(bytes, Cuts.options(name, rate: rate))
    #expect(!cut.timeline.clips.isEmpty)
    #expect(try cut.timeline.duration() > .zero)
    #expect(cut.findings.allSatisfy { $0.place.hasPrefix(name) })
    // What was read is a cut that can be written and read again.
    let again = try Timeline(otio: cut.timeline.otio(), name: "again.otio")
    #expect(again.layout == cut.timeline.layout)
  }

  /// What the numbers of the real lists add up to, by hand: from the first record in to the last record out.
  @Test(arguments: [
    ("edl/pycmx/INS4_R1_010417.edl", "01:00:00:00", "01:19:18:13"),
    ("edl/pycmx/ToD_R4_LOCK3.1_030618_Video.edl", "04:00:00:00", "04:20:12:01"),
    ("edl/otio/screening_example.edl", "00:59:53:11", "01:00:37:04"),
  ])
  func aListIsAsLongAsItsRecordTimes(file: String, first: String, last: String) throws {
    let cut = try ImportResult.read(from: SharedMedia.file("editorial/\(file)"), Cuts.options(file))
    let rate = FrameRate(24)
    let (start, end) = (try Timecode(parsing: first, rate: rate), try Timecode(parsing: last, rate: rate))
    #expect(cut.timeline.globalStart?.value == Rational(start.frames))
    #expect(try cut.timeline.duration() == Rational(end.frames - start.frames, 24))
  }

  @Test func realListsHaveTheirEvents() throws {
    for (file, count) in [
      ("INS4_R1_010417.edl", 287), ("ToD_R4_LOCK3.1_030618_Video.edl", 376), ("cdl_example01.edl", 39),
    ] {
      let cut = try ImportResult.read(from: SharedMedia.file("editorial/edl/pycmx/\(file)"), Cuts.options(file))
      // `grep -c '^[0-9]'` counts the events.
      #expect(cut.timeline.clips.count == count, "\(file)")
    }
  }
}

import Foundation
import PegTestSupport
import Testing

/// Every cut, list, sheet and log of the shared set, and documents made to do harm, through `conform` in processes with limits.
@Suite struct EditorialFilesTests {
  private let folder: TempFolder

  init() throws { folder = try TempFolder() }

  /// Conforms each file without media, and looks at the cut where one was written.
  private func outcomes(_ files: [String], rate: (String) -> String) throws -> [[BoundedRuns.Outcome]] {
    let chains = files.enumerated().map { index, file in
      let out = folder.file("\(index).otio")
      return [
        [Workbench.pegbar, "conform", file, "--rate", rate(file), "-o", out],
        [Workbench.pegbar, "cut", "list", out], [Workbench.pegbar, "map", out],
      ]
    }
    let runs = try BoundedRuns.run(chains, seconds: 60, addressSpace: 4 << 30)
    return files.indices.map { index in runs.filter { $0.chain == index } }
  }

  /// What is refused says where and why; all else is a cut that lists and maps, or whose map says which clip has no length.
  private func judge(
    _ runs: [BoundedRuns.Outcome], _ file: String, index: Int, refused: inout [String]
  ) {
    guard let conform = runs.first else { return }
    let name = file.split(separator: "/").last.map(String.init) ?? file
    let isWritten = FileManager.default.fileExists(atPath: folder.file("\(index).otio"))
    guard conform.status == 65 else {
      #expect(conform.status == 0 || conform.status == 1, "\(name): \(conform.status) \(conform.stderr)")
      #expect(isWritten, "\(name)")
      #expect(conform.stderr.contains("clips linked; wrote ") || conform.stderr.contains("; wrote "), "\(name)")
      #expect(runs.dropFirst().first?.status == 0, "\(name): \(runs.dropFirst().first?.stderr ?? "")")
      if let map = runs.dropFirst(2).first, map.status != 0 {
        #expect([65, 66].contains(map.status) && map.stderr.hasPrefix("error: "), "\(name): \(map.stderr)")
      }
      return
    }
    refused.append(name)
    #expect(!isWritten, "\(name)")
    let errors = conform.stderr.split(separator: "\n").filter { $0.hasPrefix("error: ") }
    #expect(errors.count == 1 && errors.first?.contains(name) == true, "\(name): \(conform.stderr)")
  }

  @Test(.enabled(if: SharedMedia.isThere, "no shared media"))
  func everyFileOfTheSetIsACutOrIsRefusedWithItsPlace() throws {
    let kinds = ["aaf", "ale", "cdl", "csv", "edl", "fcpxml", "otio", "xdts", "xml", "xps"]
    let files = SharedMedia.files(below: "editorial").filter { file in
      kinds.contains { file.hasSuffix(".\($0)") }
    }
    #expect(files.count > 75)
    let paths = files.map { SharedMedia.file($0) }
    let slow = ["25fps.edl", "timecode_mismatch.edl", "test_24psf.edl"]
    let all = try outcomes(paths) { path in slow.contains { path.hasSuffix($0) } ? "25" : "24" }
    var refused: [String] = []
    for (index, runs) in all.enumerated() { judge(runs, paths[index], index: index, refused: &refused) }
    // Logs and databases are no cuts, and neither are a filter alone and a nas sheet; two documents hold two projects; one sheet is
    // cut off, one has no frame numbers.
    let named = [
      "fx_xdts_033.xdts", "minimal.csv", "premiere_example_filter.xml", "fcpx_event.fcpxml", "fcpx_example.fcpxml",
    ]
    let expected = files.map { $0.split(separator: "/").last.map(String.init) ?? "" }.filter { name in
      [".aaf", ".ale", ".xps"].contains { name.hasSuffix($0) } || named.contains(name)
    }
    #expect(Set(refused).subtracting(expected) == [], "refused and not expected")
    #expect(Set(expected).subtracting(refused) == [], "expected and read")
  }

  // MARK: Hostile documents

  private func write(_ name: String, _ text: String) throws -> String {
    let path = folder.file(name)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test func documentsMadeToDoHarmAreRefusedInBounds() throws {
    let outside = try write("secret.txt", "not for cuts")
    var entities = "<!DOCTYPE x [<!ENTITY a0 \"ha\">"
    for level in 1...30 { entities += "<!ENTITY a\(level) \"&a\(level - 1);&a\(level - 1);\">" }
    let event = "001  A V C 00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00"
    let deep = 100_000
    let documents = [
      ("bomb.fcpxml", "<?xml version=\"1.0\"?>\(entities)]><fcpxml version=\"1.9\">&a30;</fcpxml>"),
      ("bomb.xml", "<?xml version=\"1.0\"?>\(entities)]><xmeml version=\"5\">&a30;</xmeml>"),
      (
        "external.fcpxml",
        "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY e SYSTEM \"file://\(outside)\">]><fcpxml version=\"1.9\">&e;</fcpxml>"
      ),
      ("deep.xml", String(repeating: "<a>", count: deep)),
      ("deep.otio", "{\"OTIO_SCHEMA\": \"Timeline.1\", \"tracks\": " + String(repeating: "[", count: deep)),
      ("deep.xdts", "exchangeDigitalTimeSheet Save Data\n" + String(repeating: "[", count: deep)),
      ("deep.yaml", "shots: " + String(repeating: "[", count: 10_000)),
      (
        "aliases.yaml",
        "a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b]\nshots: [*c, *c, *c, *c, *c, *c, *c]"
      ),
      ("backwards.edl", "001  A V C 00:00:01:00 00:00:02:00 01:00:01:00 01:00:00:00"),
      ("label.edl", "001  A V C 00:00:01:00 00:00:02:99 01:00:00:00 01:00:01:00"),
      (
        "nan.fcpxml",
        "<fcpxml version=\"1.9\"><resources><format id=\"r1\" frameDuration=\"0/24s\"/></resources><project><sequence format=\"r1\"><spine><gap duration=\"nans\"/></spine></sequence></project></fcpxml>"
      ),
      ("rate.yaml", "rate: 0\nshots:\n  - {shot: A, media: a.mov, duration: 5}"),
      ("infinite.yaml", "rate: .inf\nshots:\n  - {shot: A, media: a.mov, duration: 5}"),
      ("long.yaml", "rate: 24\nshots:\n  - {shot: A, media: a.mov, duration: 99999999999999999999}"),
      ("speed.yaml", "rate: 24\nshots:\n  - {shot: A, media: a.mov, in: 0, out: 5, speed: nan}"),
      ("zeros.edl", String(repeating: "\0", count: 100_000)),
      ("binary.xml", "<?xml version=\"1.0\" encoding=\"UTF-32\"?>\u{1}\u{2}\u{3}"),
    ]
    let paths = try documents.map { try write($0.0, $0.1) }
    var refused: [String] = []
    for (index, runs) in try outcomes(paths, rate: { _ in "24" }).enumerated() {
      judge(runs, paths[index], index: index, refused: &refused)
      #expect(runs.first?.status == 65, "\(paths[index]): \(runs.first?.stderr ?? "")")
      #expect((runs.first?.peakBytes ?? .max) < 1 << 30, "\(paths[index])")
      #expect(runs.first?.stderr.contains("not for cuts") == false)
    }
    #expect(refused.count == documents.count)
    // A record that is absurdly far away is a gap, whatever its length: nothing counts its frames.
    let far = try write("far.edl", "\(event)\n002  A V C 00:00:01:00 00:00:02:00 23:59:58:00 23:59:59:00")
    let run = try BoundedRuns.run(
      [[[Workbench.pegbar, "conform", far, "--rate", "24", "-o", folder.file("far.otio")]]], seconds: 60,
      addressSpace: 4 << 30)
    #expect(run.first?.status == 1)
  }

  /// Names that lead out of the media folders are looked for nowhere else: neither opened nor found.
  @Test(.enabled(if: Workbench.canDraw, "no ffmpeg"))
  func namesDoNotLeadOutOfTheMediaFolders() throws {
    let fm = FileManager.default
    for name in ["in/media", "outside"] {
      try fm.createDirectory(atPath: folder.file(name), withIntermediateDirectories: true)
    }
    let secret = folder.file("outside/secret.mov")
    try Tool.require("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=16x16:r=24:d=1", secret])
    // A folder that leads out, and names with and without percent-encoding.
    try fm.createSymbolicLink(atPath: folder.file("in/media/away"), withDestinationPath: folder.file("outside"))
    let names = [
      "../outside/secret.mov", "..%2Foutside%2Fsecret.mov", "x/../../../outside/secret.mov", "..\\outside\\secret.mov",
      "secret.mov",
    ]
    let rows = names.enumerated().map { "  - {shot: 'S\($0.offset)', media: '\($0.element)', in: 0, duration: 5}" }
    let sheet = try write("in/cut.yaml", "rate: 24\nshots:\n" + rows.joined(separator: "\n"))
    let output = try Tool.run(
      Workbench.pegbar,
      [
        "conform", sheet, "--raster", "16x16", "--media", folder.file("in/media"), "-o", folder.file("in/out.otio"),
        "--json",
      ])
    #expect(output.status == 1, "\(output.stderr)")
    let clips = JSONTree(try JSONSerialization.jsonObject(with: output.stdout))["clips"].list
    // A relative path is one from the cut's folder, wherever it leads: the first ones are the person's own words.
    #expect(clips.map { $0["outcome"].string } == ["linked", "linked", "missing", "missing", "missing"])
    #expect(clips.prefix(2).allSatisfy { $0["how"].string == "relative_path" })
  }
}

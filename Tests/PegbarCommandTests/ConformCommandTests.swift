import Foundation
import PegTestSupport
import Testing

/// `conform` and `cut link` as a person runs them.
@Suite(.serialized, .enabled(if: Tool.has("ffmpeg", "ffprobe"), "no ffmpeg")) struct ConformCommandTests {
  private func run(_ arguments: String...) throws -> Tool.Output { try Tool.run(Workbench.pegbar, arguments) }

  /// A second of numbered video at 24.
  private func movie(_ folder: TempFolder, _ name: String, seconds: Int = 1) throws {
    let path = folder.file(name)
    try FileManager.default.createDirectory(
      at: URL(fileURLWithPath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
    try DrawnMedia.put(path, ["-f", "lavfi", "-i", "testsrc2=s=64x36:r=24:d=\(seconds)", "-c:v", "ffv1"])
  }

  /// A cut of clips named by their media, each from frame 0 for 24.
  private func cut(_ folder: TempFolder, _ clips: [(name: String, url: String)]) throws -> String {
    let range =
      #"{"OTIO_SCHEMA": "TimeRange.1", "start_time": {"OTIO_SCHEMA": "RationalTime.1", "rate": 24, "value": 0}, "duration": {"OTIO_SCHEMA": "RationalTime.1", "rate": 24, "value": 24}}"#
    let children = clips.map {
      #"{"OTIO_SCHEMA": "Clip.1", "name": "\#($0.name)", "source_range": \#(range), "media_reference": {"OTIO_SCHEMA": "ExternalReference.1", "target_url": "\#($0.url)"}}"#
    }
    let text = """
      {"OTIO_SCHEMA": "Timeline.1", "name": "cut", "metadata": {"pegbar": {"rate": 24, "raster": [64, 36]}},
       "tracks": {"OTIO_SCHEMA": "Stack.1", "children": [
        {"OTIO_SCHEMA": "Track.1", "kind": "Video", "children": [\(children.joined(separator: ", "))]}]}}
      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file("cut.otio")))
    return folder.file("cut.otio")
  }

  private func json(_ output: Tool.Output) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: output.stdout) as? [String: Any])
  }

  @Test func theReportSaysWhatWasLinkedAndHowAndTheCutIsAlwaysWritten() throws {
    let folder = try TempFolder()
    try movie(folder, "vault/a.mkv")
    try movie(folder, "vault/one/b.mkv")
    try movie(folder, "vault/two/b.mkv")
    let cut = try cut(folder, [("A", "/gone/a.mkv"), ("B", "/gone/b.mkv"), ("C", "/gone/c.mkv")])
    let output = try run(
      "conform", cut, "--media", folder.file("vault"), "-o", folder.file("out.otio"), "--json")
    #expect(output.status == 1)
    let clips = try #require(try json(output)["clips"] as? [[String: Any]])
    #expect(clips.map { $0["address"] as? String } == ["V1:0", "V1:1", "V1:2"])
    #expect(clips.map { $0["outcome"] as? String } == ["linked", "ambiguous", "missing"])
    #expect(clips[0]["how"] as? String == "name")
    #expect(clips[0]["path"] as? String == "vault/a.mkv")
    #expect(clips[1]["candidates"] as? [String] == ["vault/one/b.mkv", "vault/two/b.mkv"])
    #expect(folder.names.contains("out.otio"))
    let text = try run("conform", cut, "--media", folder.file("vault"), "-o", folder.file("out.otio"))
    #expect(text.stderr.contains("1 of 3 clips linked"))

    // By hand, by name and by address; then all is linked.
    let out = folder.file("out.otio")
    let byName = try run("cut", "link", "\(out)#B", folder.file("vault/two/b.mkv"))
    #expect(byName.status == 0, "\(byName.stderr)")
    #expect(byName.stderr.contains("covers the clip's range, 24 frames from 0 at 24"))
    #expect(try run("cut", "link", "\(out)#V1:2", folder.file("vault/a.mkv")).status == 0)
    let again = try run("conform", out, "-o", folder.file("final.otio"), "--json")
    #expect(again.status == 0, "\(again.stderr)")
    let paths = try #require(try json(again)["clips"] as? [[String: Any]]).map { $0["path"] as? String }
    #expect(paths == ["vault/a.mkv", "vault/two/b.mkv", "vault/a.mkv"])
    #expect(try run("map", folder.file("final.otio")).status == 0)
  }

  @Test func linkingByHandSaysWhatTheMediaLack() throws {
    let folder = try TempFolder()
    try movie(folder, "half.mkv")
    let cut = try cut(folder, [("A", "/gone/a.mkv"), ("A", "/gone/a.mkv")])
    let twice = try run("cut", "link", "\(cut)#A", folder.file("half.mkv"))
    #expect(twice.status == 65)
    #expect(twice.stderr.contains("2 clips are named A"))
    #expect(twice.stderr.contains("V1:0, V1:1"))
    #expect(try run("cut", "link", "\(cut)#nobody", folder.file("half.mkv")).status == 65)
    #expect(try run("cut", "link", cut, folder.file("half.mkv")).status == 64)
    #expect(try run("cut", "link", "\(cut)#V1:0", folder.file("none.mkv")).status == 66)
    let before = try Data(contentsOf: URL(fileURLWithPath: cut))
    #expect(try run("cut", "link", "\(cut)#V1:0", folder.file("half.mkv"), "--dry-run").status == 0)
    #expect(try Data(contentsOf: URL(fileURLWithPath: cut)) == before)
  }

  @Test func aCutThatIsNoneIsRefusedAndNothingIsWritten() throws {
    let folder = try TempFolder()
    for (name, text) in [
      ("a.otio", "not json"), ("b.otio", "{}"), ("c.otio", #"{"OTIO_SCHEMA": "Timeline.1", "tracks": 7}"#),
    ] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file(name)))
      let output = try run("conform", folder.file(name), "-o", folder.file("out.otio"))
      #expect(output.status == 65)
      #expect(output.stderr.contains("\(name):1:"), "\(output.stderr)")
      #expect(!folder.names.contains("out.otio"))
    }
    #expect(
      try run("conform", folder.file("none.otio"), "-o", folder.file("out.otio")).status == 66)
  }

  /// Texts that are no JSON, and a cut whose rate is 0 and whose names lead out of every folder.
  @Test(.enabled(if: SharedMedia.isThere, "no shared media"))
  func hostileCutsAreRefusedWithTheirPlace() throws {
    let folder = try TempFolder()
    let texts = SharedMedia.files("hostile/json", "json")
    #expect(texts.count > 70)
    let traversal = "\(SharedMedia.path)/hostile/crafted/path_traversal.otio"
    for path in texts + [traversal] {
      let copy = folder.file("hostile.otio")
      try? FileManager.default.removeItem(atPath: copy)
      try FileManager.default.copyItem(atPath: path, toPath: copy)
      let output = try run("conform", copy, "-o", folder.file("out.otio"))
      #expect(output.status == 65, "\(path): \(output.status) \(output.stderr)")
      #expect(output.stderr.range(of: #"hostile\.otio:\d+:\d+: "#, options: .regularExpression) != nil, "\(path)")
      #expect(folder.names == ["hostile.otio"])
    }
  }
}

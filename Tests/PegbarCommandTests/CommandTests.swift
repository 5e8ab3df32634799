import Foundation
import PegTestSupport
import Testing

/// The command as a person runs it: exit statuses and sentences (DESIGN §4).
@Suite(.serialized) struct CommandTests {
  /// The built command, beside the test bundle.
  static let pegbar: String = {
    var folder = Bundle.main.bundleURL
    for _ in 0..<4 {
      let path = folder.appendingPathComponent("pegbar").path
      if FileManager.default.isExecutableFile(atPath: path) { return path }
      folder = folder.deletingLastPathComponent()
    }
    // The test runner lies in the toolchain; the build folder is named by the test binary's own path.
    let own = URL(fileURLWithPath: CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0])
    return own.deletingLastPathComponent().appendingPathComponent("pegbar").path
  }()

  private func run(_ arguments: String...) throws -> Tool.Output { try Tool.run(Self.pegbar, arguments) }

  private func film(_ folder: TempFolder) throws -> String {
    try Tool.require(
      "ffmpeg",
      [
        "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=128x72:r=24:d=1", "-c:v", "libx264", "-g", "8",
        "-pix_fmt",
        "yuv420p", folder.file("clip.mp4"),
      ])
    let made = try run("cut", "new", folder.file("cut.otio"), folder.file("clip.mp4"))
    #expect(made.status == 0, "\(made.stderr)")
    return folder.file("cut.otio")
  }

  @Test func aCutFromMediaRendersAndIsThenCurrent() throws {
    let folder = try TempFolder()
    let cut = try film(folder)
    let master = folder.file("master.mov")
    let first = try run("render", cut, "-p", "prores-422-hq", "-o", master)
    #expect(first.status == 0, "\(first.stderr)")
    let second = try run("render", cut, "-p", "prores-422-hq", "-o", master)
    #expect(second.status == 0)
    #expect(second.stderr.contains("is current"))
    let dry = try run("render", cut, "-p", "prores-422-hq", "-o", folder.file("other.mov"), "--dry-run")
    #expect(dry.text.contains("24 of 24 frames would be encoded"))
    let csv = try run("map", cut, "--csv")
    #expect(csv.text.hasPrefix("record,timecode,track,layer,clip,take,source,frame\r\n0,01:00:00:00,0,0,clip,"))
    #expect(csv.text.split(separator: "\r\n").count == 25)
    let json = try run("probe", master, "--json")
    let tree = try JSONSerialization.jsonObject(with: json.stdout) as? [String: Any]
    #expect(tree?["schema"] as? String == "pegbar.probe")
  }

  @Test func mistakesHaveTheirStatusAndASentence() throws {
    let folder = try TempFolder()
    let cut = try film(folder)
    func status(_ expected: Int32, _ words: String, _ arguments: String...) throws {
      let output = try Tool.run(Self.pegbar, arguments)
      #expect(output.status == expected, "\(arguments): \(output.stderr)")
      #expect(output.stderr.contains(words), "\(arguments): \(output.stderr)")
    }
    try status(64, "pegbar", "rendr", cut)
    try status(64, "nth -p", "render", cut, "-p", "prores-422-hq", "-p", "h264-review", "-o", "x.mov")
    try status(66, "missing.otio", "map", folder.file("missing.otio"))
    try Data("not json".utf8).write(to: URL(fileURLWithPath: folder.file("bad.otio")))
    try status(65, "bad.otio", "map", folder.file("bad.otio"))
    try status(73, "does not exist", "render", cut, "-p", "prores-422-hq", "-o", folder.file("no/such/out.mov"))
    try Data("x".utf8).write(to: URL(fileURLWithPath: folder.file("taken.mov")))
    try status(73, "exists", "render", cut, "-p", "prores-422-hq", "-o", folder.file("taken.mov"))
    try status(64, ".mov", "render", cut, "-p", "prores-422-hq", "-o", folder.file("x.mp4"))
    try FileManager.default.removeItem(atPath: folder.file("clip.mp4"))
    try status(66, "clip.mp4", "render", cut, "-p", "prores-422-hq", "-o", folder.file("out.mov"))
    #expect(!folder.names.contains { $0.contains("out.mov") })
  }

  @Test func truncatedAndEmptyMediaEndInOneSentence() throws {
    let folder = try TempFolder()
    let cut = try film(folder)
    let clip = folder.file("clip.mp4")
    let whole = try Data(contentsOf: URL(fileURLWithPath: clip))
    for part in [0, 100, whole.count / 2] {
      try whole.prefix(part).write(to: URL(fileURLWithPath: clip))
      let output = try run("render", cut, "-p", "prores-422-hq", "-o", folder.file("out.mov"))
      #expect(output.status == 65, "\(part): \(output.stderr)")
      #expect(output.stderr.contains("clip.mp4"))
      #expect(!folder.names.contains("out.mov"))
    }
  }
}

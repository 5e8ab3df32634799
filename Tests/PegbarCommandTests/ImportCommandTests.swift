import Foundation
import PegTestSupport
import Testing

/// Cuts of other programs through `conform`, and lists out of it through `cut export`, as a person runs them.
@Suite struct ImportCommandTests {
  private let folder: TempFolder

  init() throws { folder = try TempFolder() }

  private func run(_ arguments: String...) throws -> Tool.Output { try Tool.run(Workbench.pegbar, arguments) }

  private func write(_ name: String, _ lines: [String]) throws -> String {
    let path = folder.file(name)
    try FileManager.default.createDirectory(
      at: URL(fileURLWithPath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  /// Two shots, a dissolve into the second, a freeze and half speed backwards, on one video channel.
  private static let list = [
    "TITLE: REEL 1", "FCM: NON-DROP FRAME",
    "001  A001C001 V     C        01:00:10:00 01:00:12:00 01:00:00:00 01:00:02:00", "* FROM CLIP NAME: SH010",
    "002  A001C001 V     C        01:00:12:00 01:00:12:00 01:00:02:00 01:00:02:00",
    "002  A002C003 V     D    012 02:00:05:00 02:00:08:00 01:00:02:00 01:00:05:00", "* FROM CLIP NAME: SH010",
    "* TO CLIP NAME: SH020",
    "003  A003C001 V     C        03:00:00:12 03:00:00:13 01:00:05:00 01:00:06:00",
    "M2   A003C001       000.0                03:00:00:12", "* FROM CLIP NAME: SH030",
    "004  A004C001 V     C        04:00:01:00 04:00:02:00 01:00:06:00 01:00:08:00",
    "M2   A004C001       -12.0                04:00:01:00", "* FROM CLIP NAME: SH040",
  ]

  // MARK: Reading

  @Test func aListIsConformedAndWrittenThoughNothingIsLinked() throws {
    let edl = try write("reel1.edl", Self.list)
    let out = folder.file("reel1.otio")
    let output = try run("conform", edl, "--rate", "24", "-o", out, "--json")
    #expect(output.status == 1, "\(output.stderr)")
    let report = JSONTree(try JSONSerialization.jsonObject(with: output.stdout))
    #expect(report["kinds"].list.map(\.string) == ["CMX 3600 EDL"])
    #expect(report["clips"].list.map { $0["clip"].string } == ["SH010", "SH020", "SH030", "SH040"])
    #expect(report["clips"].list.allSatisfy { $0["outcome"].string == "missing" })
    // The map needs no media: 8 s at 24, and what plays is counted from media time 0.
    let map = try run("map", out, "--csv")
    #expect(map.status == 0, "\(map.stderr)")
    let rows = map.text.split(separator: "\r\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    func shown(_ record: Int) -> [String] {
      rows.filter { $0[0] == "\(record)" }.map { "\($0[4]) \($0[7])" }
    }
    #expect(rows.last?[0] == "191")
    #expect(rows.last?[1] == "01:00:07:23")
    // 01:00:10:00 at 24 is (3600 + 10) · 24; the dissolve's frames show both sides.
    #expect(shown(0) == ["SH010 \((3600 + 10) * 24)"])
    #expect(shown(48) == ["SH010 \((3600 + 12) * 24)", "SH020 \((7200 + 5) * 24)"])
    #expect(shown(60) == ["SH020 \((7200 + 5) * 24 + 12)"])
    #expect(shown(120) == shown(143))
    #expect(shown(120) == ["SH030 \(10800 * 24 + 12)"])
    // Half speed backwards over 48 frames: 24 source frames, the last one first.
    #expect(shown(144) == ["SH040 \((4 * 3600 + 1) * 24 + 23)"])
    #expect(shown(191) == ["SH040 \((4 * 3600 + 1) * 24)"])
    #expect(try run("cut", "list", out).text.split(separator: "\n").count == 4)
  }

  @Test func anEDLOfUnknownRateNamesTheCandidates() throws {
    let edl = try write("reel1.edl", Array(Self.list.dropFirst(2)))
    let output = try run("conform", edl, "-o", folder.file("out.otio"))
    #expect(output.status == 65)
    #expect(output.stderr.contains("does not say its rate"))
    #expect(output.stderr.contains("23.976, 24, 25, 29.97, 30, 48, 50, 59.94 or 60"))
    #expect(folder.names == ["reel1.edl"])
  }

  @Test func listsOfOneCutLieOverEachOther() throws {
    let lower = try write("v1.edl", Self.list)
    let upper = try write(
      "v2.edl",
      ["TITLE: REEL 1", "001  TITLES   V     C        00:00:00:00 00:00:01:00 01:00:01:00 01:00:02:00"])
    let out = folder.file("out.otio")
    #expect(try run("conform", lower, upper, "--rate", "24", "-o", out).status == 1)
    let listed = try run("cut", "list", out, "--json")
    let clips = JSONTree(try JSONSerialization.jsonObject(with: listed.stdout))["clips"].list
    #expect(clips.map { $0["address"].string } == ["V1:0", "V1:2", "V1:3", "V1:4", "V2:1"])
    #expect(clips.last?["record"].ints == [24, 48])
  }

  @Test func oneOfSeveralSequencesIsChosenByName() throws {
    func project(_ name: String) -> String {
      "<project name=\"\(name)\"><sequence format=\"r1\"><spine><gap duration=\"1s\"/></spine></sequence></project>"
    }
    let file = try write(
      "show.fcpxml",
      [
        "<?xml version=\"1.0\"?>",
        "<fcpxml version=\"1.9\"><resources><format id=\"r1\" frameDuration=\"1/24s\"/></resources>",
        "<library><event>", project("Reel 1"), project("Reel 2"), "</event></library></fcpxml>",
      ])
    let out = folder.file("out.otio")
    let unsaid = try run("conform", file, "-o", out)
    #expect(unsaid.status == 65)
    #expect(unsaid.stderr.contains("show.fcpxml:5:"), "\(unsaid.stderr)")
    #expect(unsaid.stderr.contains("\"Reel 1\", \"Reel 2\""))
    #expect(try run("conform", file, "--sequence", "Reel 3", "-o", out).status == 65)
    let chosen = try run("conform", file, "--sequence", "Reel 2", "-o", out)
    #expect(chosen.status == 0, "\(chosen.stderr)")
    #expect(try String(contentsOfFile: out, encoding: .utf8).contains("\"Reel 2\""))
  }

  /// Every construct that is not carried is listed with its line and column, and what was not understood is told with its
  /// place. A line that no EDL has is kept as it stands with the event before it.
  @Test func whatIsNotCarriedIsListedWithItsPlace() throws {
    let seeded =
      Self.list + [
        "005  A005C001 V     W001 012 05:00:00:00 05:00:01:00 01:00:08:00 01:00:09:00", "* FROM CLIP NAME: SH050",
        "006  A006C001 V     K B      06:00:00:00 06:00:01:00 01:00:09:00 01:00:10:00",
        "006  A006C002 V     K    000 06:10:00:00 06:10:01:00 01:00:09:00 01:00:10:00",
        "THIS LINE IS NOTHING THAT AN EDL HAS",
      ]
    let edl = try write("reel1.edl", seeded)
    let output = try run("conform", edl, "--rate", "24", "-o", folder.file("out.otio"), "--json")
    let losses = JSONTree(try JSONSerialization.jsonObject(with: output.stdout))["losses"].list
    #expect(losses.map { $0["line"].int } == [Self.list.count + 1, Self.list.count + 4])
    for loss in losses {
      #expect((loss["line"].int ?? 0) > Self.list.count, "\(loss["message"].string ?? "")")
      #expect((loss["column"].int ?? 0) >= 1)
      #expect(loss["instead"].string?.isEmpty == false)
    }
    let text = try run("conform", edl, "--rate", "24", "-o", folder.file("out.otio"))
    #expect(text.stderr.contains("reel1.edl:\(Self.list.count + 1):1: The wipe W001"), "\(text.stderr)")
    #expect(text.stderr.contains("2 things were not carried as in the file"))
    #expect(try String(contentsOfFile: folder.file("out.otio"), encoding: .utf8).contains("THIS LINE IS NOTHING"))
  }

  // MARK: Sheets

  @Test(.enabled(if: Workbench.canDraw, "no ffmpeg"))
  func drawingsOfASheetAreFoundAndMissingOnesAreListed() throws {
    let sheet = try write(
      "cels/sheet.csv", ["Frame,,", ",A,B", "1,1,1", "2,,", "3,2,", "4,,x", "5,9,", "6,,"])
    for name in ["A0001.png", "A0002.png", "B_1.png"] {
      try Tool.require(
        "ffmpeg",
        ["-v", "error", "-f", "lavfi", "-i", "color=c=red:s=16x16", "-frames:v", "1", folder.file("cels/\(name)")])
    }
    let out = folder.file("out.otio")
    let output = try run("conform", sheet, "--raster", "16x16", "--media", folder.file("cels"), "-o", out, "--json")
    #expect(output.status == 1, "\(output.stderr)")
    let report = JSONTree(try JSONSerialization.jsonObject(with: output.stdout))
    let clips = report["clips"].list
    #expect(clips.map { $0["clip"].string } == ["A 1", "A 2", "A 9", "B 1"])
    #expect(clips.map { $0["outcome"].string } == ["linked", "linked", "missing", "linked"])
    let missing = report["losses"].list.filter { $0["code"].string == "sheet.missing_cel" }
    #expect(missing.map { $0["line"].int } == [7])
    // Each drawing is itself for as long as it is held, though drawings lie numbered beside each other.
    let map = try run("map", out, "--csv")
    let rows = map.text.split(separator: "\r\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let held = rows.filter { $0[2] == "0" }.map { "\($0[4])" }
    #expect(held == ["A 1", "A 1", "A 2", "A 2", "A 9", "A 9"])
    #expect(rows.filter { $0[2] == "1" }.count == 3)
    // The picture that each shows is its own file's.
    for (frame, name) in [(0, "A0001.png"), (2, "A0002.png")] {
      try FileManager.default.removeItem(atPath: folder.file("cels/\(name)"))
      let again = try run("conform", out, "-o", folder.file("again.otio"))
      #expect(again.stderr.contains(frame == 0 ? "A 1" : "A 2"), "\(again.stderr)")
    }
  }

  // MARK: Writing

  private func map(_ cut: String) throws -> String {
    let output = try run("map", cut, "--csv")
    try #require(output.status == 0, "\(output.stderr)")
    return output.text
  }

  @Test func aListThatWasWrittenMapsToTheSameFrames() throws {
    let edl = try write("reel1.edl", Self.list)
    _ = try run("conform", edl, "--rate", "24", "-o", folder.file("1.otio"))
    let export = try run("cut", "export", folder.file("1.otio"), "-o", folder.file("2.edl"))
    #expect(export.status == 0, "\(export.stderr)")
    _ = try run("conform", folder.file("2.edl"), "--rate", "24", "-o", folder.file("2.otio"))
    #expect(try map(folder.file("1.otio")) == map(folder.file("2.otio")))
  }

  @Test func aListForEachTrackComesBackAsTheCut() throws {
    let lower = try write("v1.edl", Self.list)
    let upper = try write(
      "v2.edl",
      ["TITLE: REEL 1", "001  TITLES   V     C        00:00:00:00 00:00:01:00 01:00:01:00 01:00:02:00"])
    _ = try run("conform", lower, upper, "--rate", "24", "-o", folder.file("1.otio"))
    let export = try run("cut", "export", folder.file("1.otio"), "-o", folder.file("out.{track}.edl"), "--json")
    #expect(export.status == 0, "\(export.stderr)")
    let outputs = JSONTree(try JSONSerialization.jsonObject(with: export.stdout))["outputs"].list.compactMap(\.string)
    #expect(outputs == [folder.file("out.V1.edl"), folder.file("out.V2.edl")])
    _ = try run("conform", outputs[0], outputs[1], "--rate", "24", "-o", folder.file("2.otio"))
    #expect(try map(folder.file("1.otio")) == map(folder.file("2.otio")))
    // One track alone leaves the other out, and says so.
    let one = try run("cut", "export", folder.file("1.otio"), "-o", folder.file("one.edl"))
    #expect(one.stderr.contains("[edl.other_track]"))
    #expect(one.stderr.contains("1 thing is not in it"))
  }

  /// Through every list of the shared set that is one: the same frames, gaps and clips after it was written and read again.
  @Test(.enabled(if: SharedMedia.isThere, "no shared media"))
  func realListsComeBackAsTheyWere() throws {
    var compared = 0
    for file in SharedMedia.files(below: "editorial/edl") where file.hasSuffix(".edl") {
      let name = file.split(separator: "/").last.map(String.init) ?? ""
      let rate = ["25fps.edl", "timecode_mismatch.edl", "test_24psf.edl"].contains(name) ? "25" : "24"
      let first = try run("conform", SharedMedia.file(file), "--rate", rate, "-o", folder.file("1.otio"))
      #expect(first.status == 1 || first.status == 0, "\(name): \(first.stderr)")
      let export = try run("cut", "export", folder.file("1.otio"), "--track", "all", "-o", folder.file("2.edl"))
      #expect(export.status == 0, "\(name): \(export.stderr)")
      let second = try run("conform", folder.file("2.edl"), "--rate", rate, "-o", folder.file("2.otio"))
      #expect(second.status < 2, "\(name): \(second.stderr)")
      let (before, after) = (
        try run("map", folder.file("1.otio"), "--csv"), try run("map", folder.file("2.otio"), "--csv")
      )
      #expect(before.status == 0, "\(name): \(before.stderr)")
      #expect(before.text == after.text, "\(name)")
      compared += 1
    }
    #expect(compared > 15)
  }

  // MARK: Wrong usage

  @Test(arguments: [
    (["cut.otio", "-o", "out.edl"], "no .otio file: pegbar cut export"), (["cut.otio", "-o", "out"], "no .otio file"),
    (["a.edl", "b.edl", "--sequence", "x", "-o", "out.otio"], "--sequence chooses in one file"),
    (["cut.otio", "--rate", "fast", "-o", "out.otio"], "fast is no frame rate"),
    (["cut.otio", "--raster", "big", "-o", "out.otio"], "big is no raster"), (["-o", "out.otio"], "CUT"),
  ])
  func wrongUsageSaysWhatIsWrong(arguments: [String], words: String) throws {
    let output = try Tool.run(Workbench.pegbar, ["conform"] + arguments)
    #expect(output.status == 64)
    #expect(output.stderr.contains(words), "\(output.stderr)")
  }

  @Test func aVerbThatEditsSaysHowAListBecomesACut() throws {
    let edl = try write("reel1.edl", Self.list)
    for verb in [["map", edl], ["cut", "list", edl], ["cut", "export", edl, "-o", folder.file("x.edl")]] {
      let output = try Tool.run(Workbench.pegbar, verb)
      #expect(output.status == 65)
      #expect(output.stderr.contains("pegbar conform"), "\(output.stderr)")
    }
  }
}

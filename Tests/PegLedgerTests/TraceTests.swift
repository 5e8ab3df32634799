import Foundation
import PegTestSupport
import Testing

/// `pegbar trace`: how a frame came to be, and whether it would come to be again.
@Suite(.serialized, .enabled(if: Tool.has("ffmpeg", "ffprobe"), "no ffmpeg")) struct TraceTests {
  @Test func aFrameTellsItsLayersSourcesAndPacket() throws {
    let film = try Film()
    try film.writeCut("show/cut.otio", takes: ["SH010": "b"])
    try film.render("prores-422-hq", "show/out/film.mov")
    let master = film.file("show/out/film.mov")
    // Frame 5 on twos shows drawing 4; its picture stands over 4 and 5.
    let report = try BuiltCommand.json(["trace", "\(master)@01:00:00:05"])
    #expect(report["schema"].string == "pegbar.trace")
    #expect(report["cut"].string == "../cut.otio")
    let frame = report["frames"][0]
    #expect(report["frames"].list.count == 1)
    #expect(frame["record"].ints == [5, 6])
    #expect(frame["run"].ints == [4, 6])
    #expect(frame["timecode"].string == "01:00:00:05")
    let layer = frame["layers"][0]
    #expect(layer["clip"].string == "SH010")
    #expect(layer["take"].string == "b")
    #expect(layer["source"].string == "media/b.####.png")
    #expect(layer["frame"].int == 4)
    #expect(layer["origin"].string == "trainedAlgorithmicMedia")
    #expect(layer["generator"].string == "AUTOMATIC1111")
    // What is no part of the ledger is read from the media.
    #expect(layer["prompt"].string == Film.prompt)
    #expect(layer["seed"].string == "42")
    // ffprobe finds the packet where trace says: frame 5 is the sixth.
    let packets = try Probe(ffprobe: master, ["-show_packets", "-select_streams", "v"])
    #expect(frame["packet"]["at"].int.map(String.init) == packets["packets.5.pos"])
    #expect(frame["packet"]["size"].int.map(String.init) == packets["packets.5.size"])
    let text = try film.run("trace", "\(master)@5").text
    for words in ["SH010, take b: media/b.####.png, frame 4", "one picture over 4..6", Film.prompt, "cut ../cut.otio"] {
      #expect(text.contains(words), "\(words)")
    }
  }

  @Test func placesAreFramesTimecodesClipsAndRanges() throws {
    let film = try Film()
    try film.render("prores-422-hq", "show/out/part.mov", ["--range", "12..40"])
    let master = film.file("show/out/part.mov")
    func records(_ place: String, _ more: String...) throws -> [[Int]] {
      try BuiltCommand.json(["trace", "\(master)\(place)"] + more)["frames"].list.map { $0["record"].ints }
    }
    #expect(try records("@12") == [[12, 13]])
    #expect(try records("@01:00:01:00") == [[24, 25]])
    #expect(try records("#SH020") == (12..<20).map { [$0, $0 + 1] })
    #expect(try records("@34..38") == [[34, 35], [35, 36], [36, 38]])
    #expect(try records("", "--every", "9") == [[12, 13], [21, 22], [30, 31], [39, 40]])
    let drawn = try records("", "--random", "5", "--seed", "3")
    #expect(drawn.count == 5 && drawn == drawn.sorted { $0[0] < $1[0] })
    #expect(try records("", "--random", "5", "--seed", "3") == drawn)
    #expect(try records("", "--random", "5", "--seed", "4") != drawn)
    #expect(try film.run("trace", "\(master)@3", status: 65).stderr.contains("it holds 12..40"))
    #expect(try film.run("trace", "\(master)@99", status: 65).stderr.contains("99"))
    try film.run("trace", "\(master)@12", "--every", "0", status: 64)
  }

  @Test(arguments: Film.masters.indices)
  func everyFrameOfEveryKindOfMasterConforms(index: Int) throws {
    let (preset, name) = Film.masters[index]
    let film = try Film()
    try film.render(preset, name)
    let report = try BuiltCommand.json(["trace", film.file(name), "--verify"])
    #expect(report["verified"].int == 48)
    #expect(report["conform"].int == 48)
    // Long-GOP packets depend on their neighbours; the others are encoded again.
    let alike = report["frames"].list.map { $0["encodes_alike"].bool }
    #expect(alike.allSatisfy { $0 == (preset == "h264-review" ? nil : true) })
    // A chunk's frames keep their record frames.
    let part = name.replacing("film", with: "part")
    try film.render(preset, part, ["--range", "14..44"])
    let first = try BuiltCommand.json(["trace", film.file(part), "--verify", "--every", "6"])
    #expect(first["conform"].int == first["verified"].int)
  }

  @Test func whatChangedSinceDoesNotConformAndSaysWhy() throws {
    let film = try Film()
    try film.render("prores-422-hq", "show/out/film.mov")
    let master = film.file("show/out/film.mov")
    // Another drawing under the name: frames 6 and 7 show drawing 6 of take a, numbered 1007.
    try film.drawing("show/media/a.1007.png", 77)
    let report = try BuiltCommand.json(["trace", master, "--verify"], status: 1)
    let wrong = report["frames"].list.filter { $0["conforms"].bool != true }
    #expect(wrong.map { $0["record"].int } == [6, 7])
    #expect(wrong[0]["reason"].string == "media/a.####.png changed")
    #expect(try film.run("trace", "\(master)@6", "--verify", status: 1).text.contains("changed"))
    try film.run("trace", "\(master)@8", "--verify")
    // The cut plays another take.
    try film.writeCut("show/cut.otio", takes: ["SH020": "d"])
    let taken = try film.run("trace", "\(master)#SH020", "--verify", status: 1).text
    #expect(taken.contains("SH020: take d where c was"))
    // The cut that made it, named by hand.
    try film.writeCut("show/v1.otio")
    try film.run("trace", "\(master)#SH020", "--verify", "--cut", film.file("show/v1.otio"))
    // A source, and the cut itself, are gone.
    try FileManager.default.removeItem(atPath: film.file("show/media/clip.mp4"))
    #expect(try film.run("trace", "\(master)@40", "--verify", status: 66).stderr.contains("clip.mp4"))
    try FileManager.default.removeItem(atPath: film.file("show/cut.otio"))
    #expect(try film.run("trace", "\(master)@40", "--verify", status: 66).stderr.contains("--cut"))
    // Without --verify the ledger alone tells.
    try film.run("trace", "\(master)@40")
  }

  @Test func aDamagedPacketDoesNotConform() throws {
    let film = try Film()
    try film.render("prores-422-hq", "show/out/film.mov")
    let master = film.file("show/out/film.mov")
    let at = try #require(try BuiltCommand.json(["trace", "\(master)@13"])["frames"][0]["packet"]["at"].int)
    let file = try #require(FileHandle(forUpdatingAtPath: master))
    try file.seek(toOffset: UInt64(at + 200))
    let byte = try #require(try file.read(upToCount: 1)?.first)
    try file.seek(toOffset: UInt64(at + 200))
    try file.write(contentsOf: [byte ^ 4])
    try file.close()
    let report = try BuiltCommand.json(["trace", "\(master)@12..15", "--verify"], status: 1)
    #expect(report["frames"].list.map { $0["packet_whole"].bool } == [true, false, true])
    #expect(report["frames"].list.map { $0["conforms"].bool } == [true, false, true])
  }

  /// 1,000 random frames of a longer show, with retimed and long-GOP sources, in `make soak`.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["PEGBAR_SOAK"] != nil, "PEGBAR_SOAK is not set"))
  func aThousandRandomFramesOfAShowConform() throws {
    let film = try Film()
    let media = film.file("show/media/long.mp4")
    try film.movie("show/media/long.mp4", count: 3000, first: 0)
    try film.run("cut", "new", film.file("show/long.otio"), media, film.file("show/media/still.png"), media)
    for (preset, name) in Film.masters {
      let made = try BuiltCommand.run(
        ["render", film.file("show/long.otio"), "-p", preset, "-o", film.file(name)], timeout: 3600)
      try #require(made.status == 0, "\(preset): \(made.stderr)")
      let output = try BuiltCommand.run(
        ["trace", film.file(name), "--verify", "--random", "1000", "--seed", "9"], timeout: 1200)
      #expect(output.status == 0, "\(preset): \(output.stderr)")
      #expect(output.text.contains("1000 frames conform"), "\(preset)")
    }
  }
}

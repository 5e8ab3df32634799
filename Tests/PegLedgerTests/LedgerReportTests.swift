import Foundation
import PegTestSupport
import Testing

/// `pegbar ledger`: numbers that the cut's own arithmetic gives (see ``Film``).
@Suite(.serialized, .enabled(if: Tool.has("ffmpeg", "ffprobe"), "no ffmpeg")) struct LedgerReportTests {
  @Test func countsAndScreenTimesAreThoseOfTheCut() throws {
    let film = try Film()
    try film.writeCut("show/cut.otio", takes: ["SH010": "b"])
    try film.render("prores-422-hq", "show/out/film.mov")
    let report = try BuiltCommand.json(["ledger", film.file("show/out/film.mov")])
    #expect(report["schema"].string == "pegbar.ledger")
    // 6 drawings on twos, 8 drawings, 16 pictures of the movie, one still: each is encoded once.
    #expect(report["encoded"].int == 6 + 8 + 16 + 1)
    #expect(report["held"].int == 48 - 31)
    #expect(report["reused"].int == 0)
    #expect(report["range"].ints == [0, 48])
    func row(_ list: String, _ key: String, _ value: String?) -> [Int?] {
      let row = report[list].list.first { $0[key].string == value }
      return [row?["frames"].int, row?["pictures"].int, row?["first"].int]
    }
    #expect(row("takes", "clip", "SH010") == [12, 6, 0])
    #expect(row("takes", "clip", "SH020") == [8, 8, 12])
    #expect(row("takes", "clip", "SH030") == [16, 16, 20])
    #expect(row("takes", "clip", "SH040") == [12, 1, 36])
    #expect(report["takes"].list.first { $0["clip"].string == "SH010" }?["take"].string == "b")
    #expect(report["takes"].list.count == 4)
    // 12 frames at 24 fps.
    #expect(report["takes"].list.first { $0["clip"].string == "SH010" }?["seconds"].double == 0.5)
    #expect(row("sources", "source", "media/b.####.png") == [12, 6, 0])
    #expect(row("sources", "source", "media/clip.mp4") == [16, 16, 20])
    #expect(row("origins", "origin", "trainedAlgorithmicMedia") == [12, 6, 0])
    #expect(row("origins", "origin", nil) == [36, 8 + 16 + 1, 12])
    #expect(row("generators", "generator", "AUTOMATIC1111") == [12, 6, 0])
    let text = try film.run("ledger", film.file("show/out/film.mov")).text
    #expect(text.contains("31 encoded, 17 held, 0 reused"))
    #expect(text.contains("00:00:00:12"))
  }

  @Test func framesAreFoundByWhatTheyShow() throws {
    let film = try Film()
    try film.writeCut("show/cut.otio", takes: ["SH010": "b"])
    try film.render("h264-review", "show/out/film.mp4")
    func ranges(_ conditions: String...) throws -> [[Int]] {
      try BuiltCommand.json(
        ["ledger", film.file("show/out/film.mp4")] + conditions.flatMap { ["--where", $0] })["ranges"].list
        .map { $0["range"].ints }
    }
    #expect(try ranges("clip=SH020") == [[12, 20]])
    #expect(try ranges("clip=SH0[13]0") == [[0, 12], [20, 36]])
    #expect(try ranges("take=b") == [[0, 12]])
    #expect(try ranges("source=media/*.png") == [[0, 12], [12, 20], [36, 48]])
    #expect(try ranges("generator=*") == [[0, 12]])
    #expect(try ranges("generator=") == [[12, 20], [20, 36], [36, 48]])
    #expect(try ranges("origin=trained*", "take=b") == [[0, 12]])
    #expect(try ranges("clip=SH030", "frame=10") == [[26, 27]])
    #expect(try ranges("clip=SH010", "take=a") == [])
    let found = try film.run("ledger", film.file("show/out/film.mp4"), "--where", "clip=SH020")
    // Record frame 12 at 24 fps from 01:00:00:00; the end is the first frame after.
    #expect(found.text.hasPrefix("01:00:00:12..01:00:00:20  12..20  8 frames  SH020 take c media/c.####.png 0"))
    let mistake = try film.run("ledger", film.file("show/out/film.mp4"), "--where", "shot=SH010", status: 64)
    #expect(mistake.stderr.contains("source, clip, take, origin, generator"))
    try film.run("ledger", film.file("show/out/film.mp4"), "--public", "--json", status: 64)
  }

  /// A layer counts once for each record frame, however often it is in it, and black has no maker.
  @Test func dissolvesShowBothSides() throws {
    let film = try Film()
    try film.writeCut("show/cut.otio")
    var text = try String(contentsOfFile: film.file("show/cut.otio"), encoding: .utf8)
    // Between SH010 and SH020: two frames on each side.
    let dissolve =
      #"{"OTIO_SCHEMA": "Transition.1", "name": "", "transition_type": "SMPTE_Dissolve", "in_offset": {"OTIO_SCHEMA": "RationalTime.1", "rate": 24.0, "value": 2}, "out_offset": {"OTIO_SCHEMA": "RationalTime.1", "rate": 24.0, "value": 2}}, "#
    let second = try #require(text.range(of: #"{"OTIO_SCHEMA": "Clip.2", "name": "SH020""#))
    text.insert(contentsOf: dissolve, at: second.lowerBound)
    try Data(text.utf8).write(to: URL(fileURLWithPath: film.file("show/cut.otio")))
    try film.render("ffv1-archive", "show/out/film.mkv")
    let report = try BuiltCommand.json(["ledger", film.file("show/out/film.mkv")])
    let takes = report["takes"].list
    #expect(takes.first { $0["clip"].string == "SH010" }?["frames"].int == 14)
    #expect(takes.first { $0["clip"].string == "SH020" }?["frames"].int == 10)
    #expect(takes.first { $0["clip"].string == "SH020" }?["first"].int == 10)
  }
}

import Foundation
import PegTestSupport
import Testing

/// `render --dry-run` says what the render then does, and why.
@Suite(.serialized, .enabled(if: Tool.has("ffmpeg", "ffprobe"), "no ffmpeg")) struct ForecastTests {
  private static let presets = [("prores-422-hq", "mov"), ("h264-review", "mp4")]

  /// The causes of a dry run as `range cause`, and that the render that follows encodes just as much.
  private func causes(
    _ film: Film, _ preset: String, _ name: String, cut: String = "show/cut.otio", _ more: [String] = []
  )
    throws -> [String]
  {
    let arguments = ["render", film.file(cut), "-p", preset, "-o", film.file(name)] + more
    let dry = try BuiltCommand.json(arguments + ["--dry-run"])["masters"][0]
    let made = try BuiltCommand.json(arguments)["masters"][0]
    #expect(dry["current"].bool == made["current"].bool)
    for count in ["encoded", "held", "reused"] {
      #expect(dry[count].int == made[count].int, "\(preset) \(count)")
    }
    return dry["encode"].list.map {
      "\($0["range"].ints.map(String.init).joined(separator: "..")) \($0["cause"].string ?? "")"
    }
  }

  @Test(arguments: presets.indices)
  func everyCauseIsTold(index: Int) throws {
    let (preset, ending) = Self.presets[index]
    let isLong = preset == "h264-review"
    let film = try Film()
    let name = "show/out/film.\(ending)"
    #expect(try causes(film, preset, name) == ["0..48 new"])
    #expect(try causes(film, preset, name) == [])
    // A drawing painted again: the third of SH020; of a long-GOP master the whole segment.
    try film.drawing("show/media/c.1003.png", 88)
    #expect(try causes(film, preset, name) == [isLong ? "12..20 source" : "14..15 source"])
    // Another take.
    try film.writeCut("show/cut.otio", takes: ["SH010": "b"])
    #expect(try causes(film, preset, name) == ["0..12 recipe"])
    // Other opacity of the still, and another in-point of the movie: four pictures of it are there already.
    try film.writeCut("show/cut.otio", takes: ["SH010": "b"], stillOpacity: "0.5", inFrame: 8)
    #expect(
      try causes(film, preset, name) == [isLong ? "20..36 recipe" : "32..36 recipe", "36..48 recipe"])
    // A longer range than the chunk had.
    #expect(try causes(film, preset, "show/out/part.\(ending)", ["--range", "0..20"]) == ["0..20 new"])
    #expect(try causes(film, preset, "show/out/part.\(ending)", ["--range", "0..36"]) == ["20..36 new"])
    // Everything, because it was asked for.
    #expect(try causes(film, preset, name, ["--no-reuse"]) == ["0..48 asked"])
  }

  @Test func otherSettingsAndDamageAreTold() throws {
    let film = try Film()
    let preset = film.file("mine.yaml")
    func write(_ quantiser: Int) throws {
      let text = "title: mine\nextends: prores-422-hq\nvideo:\n  rate_control: {quantiser: \(quantiser)}\n"
      try Data(text.utf8).write(to: URL(fileURLWithPath: preset))
    }
    try write(4)
    #expect(try causes(film, preset, "show/out/film.mov") == ["0..48 new"])
    try write(6)
    #expect(try causes(film, preset, "show/out/film.mov") == ["0..48 encoder"])
    // A bit flips in a packet of SH020's second drawing, and the still changes, so that the master is not current.
    let master = film.file("show/out/film.mov")
    let at = try #require(try BuiltCommand.json(["trace", "\(master)@13"])["frames"][0]["packet"]["at"].int)
    let file = try #require(FileHandle(forUpdatingAtPath: master))
    try file.seek(toOffset: UInt64(at + 100))
    let byte = try #require(try file.read(upToCount: 1)?.first)
    try file.seek(toOffset: UInt64(at + 100))
    try file.write(contentsOf: [byte ^ 1])
    try file.close()
    try film.drawing("show/media/still.png", 8)
    #expect(try causes(film, preset, "show/out/film.mov") == ["13..14 damaged", "36..48 source"])
  }

  /// What a dry run would refuse, a render refuses; and it leaves nothing behind.
  @Test func itRefusesWhatTheRenderRefusesAndWritesNothing() throws {
    let film = try Film()
    let taken = film.file("show/out/taken.mov")
    try Data("mine".utf8).write(to: URL(fileURLWithPath: taken))
    let cut = film.file("show/cut.otio")
    try film.run("render", cut, "-p", "prores-422-hq", "-o", taken, "--dry-run", status: 73)
    try film.run("render", cut, "-p", "prores-422-hq", "-o", taken, "--dry-run", "--overwrite")
    try film.run("render", cut, "-p", "prores-422-hq", "-o", film.file("show/none/x.mov"), "--dry-run", status: 73)
    let dry = try film.run("render", cut, "-p", "prores-422-hq", "-o", film.file("show/out/new.mov"), "--dry-run")
    #expect(dry.text.contains("48 of 48 frames would be encoded, 31 different pictures"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: film.file("show/out")) == ["taken.mov"])
  }
}

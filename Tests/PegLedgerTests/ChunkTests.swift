import Foundation
import PegTestSupport
import Testing

/// Ranges as chunks: their labels, their ledgers, and what assembling takes over.
@Suite(.serialized, .enabled(if: Tool.has("ffmpeg", "ffprobe"), "no ffmpeg")) struct ChunkTests {
  @Test(arguments: ["24", "24000/1001", "30000/1001"])
  func chunksBearTheTimecodeOfTheirFirstFrame(rate: String) throws {
    let film = try Film()
    try film.writeCut("show/cut.otio", rate: rate)
    for (ending, path) in [("mov", "streams.0.tags.timecode"), ("mxf", "format.tags.timecode")] {
      for start in [0, 7, 31] {
        let name = "show/out/\(start).\(ending)"
        try film.render(ending == "mov" ? "prores-422-hq" : "dnxhr-hqx", name, ["--range", "\(start)..\(start + 5)"])
        let probe = try Probe(ffprobe: film.file(name))
        // Non-drop labels count whole frames: 24 to the second, 30 at 29.97.
        let base = rate == "30000/1001" ? 30 : 24
        let (second, frame) = (start / base, start % base)
        let label = "01:00:0\(second):\(frame < 10 ? "0" : "")\(frame)"
        #expect(probe[path] == label, "\(name)")
        let report = try BuiltCommand.json(["trace", "\(film.file(name))@\(label)"])
        #expect(report["frames"][0]["record"].ints == [start, start + 1])
      }
    }
  }

  /// Chunks assemble with nothing encoded, to the bytes of one render; what a chunk lacks is encoded.
  @Test(arguments: [("prores-422-hq", "mov"), ("ffv1-archive", "mkv"), ("dnxhr-hqx", "mxf"), ("h264-review", "mp4")])
  func assemblingTakesEverythingFromTheChunks(preset: String, ending: String) throws {
    let film = try Film()
    try film.render(preset, "show/out/whole.\(ending)")
    for (index, range) in ["0..20", "20..36", "36..48"].enumerated() {
      try film.render(preset, "show/out/chunk\(index).\(ending)", ["--range", range])
    }
    let chunks = (0..<3).flatMap { ["--reuse", film.file("show/out/chunk\($0).\(ending)")] }
    let made = try film.render(preset, "show/out/joined.\(ending)", chunks)
    #expect(made["encoded"].int == 0)
    #expect(try film.sha("show/out/joined.\(ending)") == film.sha("show/out/whole.\(ending)"))
    let short = try film.render(preset, "show/out/short.\(ending)", Array(chunks.prefix(4)))
    // The last chunk holds one still over twelve frames.
    #expect(short["encoded"].int == (preset == "h264-review" ? 12 : 1))
    #expect(try film.sha("show/out/short.\(ending)") == film.sha("show/out/whole.\(ending)"))
    let names = try FileManager.default.contentsOfDirectory(atPath: film.file("show/out"))
    #expect(!names.contains { $0.contains("partial") })
  }

  @Test func reusingNothingOrNoMasterIsSaid() throws {
    let film = try Film()
    let cut = film.file("show/cut.otio")
    let out = film.file("show/out/film.mov")
    try film.run("render", cut, "-p", "prores-422-hq", "-o", out, "--reuse", film.file("none.mov"), status: 66)
    try film.render("dnxhr-hqx", "show/out/other.mov")
    let made = try film.run("render", cut, "-p", "prores-422-hq", "-o", out, "--reuse", film.file("show/out/other.mov"))
    #expect(made.stderr.contains("other.mov: nothing of it could be taken over"))
  }
}

import Foundation
import PegTestSupport
import Testing

/// `-o -` (DESIGN §4): containers that can be streamed, no ledger, nothing beside it.
@Suite(.enabled(if: Workbench.canDraw, "no ffmpeg")) struct StreamTests {
  private let bench: Workbench

  init() throws { bench = try Workbench() }

  /// What comes out of the pipe decodes to the pictures and the sound of the file, read from a pipe too, and begins at 0.
  @Test(arguments: [
    ("prores-422-hq", "mov"), ("ffv1-archive", "mkv"), ("h264-review", "mp4"), ("hevc-10", "mp4"), ("dnxhr-hqx", "mov"),
  ])
  func aStreamHoldsWhatTheFileHolds(preset: String, ending: String) throws {
    try bench.movie("clip.mov", seconds: 2, raster: "256x144", sound: true)
    let cut = try bench.cut(of: "clip.mov")
    let file = bench.file("file.\(ending)")
    try bench.require("render", cut, "-p", preset, "-o", file)
    let streamed = try bench.run("render", cut, "-p", preset, "-o", "-")
    #expect(streamed.status == 0, "\(streamed.stderr)")
    #expect(streamed.stderr.contains("standard output: 48 frames"))
    func hashes(_ input: [String], _ bytes: Data?, _ stream: String) throws -> [String] {
      let output = try Tool.run(
        "ffmpeg", ["-v", "error"] + input + ["-map", stream, "-f", "framehash", "-hash", "md5", "-"], input: bytes)
      #expect(output.status == 0 && output.stderr.isEmpty, "\(output.stderr)")
      // Stream, DTS, PTS, duration, size, hash: the hash is the picture.
      return output.text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        .compactMap { $0.split(separator: ",").last?.trimmingCharacters(in: .whitespaces) }
    }
    let pictures = try hashes(["-i", file], nil, "0:v")
    #expect(pictures.count == 48)
    #expect(try hashes(["-i", "-"], streamed.stdout, "0:v") == pictures)
    let copy = bench.file("stream.\(ending)")
    try streamed.stdout.write(to: URL(fileURLWithPath: copy))
    let (one, other) = (try Probe(ffprobe: copy), try Probe(ffprobe: file))
    for key in ["codec_name", "profile", "codec_tag_string", "pix_fmt", "r_frame_rate", "start_time", "color_space"] {
      #expect(one["streams.0.\(key)"] == other["streams.0.\(key)"], "\(key)")
    }
    #expect(one["streams.1.codec_name"] == other["streams.1.codec_name"])
    #expect(
      bench.folder.names == ["clip.mov", "cut.otio", "file.\(ending)", "file.\(ending).ledger", "stream.\(ending)"])
    // The same bytes again, on other threads.
    let again = try bench.run("render", cut, "-p", preset, "-o", "-", "--threads", "3")
    #expect(again.stdout == streamed.stdout)
  }

  @Test func whatCannotBeStreamedIsRefused() throws {
    let cut = try bench.film()
    try bench.expect(64, "png-sequence cannot be streamed", from: ["render", cut, "-p", "png-sequence", "-o", "-"])
    try bench.expect(64, "--json", from: ["render", cut, "-p", "prores-422-hq", "-o", "-", "--json"])
    try bench.expect(64, "ledger", from: ["render", cut, "-p", "prores-422-hq", "-o", "-", "--ledger", "x"])
    try bench.expect(
      64, "one output", from: ["render", cut, "-p", "prores-422-hq", "-o", "-", "-p", "h264-review", "-o", "-"])
  }

  @Test func aReaderThatGoesAwayEndsIt() throws {
    try bench.movie("clip.mp4", seconds: 4)
    let cut = try bench.cut(of: "clip.mp4")
    let script = "{ \"$0\" render \"$1\" -p prores-422-hq -o -; echo status $? >&2; } | head -c 1000 >/dev/null"
    let output = try Tool.run("sh", ["-c", script, Workbench.pegbar, cut])
    #expect(output.stderr.contains("status 74"), "\(output.stderr)")
    #expect(output.stderr.contains("error: cannot write standard output: broken pipe"), "\(output.stderr)")
  }
}

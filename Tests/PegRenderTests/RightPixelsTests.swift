import Foundation
import PegCore
import PegMedia
import PegTestSupport
import Pegbar
import Testing

/// The pixels of finished masters, decoded by the ffmpeg command: untouched sources bit for bit, composites and dissolves by
/// arithmetic that is written out.
@Suite(.serialized, .enabled(if: Tool.has("ffmpeg", "ffprobe"), "no ffmpeg")) struct RightPixelsTests {
  /// Random stills, written by ffmpeg: `noise.1001.png` and on.
  private func noise(_ show: Show, _ format: String, count: Int) throws {
    let bytes = show.raster.width * show.raster.height * count * (format.contains("48") ? 6 : 3)
    // Numbers that look random and are the same in every run (xorshift).
    var state: UInt32 = 2_463_534_242
    let data = Data(
      (0..<bytes).map { _ in
        state ^= state << 13
        state ^= state >> 17
        state ^= state << 5
        return UInt8(truncatingIfNeeded: state >> 8)
      })
    let output = try Tool.run(
      "ffmpeg",
      [
        "-v", "error", "-f", "rawvideo", "-pix_fmt", format, "-s", show.raster.description, "-r", "24", "-i", "-",
        "-start_number", "1001", show.folder.file("noise.%04d.png"),
      ], input: data)
    try #require(output.status == 0, "\(output.stderr)")
  }

  @Test(arguments: ["rgb24", "rgb48be"])
  func untouchedStillsAreKeptBitForBit(format: String) throws {
    let show = try Show()
    try noise(show, format, count: 3)
    let cut = try show.cut(tracks: [Show.track([Show.sequenceClip("N", "noise", start: 1001, duration: 3, count: 3)])])
    let source = try show.samples("noise.%04d.png", as: format)
    try show.render(cut, "ffv1-archive", to: "master.mkv")
    #expect(try show.samples("master.mkv", as: format) == source)
    try show.render(cut, "png-sequence", to: "frames")
    let first = try #require(
      try FileManager.default.contentsOfDirectory(atPath: show.folder.file("frames")).sorted().first)
    let pattern = first.replacing("0000", with: "%04d")
    #expect(try show.samples("frames/\(pattern)", as: format) == source)
  }

  @Test(arguments: [
    ("yuv420p", ["-c:v", "libx264", "-bf", "2", "-crf", "18"], "mp4"),
    ("yuv422p10le", ["-c:v", "prores_ks", "-profile:v", "3", "-qscale:v", "4"], "mov"),
    ("yuv444p", ["-c:v", "ffv1"], "mkv"),
    ("yuv444p12le", ["-c:v", "libx265", "-x265-params", "log-level=none"], "mp4"),
  ])
  func untouchedMoviesAreKeptBitForBit(format: String, codec: [String], ending: String) throws {
    let show = try Show()
    try show.movie(
      "clip.\(ending)", count: 4, rate: "24", codec: ["-pix_fmt", format, "-chroma_sample_location", "left"] + codec)
    let cut = try show.cut(
      tracks: [Show.track([Show.clip("M", "clip.\(ending)", start: 0, duration: 4, rate: 24)])])
    try show.render(cut, "ffv1-archive", to: "master.mkv")
    #expect(try show.samples("master.mkv", as: format) == show.samples("clip.\(ending)", as: format))
  }

  @Test func compositesAreTheWrittenOutArithmetic() throws {
    let show = try Show()
    try show.flat("ground.png", [51, 102, 204, 255])
    try show.flat("cel.png", [255, 0, 102, 153])
    let cut = try show.cut(tracks: [
      Show.track([Show.flatClip("ground.png", duration: 2)]),
      Show.track([Show.flatClip("cel.png", duration: 2, pegbar: #""opacity": 0.5"#)]),
    ])
    try show.render(cut, "ffv1-archive", to: "master.mkv")
    // alpha 153/255 = 0.6, at opacity 0.5: 0.3. red 0.3 · 1 + 0.7 · 0.2 = 0.44, green 0.7 · 0.4 = 0.28,
    // blue 0.3 · 0.4 + 0.7 · 0.8 = 0.68; times 65535: 28835.4, 18349.8, 44563.8.
    let wanted = [28835, 18350, 44564]
    let made = try show.colors("master.mkv")
    #expect(made == [wanted, wanted])
  }

  @Test func dissolvesWeighAsDesigned() throws {
    let show = try Show()
    try show.flat("a.png", [255, 0, 0, 255])
    try show.flat("b.png", [0, 0, 255, 255])
    let cut = try show.cut(tracks: [
      Show.track([
        Show.clip("A", "a.png", start: 0, duration: 4, rate: 24), Show.dissolve(2, 2),
        Show.clip("B", "b.png", start: 0, duration: 4, rate: 24),
      ])
    ])
    try show.render(cut, "ffv1-archive", to: "master.mkv")
    // Frames 2…5 dissolve: L = 4, the incoming side weighs (j + 1)/5 (DESIGN §6).
    let fifths = [0, 0, 1, 2, 3, 4, 5, 5]
    // 65535/5 is 13107.
    let wanted = fifths.map { [13107 * (5 - $0), 0, 13107 * $0] }
    #expect(try show.colors("master.mkv") == wanted)
  }
}

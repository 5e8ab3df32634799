import Foundation
import PegCore
import PegTestSupport
import Pegbar
import Testing

/// Media whose every picture says its number, read back from the rendered master (DESIGN §6).
@Suite(.enabled(if: Tool.has("ffmpeg", "ffprobe"), "no ffmpeg")) struct RightFrameTests {
  private static let sourceRates: [(text: String, value: Rational, otio: Double)] = [
    ("8", 8, 8), ("12", 12, 12), ("15", 15, 15), ("16", 16, 16),
    ("24000/1001", Rational(24000, 1001), 23.976023976023978),
    ("24", 24, 24), ("25", 25, 25), ("30000/1001", Rational(30000, 1001), 29.97002997002997), ("30", 30, 30),
    ("50", 50, 50), ("60000/1001", Rational(60000, 1001), 59.94005994005994),
  ]
  private static let recordRates: [(text: String, value: Rational)] = [
    ("24000/1001", Rational(24000, 1001)), ("24", 24), ("30000/1001", Rational(30000, 1001)),
  ]

  /// Long-GOP sources with B pictures at each rate, from their frame 3 on, into each record rate:
  /// record frame n shows floor(3 + n · source rate / record rate).
  @Test(arguments: sourceRates.indices)
  func everyRateIntoEveryRecordRate(index: Int) throws {
    let source = Self.sourceRates[index]
    let show = try Show()
    try show.movie(
      "clip.mp4", count: 64, rate: source.text, codec: ["-c:v", "libx264", "-g", "12", "-bf", "2", "-crf", "10"])
    for record in Self.recordRates {
      // As many source frames as 20 record frames last.
      let frames = (Rational(20) * source.value / record.value).floor
      let cut = try show.cut(
        rate: record.text,
        tracks: [
          Show.track([Show.clip("A", "clip.mp4", start: 3, duration: Double(frames), rate: source.otio)])
        ])
      let length = (Rational(frames) / source.value * record.value).ceil
      try show.render(cut, to: "out.mkv")
      let expected = (0..<length).map { (Rational(3) + Rational($0) * source.value / record.value).floor }
      #expect(try show.numbers("out.mkv") == expected, "\(source.text) into \(record.text)")
    }
  }

  @Test func sequencesThatStartAt1001AndWorkOnTwos() throws {
    let show = try Show()
    try show.sequence("cel", count: 12) { $0 + 500 }
    let cut = try show.cut(
      tracks: [
        Show.track([
          Show.sequenceClip("A", "cel", start: 1003, duration: 8, count: 12),
          Show.sequenceClip("B", "cel", start: 1001, duration: 9, count: 12, pegbar: #""step": {"frames": 3}"#),
        ])
      ])
    let report = try show.render(cut, to: "out.mkv")
    // From 1003: index 2, so 502…509; then on threes from 500: 500 ×3, 503 ×3, 506 ×3.
    let expected = Array(502...509) + [500, 500, 500, 503, 503, 503, 506, 506, 506]
    #expect(try show.numbers("out.mkv") == expected)
    let counts = try #require(report.masters.first?.counts)
    // 503 and 506 came before, in the first clip: their packets are written again.
    #expect(counts.encoded == 9)
    #expect(counts.held == 8)
  }

  @Test func reverseFreezeSlowAndFast() throws {
    let show = try Show()
    try show.movie("clip.mov", count: 48, rate: "24", codec: ["-c:v", "libx264", "-g", "8", "-bf", "2", "-crf", "10"])
    func clip(_ start: Int, _ duration: Int, _ effect: String) -> String {
      Show.clip("C", "clip.mov", start: Double(start), duration: Double(duration), rate: 24, effects: effect)
    }
    let cut = try show.cut(
      tracks: [
        Show.track([
          clip(10, 6, Show.warp("-1.0")), clip(20, 4, Show.freeze), clip(5, 6, Show.warp("0.5")),
          clip(4, 5, Show.warp("2.0")),
        ])
      ])
    try show.render(cut, to: "out.mkv")
    // Reverse over 6 frames from 10: k becomes 5 − k.
    let expected = [15, 14, 13, 12, 11, 10] + [20, 20, 20, 20] + [5, 5, 6, 6, 7, 7] + [4, 6, 8, 10, 12]
    #expect(try show.numbers("out.mkv") == expected)
  }

  @Test func variableRateShowsTheLatestPicture() throws {
    let show = try Show()
    // Pictures 0…11 at 24 fps of which some are dropped: what is left lies at its own time.
    try show.movie(
      "vfr.mkv", count: 12, rate: "24", codec: ["-c:v", "ffv1"],
      filter: ["-vf", "select='not(eq(n,3)+eq(n,4)+eq(n,7))'", "-vsync", "vfr"])
    let cut = try show.cut(tracks: [Show.track([Show.clip("A", "vfr.mkv", start: 0, duration: 12, rate: 24)])])
    try show.render(cut, to: "out.mkv")
    #expect(try show.numbers("out.mkv") == [0, 1, 2, 2, 2, 5, 6, 6, 8, 9, 10, 11])
  }

  @Test func startTimecodesAreMediaTime() throws {
    let show = try Show()
    try show.movie(
      "tc.mov", count: 24, rate: "24",
      codec: ["-c:v", "prores_ks", "-pix_fmt", "yuv422p10le", "-timecode", "10:00:00:00"])
    // 10:00:00:05 is picture 5.
    let start = Double(10 * 3600 * 24 + 5)
    let cut = try show.cut(tracks: [Show.track([Show.clip("A", "tc.mov", start: start, duration: 4, rate: 24)])])
    try show.render(cut, to: "out.mkv")
    #expect(try show.numbers("out.mkv") == [5, 6, 7, 8])
  }

  /// Flat pictures of 0 and 255: frame j of a dissolve of 3 shows 255 · (j + 1)/4.
  @Test func dissolvesWeighAsTheDesignSays() throws {
    let show = try Show()
    for (name, level) in [("black", 0), ("white", 255)] {
      let format = try #require(PixelFormat(named: "rgb24"))
      var draft = try FrameDraft(
        format: format, raster: show.raster,
        tags: ColorTags(primaries: .bt709, transfer: .srgb, matrix: .rgb, range: .full), alpha: .opaque, pool: show.pool
      )
      draft.withMutableView { view in
        for row in 0..<show.raster.height {
          memset(view.planes[0].base + row * view.planes[0].stride, Int32(level), show.raster.width * 3)
        }
      }
      let frame = draft.freeze()
      for index in 0..<10 { try StillWriter.write(frame, to: show.folder.file("\(name).\(1001 + index).png")) }
    }
    let cut = try show.cut(
      tracks: [
        Show.track([
          Show.sequenceClip("A", "black", start: 1001, duration: 5, count: 10), Show.dissolve(1, 2),
          Show.sequenceClip("B", "white", start: 1003, duration: 5, count: 10),
        ])
      ])
    try show.render(cut, "png-sequence", to: "frames")
    let names = try FileManager.default.contentsOfDirectory(atPath: show.folder.file("frames")).sorted()
    #expect(names.count == 10)
    let levels = try names.map { name -> Int in
      let frame = try StillReader.read(path: show.folder.file("frames/\(name)"), pool: show.pool)
      let bytes = frame.tightBytes
      return frame.format.depth == 16 ? Int(bytes[0]) << 8 | Int(bytes[1]) : Int(bytes[0]) * 257
    }
    // 8-bit sources give 8-bit images: the exact weight, rounded once.
    let expected = [0, 0, 0, 0, 255.0 / 4, 255.0 / 2, 255.0 * 3 / 4, 255, 255, 255]
    for (level, wanted) in zip(levels, expected) { #expect(abs(Double(level) / 257 - wanted) <= 0.5, "\(levels)") }
  }
}

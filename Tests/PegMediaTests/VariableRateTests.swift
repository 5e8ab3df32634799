import Foundation
import PegCore
import PegMedia
import PegTestSupport
import Testing

/// Pictures at uneven times, and readers that were opened for one picture alone.
@Suite(.enabled(if: Tool.has("ffmpeg", "ffprobe"), "no ffmpeg")) struct VariableRateTests {
  private func reader(_ path: String) throws -> MovieReader {
    try MovieReader(path: path, threads: 2, pool: FramePool(idleLimit: 1 << 20), cacheLimit: 1 << 20)
  }

  /// Picture n is shown at frame n + 2 · ⌊n / 5⌋ of 24 a second: every fifth is held for three.
  static let held = MovieReadFixture(
    name: "held pictures", file: "a.mkv",
    arguments: [
      "-vf", "setpts='(N+2*floor(N/5))/24/TB'", "-vsync", "passthrough", "-c:v", "libx264", "-preset", "fast", "-bf",
      "3",
      "-g", "48",
    ])

  @Test(arguments: ["a.mkv", "a.mp4"])
  func everyFrameOfTheGridShowsThePictureOfItsTime(_ file: String) throws {
    let folder = try TempFolder()
    let path = try MovieReadFixture(name: file, file: file, arguments: Self.held.arguments).make(in: folder)
    let facts = try MediaProbe.facts(of: path)
    #expect(facts.video?.rate == FrameRate(24))
    #expect(facts.findings.contains { $0.code == "timing.variable" })
    // Frame k shows the last picture whose frame is not after it; the last one lasts a frame.
    let places = (0..<50).map { $0 + 2 * ($0 / 5) }
    let expected = (0...(places.last ?? 0)).map { frame in Int32(places.lastIndex { $0 <= frame } ?? 0) }
    #expect(facts.video?.timing == .variable(pictures: expected))
    #expect(facts.video?.frameCount == expected.count)
    // ffprobe's own times say the same places.
    let times = try Probe(ffprobe: path, ["-show_frames", "-select_streams", "v"]).column("frames", "pts_time")
    #expect(times.compactMap(Double.init).map { Int(($0 * 24).rounded()) } == places)
    let reader = try reader(path)
    for picture in [49, 3, 48, 11, 10, 0, 25, 26, 24, 7] {
      #expect(NumberedPicture.number(of: try reader.picture(picture)) == picture)
    }
  }

  static let cold: [MovieReadFixture] =
    [held]
    + MovieReadFixture.all.filter {
      [
        "H.264, long GOP, B pyramid, MP4", "H.264, open GOP, Matroska", "HEVC, open GOP, MP4", "VP9, WebM",
        "MPEG-2, open GOP, MPEG-TS",
      ].contains($0.name)
    }

  @Test(arguments: cold)
  func aReaderOpenedForOnePictureGivesThatPicture(_ fixture: MovieReadFixture) throws {
    let folder = try TempFolder()
    let path = try fixture.make(in: folder)
    for picture in [31, 0, 49, 12, 47, 23, 24, 1] {
      #expect(NumberedPicture.number(of: try reader(path).picture(picture)) == picture, "picture \(picture)")
    }
  }
}

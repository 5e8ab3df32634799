import Foundation
import PegCore
import PegMedia
import PegTestSupport
import Testing

@Suite(.enabled(if: Tool.has("ffmpeg", "ffprobe"), "no ffmpeg")) struct MovieReadTests {
  private func reader(_ path: String, _ index: PictureIndex?, threads: Int, cache: Int = 1 << 20) throws -> MovieReader
  {
    try MovieReader(path: path, index: index, threads: threads, pool: FramePool(idleLimit: 1 << 20), cacheLimit: cache)
  }

  @Test(arguments: MovieReadFixture.all)
  func anyPictureIsTheRightOneInAnyOrder(_ fixture: MovieReadFixture) throws {
    let folder = try TempFolder()
    let path = try fixture.make(in: folder)
    let expected = fixture.expected
    let index = try PictureIndex.of(path)
    #expect(index.count == expected.count)
    guard index.count == expected.count else { return }

    // Forwards, with and without threads: the numbers in the pixels.
    var hashes: [[String]] = []
    for threads in [1, 3] {
      let reader = try reader(path, index, threads: threads)
      var numbers: [Int?] = []
      var own: [[String]] = []
      for picture in 0..<index.count {
        let frame = try reader.picture(picture)
        numbers.append(NumberedPicture.number(of: frame))
        own.append(frame.planeHashes)
      }
      #expect(numbers == expected, "forwards with \(threads) threads")
      if hashes.isEmpty { hashes = own } else { #expect(hashes == own, "threads change no pixel") }
    }

    // Backwards, and in leaps: the same pixels. 37 has no factor in common with the counts here.
    let backwards = Array((0..<index.count).reversed())
    let leaps = (0..<index.count).map { ($0 * 37 + 11) % index.count }
    for (order, threads) in [(backwards, 1), (leaps, 1), (leaps, 3), (backwards, 3)] {
      let reader = try reader(path, index, threads: threads)
      for picture in order {
        let frame = try reader.picture(picture)
        #expect(frame.planeHashes == hashes[picture], "picture \(picture), \(threads) threads")
      }
    }
  }

  @Test(arguments: MovieReadFixture.all)
  func aPipeOfFfmpegShowsTheSamePictures(_ fixture: MovieReadFixture) throws {
    let folder = try TempFolder()
    let path = try fixture.make(in: folder)
    // ffmpeg itself shows edited files from their first picture on, and repeats or drops none with -vsync passthrough.
    let gray = try Tool.require(
      "ffmpeg",
      ["-v", "error", "-i", path, "-map", "0:v:0", "-vsync", "passthrough", "-f", "rawvideo", "-pix_fmt", "gray", "-"])
    let facts = try MediaProbe.facts(of: path)
    let raster = try #require(facts.video?.raster)
    #expect(gray.count / (raster.width * raster.height) == fixture.expected.count)
    #expect(facts.video?.rate == FrameRate(fixture.rate))
    #expect(facts.video?.frameCount == fixture.expected.count)
    #expect(facts.video?.timing == .constant)
  }
}

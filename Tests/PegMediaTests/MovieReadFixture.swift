import Foundation
import PegCore
import PegMedia
import PegTestSupport
import Testing

/// A movie made by ffmpeg whose pictures say their own number, and what a reader has to find in it.
struct MovieReadFixture: Sendable, CustomTestStringConvertible {
  let name: String
  let file: String
  let arguments: [String]
  var count = 50
  var rate = "24"
  /// A second run of ffmpeg over the first file, without decoding.
  var copy: [String] = []
  var copyFile: String?
  /// The numbers that are shown; all of them where nothing is cut away.
  var shown: Range<Int>?

  var testDescription: String { name }
  var expected: [Int] { Array(shown ?? 0..<count) }

  static let raster = Raster(160, 96)

  /// Writes the movie into `folder` and gives its path.
  func make(in folder: TempFolder) throws -> String {
    let pool = FramePool(idleLimit: 1 << 20)
    var raw = Data()
    for number in 0..<count {
      let frame = try NumberedPicture.frame(
        number, format: format("yuv420p"), raster: Self.raster, tags: .bt709, pool: pool)
      raw.append(contentsOf: frame.tightBytes)
    }
    let path = folder.file(file)
    let input = ["-y", "-v", "error", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", "160x96", "-r", rate, "-i", "-"]
    let output = try Tool.run("ffmpeg", input + arguments + [path], input: raw)
    try #require(output.status == 0, "\(output.stderr)")
    guard let copyFile else { return path }
    let second = folder.file(copyFile)
    try Tool.require(
      "ffmpeg", ["-y", "-v", "error"] + copy.map { $0 == "IN" ? path : $0 } + [second])
    return second
  }

  static let x264 = ["-c:v", "libx264", "-preset", "fast", "-threads", "1"]
  static let x265 = ["-c:v", "libx265", "-preset", "fast"]

  static let all: [MovieReadFixture] = [
    .init(name: "H.264, long GOP, B pyramid, MP4", file: "a.mp4", arguments: x264 + ["-bf", "3", "-g", "48"]),
    .init(
      name: "H.264, open GOP, MP4", file: "a.mp4",
      arguments: x264 + ["-x264-params", "open-gop=1:bframes=3:keyint=12:min-keyint=12:scenecut=0"]),
    .init(
      name: "H.264, open GOP, Matroska", file: "a.mkv",
      arguments: x264 + ["-x264-params", "open-gop=1:bframes=3:keyint=12:min-keyint=12:scenecut=0"]),
    .init(
      name: "H.264, intra refresh, MP4", file: "a.mp4",
      arguments: x264 + ["-x264-params", "intra-refresh=1:keyint=12:bframes=0"]),
    .init(
      name: "H.264, fragmented MP4", file: "a.mp4",
      arguments: x264 + ["-bf", "2", "-g", "12", "-movflags", "frag_keyframe+empty_moov"]),
    .init(name: "H.264, MPEG-TS", file: "a.ts", arguments: x264 + ["-bf", "3", "-g", "12"]),
    .init(name: "H.264, AVI (no presentation times)", file: "a.avi", arguments: x264 + ["-bf", "2", "-g", "12"]),
    .init(name: "H.264, elementary stream", file: "a.h264", arguments: x264 + ["-bf", "2", "-g", "12"]),
    .init(
      name: "HEVC, open GOP, MP4", file: "a.mp4",
      arguments: x265 + ["-x265-params", "log-level=none:keyint=24:min-keyint=24:bframes=4:open-gop=1:scenecut=0"]),
    .init(
      name: "HEVC, open GOP, Matroska", file: "a.mkv",
      arguments: x265 + ["-x265-params", "log-level=none:keyint=12:min-keyint=12:bframes=3:open-gop=1:scenecut=0"]),
    .init(
      name: "HEVC, elementary stream", file: "a.hevc",
      arguments: x265 + ["-x265-params", "log-level=none:keyint=12:bframes=3"]),
    .init(
      name: "MPEG-2, open GOP, MPEG-TS", file: "a.ts",
      arguments: ["-c:v", "mpeg2video", "-bf", "2", "-g", "12", "-q:v", "2"]),
    .init(
      name: "MPEG-2, programme stream", file: "a.mpg",
      arguments: ["-c:v", "mpeg2video", "-bf", "2", "-g", "12", "-q:v", "2"]),
    .init(name: "MPEG-4, AVI", file: "a.avi", arguments: ["-c:v", "mpeg4", "-bf", "2", "-g", "12", "-q:v", "2"]),
    .init(
      name: "VP8, WebM, hidden references", file: "a.webm",
      arguments: ["-c:v", "libvpx", "-auto-alt-ref", "1", "-lag-in-frames", "16", "-g", "24", "-b:v", "2M"]),
    .init(
      name: "VP9, WebM", file: "a.webm",
      arguments: ["-c:v", "libvpx-vp9", "-auto-alt-ref", "1", "-lag-in-frames", "16", "-g", "24", "-b:v", "2M"]),
    .init(
      name: "AV1, MP4", file: "a.mp4", arguments: ["-c:v", "libsvtav1", "-preset", "10", "-g", "24", "-crf", "30"],
      count: 30),
    .init(name: "ProRes, MOV", file: "a.mov", arguments: ["-c:v", "prores_ks", "-profile:v", "2"], rate: "24000/1001"),
    .init(
      name: "DNxHR, MXF", file: "a.mxf",
      arguments: ["-s", "256x128", "-c:v", "dnxhd", "-profile:v", "dnxhr_hq", "-pix_fmt", "yuv422p"], rate: "25"),
    .init(name: "FFV1, all intra, Matroska", file: "a.mkv", arguments: ["-c:v", "ffv1", "-g", "1", "-slices", "4"]),
    .init(name: "FFV1, GOP of 10, Matroska", file: "a.mkv", arguments: ["-c:v", "ffv1", "-g", "10"]),
    .init(name: "MJPEG, AVI", file: "a.avi", arguments: ["-c:v", "mjpeg", "-q:v", "2", "-pix_fmt", "yuvj420p"]),
    .init(name: "PNG, MOV", file: "a.mov", arguments: ["-c:v", "png"]),
    .init(name: "animated GIF at 12.5 fps", file: "a.gif", arguments: [], count: 25, rate: "25/2"),
    .init(name: "animated PNG", file: "a.apng", arguments: ["-plays", "0"], count: 25, rate: "10"),
    .init(
      name: "MP4 cut by an edit list inside a GOP", file: "a.mp4", arguments: x264 + ["-bf", "3", "-g", "24"],
      copy: ["-ss", "1.25", "-i", "IN", "-c", "copy"], copyFile: "b.mp4", shown: 30..<50),
    .init(
      name: "MP4 that begins with an empty edit", file: "a.mp4", arguments: x264 + ["-bf", "2", "-g", "24"],
      copy: ["-itsoffset", "0.5", "-i", "IN", "-c", "copy"], copyFile: "b.mp4"),
  ]
}

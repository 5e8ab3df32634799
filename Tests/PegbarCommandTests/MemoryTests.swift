import Foundation
import PegTestSupport
import Testing

/// Memory is bounded, and does not grow with the programme's length.
///
/// Every picture of these cuts is another one and its packet is larger than what is kept of packets, so that each is decoded,
/// encoded and let go: pictures that come again would cost nothing.
@Suite(
  .serialized, .enabled(if: Workbench.canDraw && Tool.path("python3") != nil, "no ffmpeg or python3"))
struct MemoryTests {
  static let isSoak = ProcessInfo.processInfo.environment["PEGBAR_SOAK"] == "1"
  private static let mebibyte = 1 << 20

  private let bench: Workbench

  init() throws { bench = try Workbench() }

  /// Noise over moving pictures, in a codec whose pictures decode fast and by themselves.
  private func source(_ name: String, seconds: Double, raster: String) throws {
    try bench.movie(
      name, seconds: seconds, raster: raster,
      codec: [
        "-vf", "noise=alls=6:allf=t,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p", "-c:v", "mpeg2video",
        "-g",
        "1", "-q:v", "6", "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709",
      ])
  }

  /// A cut that plays the ten seconds of `source` so often, each time a little more transparent: no picture comes twice.
  private func cut(_ name: String, of source: String, times: Int) throws -> String {
    let cut = try bench.cut(name, of: source)
    let script = """
      import copy, json, sys
      cut = json.load(open(sys.argv[1]))
      track = cut['tracks']['children'][0]
      clip = track['children'][0]
      track['children'] = [copy.deepcopy(clip) for _ in range(int(sys.argv[2]))]
      for index, child in enumerate(track['children']):
          child['name'] = 'shot %d' % index
          child['metadata'].setdefault('pegbar', {})['opacity'] = 1 - index / 1000
      json.dump(cut, open(sys.argv[1], 'w'))
      """
    try Tool.require("python3", ["-c", script, cut, "\(times)"])
    return cut
  }

  private func render(_ cut: String, _ preset: String, _ name: String, lanes: Int = 2, _ more: String...) throws
    -> Tool.Cost
  {
    let cost = try Tool.cost(
      of: Workbench.pegbar, ["render", cut, "-p", preset, "-o", bench.file(name), "--threads", "\(lanes)"] + more,
      timeout: 7200)
    #expect(cost.status == 0, "\(cost.stderr)")
    return cost
  }

  /// 30 seconds against 10 minutes.
  @Test(.enabled(if: isSoak, "a long test: make soak")) func tenMinutesTakeNoMoreThanHalfAMinute() throws {
    try source("source.mov", seconds: 10, raster: "1920x1080")
    let short = try render(try cut("short.otio", of: "source.mov", times: 3), "prores-422-hq", "short.mov")
    let long = try render(try cut("long.otio", of: "source.mov", times: 60), "prores-422-hq", "long.mov")
    print("peak RSS of 30 s and of 10 min: \(short.peak / Self.mebibyte) and \(long.peak / Self.mebibyte) MiB")
    #expect(abs(long.peak - short.peak) * 10 <= short.peak)
  }

  /// UHD with every intra preset stays under 1 GiB, resampled from HD and composited.
  @Test(
    .enabled(if: isSoak, "a long test: make soak"),
    arguments: [
      ("prores-422-hq", "mov"), ("prores-4444", "mov"), ("dnxhr-hqx", "mxf"), ("png-sequence", ""),
      ("ffv1-archive", "mkv"),
    ])
  func ultraHighDefinitionStaysUnderAGibibyte(preset: String, ending: String) throws {
    try source("source.mov", seconds: 1, raster: "1920x1080")
    let cut = try cut("cut.otio", of: "source.mov", times: 2)
    try bench.require("conform", cut, "--raster", "3840x2160", "-o", cut)
    let cost = try render(cut, preset, ending.isEmpty ? "frames" : "out.\(ending)")
    print("peak RSS of UHD in \(preset): \(cost.peak / Self.mebibyte) MiB")
    #expect(cost.peak < 1 << 30)
  }

  /// `--memory` holds, but for what codecs allocate themselves: with less of it fewer lanes work, to the same bytes.
  @Test(.enabled(if: isSoak, "a long test: make soak")) func theLimitIsKept() throws {
    try source("source.mov", seconds: 3, raster: "1920x1080")
    let cut = try cut("cut.otio", of: "source.mov", times: 1)
    for limit in [400, 600, 900] {
      let cost = try render(cut, "prores-422-hq", "out\(limit).mov", lanes: 8, "--memory", "\(limit)M")
      print("peak RSS at --memory \(limit)M: \(cost.peak / Self.mebibyte) MiB")
      #expect(cost.peak <= limit * Self.mebibyte)
      #expect(
        FileManager.default.contentsEqual(atPath: bench.file("out\(limit).mov"), andPath: bench.file("out400.mov")))
    }
  }
}

import Foundation
import PegCore
import PegTestSupport
import Pegbar
import Testing

/// Rate, timestamps and duration of masters, as ffprobe reads them, against exact arithmetic: picture n is shown at n/rate. MOV, MP4
/// and MXF hold that exactly; Matroska holds milliseconds, rounded, with the frame's duration beside them in nanoseconds.
@Suite(.serialized, .enabled(if: Tool.has("ffmpeg", "ffprobe"), "no ffmpeg")) struct FrameGridTests {
  static let cases = Programme.rates.flatMap { rate in
    [
      ("prores-422-hq", "mov"), ("dnxhr-hqx", "mxf"), ("h264-review", "mp4"), ("hevc-10", "mp4"),
      ("ffv1-archive", "mkv"),
    ]
    .map { (rate, $0.0, $0.1) }
  }

  @Test(arguments: cases.indices)
  func everyPictureLiesOnTheGrid(index: Int) throws {
    let (rate, preset, ending) = Self.cases[index]
    let programme = try Programme(rate: rate)
    let show = programme.show
    let name = "master.\(ending)"
    try show.render(try programme.cut(), preset, to: name)
    let probe = try Probe(ffprobe: show.folder.file(name), ["-select_streams", "v:0", "-show_packets"])
    let frames = 104
    let exact = programme.exact
    let video = try #require(probe.first("streams", where: "codec_type", is: "video"))
    #expect(probe["\(video).r_frame_rate"] == (rate == "24" ? "24/1" : rate))
    #expect(probe["\(video).avg_frame_rate"] == (rate == "24" ? "24/1" : rate))
    let base = try #require(probe["\(video).time_base"]).split(separator: "/").compactMap { Int($0) }
    let unit = Rational(base[0], base[1])
    let shown = try probe.column("packets", "pts").map { try #require(Int($0)) }
    #expect(shown.count == frames)
    if ending == "mkv" {
      #expect(unit == Rational(1, 1000))
      // Half up, as libav rounds.
      let wanted = (0..<frames).map { (Rational($0) / exact * 1000 + Rational(1, 2)).floor }
      #expect(shown == wanted)
      // DefaultDuration is 23E383, a size of 4, and nanoseconds: no number of milliseconds.
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: show.folder.file(name))).prefix(4096))
      let at = try #require(
        bytes.indices.dropLast(7).first { bytes[$0..<($0 + 4)].elementsEqual([0x23, 0xe3, 0x83, 0x84]) })
      let duration = bytes[(at + 4)..<(at + 8)].reduce(0) { $0 << 8 | Int($1) }
      let wantedDuration = Rational(1_000_000_000) / exact
      #expect(Rational(duration) <= wantedDuration + 1 && Rational(duration) >= wantedDuration - 1)
    } else {
      #expect(shown.sorted().map { Rational($0) * unit } == (0..<frames).map { Rational($0) / exact })
      let total = try #require(probe["\(video).duration_ts"].flatMap { Int($0) })
      #expect(Rational(total) * unit == Rational(frames) / exact)
      let decoded = try probe.column("packets", "dts").map { try #require(Int($0)) }
      // Decoding runs ahead of showing by the depth that the preset declares, on the same grid.
      let depth = try Show.presets().deliverable(named: preset).video.reorderDepth
      #expect(decoded.map { Rational($0) * unit } == (0..<frames).map { Rational($0 - depth) / exact })
    }
    if ending == "mov" || ending == "mp4" { #expect(probe["\(video).start_pts"] == "0") }
  }
}

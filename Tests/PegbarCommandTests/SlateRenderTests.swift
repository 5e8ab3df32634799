import Foundation
import PegTestSupport
import Testing

/// `render --missing slate`: what has no media cannot be mistaken for the film.
@Suite(.enabled(if: Workbench.canDraw, "no ffmpeg")) struct SlateRenderTests {
  @Test func missingClipsAreSlatesThatNameThem() throws {
    let bench = try Workbench()
    let list = [
      "TITLE: T", "FCM: NON-DROP FRAME", "001  A001     V     C        01:00:10:00 01:00:10:06 01:00:00:00 01:00:00:06",
      "* FROM CLIP NAME: SH010", "002  A001     V     C        01:00:20:00 01:00:20:06 01:00:00:06 01:00:00:12",
      "* FROM CLIP NAME: SH020",
    ]
    try Data(list.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: bench.file("cut.edl")))
    let conformed = try bench.run(
      "conform", bench.file("cut.edl"), "--rate", "24", "--raster", "320x180", "-o", bench.file("cut.otio"))
    #expect(conformed.status == 1)
    let refused = try bench.run("render", bench.file("cut.otio"), "-p", "prores-422-hq", "-o", bench.file("no.mov"))
    #expect(refused.status == 66)
    #expect(refused.stderr.contains("clip SH010 (V1:0) at 01:00:00:00: it is linked to no media"), "\(refused.stderr)")
    let rendered = try bench.run(
      "render", bench.file("cut.otio"), "-p", "png-sequence", "-o", bench.file("out/f.####.png"), "--missing", "slate")
    #expect(rendered.status == 0, "\(rendered.stderr)")
    for clip in ["SH010 (V1:0) at 01:00:00:00 is a slate", "SH020 (V1:1) at 01:00:00:06 is a slate"] {
      #expect(rendered.stderr.contains(clip), "\(rendered.stderr)")
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: bench.file("out")).filter { $0.hasSuffix(".png") }
      .sorted()
    #expect(names.count == 12)
    // A clip is one picture, worked once; the next clip's is another.
    let pictures = try names.map { try Data(contentsOf: URL(fileURLWithPath: bench.file("out/\($0)"))) }
    #expect(Set(pictures).count == 2)
    #expect(pictures[0] == pictures[5] && pictures[6] == pictures[11] && pictures[5] != pictures[6])
    // As ffmpeg decodes it: orange in the corner, dark grey within, and something written.
    let raw = try Tool.require(
      "ffmpeg", ["-v", "error", "-i", bench.file("out/\(names[0])"), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"])
    #expect(raw.count == 320 * 180 * 3)
    // 0.55 of 255 is 140.25; 0.09 and 0.1 are 22.95 and 25.5.
    #expect(zip(raw[0..<3], [255, 140, 0]).allSatisfy { abs(Int($0) - $1) <= 1 }, "\(Array(raw[0..<3]))")
    let middle = (90 * 320 + 12) * 3
    #expect(raw[middle] == 23 && raw[middle + 1] == 23)
    let bright = stride(from: 0, to: raw.count, by: 3).count { raw[$0] > 220 && raw[$0 + 1] > 220 && raw[$0 + 2] > 220 }
    #expect(bright > 200)
    // The same again is nothing to do; another name is another picture.
    let again = try bench.run(
      "render", bench.file("cut.otio"), "-p", "png-sequence", "-o", bench.file("out/f.####.png"), "--missing", "slate")
    #expect(again.status == 0 && again.stderr.contains("is current (12 frames"), "\(again.stderr)")
  }
}

import Foundation
import PegCore
import PegMedia
import PegTestSupport
import Testing

@testable import PegRender

/// The hash of a picture, judged by Python's xxhash: anybody can compute it from a decoded picture.
@Suite(.enabled(if: Tool.hasPython("xxhash"), "no xxhash")) struct PictureHashTests {
  private let pool = FramePool(idleLimit: 16 << 20)

  /// Rasters whose rows are padded in memory, and one whose rows are not.
  @Test(arguments: ["yuv420p", "yuv422p10le", "gbrp12le", "rgb24", "rgb48be", "yuva444p16le", "gray16be"])
  func isThatOfFormatRasterAndTightRows(name: String) throws {
    let format = try #require(PixelFormat(named: name))
    let tags: ColorTags =
      format.family == .rgb
      ? ColorTags(primaries: .bt709, transfer: .srgb, matrix: .rgb, range: .full) : .bt709
    for raster in [Raster(250, 142), Raster(251, 143), Raster(256, 144)] {
      let frame = try NumberedPicture.frame(7, format: format, raster: raster, tags: tags, pool: pool)
      var rows = frame.tightBytes
      if name.hasSuffix("be") {
        for at in stride(from: 0, to: rows.count, by: 2) { rows.swapAt(at, at + 1) }
      }
      let program = "import sys, xxhash; sys.stdout.write(xxhash.xxh3_128_hexdigest(sys.stdin.buffer.read()))"
      let input = Data("\(name) \(raster.width)x\(raster.height)\n".utf8) + rows
      #expect(try Tool.run(Tool.python, ["-c", program], input: input).text == "\(frame.pictureHash)", "\(raster)")
    }
  }
}

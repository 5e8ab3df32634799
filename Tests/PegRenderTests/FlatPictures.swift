import Foundation
import PegCore
import PegMedia
import PegTestSupport
import Pegbar
import Testing

/// Pictures of one colour, and what a master shows of them: what a test's arithmetic is compared with.
extension Show {
  /// Every frame's samples as ffmpeg gives them.
  func samples(_ name: String, as format: String) throws -> Data {
    let numbered = name.contains("%") ? ["-start_number", name.hasPrefix("frames") ? "0" : "1001"] : []
    return try Tool.require(
      "ffmpeg", ["-v", "error"] + numbered + ["-i", folder.file(name), "-f", "rawvideo", "-pix_fmt", format, "-"])
  }

  /// A PNG of one colour all over, RGBA, straight as PNG has it; of the show's raster where none is given.
  func flat(_ name: String, _ color: [UInt8], raster: Raster? = nil) throws {
    var draft = try FrameDraft(
      format: try #require(PixelFormat(named: "rgba")), raster: raster ?? self.raster, tags: .srgb, alpha: .straight,
      pool: pool)
    draft.withMutableView { view in
      for y in 0..<view.raster.height {
        for x in 0..<view.raster.width * 4 {
          view.planes[0].base.storeBytes(of: color[x % 4], toByteOffset: y * view.planes[0].stride + x, as: UInt8.self)
        }
      }
    }
    try StillWriter.write(draft.freeze(), to: folder.file(name))
  }

  /// A clip of a picture of one colour, named like it.
  static func flatClip(_ name: String, duration: Int, pegbar: String = "") -> String {
    clip(name, name, start: 0, duration: Double(duration), rate: 24, pegbar: pegbar)
  }

  /// The colour of each frame of a master, at 16 bits: every pixel of a frame has to be of one colour.
  func colors(_ name: String) throws -> [[Int]] {
    let data = [UInt8](try samples(name, as: "rgb48le"))
    let frame = raster.width * raster.height * 6
    return stride(from: 0, to: data.count, by: frame).map { at in
      #expect(stride(from: at, to: at + frame, by: 6).allSatisfy { data[$0..<$0 + 6] == data[at..<at + 6] })
      return (0..<3).map { Int(data[at + 2 * $0]) | Int(data[at + 2 * $0 + 1]) << 8 }
    }
  }
}

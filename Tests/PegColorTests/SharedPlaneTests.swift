import Foundation
import PegColor
import PegCore
import PegTestSupport
import Testing

/// Y′CbCr whose components share planes is read as its planar twin is, to the bit.
@Suite struct SharedPlaneTests {
  /// The twin, and where in the order of libav's pixdesc Y′, Cb and Cr lie: plane, samples from one to the next, samples before.
  struct Pair: Sendable, CustomTestStringConvertible {
    let layout: String
    let twin: String
    let places: [[Int]]
    var testDescription: String { "\(layout) and \(twin)" }
  }

  private static let cbFirst = [[0, 1, 0], [1, 2, 0], [1, 2, 1]]
  private static let crFirst = [[0, 1, 0], [1, 2, 1], [1, 2, 0]]
  static let pairs =
    [
      Pair(layout: "yuyv422", twin: "yuv422p", places: [[0, 2, 0], [0, 4, 1], [0, 4, 3]]),
      Pair(layout: "uyvy422", twin: "yuv422p", places: [[0, 2, 1], [0, 4, 0], [0, 4, 2]]),
      Pair(layout: "yvyu422", twin: "yuv422p", places: [[0, 2, 0], [0, 4, 3], [0, 4, 1]]),
      Pair(layout: "nv12", twin: "yuv420p", places: cbFirst), Pair(layout: "nv21", twin: "yuv420p", places: crFirst),
      Pair(layout: "nv16", twin: "yuv422p", places: cbFirst), Pair(layout: "nv24", twin: "yuv444p", places: cbFirst),
      Pair(layout: "nv42", twin: "yuv444p", places: crFirst),
    ]
    + ["0": "420", "2": "422", "4": "444"].sorted { $0.key < $1.key }.flatMap { digit, chroma in
      [10, 12, 16].map { Pair(layout: "p\(digit)\($0)le", twin: "yuv\(chroma)p\($0)le", places: cbFirst) }
    }

  /// The same samples in the other layout.
  private func rearranged(_ twin: Picture, _ pair: Pair) throws -> Picture {
    let made = try Picture(pair.layout, twin.shape.raster, twin.shape.tags)
    for component in 0..<3 {
      let (place, size) = (pair.places[component], twin.size(component))
      for y in 0..<size.height {
        for x in 0..<size.width {
          made[place[0], x * place[1] + place[2], y] = twin[component, x, y] << made.shape.format.shift
        }
      }
    }
    return made
  }

  @Test(arguments: pairs) func picturesAreReadAsTheirPlanarTwins(pair: Pair) throws {
    for raster in [Raster(61, 7), Raster(1, 1), Raster(970, 4)] {
      let twin = try Picture(pair.twin, raster, .bt709)
      twin.fill(seed: UInt64(raster.width))
      let shared = try rearranged(twin, pair)
      let (made, wanted) = (try shared.conformed(), try twin.conformed())
      for y in 0..<raster.height { for x in 0..<raster.width { #expect(made.rgba(x, y) == wanted.rgba(x, y)) } }
    }
  }

  @Test(arguments: pairs) func scaledPicturesAndOnesThatAreOnlyRepackedToo(pair: Pair) throws {
    let twin = try Picture(pair.twin, Raster(38, 10), .bt709)
    twin.fill(seed: 5, legal: 1 << (twin.shape.format.depth - 8)...(254 << (twin.shape.format.depth - 8)))
    let shared = try rearranged(twin, pair)
    #expect(try shared.conformed(to: Raster(57, 23)).codes32 == twin.conformed(to: Raster(57, 23)).codes32)
    // Nothing but the layout changes: the samples themselves come out.
    let repacked = try Picture(pair.twin, twin.shape.raster, .bt709)
    let conformer = try LayerConformer(
      source: shared.shape, pixelAspect: 1, view: nil, raster: twin.shape.raster, rasterPixelAspect: 1, fit: .none)
    try OutputConformer(from: twin.shape.raster, to: repacked.shape, fit: .fit)
      .deliver(PictureLayer(.source(shared.view, conformer)), into: repacked.mutableView)
    #expect(repacked.codes == twin.codes)
  }

  @Test func theyAreReadAndNotWritten() throws {
    for pair in Self.pairs {
      let shape = try Picture(pair.layout, Raster(8, 8), .bt709).shape
      #expect(throws: PegError.self) { try OutputConformer(from: Raster(8, 8), to: shape, fit: .fit) }
    }
  }

  /// FFmpeg lays the same samples into the same bytes.
  @Test(.enabled(if: Tool.path("ffmpeg") != nil, "ffmpeg is not installed"))
  func libavLaysThemSo() throws {
    for name in ["uyvy422", "yuyv422", "nv12", "p010le", "p210le"] {
      let pair = try #require(Self.pairs.first { $0.layout == name })
      let twin = try Picture(pair.twin, Raster(32, 6), .bt709)
      twin.fill(seed: 11)
      let output = try Tool.run(
        "ffmpeg",
        [
          "-v", "error", "-f", "rawvideo", "-pix_fmt", pair.twin, "-s", "32x6", "-i", "-", "-f", "rawvideo", "-pix_fmt",
          name, "-",
        ], input: twin.bytes)
      #expect(output.status == 0, "\(output.stderr)")
      #expect(output.stdout == (try rearranged(twin, pair)).bytes, "\(name)")
    }
  }
}

extension Picture {
  /// The planes in their order, rows without padding.
  fileprivate var bytes: Data {
    Data(
      codes.flatMap { code in shape.format.bytesPerSample == 1 ? [UInt8(code)] : [UInt8(code & 255), UInt8(code >> 8)] }
    )
  }

  /// The bits of every float.
  fileprivate var codes32: [UInt32] {
    (0..<4).flatMap { plane in
      (0..<height).flatMap { y in (0..<width).map { float(plane, $0, y).bitPattern } }
    }
  }
}

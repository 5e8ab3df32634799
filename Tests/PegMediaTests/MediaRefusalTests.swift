import Foundation
import PegCore
import PegMedia
import PegTestSupport
import Testing

/// What is refused, in words that say what it is.
@Suite struct MediaRefusalTests {
  private func refusal(_ path: String) -> MediaError? {
    #expect(throws: MediaError.self) { try MediaProbe.facts(of: path, expanding: false) }
  }

  /// Opening a pipe waits for whoever writes to it; nobody does.
  @Test func aPipeIsNoFile() throws {
    let folder = try TempFolder()
    let path = folder.file("pipe.png")
    #expect(mkfifo(path, 0o600) == 0)
    #expect(refusal(path)?.sentence.contains("pipe") == true)
    #expect(throws: MediaError.self) { try StillReader.read(path: path, pool: FramePool(idleLimit: 0)) }
    #expect(throws: MediaError.self) { try PacketTable.read(path: path, mayBeCut: true) }
    #expect(throws: MediaError.self) { try PictureIndex.of(path) }
  }

  @Test(.enabled(if: Tool.hasPython("tifffile, OpenImageIO, numpy"), "no tifffile or OpenImageIO"))
  func kindsOfTIFFThatAreNotReadAreNamed() throws {
    let folder = try TempFolder()
    let script = """
      import sys, numpy as np, tifffile
      a = np.arange(64 * 64 * 3, dtype=np.uint8).reshape(64, 64, 3)
      tifffile.imwrite(sys.argv[1] + '/big.tif', a, bigtiff=True, photometric='rgb')
      tifffile.imwrite(sys.argv[1] + '/tiled.tif', a, tile=(32, 32), photometric='rgb')
      tifffile.imwrite(sys.argv[1] + '/cmyk.tif', np.zeros((8, 8, 4), np.uint8), photometric='separated')
      tifffile.imwrite(sys.argv[1] + '/zip.tif', a, compression='zlib', rowsperstrip=16, photometric='rgb')
      """
    try Tool.require(Tool.python, ["-W", "ignore", "-c", script, folder.path])
    #expect(refusal(folder.file("big.tif"))?.sentence.contains("BigTIFF") == true)
    #expect(refusal(folder.file("tiled.tif"))?.sentence.contains("tiled") == true)
    #expect(refusal(folder.file("cmyk.tif"))?.sentence.contains("CMYK") == true)
    // A strip that does not unpack is no strip of whatever was in memory before.
    let path = folder.file("zip.tif")
    _ = try StillReader.read(path: path, pool: FramePool(idleLimit: 0))
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    // zlib's two first bytes for its usual window and level.
    let strip = try #require(bytes.range(of: Data([0x78, 0x9C]))?.lowerBound)
    // The reserved kind of block (RFC 1951, 3.2.3): libav does not look at checksums.
    for place in strip + 2..<strip + 10 { bytes[place] = 0xFF }
    try bytes.write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: MediaError.self) { try StillReader.read(path: path, pool: FramePool(idleLimit: 0)) }
    #expect(error?.kind == .badInput && error?.sentence.contains(path) == true)
  }

  /// Runs of four thousand million samples that a table claims and does not have.
  @Test(.enabled(if: SharedMedia.isThere, "no shared media"))
  func aTableOfSamplesIsNoLargerThanTheFile() throws {
    for name in ["cogvideox4_sttsbomb.mp4", "greyscale24_sttsbomb.mov"] {
      let path = SharedMedia.file("hostile/derived/\(name)")
      let size = try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
      if let table = try? PacketTable.read(path: path) {
        for stream in table.streams {
          #expect(stream.entries.count < size)
          #expect(stream.entries.allSatisfy { $0.offset >= 0 && $0.size >= 0 && $0.offset + $0.size <= size })
        }
      }
    }
  }

  /// What pictures gave back is used again, also when the programme goes on in another size.
  @Test func memoryOfAnOldSizeMakesRoomForTheNewOne() throws {
    let pool = FramePool(idleLimit: 3 << 20)
    func address(_ raster: Raster) throws -> UnsafeRawPointer {
      let draft = try FrameDraft(format: format("rgba"), raster: raster, tags: .srgb, alpha: .straight, pool: pool)
      return draft.freeze().withView { $0.planes[0].base }
    }
    // One picture of 2 MiB fills the pool; one of 1.6 MiB takes its place and is used again.
    let old = try address(Raster(1024, 512))
    #expect(try address(Raster(1024, 512)) == old)
    let new = try address(Raster(1024, 400))
    for _ in 0..<4 { #expect(try address(Raster(1024, 400)) == new) }
  }

  @Test func aPictureBeyondTheLimitIsAnErrorAndNoAllocation() {
    let error = #expect(throws: MediaError.self) {
      _ = try FrameDraft(
        format: format("gbrapf32le"), raster: Raster(32768, 32768), tags: .linear709, alpha: .premultiplied,
        pool: FramePool(idleLimit: 0)
      ).freeze()
    }
    #expect(error?.kind == .badInput)
  }
}

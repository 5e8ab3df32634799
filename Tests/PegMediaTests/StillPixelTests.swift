import Foundation
import PegCore
@testable import PegMedia
import PegTestSupport
import Testing

/// Stills of every depth and layout, written by OpenImageIO, tifffile and Pillow: the samples that are in them come out.
@Suite struct StillPixelTests {
  @Test(.enabled(if: StillSamples.isPossible, "no OpenImageIO, tifffile or Pillow"))
  func everySampleOfEveryLayoutIsTheOneThatWasWritten() throws {
    let samples = try StillSamples()
    #expect(samples.files.count > 80)
    let pool = FramePool(idleLimit: 1 << 22)
    for file in samples.files {
      let path = samples.folder.file(file.name)
      do {
        let facts = try MediaProbe.facts(of: path, expanding: false)
        #expect(facts.video?.raster == file.raster, "\(file.name)")
        let frame = try StillReader.read(path: path, pool: pool)
        #expect(frame.raster == file.raster, "\(file.name)")
        #expect(frame.format.name == facts.video?.pixelFormat, "\(file.name)")
        #expect(frame.alpha.rawValue == facts.video?.alpha.rawValue, "\(file.name)")
        if let alpha = file.alpha { #expect(frame.alpha.rawValue == alpha, "\(file.name)") }
        let expected = try samples.samples(file)
        let found = frame.samples
        let differences = zip(found, expected).enumerated().filter { $0.element.0 != $0.element.1 }
        #expect(found.count == expected.count, "\(file.name) has \(frame.format)")
        #expect(
          differences.isEmpty, "\(file.name), \(frame.format): \(differences.count) differ, \(differences.prefix(3))")
      } catch let error as MediaError {
        #expect(file.mayRefuse == true && error.kind == .badInput, "\(file.name): \(error.sentence)")
      }
    }
  }

  /// A JPEG decoder may round its transform as it likes; T.83 and IEEE 1180 bound how far two may differ.
  @Test(.enabled(if: Tool.hasPython("PIL, numpy"), "no Pillow"))
  func jpegsAreWithinTheRoundingOfTheirTransform() throws {
    let folder = try TempFolder()
    let script = """
      import sys, numpy as np
      from PIL import Image
      out = sys.argv[1]
      y, x = np.mgrid[0:48, 0:64]
      rgb = np.stack([x * 4, y * 5, 255 - x * 2 - y], -1).clip(0, 255).astype(np.uint8)
      for name, sampling, progressive in (('444', 0, False), ('422', 1, False), ('420', 2, False), ('progressive', 2, True)):
          Image.fromarray(rgb).save(f'{out}/{name}.jpg', quality=92, subsampling=sampling, progressive=progressive)
          im = Image.open(f'{out}/{name}.jpg')
          im.draft('YCbCr', im.size)
          np.asarray(im)[..., 0].astype(np.uint8).tofile(f'{out}/{name}.raw')
      Image.fromarray(rgb[..., 0]).save(f'{out}/gray.jpg', quality=92)
      np.asarray(Image.open(f'{out}/gray.jpg')).tofile(f'{out}/gray.raw')
      """
    try Tool.require(Tool.python, ["-c", script, folder.path])
    let formats = [
      "444": "yuv444p", "422": "yuv422p", "420": "yuv420p", "progressive": "yuv420p", "gray": "gray",
    ]
    for (name, pixels) in formats {
      let frame = try StillReader.read(path: folder.file("\(name).jpg"), pool: FramePool(idleLimit: 0))
      #expect(frame.format.name == pixels && frame.tags.range == .full)
      let luma = frame.tightBytes.prefix(64 * 48)
      let judged = try Data(contentsOf: URL(fileURLWithPath: folder.file("\(name).raw")))
      let worst = zip(luma, judged).map { abs(Int($0) - Int($1)) }.max()
      #expect(judged.count == luma.count && (worst ?? 255) <= 1, "\(name): \(worst ?? -1)")
    }
  }

  @Test(.enabled(if: Tool.hasPython("numpy"), "no numpy"))
  func everyHalfIsTheFloatThatNumpySays() throws {
    let script =
      "import sys, numpy as np; sys.stdout.buffer.write(np.arange(65536, dtype='<u2').view('<f2').astype('<f4').tobytes())"
    let judged = try Tool.require(Tool.python, ["-c", script])
    #expect(judged.count == 65536 * 4)
    judged.withUnsafeBytes { raw in
      for half in 0..<65536 {
        let expected = raw.loadUnaligned(fromByteOffset: half * 4, as: Float.self)
        let found = HalfFloat.float(UInt16(half))
        #expect(found.bitPattern == expected.bitPattern || found.isNaN && expected.isNaN, "\(half)")
      }
    }
  }
}

import Foundation
import PegCore
import PegMedia
import PegTestSupport
import Testing

/// Animations that Pillow wrote: every picture is the one that Pillow shows, in any order.
@Suite struct AnimationTests {
  static let isPossible = Tool.hasPython("PIL, numpy")

  /// Writes an animation of 12 pictures with transparent parts, partial updates and mixed delays, and beside it what
  /// Pillow composes: RGBA, picture after picture.
  private func make(_ name: String, in folder: TempFolder, _ options: String) throws -> Data {
    let script = """
      import sys, numpy as np
      from PIL import Image, ImageDraw, ImageSequence
      out, kind = sys.argv[1], sys.argv[2]
      frames = []
      for n in range(12):
          im = Image.new('RGBA', (40, 24), (0, 0, 0, 0) if kind != 'opaque.webp' else (30, 60, 90, 255))
          d = ImageDraw.Draw(im)
          d.rectangle([n * 3, 4, n * 3 + 7, 18], fill=(255, 20 * n, 0, 255))
          d.ellipse([20, n, 34, n + 12], fill=(0, 0, 255, 128 if kind.endswith('webp') else 255))
          frames.append(im)
      frames[0].save(f'{out}/{kind}', save_all=True, append_images=frames[1:], \(options))
      shown = Image.open(f'{out}/{kind}')
      for frame in ImageSequence.Iterator(shown):
          sys.stdout.buffer.write(np.asarray(frame.convert('RGBA')).tobytes())
      """
    return try Tool.require(Tool.python, ["-W", "ignore", "-c", script, folder.path, name])
  }

  /// Straight RGBA of a picture; colours under full transparency are nobody's.
  private func rgba(_ frame: Frame) -> [UInt8] {
    let samples = frame.samples.map { UInt8($0) }
    let hasAlpha = frame.format.hasAlpha && frame.alpha != .opaque
    let step = samples.count / (frame.raster.width * frame.raster.height)
    return stride(from: 0, to: samples.count, by: step).flatMap { at -> [UInt8] in
      let alpha = step == 4 && hasAlpha ? samples[at + 3] : 255
      return alpha == 0 ? [0, 0, 0, 0] : [samples[at], samples[at + 1], samples[at + 2], alpha]
    }
  }

  private func cleared(_ bytes: Data.SubSequence) -> [UInt8] {
    let list = Array(bytes)
    return stride(from: 0, to: list.count, by: 4).flatMap {
      list[$0 + 3] == 0 ? [0, 0, 0, 0] : Array(list[$0..<$0 + 4])
    }
  }

  @Test(
    .enabled(if: isPossible, "no Pillow"),
    arguments: [
      ("alpha.webp", "duration=62, lossless=True"), ("opaque.webp", "duration=41, lossless=True"),
      ("lossy.webp", "duration=100, quality=80"), ("mixed.webp", "duration=[40, 41, 42] * 4, lossless=True"),
      ("disposed.gif", "duration=120, disposal=2, loop=0"), ("kept.gif", "duration=80, disposal=1, loop=0"),
      ("plain.png", "duration=100, loop=0"),
    ])
  func everyPictureIsTheOneThatPillowShows(_ name: String, _ options: String) throws {
    let folder = try TempFolder()
    let judged = try make(name, in: folder, options)
    let path = folder.file(name)
    let size = 40 * 24 * 4
    let count = judged.count / size
    let facts = try MediaProbe.facts(of: path)
    #expect(facts.kind == .movie)
    let reader = try MovieReader(path: path, threads: 1, pool: FramePool(idleLimit: 1 << 20), cacheLimit: 1 << 20)
    #expect(reader.index.count == count && count > 1)
    // Forwards, backwards, and in leaps.
    let orders = [Array(0..<count), Array((0..<count).reversed()), (0..<count).map { ($0 * 5 + 3) % count }]
    for picture in orders.flatMap({ $0 }) {
      let expected = cleared(judged[(judged.startIndex + picture * size)..<(judged.startIndex + (picture + 1) * size)])
      #expect(rgba(try reader.picture(picture)) == expected, "picture \(picture) of \(name)")
    }
  }

  /// Rounded delays mean the rate that a person meant, and a finding says so.
  @Test(
    .enabled(if: isPossible, "no Pillow"),
    arguments: [
      ("a.webp", "duration=62, lossless=True", "16", "16.129"),
      ("b.webp", "duration=41, lossless=True", "24", "24.39"),
      ("c.gif", "duration=[120, 130] * 6, disposal=2", "8", "8"),
      ("d.webp", "duration=100, lossless=True", "10", nil),
    ])
  func roundedDelaysMeanTheRateThatWasMeant(_ name: String, _ options: String, rate: String, stored: String?) throws {
    let folder = try TempFolder()
    _ = try make(name, in: folder, options)
    let facts = try MediaProbe.facts(of: folder.file(name))
    #expect(facts.video?.rate == FrameRate(rate))
    #expect(facts.video?.frameCount == 12)
    let finding = facts.findings.first { $0.code == "timing.snapped" }
    if let stored {
      #expect(finding?.message.contains(stored) == true, "\(facts.findings)")
    } else {
      #expect(finding == nil)
    }
  }

  /// A file that was cut off is an error that names it, wherever it was cut.
  @Test(.enabled(if: isPossible, "no Pillow"), arguments: ["alpha.webp", "kept.gif", "plain.png"])
  func cutOffAnimationsAreNoticed(_ name: String) throws {
    let folder = try TempFolder()
    _ = try make(name, in: folder, name.hasSuffix("webp") ? "duration=62, lossless=True" : "duration=80")
    let whole = try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))
    let part = folder.file("part-" + name)
    for share in [5, 30, 60, 90, 99] {
      try whole.prefix(whole.count * share / 100).write(to: URL(fileURLWithPath: part))
      do throws(MediaError) {
        let facts = try MediaProbe.facts(of: part)
        #expect(facts.findings.contains { $0.severity == .error }, "\(share) % of \(name)")
      } catch {
        #expect(error.kind == .badInput && error.sentence.contains(part), "\(share) % of \(name)")
      }
    }
  }
}

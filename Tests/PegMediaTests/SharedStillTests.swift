import Foundation
import PegCore
import PegMedia
import PegTestSupport
import Testing

/// The shared stills, judged by OpenImageIO sample by sample, in their display windows.
@Suite(.enabled(if: SharedMedia.isThere, "no shared media"))
struct SharedStillTests {
  private struct Judged: Decodable {
    var path: String
    var error: String?
    var width: Int?
    var height: Int?
    var channels: Int?
    var format: String?
    /// The names of all channels, eight at most.
    var names: [String]?
  }

  /// What libav or Pegbar does not decode: refused, by these words.
  private static let refused = [
    "color/exr/v2/LowResLeftView/Trunks.exr": "deep",
    "color/tiff/flower-rgb-contig-32.tif": "not supported", "color/tiff/flower-separated-contig-16.tif": "CMYK",
    "color/tiff/flower-rgb-contig-10.tif": "not supported", "color/tiff/flower-rgb-contig-12.tif": "not supported",
  ]

  @Test(.enabled(if: Tool.hasPython("OpenImageIO, numpy"), "no OpenImageIO"))
  func everySampleIsTheOneThatOpenImageIOReads() throws {
    let folder = try TempFolder()
    let kinds = ["exr", "tif", "dpx"]
    let files = ["color/exr", "color/images", "color/tiff", "color/dpx", "qc/hdr"].flatMap(SharedMedia.files)
      .filter { kinds.contains($0.split(separator: ".").last.map(String.init) ?? "") }
    #expect(files.count >= 38)
    let output = try Tool.require(
      Tool.python, ["-W", "ignore", "-c", Self.script, folder.path, SharedMedia.path] + files, timeout: 300)
    let judged = try String(decoding: output, as: UTF8.self).split(separator: "\n").map {
      try JSONDecoder().decode(Judged.self, from: Data($0.utf8))
    }
    #expect(judged.count == files.count)
    for (number, file) in judged.enumerated() {
      let path = SharedMedia.file(file.path)
      if let words = Self.refused[file.path] {
        let error = #expect(throws: MediaError.self, "\(file.path)") {
          try StillReader.read(path: path, pool: FramePool(idleLimit: 0))
        }
        #expect(error?.kind == .badInput && error?.sentence.contains(words) == true, "\(error?.sentence ?? "")")
        continue
      }
      guard let width = file.width, let height = file.height, let channels = file.channels else {
        Issue.record("OpenImageIO: \(file.path): \(file.error ?? "")")
        continue
      }
      let frame = try StillReader.read(path: path, pool: FramePool(idleLimit: 0))
      #expect(frame.raster == Raster(width, height), "\(file.path)")
      let found = frame.samples
      let raw = try Data(contentsOf: URL(fileURLWithPath: folder.file("\(number).raw")))
      #expect(found.count == width * height * channels, "\(file.path): \(frame.format)")
      let scale = frame.format.isFloat ? 1 : Double((1 << frame.format.depth) - 1)
      var wrong = 0
      var first = ""
      raw.withUnsafeBytes { raw in
        for (index, value) in found.enumerated() where (index + 1) * 4 <= raw.count {
          let expected = Double(raw.loadUnaligned(fromByteOffset: index * 4, as: Float.self))
          // Code values are compared as code values: OpenImageIO gives them in 0…1.
          let same = frame.format.isFloat ? value == expected : value == (expected * scale).rounded()
          if same || value.isNaN && expected.isNaN { continue }
          if wrong == 0 { first = "\(index): \(value), not \(expected)" }
          wrong += 1
        }
      }
      #expect(wrong == 0, "\(file.path), \(frame.format): \(wrong) of \(found.count), \(first)")
    }
  }

  /// The sizes of display windows, written out by oiiotool when the set was made.
  @Test func sizesAreThoseOfOiiotool() throws {
    let text = try String(contentsOfFile: SharedMedia.file("color/expected_oiio_info.txt"), encoding: .utf8)
    var current: String?
    var sizes: [String: Raster] = [:]
    for line in text.split(separator: "\n") {
      if let match = line.firstMatch(of: #/^(color[^ ]+) : +([0-9]+) x +([0-9]+), /#) {
        current = String(match.1)
        sizes[String(match.1)] = Raster(Int(match.2) ?? 0, Int(match.3) ?? 0)
      } else if let current, let match = line.firstMatch(of: #/full/display size: ([0-9]+) x ([0-9]+)/#) {
        sizes[current] = Raster(Int(match.1) ?? 0, Int(match.2) ?? 0)
      }
    }
    #expect(sizes.count == 38)
    for (file, size) in sizes.sorted(by: { $0.key < $1.key }) {
      do throws(MediaError) {
        let facts = try MediaProbe.facts(of: SharedMedia.file(file), expanding: false)
        #expect(facts.video?.raster == size, "\(file)")
      } catch {
        let isKnown = Self.refused[file] != nil || file.hasSuffix(".cin")
        #expect(isKnown && error.kind == .badInput, "\(file): \(error.sentence)")
      }
    }
  }

  /// PngSuite, by Pillow: every valid file.
  @Test(.enabled(if: Tool.hasPython("PIL, numpy"), "no Pillow"))
  func pngSuiteIsWhatPillowReads() throws {
    let folder = try TempFolder()
    let files = SharedMedia.files(below: "color/png/pngsuite").filter {
      $0.hasSuffix(".png") && $0.split(separator: "/").last?.first != "x"
    }
    #expect(files.count > 150)
    let script = """
      import sys, numpy as np
      from PIL import Image
      out, root = sys.argv[1], sys.argv[2]
      for n, path in enumerate(sys.argv[3:]):
          im = Image.open(root + '/' + path)
          im.load()
          print(im.mode)
          np.asarray(im.convert('RGBA')).tofile(f'{out}/{n}.raw')
      """
    let output = try Tool.require(Tool.python, ["-W", "ignore", "-c", script, folder.path, SharedMedia.path] + files)
    let modes = String(decoding: output, as: UTF8.self).split(separator: "\n")
    #expect(modes.count == files.count)
    for (number, file) in files.enumerated() {
      let frame = try StillReader.read(path: SharedMedia.file(file), pool: FramePool(idleLimit: 0))
      // Pillow makes eight bits of sixteen in its own way; those are left to OpenImageIO's files.
      if frame.format.depth == 16 { continue }
      let samples = frame.samples
      let pixels = frame.raster.width * frame.raster.height
      let step = samples.count / pixels
      let top = Double((1 << frame.format.depth) - 1)
      let raw = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.file("\(number).raw"))))
      #expect(raw.count == pixels * 4, "\(file)")
      var wrong = 0
      for pixel in 0..<min(pixels, raw.count / 4) {
        let own = samples[(pixel * step)..<(pixel * step + step)].map { Int(($0 * 255 / top).rounded()) }
        let color = step >= 3 ? Array(own[..<3]) : [own[0], own[0], own[0]]
        let alpha = step == 4 ? own[3] : step == 2 ? own[1] : 255
        let judged = raw[(pixel * 4)..<(pixel * 4 + 4)].map(Int.init)
        // Colour under full transparency is nobody's.
        if alpha != judged[3] || alpha != 0 && color != Array(judged[..<3]) { wrong += 1 }
      }
      #expect(wrong == 0, "\(file), \(frame.format), \(modes[number]): \(wrong) of \(pixels)")
    }
  }

  private static let script = """
    import sys, json, numpy as np, OpenImageIO as oiio
    out, root = sys.argv[1], sys.argv[2]
    asked = oiio.ImageSpec()
    asked.attribute('oiio:UnassociatedAlpha', 1)
    for n, path in enumerate(sys.argv[3:]):
        file = oiio.ImageInput.open(root + '/' + path, asked)
        if file is None:
            print(json.dumps(dict(path=path, error=oiio.geterror())))
            continue
        s = file.spec()
        a = file.read_image('float')
        if a is None:
            print(json.dumps(dict(path=path, error=file.geterror())))
            continue
        a = a.reshape(s.height, s.width, s.nchannels)
        names = list(s.channelnames)
        wanted = ('R', 'G', 'B', 'A') if 'R' in names else ('Y', 'A')
        order = [names.index(c) for c in wanted if c in names] or list(range(min(4, len(names))))
        a = a[..., order]
        full = np.zeros((s.full_height, s.full_width, len(order)), '<f4')
        dx, dy = s.x - s.full_x, s.y - s.full_y
        x0, y0 = max(0, dx), max(0, dy)
        x1, y1 = min(s.full_width, dx + s.width), min(s.full_height, dy + s.height)
        if x1 > x0 and y1 > y0: full[y0:y1, x0:x1] = a[y0 - dy:y1 - dy, x0 - dx:x1 - dx]
        full.tofile(f'{out}/{n}.raw')
        print(json.dumps(dict(
            path=path, width=s.full_width, height=s.full_height, channels=len(order), format=str(s.format),
            names=names[:8])))
    """
}

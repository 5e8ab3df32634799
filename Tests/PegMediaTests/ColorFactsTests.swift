import Foundation
import PegCore
import PegMedia
import PegTestSupport
import Testing

/// What stills say of their colours: as tags where it has a code point, as numbers with a finding where it has none.
@Suite(.enabled(if: Tool.hasPython("zlib"), "no python")) struct ColorFactsTests {
  /// A PNG of one grey pixel with the chunks between its header and its pixels, as Python's zlib makes it.
  private func png(_ chunks: String, _ name: String = "a.png") throws -> (TempFolder, String) {
    let folder = try TempFolder()
    let script = """
      import sys, zlib, struct
      def chunk(kind, data): return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
      def chrm(*xy): return chunk(b'cHRM', struct.pack('>8I', *[round(v * 100000) for v in xy]))
      def gama(g): return chunk(b'gAMA', struct.pack('>I', round(g * 100000)))
      def iccp(name, profile): return chunk(b'iCCP', name + b'\\\\0\\\\0' + zlib.compress(profile))
      parts = [\(chunks)]
      data = b'\\\\x89PNG\\\\r\\\\n\\\\x1a\\\\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 1, 1, 8, 2, 0, 0, 0)) + b''.join(parts)
      data += chunk(b'IDAT', zlib.compress(b'\\\\0abc')) + chunk(b'IEND', b'')
      open(sys.argv[1], 'wb').write(data)
      """.replacingOccurrences(of: "\\\\", with: "\\")
    try Tool.require(Tool.python, ["-c", script, folder.file(name)])
    return (folder, folder.file(name))
  }

  private func facts(_ chunks: String) throws -> MediaFacts {
    let (folder, path) = try png(chunks)
    defer { withExtendedLifetime(folder) {} }
    return try MediaProbe.facts(of: path)
  }

  @Test func nothingSaidIsNothingKnown() throws {
    let facts = try facts("")
    #expect(facts.video?.tags == ColorTags(matrix: .rgb, range: .full))
    #expect(facts.video?.color == ColorFacts())
    #expect(facts.findings.isEmpty)
  }

  @Test func sRGBIsTagged() throws {
    let facts = try facts("chunk(b'sRGB', b'\\\\0'), gama(0.45455), chrm(.3127, .329, .64, .33, .3, .6, .15, .06)")
    #expect(facts.video?.tags == .srgb)
    #expect(facts.video?.color.gamma == Rational(45455, 100_000))
    #expect(facts.findings.isEmpty)
  }

  @Test func gammaAndPrimariesAreFactsAndTagsWhereTheyHaveCodePoints() throws {
    let known = try facts("gama(1.0), chrm(.3127, .329, .708, .292, .17, .797, .131, .046)")
    #expect(known.video?.tags.transfer == .linear && known.video?.tags.primaries == .bt2020)
    #expect(known.video?.color.chromaticities?.red == .init(0.708, 0.292))
    #expect(known.findings.isEmpty)
    // Adobe RGB (1998): gamma 563/256, primaries that H.273 does not have.
    let adobe = try facts("gama(256/563), chrm(.3127, .329, .64, .33, .21, .71, .15, .06)")
    #expect(adobe.video?.tags.primaries == .unspecified)
    #expect(adobe.video?.color.chromaticities?.knownName == "adobe_rgb")
    #expect(adobe.findings.map(\.code) == ["color.primaries"])
    #expect(adobe.findings.first?.message.contains("adobe_rgb") == true)
    let odd = try facts("gama(0.55)")
    #expect(odd.video?.tags.transfer == .unspecified)
    #expect(odd.video?.color.gamma == Rational(55, 100))
    #expect(odd.findings.map(\.code) == ["color.gamma"])
  }

  @Test func aCodePointGoesBeforeAProfileAndAProfileBeforeNumbers() throws {
    let coded = try facts("chunk(b'cICP', bytes([9, 16, 0, 1])), iccp(b'other', b'x' * 200), gama(0.45455)")
    #expect(coded.video?.tags == ColorTags(primaries: .bt2020, transfer: .pq, matrix: .rgb, range: .full))
    #expect(coded.video?.color.profile == nil && coded.findings.isEmpty)
    let profiled = try facts("iccp(b'Display P3', bytes(range(200))), gama(0.45455)")
    #expect(profiled.video?.color.profile == ColorProfile(name: "Display P3", bytes: (0..<200).map { UInt8($0) }))
    #expect(profiled.video?.tags.transfer == .unspecified)
    #expect(profiled.findings.map(\.code) == ["color.icc"])
    #expect(profiled.findings.first?.message.contains("Display P3") == true)
  }

  /// A chunk of a few kilobytes may hold gigabytes of text: what is read of a file is bounded as a whole.
  @Test func textBombsAreLeftAlone() throws {
    let facts = try facts(
      "*[chunk(b'zTXt', b'k\\\\0\\\\0' + zlib.compress(b'a' * (12 << 20), 9)) for _ in range(12)], chunk(b'tEXt', b'Title\\\\0short')"
    )
    #expect(facts.metadata.map(\.key) == ["k", "Title"])
    #expect(facts.findings.map(\.code) == ["metadata.length"])
  }

  @Test(arguments: ["jpg", "tif", "webp", "png"])
  func aProfileIsFoundInEveryFormat(_ kind: String) throws {
    guard Tool.hasPython("PIL") else { return }
    let folder = try TempFolder()
    let script = """
      import sys
      from PIL import Image, ImageCms
      profile = ImageCms.ImageCmsProfile(ImageCms.createProfile('sRGB')).tobytes()
      Image.new('RGB', (16, 16), (9, 99, 199)).save(sys.argv[1], icc_profile=profile)
      sys.stdout.buffer.write(profile)
      """
    let path = folder.file("a.\(kind)")
    let profile = try Tool.require(Tool.python, ["-c", script, path])
    let facts = try MediaProbe.facts(of: path)
    #expect(facts.video?.color.profile?.bytes == Array(profile))
    #expect(facts.findings.map(\.code) == ["color.icc"])
  }

  @Test(.enabled(if: Tool.hasPython("OpenImageIO, numpy"), "no OpenImageIO"))
  func chromaticitiesOfOpenEXRAreFacts() throws {
    let folder = try TempFolder()
    let script = """
      import sys, numpy as np, OpenImageIO as oiio
      out = sys.argv[1]
      spaces = dict(
          bt2020=(.708, .292, .170, .797, .131, .046, .3127, .3290),
          acescg=(.713, .293, .165, .830, .128, .044, .32168, .33767),
          aces2065_1=(.7347, .2653, 0., 1., .0001, -.077, .32168, .33767), own=(.6, .3, .3, .6, .1, .1, .33, .33))
      for name, values in spaces.items():
          spec = oiio.ImageSpec(8, 8, 3, 'half')
          spec.attribute('chromaticities', oiio.TypeDesc('float[8]'), values)
          file = oiio.ImageOutput.create(f'{out}/{name}.exr')
          assert file.open(f'{out}/{name}.exr', spec), file.geterror()
          file.write_image(np.zeros((8, 8, 3), np.float32))
          file.close()
      """
    try Tool.require(Tool.python, ["-W", "ignore", "-c", script, folder.path])
    let coded = try MediaProbe.facts(of: folder.file("bt2020.exr"))
    #expect(coded.video?.tags.primaries == .bt2020 && coded.findings.isEmpty)
    for name in ["acescg", "aces2065_1"] {
      let facts = try MediaProbe.facts(of: folder.file("\(name).exr"))
      #expect(facts.video?.tags.primaries == .unspecified)
      #expect(facts.video?.color.chromaticities?.knownName == name)
      #expect(facts.findings.map(\.code) == ["color.primaries"])
    }
    let own = try MediaProbe.facts(of: folder.file("own.exr"))
    #expect(own.video?.color.chromaticities?.description == "red 0.6 0.3, green 0.3 0.6, blue 0.1 0.1, white 0.33 0.33")
  }

  @Test func orientationOfAPNGIsNoticed() throws {
    // TIFF header, one entry: orientation (0x0112), SHORT, 1, value 6.
    let exif =
      "b'MM\\\\0*\\\\0\\\\0\\\\0\\\\x08\\\\0\\\\x01\\\\x01\\\\x12\\\\0\\\\x03\\\\0\\\\0\\\\0\\\\x01\\\\0\\\\x06\\\\0\\\\0\\\\0\\\\0\\\\0\\\\0'"
    let facts = try facts("chunk(b'eXIf', \(exif))")
    #expect(facts.findings.map(\.code) == ["picture.orientation"])
  }
}

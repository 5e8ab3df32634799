import PegColor
import PegCore
import Testing

/// What nothing is done to comes out as it went in, to the bit.
@Suite struct UntouchedTests {
  /// Every layout that can be written, read and delivered as itself.
  static let layouts = PixelFormat.all.filter { format in
    format.family != .palette && format.depth > 1 && !format.isFloat && !format.isSubsampled && !format.isSemiPlanar
  }.map(\.name)

  private func tags(_ format: PixelFormat) -> ColorTags {
    format.family == .ycbcr
      ? ColorTags(primaries: .bt709, transfer: .bt709, matrix: .bt709, range: .legal, siting: .left) : .srgb
  }

  @Test(arguments: layouts) func codesGoThroughTheWorkingSpaceUnchanged(layout: String) throws {
    let format = try #require(PixelFormat(named: layout))
    guard format.family != .ycbcr else { return try legalCodesGoThrough(format) }
    for mode in format.hasAlpha ? [AlphaMode.straight, .premultiplied] : [.opaque] {
      let source = try Picture(layout, Raster(61, 7), tags(format), mode)
      source.fill(seed: 7)
      // Where alpha is 0 a straight colour has nothing to come back from; that case stands below.
      if mode == .straight { raiseAlpha(of: source) }
      let made = try source.conformed().delivered(as: layout, tags(format), mode)
      if ["rgb0", "bgr0", "0rgb", "0bgr"].contains(layout) {
        let at = layout.hasPrefix("0") ? 0 : 3
        let pairs = zip(source.codes, made.codes).enumerated()
        #expect(pairs.allSatisfy { $0 % 4 == at ? $1.1 == 255 : $1.0 == $1.1 })
      } else if mode == .straight, format.depth == 16 {
        // A colour that was multiplied by alpha and divided again in float32 is right to 2 of 2^24.
        #expect(zip(source.codes, made.codes).allSatisfy { abs($0 - $1) <= 0 })
      } else {
        #expect(made.codes == source.codes)
      }
    }
  }

  private func raiseAlpha(of picture: Picture) {
    let format = picture.shape.format
    for y in 0..<picture.height {
      for x in 0..<picture.width {
        let at =
          format.isPlanar ? x : x * format.componentCount + (format.name.hasPrefix("a") ? 0 : format.componentCount - 1)
        let plane = format.isPlanar ? format.planeCount - 1 : 0
        picture[plane, at, y] = max(picture[plane, at, y], 1)
      }
    }
  }

  // Y′CbCr of R′G′B′ that exists: codes that a delivery made, so that a second round has to make them again.
  private func legalCodesGoThrough(_ format: PixelFormat) throws {
    let working = Picture(.working(Raster(61, 7)))
    working.fillColors(seed: 9)
    let mode = format.hasAlpha ? AlphaMode.premultiplied : .opaque
    let tags = ColorTags(
      primaries: .bt709, transfer: .bt709, matrix: .bt709, range: format.name.hasPrefix("yuvj") ? .full : .legal,
      siting: .left)
    let source = try working.delivered(as: format.name, tags, mode)
    let made = try source.conformed().delivered(as: format.name, tags, mode)
    #expect(made.codes == source.codes)
  }

  @Test func wholeRangesOfCodesPass() throws {
    // Every code of 8 and 16 bits, in R′, G′ and B′.
    for (layout, edge) in [("rgb24", 16), ("gbrp", 16), ("rgb48le", 256), ("gbrp16be", 256)] {
      let source = try Picture(layout, Raster(edge, edge), .srgb)
      let planes = source.shape.format.planeCount
      for y in 0..<edge {
        for x in 0..<edge * (planes == 1 ? 3 : 1) {
          let pixel = planes == 1 ? x / 3 : x
          for plane in 0..<planes { source[plane, x, y] = y * edge + pixel }
        }
      }
      #expect(try source.conformed().delivered(as: layout, .srgb).codes == source.codes)
    }
  }

  @Test func eightBitsAreTheSameColoursAtSixteen() throws {
    let source = try Picture("rgb24", Raster(16, 16), .srgb)
    for y in 0..<16 { for x in 0..<48 { source[0, x, y] = y * 16 + x / 3 } }
    let made = try source.conformed().delivered(as: "gbrp16le", .srgb)
    // v/255 · 65535 = 257 v, exactly.
    for y in 0..<16 { for x in 0..<16 { #expect(made[1, x, y] == 257 * (y * 16 + x)) } }
  }

  @Test func transparentPixelsAreBlackAndClear() throws {
    let source = try Picture("rgba", Raster(3, 1), .srgb, .straight)
    for (x, value) in [200, 100, 50, 0, 255, 255, 255, 0, 200, 100, 50, 255].enumerated() { source[0, x, 0] = value }
    let layer = try source.conformed()
    #expect(layer.rgba(0, 0) == [0, 0, 0, 0])
    #expect(layer.rgba(1, 0) == [0, 0, 0, 0])
    for (got, wanted) in zip(layer.rgba(2, 0), [200.0 / 255, 100.0 / 255, 50.0 / 255, 1]) {
      #expect(abs(Double(got) - wanted) < 1.2e-7)
    }
    #expect(layer.float(3, 2, 0) == 1)
  }

  @Test func passthroughIsOnlyForWhatNoStepWouldChange() throws {
    func shape(_ format: String, _ tags: ColorTags, _ alpha: AlphaMode = .opaque) throws -> PictureShape {
      PictureShape(format: try #require(PixelFormat(named: format)), raster: Raster(16, 16), tags: tags, alpha: alpha)
    }
    let video = ColorTags.bt709
    func passes(_ a: PictureShape, _ b: PictureShape) -> Bool { OutputConformer.isPassthrough(source: a, output: b) }
    #expect(passes(try shape("yuv422p10le", video), try shape("yuv422p10le", video)))
    // sRGB drawings in a BT.709 master look as they were drawn (DESIGN §7).
    var other = ColorTags.srgb
    other.transfer = .bt709
    #expect(passes(try shape("gbrp", .srgb), try shape("gbrp", other)))
    for change: (inout ColorTags) -> Void in [
      { $0.primaries = .bt2020 }, { $0.transfer = .pq }, { $0.matrix = .smpte170m }, { $0.range = .full },
      { $0.siting = .center },
    ] {
      var tags = video
      change(&tags)
      #expect(!passes(try shape("yuv422p10le", tags), try shape("yuv422p10le", video)), "\(tags)")
    }
    #expect(!passes(try shape("yuv422p10le", video), try shape("yuv420p10le", video)))
    #expect(!passes(try shape("rgba", .srgb, .straight), try shape("rgba", .srgb, .premultiplied)))
    #expect(!passes(try shape("rgba", .srgb, .opaque), try shape("rgba", .srgb, .opaque)))
  }
}

import PegColor
import PegCore
import Testing

/// Where pictures lie in rasters of another size: to the fraction of a pixel, on odd sizes.
@Suite struct PlacementTests {
  /// White, so that alpha and colour both are how much of a pixel the picture covers.
  private func placed(
    _ size: (Int, Int), in raster: (Int, Int), _ fit: Fit, pixelAspect: Rational = 1
  ) throws -> Picture {
    let source = try Picture("rgb24", Raster(size.0, size.1), .srgb)
    for y in 0..<size.1 { for x in 0..<size.0 * 3 { source[0, x, y] = 255 } }
    return try source.conformed(to: Raster(raster.0, raster.1), fit: fit, pixelAspect: pixelAspect)
  }

  /// `columns` and `rows` say what the picture covers of each.
  private func expect(_ picture: Picture, columns: (Int) -> Double, rows: (Int) -> Double) {
    for y in 0..<picture.height {
      for x in 0..<picture.width {
        let wanted = Float(columns(x) * rows(y))
        for value in picture.rgba(x, y) { #expect(abs(value - wanted) < 2e-6, "\(x), \(y): \(value), not \(wanted)") }
      }
    }
  }

  private func covered(_ start: Double, _ end: Double) -> (Int) -> Double {
    { max(0, min(end, Double($0 + 1)) - max(start, Double($0))) }
  }

  @Test(.enabled(if: resamplesInFloat, "zimg is not installed"))
  func fitIsCentredToTheFractionOfAPixel() throws {
    // 33x17 in 64x64: 64/33 wide, so 17 · 64/33 = 32.97 high, from (64 − 32.97)/2.
    let height = 17.0 * 64 / 33
    expect(
      try placed((33, 17), in: (64, 64), .fit), columns: { _ in 1 }, rows: covered(32 - height / 2, 32 + height / 2))
    // 17x33 lies the other way, in an odd raster.
    let width = 17.0 * 65 / 33
    expect(
      try placed((17, 33), in: (71, 65), .fit), columns: covered(35.5 - width / 2, 35.5 + width / 2), rows: { _ in 1 })
  }

  @Test(.enabled(if: resamplesInFloat, "zimg is not installed"))
  func fillCoversTheRaster() throws {
    for raster in [(64, 64), (31, 7), (7, 31)] {
      expect(try placed((33, 17), in: raster, .fill), columns: { _ in 1 }, rows: { _ in 1 })
    }
  }

  @Test func fillCutsBothSidesAlike() throws {
    // 8x4 in 4x4 is not scaled: the middle four columns.
    let source = try Picture("rgb24", Raster(8, 4), .srgb)
    for y in 0..<4 { for x in 0..<24 { source[0, x, y] = x / 3 * 30 } }
    let layer = try source.conformed(to: Raster(4, 4), fit: .fill)
    for y in 0..<4 { for x in 0..<4 { #expect(abs(layer.float(0, x, y) - Float((x + 2) * 30) / 255) < 1.2e-7) } }
  }

  @Test(.enabled(if: resamplesInFloat, "zimg is not installed"))
  func stretchCoversTheRasterWhateverTheShape() throws {
    expect(try placed((33, 17), in: (20, 90), .stretch), columns: { _ in 1 }, rows: { _ in 1 })
  }

  @Test func noneLiesPixelForPixelTowardsTheTopLeft() throws {
    // 5x3 in 8x8: (8 − 5)/2 = 1.5 and (8 − 3)/2 = 2.5 fall to 1 and 2.
    let source = try Picture("rgb24", Raster(5, 3), .srgb)
    source.fill(seed: 2)
    let layer = try source.conformed(to: Raster(8, 8), fit: .none)
    for y in 0..<8 {
      for x in 0..<8 {
        let inside = (1..<6).contains(x) && (2..<5).contains(y)
        let wanted = inside ? (0..<3).map { Float(source[0, (x - 1) * 3 + $0, y - 2]) / 255 } + [1] : [0, 0, 0, 0]
        #expect(zip(layer.rgba(x, y), wanted).allSatisfy { abs($0 - $1) < 1.2e-7 })
      }
    }
    // Larger than the raster: 5x3 in 2x2, from floor((2 − 5)/2) = −2 and floor((2 − 3)/2) = −1.
    let cut = try source.conformed(to: Raster(2, 2), fit: .none)
    for y in 0..<2 {
      for x in 0..<2 {
        let wanted = (0..<3).map { Float(source[0, (x + 2) * 3 + $0, y + 1]) / 255 } + [1]
        #expect(zip(cut.rgba(x, y), wanted).allSatisfy { abs($0 - $1) < 1.2e-7 })
      }
    }
  }

  @Test(.enabled(if: resamplesInFloat, "zimg is not installed"))
  func pixelAspectsChangeTheShape() throws {
    // 720x576 with pixels of 16/15 is 768x576: 4:3, all of 64x48.
    expect(
      try placed((72, 58), in: (64, 48), .stretch, pixelAspect: Rational(16, 15)), columns: { _ in 1 }, rows: { _ in 1 }
    )
    // 30x30 with pixels twice as wide as high is 60x30: 64x32 in 64x64.
    expect(try placed((30, 30), in: (64, 64), .fit, pixelAspect: 2), columns: { _ in 1 }, rows: covered(16, 48))
  }

  @Test func nearlyFittingShapesReachTheEdge() throws {
    // 854x480 is 16:9 to a pixel: 1920 · 480/854 = 1079.16, less than a source pixel short of 1080.
    let conformer = try LayerConformer(
      source: PictureShape(
        format: try #require(PixelFormat(named: "rgb24")), raster: Raster(854, 480), tags: .srgb, alpha: .opaque),
      pixelAspect: 1, view: nil, raster: Raster(1920, 1080), rasterPixelAspect: 1, fit: .fit)
    #expect(conformer.coversRaster && conformer.isOpaque)
  }

  /// A picture that is its own mirror image stays one: nothing is shifted by a part of a pixel, and flat stays flat.
  @Test(
    .enabled(if: resamplesInFloat, "zimg is not installed"),
    arguments: [
      ("rgb24", 37, 37), ("rgba", 16, 16), ("yuv420p", 16, 16), ("yuv422p10le", 20, 12), ("yuv444p", 9, 9),
    ])
  func scalingShiftsNothing(layout: String, width: Int, height: Int) throws {
    let format = try #require(PixelFormat(named: layout))
    var tags = format.family == .ycbcr ? ColorTags.bt709 : .srgb
    tags.siting = .center
    let source = try Picture(layout, Raster(width, height), tags, format.hasAlpha ? .straight : .opaque)
    let step = format.isPlanar ? 1 : format.componentCount
    for plane in 0..<format.planeCount {
      let size = source.size(plane)
      for y in 0..<size.height {
        for x in 0..<size.width {
          let away = min(x, size.width - 1 - x) * 5 + min(y, size.height - 1 - y) * 3
          for c in 0..<step { source[plane, x * step + c, y] = c == 3 ? 255 : 60 + away }
        }
      }
    }
    for (w, h) in [(64, 64), (13, 11), (50, 21)] {
      let layer = try source.conformed(to: Raster(w, h), fit: .stretch)
      for y in 0..<h {
        for x in 0..<w {
          for plane in 0..<4 {
            #expect(abs(layer.float(plane, x, y) - layer.float(plane, w - 1 - x, h - 1 - y)) < 2e-6)
          }
        }
      }
    }
  }

  @Test func deliverablesOfAnotherRasterAreFittedTheSameWay() throws {
    let working = Picture(.working(Raster(32, 16)))
    for y in 0..<16 { for x in 0..<32 { working.setRGBA(x, y, [1, 1, 1, 1]) } }
    let made = try working.delivered(as: "gray", .srgb, raster: Raster(64, 64))
    // 64x32 in the middle of 64x64.
    for y in 0..<64 { for x in 0..<64 { #expect(made[0, x, y] == ((16..<48).contains(y) ? 255 : 0)) } }
  }
}

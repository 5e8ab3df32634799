import PegColor
import PegCore
import Testing

extension Picture {
  /// A working picture as a layer.
  fileprivate func layer(opacity: Float = 1) -> PictureLayer {
    PictureLayer(.working(view, isOpaque: false), opacity: opacity)
  }

  /// Layers, bottom first, as a working picture; `pictures` are what they borrow.
  fileprivate static func of(_ layers: [PictureLayer], _ raster: Raster, borrowing pictures: [Picture]) -> Picture {
    let canvas = Picture(.working(raster))
    withExtendedLifetime(pictures) { PictureLayer(.stack(layers)).render(into: canvas.mutableView) }
    return canvas
  }
}

/// Layers over one another: the arithmetic is written out beside each expectation.
@Suite struct CompositeTests {
  private func layer(_ color: [Int], _ mode: AlphaMode) throws -> Picture {
    let source = try Picture("rgba", Raster(5, 3), .srgb, mode)
    for y in 0..<3 { for x in 0..<20 { source[0, x, y] = color[x % 4] } }
    return try source.conformed()
  }

  @Test func straightOverPremultipliedOverOpaqueWithOpacity() throws {
    // An opaque grey of 51/255 = 0.2.
    let ground = try layer([51, 51, 51, 255], .straight)
    // Premultiplied: colour 102/255 = 0.4 is already times alpha 153/255 = 0.6. At opacity 0.5: colour 0.2, alpha 0.3.
    let middle = try layer([102, 0, 51, 153], .premultiplied)
    // Straight: colour 1, alpha 51/255 = 0.2. At opacity 0.75: alpha 0.15, colour 0.15.
    let top = try layer([255, 255, 0, 51], .straight)
    let canvas = Picture.of(
      [ground.layer(), middle.layer(opacity: 0.5), top.layer(opacity: 0.75)], Raster(5, 3),
      borrowing: [ground, middle, top])
    // red:   0.2·1 → 0.4·0.5 + 0.2·(1 − 0.3) = 0.34  → 1·0.15 + 0.34·0.85 = 0.439
    // green: 0.2   → 0      + 0.2·0.7       = 0.14  → 0.15   + 0.14·0.85 = 0.269
    // blue:  0.2   → 0.2·0.5 + 0.14         = 0.24  → 0      + 0.24·0.85 = 0.204
    let wanted: [Float] = [0.439, 0.269, 0.204, 1]
    for y in 0..<3 {
      for x in 0..<5 { for (got, want) in zip(canvas.rgba(x, y), wanted) { #expect(abs(got - want) < 2e-7) } }
    }
    // 255 · (0.439, 0.269, 0.204) = 111.9, 68.6, 52.02.
    let made = try canvas.delivered(as: "rgb24", .srgb)
    #expect((0..<3).map { made[0, $0, 0] } == [112, 69, 52])
  }

  @Test func alphaOverNothingStaysAlpha() throws {
    let cel = try layer([200, 100, 50, 128], .straight)
    let canvas = Picture.of([cel.layer(opacity: 0.5)], Raster(5, 3), borrowing: [cel])
    // alpha 128/255 · 0.5; straight again, the colour is what it was.
    let straight = try canvas.delivered(as: "rgba64le", .srgb, .straight)
    #expect((0..<4).map { straight[0, $0, 0] } == [200 * 257, 100 * 257, 50 * 257, 128 * 257 / 2])
    // Premultiplied: 65535 · 200/255 · 64/255 = 12900.4…
    let associated = try canvas.delivered(as: "rgba64le", .srgb, .premultiplied)
    #expect((0..<4).map { associated[0, $0, 0] } == [12900, 6450, 3225, 16448])
    // Opaque is over black: the associated colour itself.
    let opaque = try canvas.delivered(as: "rgb48le", .srgb)
    #expect((0..<3).map { opaque[0, $0, 0] } == [12900, 6450, 3225])
  }

  @Test func solidsAreAssociated() {
    let canvas = Picture.of(
      [PictureLayer(.solid(red: 0.8, green: 0.4, blue: 0.2, alpha: 0.5))], Raster(3, 2), borrowing: [])
    #expect(canvas.rgba(2, 1) == [0.4, 0.2, 0.1, 0.5])
    #expect(Picture.of([], Raster(3, 2), borrowing: []).rgba(2, 1) == [0, 0, 0, 0])
  }

  @Test func dissolvesWeighBothSides() throws {
    let (a, b) = (try layer([255, 0, 0, 255], .straight), try layer([0, 255, 0, 255], .straight))
    func mixed(_ from: Picture?, _ to: Picture?, _ weight: Float) -> [Float] {
      let mix = PictureLayer(.mix(from: from?.layer(), to: to?.layer(), weight: weight))
      return Picture.of([mix], Raster(5, 3), borrowing: [a, b]).rgba(4, 2)
    }
    // DESIGN §6: a dissolve of 3 frames weighs the incoming side 1/4, 2/4, 3/4.
    for j in 0..<3 {
      let weight = Float(j + 1) / 4
      #expect(mixed(a, b, weight) == [1 - weight, weight, 0, 1])
      #expect(mixed(nil, b, weight) == [0, weight, 0, weight])
      #expect(mixed(a, nil, weight) == [1 - weight, 0, 0, 1 - weight])
    }
    #expect(mixed(nil, nil, 0.5) == [0, 0, 0, 0])
  }

  @Test func mixingAPictureWithItselfChangesNothingToSpeakOf() throws {
    let source = Picture(.working(Raster(33, 5)))
    source.fillColors(seed: 4)
    let mix = PictureLayer(.mix(from: source.layer(), to: source.layer(), weight: 0.3))
    let canvas = Picture.of([mix], Raster(33, 5), borrowing: [source])
    for y in 0..<5 {
      for x in 0..<33 {
        for (got, want) in zip(canvas.rgba(x, y), source.rgba(x, y)) { #expect(abs(got - want) <= want * 2e-7) }
      }
    }
  }

  /// No fringe: a white disc that is scaled, over white, is white; over black its colour is its alpha.
  @Test(.enabled(if: resamplesInFloat, "zimg is not installed"))
  func edgesOfScaledLayersShowNoFringe() throws {
    let source = try Picture("rgba", Raster(24, 24), .srgb, .straight)
    for y in 0..<24 {
      for x in 0..<24 {
        let inside = (x - 12) * (x - 12) + (y - 12) * (y - 12) < 64
        // What lies under transparency is black here, which is what bleeds where alpha is not associated.
        for c in 0..<4 { source[0, x * 4 + c, y] = inside ? 255 : 0 }
      }
    }
    for raster in [Raster(71, 71), Raster(17, 17)] {
      let layer = try source.conformed(to: raster)
      let white = PictureLayer(.solid(red: 1, green: 1, blue: 1, alpha: 1))
      let canvas = Picture.of([white, layer.layer()], raster, borrowing: [layer])
      for y in 0..<raster.height {
        for x in 0..<raster.width {
          let alpha = layer.float(3, x, y)
          #expect(alpha >= 0 && alpha <= 1)
          for value in canvas.rgba(x, y) { #expect(abs(value - 1) < 1e-6) }
          for value in layer.rgba(x, y).prefix(3) { #expect(abs(value - alpha) < 1e-6) }
        }
      }
    }
  }
}

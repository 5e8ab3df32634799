import Foundation
import PegColor
import PegCore
import Testing

/// What goes into a working space and out of it: numbers by the standards' own formulas.
@Suite struct WorkingSpaceTests {
  private func working(_ name: String, colorimetric: Bool = false) throws -> WorkingSpace {
    try WorkingSpace(named: name, isColorimetric: colorimetric)
  }

  /// A picture through a working space into a deliverable.
  private func passed(
    _ source: Picture, _ working: WorkingSpace, space: ColorSpace? = nil, view: String? = nil, as format: String,
    _ tags: ColorTags, mixedWith other: Picture? = nil
  ) throws -> Picture {
    func layer(_ picture: Picture) throws -> PictureLayer {
      let conformer = try LayerConformer(
        source: picture.shape, space: space, pixelAspect: 1, view: view, raster: picture.shape.raster,
        rasterPixelAspect: 1, fit: .none, working: working)
      return PictureLayer(.source(picture.view, conformer))
    }
    let target = try Picture(format, source.shape.raster, tags)
    let output = try OutputConformer(from: source.shape.raster, to: target.shape, fit: .fit, working: working)
    try withExtendedLifetime((source, other)) {
      let content: PictureContent =
        try other.map { .mix(from: try layer(source), to: try layer($0), weight: 0.5) } ?? .stack([try layer(source)])
      try output.deliver(PictureLayer(content), into: target.mutableView)
    }
    return target
  }

  private func flat(_ format: String, _ tags: ColorTags, _ codes: [Int]) throws -> Picture {
    let picture = try Picture(format, Raster(8, 4), tags)
    for y in 0..<4 { for x in 0..<8 * codes.count { picture[0, x, y] = codes[x % codes.count] } }
    return picture
  }

  /// IEC 61966-2-1.
  private func encoded(_ light: Double) -> Double {
    light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055
  }
  private func decoded(_ code: Double) -> Double {
    code <= 0.04045 ? code / 12.92 : pow((code + 0.055) / 1.055, 2.4)
  }

  /// DESIGN §7: between SDR displays code values pass, whatever they are composited in.
  @Test(arguments: ["bt709", "srgb", "linear_bt709", "acescg", "acescct", "aces2065_1", "bt2020"])
  func codeValuesOfDisplaysPass(name: String) throws {
    let drawing = try Picture("rgb48le", Raster(16, 8), .srgb)
    drawing.fill(seed: 3)
    let out = try passed(
      drawing, try working(name), as: "rgb48le",
      ColorTags(primaries: .bt709, transfer: .bt709, matrix: .rgb, range: .full))
    // Two powers of float32 and two matrices: at most two of 65535 where light is dark.
    #expect(zip(out.codes, drawing.codes).allSatisfy { abs($0 - $1) <= 2 })
    let movie = try Picture("yuv444p10le", Raster(16, 8), .bt709)
    movie.fill(seed: 4, legal: 400...600)
    let same = try passed(movie, try working(name), as: "yuv444p10le", .bt709)
    #expect(same.codes == movie.codes)
  }

  @Test func aDissolveInLinearLightIsHalfTheLight() throws {
    let (black, white) = (try flat("gray", .srgb, [0]), try flat("gray", .srgb, [255]))
    let tags = ColorTags(primaries: .bt709, transfer: .srgb, matrix: .rgb, range: .full)
    let linear = try passed(black, try working("linear_bt709"), as: "rgb48le", tags, mixedWith: white)
    // sRGB of a half: 0.735357.
    #expect(abs(Double(linear[0, 0, 0]) - 65535 * encoded(0.5)) <= 1)
    let display = try passed(black, try working("bt709"), as: "rgb48le", tags, mixedWith: white)
    #expect(display[0, 0, 0] == 32768)
  }

  @Test func sceneLinearLooksAsTheViewShowsItInEverySpace() throws {
    let light = Picture(
      PictureShape(
        format: .workingFloat, raster: Raster(4, 2),
        tags: ColorTags(primaries: .bt709, transfer: .linear, matrix: .rgb, range: .full), alpha: .premultiplied))
    for y in 0..<2 { for x in 0..<4 { light.setRGBA(x, y, [0.18, 0.5, 4, 1]) } }
    let wanted = [encoded(0.18), encoded(0.5), 1].map { 65535 * $0 }
    for name in ["bt709", "srgb", "linear_bt709", "acescg", "acescct"] {
      let space = try working(name)
      let out = try passed(
        light, space, view: space.needsViews ? "sdr" : nil, as: "rgb48le",
        ColorTags(primaries: .bt709, transfer: .srgb, matrix: .rgb, range: .full))
      for (made, wanted) in zip((0..<3).map { Double(out[0, $0, 0]) }, wanted) {
        #expect(abs(made - wanted) <= 2, "\(name)")
      }
    }
    #expect(throws: PegError.self) {
      try self.passed(light, try self.working("bt709"), as: "rgb48le", .srgb)
    }
  }

  /// A deliverable that is scene-linear by its preset has the light as it is, above 1 too. The matrix from ACEScg to BT.709 is
  /// the Academy's with Bradford's adaptation, as colour-science prints it.
  @Test func aSceneLinearDeliverableHasTheLightItself() throws {
    let acescg = Picture(
      PictureShape(
        format: .workingFloat, raster: Raster(2, 2),
        tags: ColorTags(primaries: .bt709, transfer: .linear, matrix: .rgb, range: .full), alpha: .premultiplied))
    let color: [Double] = [2, 0.5, 0.25]
    for y in 0..<2 { for x in 0..<2 { acescg.setRGBA(x, y, color.map { Float($0) } + [1]) } }
    let target = Picture(
      PictureShape(
        format: .workingFloat, raster: Raster(2, 2),
        tags: ColorTags(primaries: .bt709, transfer: .linear, matrix: .rgb, range: .full), alpha: .premultiplied))
    let space = try working("acescg")
    let conformer = try LayerConformer(
      source: acescg.shape, space: .acescg, pixelAspect: 1, view: nil, raster: Raster(2, 2), rasterPixelAspect: 1,
      fit: .none, working: space)
    try OutputConformer(from: Raster(2, 2), to: target.shape, fit: .fit, working: space)
      .deliver(PictureLayer(.source(acescg.view, conformer)), into: target.mutableView)
    let matrix = [
      [1.705051, -0.621792, -0.083259], [-0.130256, 1.140805, -0.010548], [-0.024003, -0.128969, 1.152972],
    ]
    for (made, row) in zip(target.rgba(1, 1), matrix) {
      let wanted = zip(row, color).map(*).reduce(0, +)
      #expect(abs(Double(made) - wanted) < 3e-6)
    }
  }

  @Test func colorimetricGoesThroughLight() throws {
    let drawing = try flat("rgb24", .srgb, [64, 128, 200])
    let tags = ColorTags(primaries: .bt709, transfer: .bt709, matrix: .rgb, range: .full)
    for name in ["bt709", "linear_bt709", "acescg"] {
      let out = try passed(drawing, try working(name, colorimetric: true), as: "rgb48le", tags)
      for (index, code) in [64, 128, 200].enumerated() {
        // sRGB's EOTF, then the inverse of BT.1886 with black at 0.
        let wanted = 65535 * pow(decoded(Double(code) / 255), 1 / 2.4)
        #expect(abs(Double(out[0, index, 0]) - wanted) <= 2, "\(name)")
      }
    }
  }

  /// ST 2084 of 203 cd/m² is 0.5807 (BT.2408).
  @Test func whiteIsReferenceWhiteInHDRFromEverySpace() throws {
    let white = try flat("rgb24", .srgb, [255, 255, 255])
    let tags = ColorTags(primaries: .bt2020, transfer: .pq, matrix: .rgb, range: .full)
    for name in ["bt709", "linear_bt709", "acescg", "pq", "hlg"] {
      let out = try passed(white, try working(name), as: "rgb48le", tags)
      for c in 0..<3 { #expect(abs(Double(out[0, c, 0]) / 65535 - 0.58069) < 1e-4, "\(name)") }
    }
  }
}

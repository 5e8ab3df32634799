import PegCore
import PegKernels
import PegTestSupport
import Testing

@testable import PegColor

/// The pass from decoded pictures to an encoder's input, tile by tile.
@Suite struct TileTests {
  /// Wider than two tiles, odd.
  private let wide = Raster(2001, 13)
  private let grade = ColorProgram([.cdl(ProgramTests.cdl), .lattice(ProgramTests.lattice())])

  private func source(_ layout: String, _ raster: Raster, _ alpha: AlphaMode = .opaque, seed: UInt64 = 3) throws
    -> Picture
  {
    let format = try #require(PixelFormat(named: layout))
    let picture = try Picture(layout, raster, format.family == .ycbcr ? .bt709 : .srgb, alpha)
    picture.fill(seed: seed)
    return picture
  }

  private func conformer(_ picture: Picture, _ raster: Raster, _ kernels: Kernels = .best) throws -> LayerConformer {
    try LayerConformer(
      source: picture.shape, pixelAspect: 1, view: nil, raster: raster, rasterPixelAspect: 1, fit: .none,
      kernels: kernels)
  }

  /// One source over another, a dissolve, a solid, grades on a layer and on all: delivered by each instruction set.
  private func stack(
    _ pictures: [Picture], _ raster: Raster, as layout: String, _ tags: ColorTags, _ alpha: AlphaMode,
    _ kernels: Kernels
  ) throws -> [Int] {
    func layer(_ index: Int, grade: ColorProgram = ColorProgram(), opacity: Float = 1) throws -> PictureLayer {
      PictureLayer(
        .source(pictures[index].view, try conformer(pictures[index], raster, kernels)), grade: grade, opacity: opacity)
    }
    let whole = PictureLayer(
      .stack([
        PictureLayer(.solid(red: 0.2, green: 0.4, blue: 0.6, alpha: 0.5)),
        PictureLayer(.mix(from: try layer(0), to: try layer(1, grade: grade), weight: 0.3), opacity: 0.9),
        try layer(2, grade: grade, opacity: 0.75), try layer(3),
      ]), grade: ColorProgram([.cdl(ProgramTests.cdl)]))
    let made = try Picture(layout, raster, tags, alpha)
    let output = try OutputConformer(
      from: raster, to: made.shape, fit: .fit, pixelAspect: 1, outputPixelAspect: 1, kernels: kernels)
    try withExtendedLifetime(pictures) { try output.deliver(whole, into: made.mutableView) }
    return made.codes
  }

  @Test func everyInstructionSetGivesTheSameBytes() throws {
    let pictures = [
      try source("yuv420p", wide), try source("yuv422p10le", wide), try source("rgba64le", Raster(1300, 9), .straight),
      try source("gbrap", Raster(33, 40), .premultiplied),
    ]
    let wide2020 = ColorTags(primaries: .bt2020, transfer: .pq, matrix: .bt2020ncl, range: .legal, siting: .topLeft)
    for (layout, tags, alpha) in [
      ("yuv422p10le", ColorTags.bt709, AlphaMode.opaque), ("yuv420p10le", wide2020, .opaque),
      ("yuva444p12le", .bt709, .straight), ("yuva420p", .bt709, .straight), ("rgba64be", .srgb, .premultiplied),
    ] {
      let codes = try Kernels.levels.map { try stack(pictures, wide, as: layout, tags, alpha, $0) }
      #expect(codes.dropFirst().allSatisfy { $0 == codes[0] }, "\(layout)")
      #expect(Set(codes[0]).count > 50)
    }
  }

  /// A picture that is delivered into itself is what it is in another place, with a grade and without.
  @Test(arguments: ["yuv422p10le", "yuv444p12le", "yuv422p", "gbrp12le", "gray10le"])
  func aPictureMayBeWrittenOver(layout: String) throws {
    let isYCC = try source(layout, wide).shape.format.family == .ycbcr
    let far = ColorTags(
      primaries: .bt2020, transfer: .bt709, matrix: isYCC ? .bt2020ncl : .rgb, range: .legal, siting: .left)
    // The last one is another range of the same samples: chroma is passed on.
    var scaled = ColorTags.bt709
    scaled.range = .full
    for (grade, tags) in [(grade, far), (ColorProgram(), far), (ColorProgram(), scaled)] where isYCC || tags == far {
      let picture = try source(layout, wide)
      let other = try Picture(layout, wide, tags)
      let output = try OutputConformer(from: wide, to: other.shape, fit: .fit)
      let conformer = try conformer(picture, wide)
      func layer(_ view: PictureView) -> PictureLayer { PictureLayer(.source(view, conformer), grade: grade) }
      try output.deliver(layer(picture.view), into: other.mutableView)
      #expect(output.mayWriteOver(layer(picture.view)))
      let before = picture.codes
      // Its bytes, as what they are to become.
      let own = MutablePictureView(
        format: other.shape.format, raster: wide, tags: tags, alpha: .opaque,
        planes: picture.mutableView.planes.map { .init(base: $0.base, stride: $0.stride) })
      try output.deliver(layer(own.readOnly(tags: picture.shape.tags, alpha: .opaque)), into: own)
      withExtendedLifetime((picture, other)) {}
      #expect(picture.codes == other.codes && picture.codes != before)
    }
  }

  /// Rows of chroma that several rows need, another layout, another raster and more than one picture are not.
  @Test func whatIsReadLaterIsNotWrittenOver() throws {
    func may(_ layout: String, into target: String, _ raster: Raster, pictures: Int = 1) throws -> Bool {
      let sources = try (0..<pictures).map { try source(layout, wide, seed: UInt64($0)) }
      let layers = try sources.map { PictureLayer(.source($0.view, try conformer($0, wide)), opacity: 0.5) }
      let tags = PixelFormat(named: target)?.family == .rgb ? ColorTags.srgb : .bt709
      let output = try OutputConformer(from: wide, to: try Picture(target, raster, tags).shape, fit: .fit)
      let whole =
        pictures == 1 ? PictureLayer(.source(sources[0].view, try conformer(sources[0], wide))) : .init(.stack(layers))
      return withExtendedLifetime(sources) { output.mayWriteOver(whole) }
    }
    #expect(try may("yuv422p10le", into: "yuv422p10le", wide))
    #expect(try !may("yuv420p10le", into: "yuv420p10le", wide))
    #expect(try !may("yuv422p10le", into: "yuv444p10le", wide))
    #expect(try !may("yuv422p10le", into: "yuv422p10le", Raster(640, 360)))
    #expect(try !may("yuv422p10le", into: "yuv422p10le", wide, pictures: 2))
    #expect(try !may("rgb24", into: "rgb24", wide))
  }

  /// What is one pass for a single opaque source is the same as through a whole picture of working floats, to a code.
  @Test(arguments: ["yuv420p", "yuv422p10le", "yuv444p16le", "rgb24", "gbrp12le"])
  func onePassIsWhatTwoAre(layout: String) throws {
    let picture = try source(layout, wide)
    let output = try Picture("yuv422p10le", wide, .bt709)
    let working = Picture(.working(wide))
    let layer = PictureLayer(.source(picture.view, try conformer(picture, wide)), grade: grade)
    layer.render(into: working.mutableView)
    let two = try working.delivered(as: "yuv422p10le", .bt709)
    try OutputConformer(from: wide, to: output.shape, fit: .fit).deliver(layer, into: output.mutableView)
    withExtendedLifetime(picture) {}
    let apart = zip(output.codes, two.codes).map { abs($0 - $1) }
    #expect((apart.max() ?? 9) <= 1)
    // Only where a sum lies within float32's last digits of a half.
    #expect(apart.filter { $0 > 0 }.count <= 5)
  }

  /// Y′CbCr → R′G′B′ → CDL with power and saturation → lattice → Y′CbCr in one pass, against float64.
  @Test(.enabled(if: NumpyJudge.isThere, "numpy is not installed"), arguments: [8, 10, 12, 16])
  func gradedYCbCrIsWithinHalfACodeOfFloat64(depth: Int) throws {
    let layout = depth == 8 ? "yuv422p" : "yuv422p\(depth)le"
    let raster = Raster(101, 7)
    // Codes of colours that exist, so that the grade has something to do.
    let colors = Picture(.working(raster))
    colors.fillColors(seed: UInt64(depth), in: 0.05...0.95)
    let picture = try colors.delivered(as: layout, .bt709)
    let made = try Picture(layout, raster, .bt709)
    try OutputConformer(from: raster, to: made.shape, fit: .fit)
      .deliver(
        PictureLayer(.source(picture.view, try conformer(picture, raster)), grade: grade), into: made.mutableView)
    let lattice = ProgramTests.lattice()
    let wanted = try NumpyJudge.run(
      """
      n, w, h, step, size = p['w'] * p['h'], p['w'], p['h'], p['step'], p['size']
      cw = (w + 1) // 2
      nodes, codes = data[:size**3 * 3].reshape(size, size, size, 3), data[size**3 * 3:]
      planes = [(codes[:n].reshape(h, w) - 16 * step) / (219 * step)]
      for c in (0, 1):
          a = (codes[n + c * cw * h:n + (c + 1) * cw * h].reshape(h, cw) - 128 * step) / (224 * step)
          planes.append(filtered(a, 1, 2 * cw, 0.5, 0.25)[:, :w])
      m = ycc(0.2126, 0.0722)
      rgb = np.stack(planes, axis=-1) @ np.linalg.inv(m).T
      # ASC CDL v1.2.
      rgb = np.clip(rgb * [1.1, 0.95, 1.05] + [0.01, -0.02, 0], 0, 1) ** [1.1, 0.9, 1.2]
      luma = (rgb @ [0.2126, 0.7152, 0.0722])[..., None]
      rgb = np.clip(luma + 1.2 * (rgb - luma), 0, 1)
      # Tetrahedra: from the cell's first corner along the axes, largest fraction first.
      at = rgb * (size - 1)
      cell = np.minimum(at.astype(int), size - 2)
      part = at - cell
      order = np.argsort(-part, axis=-1, kind='stable')
      fractions = np.take_along_axis(part, order, axis=-1)
      corner, out_rgb = cell.copy(), (1 - fractions[..., :1]) * nodes[cell[..., 2], cell[..., 1], cell[..., 0]]
      for k in range(3):
          corner = corner + np.eye(3, dtype=int)[order[..., k]]
          rest = fractions[..., k] - (fractions[..., k + 1] if k < 2 else 0)
          out_rgb = out_rgb + rest[..., None] * nodes[corner[..., 2], corner[..., 1], corner[..., 0]]
      made = out_rgb @ m.T
      parts = [made[..., 0].ravel() * 219 * step + 16 * step]
      for c in (1, 2): parts.append(filtered(made[..., c], 1, cw, 2.0, -0.5).ravel() * 224 * step + 128 * step)
      out = np.concatenate(parts)
      """,
      ["w": raster.width, "h": raster.height, "step": 1 << (depth - 8), "size": lattice.size],
      lattice.colors.map { Double($0) } + picture.codes.map { Double($0) })
    try #require(wanted.count == made.codes.count)
    let worst = zip(made.codes, wanted).map { abs(Double($0) - $1) }.max() ?? 9
    // float32 through a dozen steps: 2e-6 of 57344 codes at 16 bits.
    #expect(worst <= 0.5 + 0.12 * Double(1 << depth) / 65536, "off by \(worst) codes")
  }

  @Test func chromaThatNothingChangesIsNotFiltered() throws {
    let eight = try source("yuv420p", Raster(37, 21))
    let ten = try Picture("yuv420p10le", Raster(37, 21), .bt709)
    let layer = PictureLayer(.source(eight.view, try conformer(eight, Raster(37, 21))))
    try OutputConformer(from: Raster(37, 21), to: ten.shape, fit: .fit).deliver(layer, into: ten.mutableView)
    // Four times the code, held to 4…1019.
    #expect(ten.codes == eight.codes.map { min(max($0 * 4, 4), 1019) })
    // Another siting is another picture.
    var tags = ColorTags.bt709
    tags.siting = .center
    let other = try Picture("yuv420p10le", Raster(37, 21), tags)
    try OutputConformer(from: Raster(37, 21), to: other.shape, fit: .fit).deliver(layer, into: other.mutableView)
    withExtendedLifetime(eight) {}
    #expect(other.codes != ten.codes)
  }

  @Test func ditherIsRightOnTheAverageAndTheSameEveryTime() throws {
    // 0.3 of full range is code 76.5 of 8 bits: half of the samples would be 77 and none 76 without noise.
    let raster = Raster(1000, 24)
    let working = Picture(.working(raster))
    for y in 0..<24 { for x in 0..<1000 { working.setRGBA(x, y, [0.3, 0.301, 0.302, 1]) } }
    func made(_ layout: String, _ tags: ColorTags, dither: Bool) throws -> Picture {
      let target = try Picture(layout, raster, tags)
      try OutputConformer(from: raster, to: target.shape, fit: .fit, dither: dither)
        .deliver(working.view, into: target.mutableView)
      return target
    }
    let plain = try made("gbrp", .srgb, dither: false)
    let noisy = try made("gbrp", .srgb, dither: true)
    for (plane, value) in [0.301, 0.302, 0.3].enumerated() {
      let codes = (0..<24).flatMap { y in (0..<1000).map { Double(noisy[plane, $0, y]) } }
      // Rounding after a triangle of ±1 leaves a variance of 1/4: four standard errors of 24000 samples.
      #expect(abs(codes.reduce(0, +) / Double(codes.count) - 255 * value) < 0.013)
      #expect(codes.allSatisfy { abs($0 - 255 * value) < 1.5 })
      #expect((0..<1000).allSatisfy { plain[plane, $0, 3] == Int(255 * Float(value) + 0.5) })
    }
    #expect(try made("gbrp", .srgb, dither: true).codes == noisy.codes)
    // Chroma too: Cb of this grey-blue is a little above its middle.
    let video = try made("yuv420p", .bt709, dither: true)
    let cb = (0..<12).flatMap { y in (0..<500).map { Double(video[1, $0, y]) } }
    let luma = 0.2126 * 0.3 + 0.7152 * 0.301 + 0.0722 * 0.302
    #expect(abs(cb.reduce(0, +) / Double(cb.count) - (128 + 224 * (0.302 - luma) / 1.8556)) < 0.026)
  }

  @Test func smallPicturesHaveNoRoomForAFilterAndDoWithoutIt() throws {
    for (width, height) in [(1, 1), (2, 1), (1, 2), (3, 3), (5, 2)] {
      for layout in ["yuv420p", "yuv410p", "yuv411p", "yuv422p10le", "yuv440p"] {
        let grey = try Picture(layout, Raster(width, height), .bt709)
        for plane in 0..<3 {
          for y in 0..<grey.size(plane).height {
            for x in 0..<grey.size(plane).width { grey[plane, x, y] = plane == 0 ? 126 : 128 }
          }
        }
        let made = try grey.conformed().delivered(as: "rgb24", .srgb)
        if layout != "yuv422p10le" { #expect(made.codes.allSatisfy { $0 == 128 }) }
        let back = try made.conformed().delivered(as: layout, .bt709)
        if layout != "yuv422p10le" { #expect(back.codes == grey.codes) }
      }
    }
  }
}

import PegCore
import PegTestSupport
import Testing

@testable import PegColor

/// Pictures under poses: exact where nothing has to be filtered, and elsewhere what float64 says, by our own arithmetic written
/// out in numpy and by scipy's.
@Suite struct PoseTests {
  typealias Point = PicturePose.Point

  /// A source in any of our formats under a pose.
  private func posed(
    _ source: Picture, in raster: Raster, _ pose: PicturePose, over ground: [Float]? = nil, pixelAspect: Double = 1
  ) throws -> Picture {
    let own = try LayerConformer(
      source: source.shape, pixelAspect: 1, view: nil, raster: source.shape.raster, rasterPixelAspect: 1, fit: .none)
    var layers = [
      PictureLayer(
        .posed(
          PictureLayer(.source(source.view, own)), size: source.shape.raster, pose: pose, pixelAspect: pixelAspect))
    ]
    if let ground {
      layers.insert(PictureLayer(.solid(red: ground[0], green: ground[1], blue: ground[2], alpha: 1)), at: 0)
    }
    let canvas = Picture(.working(raster))
    withExtendedLifetime(source) { PictureLayer(.stack(layers)).render(into: canvas.mutableView) }
    return canvas
  }

  private func noise(_ width: Int, _ height: Int, _ format: String = "rgb48le") throws -> Picture {
    let picture = try Picture(format, Raster(width, height), .srgb, format.contains("a") ? .straight : .opaque)
    picture.fill(seed: 5)
    return picture
  }

  private func channels(_ picture: Picture) -> [Double] {
    (0..<picture.height).flatMap { y in (0..<picture.width).flatMap { picture.rgba($0, y).map(Double.init) } }
  }

  // MARK: Exact

  @Test(arguments: PictureFilter.allCases) func movesByWholePixelsAreCopies(filter: PictureFilter) throws {
    let source = try noise(40, 30)
    let still = try source.conformed()
    for (x, y) in [(0, 0), (3, -4), (-7, 5), (17, 11), (-39, -29), (60, 0)] {
      // A fraction that both share is none: 10.1 − 0.1.
      let made = try posed(
        source, in: Raster(32, 24),
        PicturePose(position: Point(Double(x) + 0.1, Double(y) + 0.7), anchor: Point(0.1, 0.7), filter: filter))
      for row in 0..<24 {
        for column in 0..<32 {
          let (sx, sy) = (column - x, row - y)
          let inside = (0..<40).contains(sx) && (0..<30).contains(sy)
          #expect(made.rgba(column, row) == (inside ? still.rgba(sx, sy) : [0, 0, 0, 0]))
        }
      }
    }
  }

  @Test(arguments: PictureFilter.allCases) func quarterTurnsAndMirrorsAreExact(filter: PictureFilter) throws {
    let source = try noise(20, 12)
    let still = try source.conformed()
    func pixels(_ rotation: Double, _ scale: Point, _ raster: Raster) throws -> Picture {
      try posed(
        source, in: raster,
        PicturePose(
          position: Point(Double(raster.width) / 2, Double(raster.height) / 2), scale: scale, rotation: rotation,
          anchor: Point(10, 6), filter: filter))
    }
    let clockwise = try pixels(90, Point(1, 1), Raster(12, 20))
    let back = try pixels(-90, Point(1, 1), Raster(12, 20))
    let half = try pixels(180, Point(1, 1), Raster(20, 12))
    let mirrored = try pixels(360, Point(-1, 1), Raster(20, 12))
    for y in 0..<12 {
      for x in 0..<20 {
        let wanted = still.rgba(x, y)
        // The top left corner goes to the top right, to the bottom left.
        #expect(clockwise.rgba(11 - y, x) == wanted)
        #expect(back.rgba(y, 19 - x) == wanted)
        #expect(half.rgba(19 - x, 11 - y) == wanted)
        #expect(mirrored.rgba(19 - x, y) == wanted)
      }
    }
  }

  @Test func whatASizeOfNothingShowsIsNothing() throws {
    let source = try noise(20, 12)
    for scale in [Point(0, 1), Point(0, 0), Point(1e-9, 1e-9)] {
      let made = try posed(
        source, in: Raster(16, 16), PicturePose(position: Point(8, 8), scale: scale, anchor: Point(10, 6)))
      #expect(channels(made).allSatisfy { $0 == 0 })
    }
  }

  @Test func whatIsNotSaidIsAsFitHasIt() throws {
    let pose = try PicturePose(
      of: Raster(200, 100), pixelAspect: 1, in: Raster(100, 100), rasterPixelAspect: 1, position: nil, scale: nil,
      rotation: nil, anchor: nil, filter: nil)
    // Half the size, in the middle.
    #expect(pose == PicturePose(position: Point(50, 50), scale: Point(0.5, 0.5), anchor: Point(100, 50)))
    let cornered = try PicturePose(
      of: Raster(200, 100), pixelAspect: 1, in: Raster(100, 100), rasterPixelAspect: 1, position: nil, scale: nil,
      rotation: 10, anchor: Point(0, 0), filter: .bicubic)
    #expect(cornered.position == Point(0, 25))
  }

  /// zimg resamples what is fitted: another implementation of the same filter.
  @Test(.enabled(if: resamplesInFloat, "zimg is not installed"), arguments: [Raster(61, 47), Raster(23, 17)])
  func aFittedPoseIsWhatZimgMakes(raster: Raster) throws {
    let source = try noise(37, 31)
    let fitted = try source.conformed(to: raster, fit: .fit)
    let pose = try PicturePose(
      of: source.shape.raster, pixelAspect: 1, in: raster, rasterPixelAspect: 1, position: nil, scale: nil,
      rotation: nil, anchor: nil, filter: nil)
    let made = try posed(source, in: raster, pose)
    // zimg keeps its weights in float32 and its taps in another order; past an edge it mirrors, where poses repeat the edge.
    let margin = raster.width > 37 ? 9 : 6
    var worst = 0.0
    for y in margin..<raster.height - margin {
      for x in margin..<raster.width - margin {
        for (a, b) in zip(made.rgba(x, y), fitted.rgba(x, y)) { worst = max(worst, Double(abs(a - b))) }
      }
    }
    #expect(worst < 2e-5, "\(worst)")
  }

  // MARK: Judged

  struct Shot: Sendable {
    let filter: PictureFilter
    let scale: (Double, Double)
    let rotation: Double
    var pixelAspect = 1.0
  }

  static let shots = [
    Shot(filter: .lanczos, scale: (1, 1), rotation: 30), Shot(filter: .lanczos, scale: (0.37, 0.52), rotation: -77),
    Shot(filter: .spline36, scale: (1.7, -1.3), rotation: 12.5), Shot(filter: .bicubic, scale: (0.8, 0.8), rotation: 0),
    Shot(filter: .bicubic, scale: (-2.5, 0.4), rotation: 200), Shot(filter: .bilinear, scale: (0.6, 1), rotation: 45),
    Shot(filter: .point, scale: (1.3, 0.9), rotation: 33), Shot(filter: .spline36, scale: (0.31, 3), rotation: 180),
    Shot(filter: .lanczos, scale: (1.1, 0.9), rotation: 30, pixelAspect: 64.0 / 45),
  ]

  /// Each pixel by itself in float64: the filter along the picture's own axes, wider where they shrink, edges repeated; covered
  /// as far as its centre lies from the edges.
  private static let judge = """
    def lanczos(x): return np.where(abs(x) < 3, np.sinc(x) * np.sinc(x / 3), 0)
    def bicubic(x):
        x = abs(x)
        return np.where(x < 1, 1.5 * x**3 - 2.5 * x**2 + 1, np.where(x < 2, -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2, 0))
    def bilinear(x): return np.maximum(1 - abs(x), 0)
    def spline36(x):
        x = abs(x); y = x - 1; z = x - 2
        return np.where(x < 1, ((13/11*x - 453/209)*x - 3/209)*x + 1,
               np.where(x < 2, ((-6/11*y + 270/209)*y - 156/209)*y,
               np.where(x < 3, ((1/11*z - 45/209)*z + 26/209)*z, 0)))
    out = []
    at = 0
    for s in p['shots']:
        w, h, W, H = p['size'] + p['raster']
        picture = data.reshape(h, w, 4)
        f = {'lanczos': lanczos, 'bicubic': bicubic, 'bilinear': bilinear, 'spline36': spline36, 'point': None}[s['filter']]
        R = np.array([[np.cos(np.radians(s['rotation'])), -np.sin(np.radians(s['rotation']))],
                      [np.sin(np.radians(s['rotation'])), np.cos(np.radians(s['rotation']))]])
        D = np.diag([s['aspect'], 1.0])
        forward = np.linalg.inv(D) @ R @ D @ np.diag(s['scale'])
        inverse = np.linalg.inv(forward)
        size = np.linalg.norm(forward, axis=0)
        wide = np.maximum(1, 1 / size)
        made = np.zeros((H, W, 4))
        def weights(u, n, k):
            if f is None: return [min(max(int(np.floor(u)), 0), n - 1)], np.array([1.0])
            j = np.arange(int(np.floor(u - 4 * wide[k])), int(np.ceil(u + 4 * wide[k])) + 1)
            v = f((j + 0.5 - u) / wide[k])
            return np.clip(j, 0, n - 1), v / v.sum()
        for y in range(H):
            for x in range(W):
                u = np.array(p['anchor']) + inverse @ (np.array([x + 0.5, y + 0.5]) - p['position'])
                cover = 1.0
                for k, n in ((0, w), (1, h)):
                    cover *= max(0, np.clip(u[k] * size[k] + 0.5, 0, 1) + np.clip((n - u[k]) * size[k] + 0.5, 0, 1) - 1)
                if cover == 0: continue
                jx, wx = weights(u[0], w, 0)
                jy, wy = weights(u[1], h, 1)
                v = np.einsum('i,j,ijc->c', wy, wx, picture[np.ix_(jy, jx)])
                a = v[3]
                v = v / max(a, 1) if a > 0 else np.maximum(v, 0) * [1, 1, 1, 0]
                made[y, x] = v * cover
        out.append(made.ravel())
    out = np.concatenate(out)
    """

  @Test(.enabled(if: NumpyJudge.isThere, "no numpy")) func posesAreWhatFloat64SaysOfEachPixel() throws {
    let source = try noise(26, 21, "rgba64le")
    let raster = Raster(33, 29)
    let (anchor, position) = (Point(11.25, 9.5), Point(17.3, 13.8))
    let still = channels(try source.conformed())
    let wanted = try NumpyJudge.run(
      Self.judge,
      [
        "size": [26, 21], "raster": [33, 29], "anchor": [anchor.x, anchor.y],
        // On the grid of 1/65536 that positions lie on.
        "position": [PicturePose.snapped(position.x), PicturePose.snapped(position.y)],
        "shots": Self.shots.map {
          [
            "filter": $0.filter.rawValue, "scale": [$0.scale.0, $0.scale.1], "rotation": $0.rotation,
            "aspect": $0.pixelAspect,
          ]
        },
      ], still)
    for (index, shot) in Self.shots.enumerated() {
      let made = channels(
        try posed(
          source, in: raster,
          PicturePose(
            position: position, scale: Point(shot.scale.0, shot.scale.1), rotation: shot.rotation, anchor: anchor,
            filter: shot.filter), pixelAspect: shot.pixelAspect))
      let count = made.count
      let worst = zip(made, wanted[index * count..<(index + 1) * count]).map { abs($0 - $1) }.max() ?? 1
      // The table of a turned filter is linear between 1024 nodes a sample: (π²/3 + …)/8 · 2⁻²⁰, twice, over six taps each
      // way; and edges of an upright picture lie on a grid of 1/65536.
      #expect(worst < 4e-5, "\(shot): \(worst)")
    }
  }

  @Test(.enabled(if: Tool.hasPython("scipy"), "no scipy")) func aTurnedPictureIsWhatScipyMakes() throws {
    let source = try noise(40, 32)
    let (anchor, position, scale, rotation) = (Point(20, 16), Point(21.5, 15.25), 1.25, 17.0)
    let made = channels(
      try posed(
        source, in: Raster(40, 32),
        PicturePose(
          position: position, scale: Point(scale, scale), rotation: rotation, anchor: anchor, filter: .bilinear)))
    let wanted = try NumpyJudge.run(
      """
      from scipy import ndimage
      t = np.radians(p['rotation'])
      # scipy counts from pixel centres, rows first.
      m = np.linalg.inv(p['scale'] * np.array([[np.cos(t), np.sin(t)], [-np.sin(t), np.cos(t)]]))
      offset = np.array(p['anchor'][::-1]) - 0.5 - m @ (np.array(p['position'][::-1]) - 0.5)
      a = data.reshape(32, 40, 4)
      out = np.stack([ndimage.affine_transform(a[..., c], m, offset, order=1, mode='nearest') for c in range(4)], -1)
      """,
      [
        "rotation": rotation, "scale": scale, "anchor": [anchor.x, anchor.y], "position": [position.x, position.y],
      ], channels(try source.conformed()))
    // The raster lies wholly inside: 1.25 · 20 · cos 17° − 1.25 · 16 · sin 17° is less than half of it in no direction but the
    // corners, which the middle leaves out.
    var worst = 0.0
    for y in 8..<24 {
      for x in 8..<32 {
        for c in 0..<3 { worst = max(worst, abs(made[(y * 40 + x) * 4 + c] - wanted[(y * 40 + x) * 4 + c])) }
      }
    }
    #expect(worst < 2e-6, "\(worst)")
  }

  // MARK: What an eye would see

  @Test func finePatternsBecomeGreyWhereTheyShrink() throws {
    let board = try Picture("gray", Raster(96, 96), .srgb)
    for y in 0..<96 { for x in 0..<96 { board[0, x, y] = (x + y) % 2 == 0 ? 255 : 0 } }
    for rotation in [0.0, 20] {
      let made = try posed(
        board, in: Raster(16, 16),
        PicturePose(position: Point(8, 8), scale: Point(0.3, 0.3), rotation: rotation, anchor: Point(48, 48)))
      for y in 0..<16 { for x in 0..<16 { #expect(abs(made.rgba(x, y)[0] - 0.5) < 0.02) } }
    }
  }

  /// A dot that moves slowly keeps its light: what flickers in a pan is what a filter loses between samples.
  @Test func aSlowPanDoesNotShimmer() throws {
    let dot = try Picture("gray", Raster(16, 16), .srgb)
    for y in 0..<16 { for x in 0..<16 { dot[0, x, y] = (7...8).contains(x) && (7...8).contains(y) ? 255 : 0 } }
    for rotation in [0.0, 31] {
      for step in 0..<12 {
        let made = try posed(
          dot, in: Raster(24, 24),
          PicturePose(
            position: Point(12 + Double(step) / 12, 12 + Double(step) / 36), rotation: rotation, anchor: Point(8, 8)))
        let values = channels(made)
        let light = stride(from: 0, to: values.count, by: 4).reduce(0.0) { $0 + values[$1] }
        // Four pixels of 1; Lanczos' weights are made to add up for each pixel, not for each sample.
        #expect(abs(light - 4) < 0.05, "\(light) at \(step)/12, turned \(rotation)°")
      }
    }
  }

  @Test(arguments: [[0, 0, 0], [1, 1, 1], [0.1, 0.7, 0.3]] as [[Float]])
  func edgesOfAlphaHaveNoFringe(ground: [Float]) throws {
    // A red disc; what is transparent is green, which must not be seen.
    let disc = try Picture("rgba", Raster(24, 24), .srgb, .straight)
    for y in 0..<24 {
      for x in 0..<24 {
        let isInside = (x - 12) * (x - 12) + (y - 12) * (y - 12) < 64
        let color: [Int] = isInside ? [255, 0, 0, 255] : [0, 255, 0, 0]
        for c in 0..<4 { disc[0, 4 * x + c, y] = color[c] }
      }
    }
    for (rotation, scale) in [(0.0, 1.0), (0, 0.6), (25, 1.4)] {
      let made = try posed(
        disc, in: Raster(40, 40),
        PicturePose(
          position: Point(20.4, 19.7), scale: Point(scale, scale), rotation: rotation, anchor: Point(12, 12)),
        over: ground)
      let alpha = try posed(
        disc, in: Raster(40, 40),
        PicturePose(
          position: Point(20.4, 19.7), scale: Point(scale, scale), rotation: rotation, anchor: Point(12, 12)))
      for y in 0..<40 {
        for x in 0..<40 {
          let a = alpha.rgba(x, y)[3]
          // Between the ground and red, by alpha alone.
          let wanted = zip([1, 0, 0] as [Float], ground).map { $0 * a + $1 * (1 - a) }
          #expect(zip(made.rgba(x, y), wanted).allSatisfy { abs($0 - $1) < 2e-6 }, "\(x), \(y): \(made.rgba(x, y))")
        }
      }
    }
  }
}

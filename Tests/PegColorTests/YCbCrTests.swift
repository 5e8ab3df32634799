import PegColor
import PegCore
import PegTestSupport
import Testing

/// Y′CbCr is what the standards' equations give in float64, to half a code value, chroma and its place included.
@Suite struct YCbCrTests {
  struct Kind: CustomTestStringConvertible {
    let matrix: Matrix
    let kr: Double
    let kb: Double
    let primaries: Primaries
    let range: CodeRange
    let siting: ChromaSiting

    /// Primaries and transfer of the working space, so that only matrix, range and siting are at work.
    var tags: ColorTags {
      ColorTags(primaries: .bt709, transfer: .bt709, matrix: matrix, range: range, siting: siting)
    }
    var testDescription: String { "\(matrix) \(range) \(siting)" }
  }

  // KR and KB: BT.709-6 §3.3, BT.601-7 §2.5.1, BT.2020-2 table 4.
  static let kinds = [
    Kind(matrix: .bt709, kr: 0.2126, kb: 0.0722, primaries: .bt709, range: .legal, siting: .left),
    Kind(matrix: .bt709, kr: 0.2126, kb: 0.0722, primaries: .bt709, range: .full, siting: .center),
    Kind(matrix: .smpte170m, kr: 0.299, kb: 0.114, primaries: .smpte170m, range: .legal, siting: .left),
    Kind(matrix: .bt470bg, kr: 0.299, kb: 0.114, primaries: .bt470bg, range: .full, siting: .center),
    Kind(matrix: .bt2020ncl, kr: 0.2627, kb: 0.0593, primaries: .bt2020, range: .legal, siting: .topLeft),
  ]
  static let layouts = [
    "yuv444p", "yuv422p", "yuv420p", "yuv444p10le", "yuv422p10le", "yuv420p10le", "yuv422p12le", "yuv420p12le",
    "yuv444p16le", "yuv422p16le", "yuv420p16le",
  ]

  /// Every layout with two of the kinds, every kind with four layouts or more: each case starts a judge.
  static let pairs: [(String, Kind)] = layouts.enumerated().flatMap { at, layout in
    [(layout, kinds[at % kinds.count]), (layout, kinds[(at + 2) % kinds.count])]
  }

  /// Half a code value, and what float32 has lost before it is rounded: 24 bits hold 16 to a 256th, ten operations to a 25th.
  private func bound(_ format: PixelFormat) -> Double { 0.5 + 10.0 / 256 * Double(1 << format.depth) / 65536 + 1e-6 }

  private func parameters(_ kind: Kind, _ format: PixelFormat, _ raster: Raster) -> [String: Any] {
    let step = kind.range == .legal ? Double(1 << (format.depth - 8)) : 0
    let top = Double((1 << format.depth) - 1)
    let chroma = format.planeSize(1, of: raster)
    return [
      "kr": kind.kr, "kb": kind.kb, "w": raster.width, "h": raster.height, "cw": chroma.width, "ch": chroma.height,
      "sx": format.chromaShift.x, "sy": format.chromaShift.y, "siting": "\(kind.siting)",
      "black": 16 * step, "yspan": kind.range == .legal ? 219 * step : top,
      "cspan": kind.range == .legal ? 224 * step : top, "half": Double(1 << (format.depth - 1)),
      "low": step, "high": kind.range == .legal ? top - step : top,
    ]
  }

  @Test(.enabled(if: NumpyJudge.isThere, "numpy is not installed"), arguments: pairs.indices)
  func deliveredCodesAreWithinHalfACodeOfFloat64(index: Int) throws {
    let (layout, kind) = Self.pairs[index]
    let working = Picture(.working(Raster(37, 21)))
    working.fillColors(seed: UInt64(index))
    let made = try working.delivered(as: layout, kind.tags)
    let colors = (0..<21).flatMap { y in (0..<37).flatMap { x in working.rgba(x, y).prefix(3).map { Double($0) } } }
    let wanted = try NumpyJudge.run(
      """
      rgb = data.reshape(p['h'], p['w'], 3)
      ycc_ = rgb @ ycc(p['kr'], p['kb']).T
      y = ycc_[..., 0] * p['yspan'] + p['black']
      dx, dy = OFFSET[p['siting']]
      chroma = []
      for c in (1, 2):
          a = ycc_[..., c]
          if p['sx']:
              a = np.pad(a, ((0, 0), (0, a.shape[1] % 2)), mode='edge')
              a = filtered(a, 1, p['cw'], 2.0, dx - 0.5)
          if p['sy']:
              a = np.pad(a, ((0, a.shape[0] % 2), (0, 0)), mode='edge')
              a = filtered(a, 0, p['ch'], 2.0, dy - 0.5)
          chroma.append(a * p['cspan'] + p['half'])
      out = np.clip(np.concatenate([y.ravel()] + [c.ravel() for c in chroma]), p['low'], p['high'])
      """, parameters(kind, made.shape.format, made.shape.raster), colors)
    let codes = made.codes
    try #require(codes.count == wanted.count)
    let worst = zip(codes, wanted).map { abs(Double($0) - $1) }.max() ?? 0
    #expect(worst <= bound(made.shape.format), "off by \(worst) codes")
  }

  @Test(.enabled(if: NumpyJudge.isThere, "numpy is not installed"), arguments: pairs.indices)
  func conformedColorsAreWhatFloat64Gives(index: Int) throws {
    let (layout, kind) = Self.pairs[index]
    let source = try Picture(layout, Raster(37, 21), kind.tags)
    source.fill(seed: UInt64(100 + index))
    let layer = try source.conformed()
    let wanted = try NumpyJudge.run(
      """
      n = p['w'] * p['h']
      y = (data[:n].reshape(p['h'], p['w']) - p['black']) / p['yspan']
      dx, dy = OFFSET[p['siting']]
      planes = [y]
      for c in (0, 1):
          at = n + c * p['cw'] * p['ch']
          a = (data[at:at + p['cw'] * p['ch']].reshape(p['ch'], p['cw']) - p['half']) / p['cspan']
          if p['sx']: a = filtered(a, 1, 2 * p['cw'], 0.5, 0.25 - dx / 2)[:, :p['w']]
          if p['sy']: a = filtered(a, 0, 2 * p['ch'], 0.5, 0.25 - dy / 2)[:p['h']]
          planes.append(a)
      out = np.stack(planes, axis=-1) @ np.linalg.inv(ycc(p['kr'], p['kb'])).T
      """, parameters(kind, source.shape.format, source.shape.raster), source.codes.map { Double($0) })
    let made = (0..<21).flatMap { y in (0..<37).flatMap { x in layer.rgba(x, y).prefix(3).map { Double($0) } } }
    try #require(made.count == wanted.count)
    let worst = zip(made, wanted).map { abs($0 - $1) }.max() ?? 0
    // A dozen float32 operations on values up to 2.5.
    #expect(worst < 3e-6, "off by \(worst)")
    #expect((0..<21).allSatisfy { y in (0..<37).allSatisfy { layer.float(3, $0, y) == 1 } })
  }

  /// SMPTE RP 219-1:2014 table 1: 75 % bars at 10 bits, BT.709.
  @Test func colorBarsHaveTheirPublishedCodes() throws {
    let bars: [([Float], [Int])] = [
      ([0.75, 0.75, 0], [674, 176, 543]), ([0, 0.75, 0.75], [581, 589, 176]), ([0, 0.75, 0], [534, 253, 207]),
      ([0.75, 0, 0.75], [251, 771, 817]), ([0.75, 0, 0], [204, 435, 848]), ([0, 0, 0.75], [111, 848, 481]),
      ([0.75, 0.75, 0.75], [721, 512, 512]), ([1, 1, 1], [940, 512, 512]), ([0, 0, 0], [64, 512, 512]),
    ]
    for layout in ["yuv444p10le", "yuv422p10le", "yuv420p10le"] {
      for (color, codes) in bars {
        let working = Picture(.working(Raster(16, 16)))
        for y in 0..<16 { for x in 0..<16 { working.setRGBA(x, y, color + [1]) } }
        let made = try working.delivered(as: layout, .bt709)
        for plane in 0..<3 { #expect(made[plane, 3, 3] == codes[plane], "\(color) in \(layout)") }
        // And back: half a code of luma and chroma is at most 0.0011 of R′, G′ or B′.
        let back = try made.conformed()
        for (got, wanted) in zip(back.rgba(5, 5), color) { #expect(abs(got - wanted) < 0.0016) }
      }
    }
  }

  /// Legal range keeps what lies beyond white and black, and never writes the codes that time references have.
  @Test func overshootIsKeptAndTimingCodesAreNot() throws {
    let working = Picture(.working(Raster(8, 2)))
    for (x, value) in [-1, -0.05, 0, 0.5, 1, 1.05, 2, .nan].enumerated() {
      for y in 0..<2 { working.setRGBA(x, y, [Float](repeating: Float(value), count: 3) + [1]) }
    }
    let made = try working.delivered(as: "yuv444p10le", .bt709)
    // 64 + 876 v, held to 4…1019; 64 + 438 = 502.
    #expect((0..<8).map { made[0, $0, 0] } == [4, 20, 64, 502, 940, 984, 1019, 4])
    let full = ColorTags(primaries: .bt709, transfer: .bt709, matrix: .bt709, range: .full, siting: .left)
    #expect((0..<7).map { try! working.delivered(as: "yuv444p", full)[0, $0, 0] } == [0, 0, 0, 128, 255, 255, 255])
  }

  /// Grey deliverables are Y′ of their matrix, BT.709's where they have none.
  @Test func greyIsLuma() throws {
    let working = Picture(.working(Raster(4, 1)))
    for (x, color) in ([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]] as [[Float]]).enumerated() {
      working.setRGBA(x, 0, color + [1])
    }
    let tags = ColorTags(primaries: .bt709, transfer: .srgb, matrix: .rgb, range: .full)
    let made = try working.delivered(as: "gray16le", tags)
    // 65535 · 0.2126, 0.7152, 0.0722.
    #expect((0..<4).map { made[0, $0, 0] } == [13933, 46871, 4732, 65535])
  }
}

import Foundation
import PegKernels
import PegTestSupport
import Testing

/// What grades and chroma filters are made of: every level against the oracle, the oracle against published vectors.
@Suite struct GradeKernelTests {
  private static let set1 = CDLValues(
    slope: [1.35, 1.1, 0.071], offset: [0.05, -0.23, 0.11], power: [0.93, 0.81, 1.27], saturation: 1.23)
  private static let set2 = CDLValues(
    slope: [1.15, 1.1, 0.9], offset: [0.05, 0.02, 0.07], power: [1.2, 0.95, 1.13], saturation: 0.87)

  private static func open(_ values: CDLValues) -> CDLValues {
    var values = values
    values.clamps = false
    return values
  }

  /// OpenColorIO's own vectors, tests/cpu/ops/cdl/CDLOp_tests.cpp.
  @Test func theCDLGivesPublishedVectors() {
    let vectors: [(CDLValues, [Float], [Float])] = [
      (Self.set1, [0.3278, 0.01, 1], [0.609399, 0, 0.113130]),
      (Self.set1, [0.25, 0.5, 0.75], [0.422056, 0.401466, 0.035820]),
      (Self.set1, [1.25, 1.5, 1.75], [1, 1, 0]),
      (Self.set1, [-0.2, 0.5, 1.4], [0, 0.421096, 0.101225]),
      (Self.set1, [-0.25, -0.5, -0.75], [0, 0, 0.031735]),
      (Self.set1, [0, 0.8, 0.99], [0, 0.746748, 0.018691]),
      (Self.set1, [0, 0, 0], [0.071827, 0, 0.070533]),
      (Self.open(Self.set1), [0.25, 0.5, 0.75], [0.422056, 0.401466, 0.035820]),
      (Self.open(Self.set1), [1.25, 1.5, 1.75], [1.753162, 1.331130, -0.108181]),
      (Self.open(Self.set1), [-0.2, 0.5, 1.4], [-0.327485, 0.431854, 0.111983]),
      (Self.open(Self.set1), [0, 0, 0], [0.109661, -0.249088, 0.108368]),
      (Self.set2, [0.65, 0.55, 0.2], [0.745644, 0.639197, 0.264149]),
      (Self.set2, [0.41, 0.81, 0.39], [0.499594, 0.897554, 0.428591]),
      (Self.set2, [0.25, 0.5, 0.75], [0.305035, 0.578779, 0.692558]),
    ]
    for (values, color, wanted) in vectors {
      let made = Oracle.cdl(values, color[0], color[1], color[2])
      for (got, want) in zip([made.0, made.1, made.2], wanted) {
        #expect(abs(got - want) < 2e-6, "\(color): \(made), not \(wanted)")
      }
    }
  }

  /// What `grade.h` adds up: below 1, 0.37 · (1.2e-7 of the log's series + 4.2e-7 of its seven roundings) + 9e-8 of the series of
  /// 2^f + 1.5e-7 of its roundings; above, an error in the exponent counts |log2 of the result| · ln 2 times.
  @Test func theCDLsPowerIsRightToHalfAMillionth() {
    for power in [1.0 / 64, 0.2, 0.45, 0.81, 1.1, 1.27, 2.4, 8, 64] as [Float] {
      let values = CDLValues(slope: [1, 1, 1], offset: [0, 0, 0], power: [power, power, 1], saturation: 1)
      for step in 0...4000 {
        let x = Float(step) / 4000
        let wanted = pow(Double(x), Double(power))
        #expect(abs(Double(Oracle.cdl(values, x, 0, 0).0) - wanted) < 4.5e-7, "\(x)^\(power)")
        let light = x * 16
        let above = pow(Double(light), Double(power))
        guard above > 1, above < 65504 else { continue }
        let bound = 2.4e-7 + 5.4e-7 * log2(above) * 0.6932
        #expect(abs(Double(Oracle.cdl(Self.open(values), light, 0, 0).0) / above - 1) < bound, "\(light)^\(power)")
      }
    }
    for power in [1.0 / 64, 0.5, 64] as [Float] {
      let values = CDLValues(slope: [1, 1, 1], offset: [0, 0, 0], power: [power, power, power], saturation: 1)
      // NaN and what is below black are black; what is above white, with it infinity, is white.
      #expect(Oracle.cdl(values, .nan, -3, 0) == (0, 0, 0))
      #expect(Oracle.cdl(values, 1, 70000, .infinity) == (1, 1, 1))
      // Without clamps, what is not above 0 passes, and infinity is held to a number.
      let open = Oracle.cdl(Self.open(values), .nan, -3, .infinity)
      #expect(open.0 == 0 && open.1 == -3 && open.2.isFinite && open.2 > 1)
      #expect(Oracle.cdl(Self.open(values), 1, 1, 1) == (1, 1, 1))
    }
  }

  @Test(arguments: Kernels.levels) func cdlsAndMatricesEqualTheOracle(_ kernels: Kernels) {
    var numbers = Numbers(11)
    let unit = CDLValues(slope: [1, 0.5, 2], offset: [0, 0.1, -0.5], power: [1, 1, 1], saturation: 1)
    let matrix: [Float] = [1, 0.25, -0.5, 0.1, 0, 1.5, 0.125, -0.2, -0.0625, 0, 0.75, 0.3]
    for width in widths {
      let rows = (0..<3).map { _ in numbers.floats(width) }
      func check(_ run: ([FloatRow]) -> Void, _ wanted: (Float, Float, Float) -> [Float]) {
        let buffers = rows.enumerated().map { GuardedBytes($1, offset: 4 * $0) }
        run(buffers.map(\.row))
        let colors = (0..<width).map { wanted(rows[0][$0], rows[1][$0], rows[2][$0]) }
        for c in 0..<3 { #expect(sameBits(buffers[c].floats, colors.map { $0[c] })) }
        #expect(guardsHold(buffers))
      }
      let steep = CDLValues(slope: [1, 4, 0.01], offset: [0, 0, 0], power: [64, 1 / 64, 2.4], saturation: 0)
      for values in [Self.set1, Self.open(Self.set1), Self.set2, unit, Self.open(unit), steep, Self.open(steep)] {
        check({ kernels.cdl($0[0], $0[1], $0[2], count: width, values) }) {
          let made = Oracle.cdl(values, $0, $1, $2)
          return [made.0, made.1, made.2]
        }
      }
      check({ kernels.affine($0[0], $0[1], $0[2], count: width, by: matrix) }) {
        let made = Oracle.affine(matrix, $0, $1, $2)
        return [made.0, made.1, made.2]
      }
    }
  }

  @Test(arguments: Kernels.levels) func piecesAndGamutsEqualTheOracle(_ kernels: Kernels) {
    var numbers = Numbers(17)
    let curve = HalfCurve(numbers.floats(65536, wild: false))
    let sharp = GamutCompression(threshold: [0, 0.5, 0.9], limit: [1.01, 2, 40], power: 5)
    for width in widths {
      let rows = (0..<3).map { _ in numbers.floats(width) }
      for compression in [GamutCompression.reference, sharp] {
        let buffers = rows.enumerated().map { GuardedBytes($1, offset: 4 * $0) }
        kernels.compress(buffers[0].row, buffers[1].row, buffers[2].row, count: width, compression)
        let wanted = (0..<width).map { Oracle.compress(compression, rows[0][$0], rows[1][$0], rows[2][$0]) }
        #expect(sameBits(buffers[0].floats, wanted.map(\.0)))
        #expect(sameBits(buffers[1].floats, wanted.map(\.1)))
        #expect(sameBits(buffers[2].floats, wanted.map(\.2)))
        #expect(guardsHold(buffers))
      }
      let half = [GuardedBytes(rows[0], offset: 4), GuardedBytes(rows[0].map { $0 * 1e-4 }, offset: 8)]
      for buffer in half { kernels.halfCurve(buffer.row, count: width, curve) }
      #expect(sameBits(half[0].floats, rows[0].map { Oracle.halfCurve(curve, $0) }))
      #expect(sameBits(half[1].floats, rows[0].map { Oracle.halfCurve(curve, $0 * 1e-4) }))
      #expect(guardsHold(half))
      let buffers = rows.enumerated().map { GuardedBytes($1, offset: 4 * $0) }
      kernels.choose(buffers[0].row, below: buffers[1].row, above: buffers[2].row, edge: 0.25, count: width)
      let wanted = (0..<width).map { Oracle.choose(rows[0][$0], below: rows[1][$0], above: rows[2][$0], edge: 0.25) }
      #expect(sameBits(buffers[0].floats, wanted))
      #expect(sameBits(buffers[1].floats, rows[1]) && sameBits(buffers[2].floats, rows[2]))
      #expect(guardsHold(buffers))
    }
  }

  /// At a half float a table of them is its entry, between two of them linear: 1 and 1 + 2^−10, 2^−24 and 2^−23, −2 and −2 − 2^−9.
  @Test func halfCurvesGoThroughTheirEntries() {
    let curve = HalfCurve((0..<65536).map { $0 & 0x7c00 == 0x7c00 ? .nan : Float($0) })
    let step: Float = 0x1p-11
    let cases: [(Float, Float)] = [
      (1, 15360), (1 + step, 15360.5), (0x1p-24, 1), (1.25 * 0x1p-24, 1.25), (0, 0), (-2 - 2 * step, 49152.5),
      (0x1p-14, 1024), (65504, 31743), (1e9, 31743), (.infinity, 31743), (-.infinity, 64511), (.nan, 0),
    ]
    for (x, wanted) in cases { #expect(Oracle.halfCurve(curve, x) == wanted, "\(x)") }
    let halves: [(UInt16, Float)] = [
      (1, 0x1p-24), (0x3ff, 1023 * 0x1p-24), (0x400, 0x1p-14), (0x3c00, 1), (0x7bff, 65504), (0x8001, -0x1p-24),
      (0xc000, -2), (0xfbff, -65504),
    ]
    for (bits, value) in halves { #expect(HalfCurve.value(ofHalf: bits) == value) }
  }

  /// A threshold is where the bend begins, a limit is what comes to lie on the edge: distances 0.5, 1.5 and 2 from 1.
  @Test func compressionTakesItsLimitToTheEdge() {
    let c = GamutCompression(threshold: [0.75, 0.75, 0.75], limit: [1.5, 1.5, 1.5], power: 1.2)
    let (r, g, b) = Oracle.compress(c, 1, 0.5, -0.5)
    #expect(r == 1 && g == 0.5 && abs(b) < 1e-6)
    // Grey, black and NaN are not touched; a second colour of twice the size is twice the first.
    #expect(Oracle.compress(c, 0.3, 0.3, 0.3) == (0.3, 0.3, 0.3) && Oracle.compress(c, 0, 0, 0) == (0, 0, 0))
    let (one, two) = (Oracle.compress(c, 1, 0.1, -1), Oracle.compress(c, 2, 0.2, -2))
    #expect(abs(two.1 - 2 * one.1) < 1e-6 && abs(two.2 - 2 * one.2) < 1e-6)
    #expect(Oracle.compress(c, 1, .nan, 0.5).1.isNaN)
  }

  private func lattice(_ size: Int, _ interpolation: ColorLattice.Interpolation, wide: Bool) -> ColorLattice {
    var numbers = Numbers(UInt64(size))
    return ColorLattice(
      size: size, colors: numbers.floats(size * size * size * 3, in: -0.5...1.5, wild: false),
      low: wide ? [-0.5, 0, -0.25] : [0, 0, 0], high: wide ? [1.5, 2, 1] : [1, 1, 1], interpolation: interpolation)
  }

  @Test(arguments: Kernels.levels) func latticesEqualTheOracle(_ kernels: Kernels) {
    var numbers = Numbers(12)
    for size in [2, 3, 17] {
      for interpolation in [ColorLattice.Interpolation.tetrahedral, .trilinear] {
        let lattice = lattice(size, interpolation, wide: size == 3)
        let matrix = lattice.places.after([0.9, 0.2, -0.1, 0.02, 0, 0.8, 0.3, 0, 0.1, 0, 0.7, -0.01])
        for places in [nil, matrix] {
          for width in widths {
            let rows = (0..<3).map { _ in numbers.floats(width, in: -0.2...1.2) }
            let buffers = rows.enumerated().map { GuardedBytes($1, offset: 4 * $0) }
            kernels.lattice(buffers[0].row, buffers[1].row, buffers[2].row, count: width, lattice, through: places)
            let wanted = (0..<width).map {
              Oracle.lattice(lattice, through: places, rows[0][$0], rows[1][$0], rows[2][$0])
            }
            for c in 0..<3 { #expect(sameBits(buffers[c].floats, wanted.map { $0[c] })) }
            #expect(guardsHold(buffers))
          }
        }
      }
    }
  }

  /// On the nodes a lattice is its table; on an edge between two it is linear, whichever way it goes in between.
  @Test func latticesGoThroughTheirNodes() {
    for interpolation in [ColorLattice.Interpolation.tetrahedral, .trilinear] {
      let lattice = lattice(3, interpolation, wide: false)
      let colors = Array(lattice.colors)
      for b in 0..<3 {
        for g in 0..<3 {
          for r in 0..<3 {
            let node = Array(colors[3 * (r + 3 * (g + 3 * b))..<3 * (r + 3 * (g + 3 * b)) + 3])
            #expect(Oracle.lattice(lattice, Float(r) / 2, Float(g) / 2, Float(b) / 2) == node)
          }
        }
      }
      let quarter = Oracle.lattice(lattice, 0.125, 0, 0)
      for c in 0..<3 { #expect(abs(quarter[c] - (0.75 * colors[c] + 0.25 * colors[3 + c])) < 1e-7) }
      // Outside: the faces. NaN is black.
      #expect(Oracle.lattice(lattice, -9, 7, .infinity) == Oracle.lattice(lattice, 0, 1, 1))
      #expect(Oracle.lattice(lattice, .nan, 0, 0) == Oracle.lattice(lattice, 0, 0, 0))
    }
  }

  /// Between corners, tetrahedral weights are those of the published six cases: (0.6, 0.2, 0.4) goes along r, b, g.
  @Test func tetrahedraAreTheOnesOfTheirFractions() {
    let lattice = lattice(2, .tetrahedral, wide: false)
    let colors = Array(lattice.colors)
    func corner(_ r: Int, _ g: Int, _ b: Int, _ c: Int) -> Float { colors[3 * (r + 2 * (g + 2 * b)) + c] }
    let made = Oracle.lattice(lattice, 0.6, 0.2, 0.4)
    for c in 0..<3 {
      let wanted =
        0.4 * corner(0, 0, 0, c) + 0.2 * corner(1, 0, 0, c) + 0.2 * corner(1, 0, 1, c) + 0.2 * corner(1, 1, 1, c)
      #expect(abs(made[c] - wanted) < 2e-7)
    }
  }

  @Test(arguments: Kernels.levels) func curvesAndLogsEqualTheOracle(_ kernels: Kernels) {
    var numbers = Numbers(13)
    let table = CurveTable(numbers.floats(1025, in: -1...2, wild: false), low: -0.25, high: 1.25)
    let two = CurveTable([0.25, 0.75])
    // ACEScct (AMPAS S-2016-001): (log2 x + 9.72)/17.52 above 0.0078125.
    let cct = LogCurve(
      a: 1 / 17.52, b: 1, c: 0, d: 9.72 / 17.52, e: 10.5402377416545, f: 0.0729055341958355, cut: 0.0078125,
      cutCode: 0.155251141552511)
    for width in widths {
      let values = numbers.floats(width)
      func check(_ run: (FloatRow) -> Void, _ wanted: (Float) -> Float) {
        let row = GuardedBytes(values, offset: 4)
        run(row.row)
        #expect(sameBits(row.floats, values.map(wanted)))
        #expect(row.guardsHold)
      }
      for curve in [table, two] {
        check({ kernels.curve($0, count: width, curve) }) { Oracle.curve(curve, $0) }
      }
      check({ kernels.logEncode($0, count: width, cct) }) { Oracle.logEncode(cct, $0) }
      check({ kernels.logDecode($0, count: width, cct) }) { Oracle.logDecode(cct, $0) }
    }
    // colour-science 0.4.7, log_encoding_ACEScct.
    for (x, code) in [
      (0, 0.0729055342), (0.0078125, 0.155251142), (0.18, 0.413588402), (1, 0.554794521), (16, 0.783105023),
    ] {
      #expect(abs(Double(Oracle.logEncode(cct, Float(x))) - code) < 2e-7)
      #expect(abs(Double(Oracle.logDecode(cct, Float(code))) - x) < 4e-6 * max(x, 0.1))
    }
    #expect(Oracle.curve(two, -1) == 0.25 && Oracle.curve(two, 0.5) == 0.5 && Oracle.curve(two, 9) == 0.75)
  }

  @Test(arguments: Kernels.levels) func chromaFiltersEqualTheOracle(_ kernels: Kernels) {
    var numbers = Numbers(14)
    for width in widths where width > 0 {
      for taps in [2, 4, 8] {
        let rows = (0..<taps).map { _ in numbers.floats(width, wild: false) }
        let weights = numbers.floats(taps, wild: false)
        let buffers = rows.enumerated().map { GuardedBytes($1, offset: 4 * ($0 % 4)) }
        let target = GuardedBytes(width * 4, offset: 4)
        kernels.blendRows(buffers.map(\.row), weights, into: target.row, count: width)
        #expect(sameBits(target.floats, (0..<width).map { Oracle.blend(rows, weights, $0) }))
        #expect(target.guardsHold)
      }
      for factor in [2, 4] {
        let source = numbers.floats(width + 3, wild: false)
        let any = numbers.floats(4 * factor, wild: false)
        // Any, beside a luma sample, and beside one that weighs both sides alike.
        let alike: [Float] = [any[4], any[5], any[5], any[4]]
        for weights in [any, [0, 1, 0, 0] + any.dropFirst(4), [0, 1, 0, 0] + alike + any.dropFirst(8)] {
          let from = GuardedBytes(source, offset: 4)
          let target = GuardedBytes(width * factor * 4, offset: 8)
          kernels.expand(from.row, factor: factor, weights, into: target.row, groups: width)
          #expect(
            sameBits(target.floats, (0..<width * factor).map { Oracle.expand(source, factor: factor, weights, $0) }))
          #expect(target.guardsHold)
        }
      }
      for (step, taps) in [(2, 8), (4, 16)] {
        var weights = numbers.floats(taps, wild: false)
        for isCosited in [false, true] {
          if isCosited, step == 2 {
            for k in [1, 5, 7] { weights[k] = 0 }
            (weights[6], weights[4]) = (weights[0], weights[2])
          }
          let source = numbers.floats(step * (width - 1) + taps, wild: false)
          let from = GuardedBytes(source, offset: 4)
          let target = GuardedBytes(width * 4, offset: 4)
          kernels.shrink(from.row, step: step, weights, into: target.row, count: width)
          #expect(sameBits(target.floats, (0..<width).map { Oracle.shrink(source, step: step, weights, $0) }))
          #expect(target.guardsHold)
        }
      }
    }
  }
}

import Foundation
import PegCore
import PegKernels
import PegTestSupport
import Testing

@testable import PegColor

/// Programs: what the optimiser may do, and what grades compute, against OpenColorIO.
@Suite struct ProgramTests {
  static let cdl = CDLValues(
    slope: [1.1, 0.95, 1.05], offset: [0.01, -0.02, 0], power: [1.1, 0.9, 1.2], saturation: 1.2)
  static let matrix = AffineMatrix([0.9, 0.1, 0, 0.02, 0.05, 0.85, 0.1, -0.01, 0, 0.2, 0.8, 0])

  /// A smooth look: each channel a power, a little of the next one mixed in.
  static func lattice(_ size: Int = 17) -> ColorLattice {
    let edge = (0..<size).map { Double($0) / Double(size - 1) }
    var colors: [Float] = []
    for b in edge {
      for g in edge {
        for r in edge {
          colors += [0.9 * pow(r, 1.2) + 0.1 * g, pow(g, 0.9), 0.8 * b + 0.2 * g * r].map { Float($0) }
        }
      }
    }
    return ColorLattice(size: size, colors: colors)
  }

  static let curve = CurveTable((0..<65).map { Float(pow(Double($0) / 64, 1.3)) })

  private func colors(_ count: Int, in range: ClosedRange<Float> = -0.1...1.1) -> [(Float, Float, Float)] {
    var numbers = Numbers(21)
    func value() -> Float {
      range.lowerBound + Float(numbers.next() >> 40) / 16_777_216 * (range.upperBound - range.lowerBound)
    }
    return (0..<count).map { _ in (value(), value(), value()) }
  }

  private func distance(_ a: (Float, Float, Float), _ b: (Float, Float, Float)) -> Float {
    max(abs(a.0 - b.0), abs(a.1 - b.1), abs(a.2 - b.2))
  }

  @Test func optimisedProgramsComputeTheSame() {
    let scale = AffineMatrix(scale: [0.8, 1.1, 0.9], offset: [0.05, 0, -0.02])
    let curves = ColorStep.curves(red: Self.curve, green: Self.curve, blue: Self.curve)
    let cases: [(ColorProgram, Int)] = [
      (ColorProgram([.affine(Self.matrix), .affine(scale), .affine(Self.matrix)]), 1),
      (ColorProgram([.lattice(Self.lattice()), .affine(Self.matrix)]), 1),
      (ColorProgram([.affine(scale), .lattice(Self.lattice())]), 1),
      (ColorProgram([.affine(Self.matrix), .lattice(Self.lattice())]), 2),
      (ColorProgram([.clamp(low: 0, high: 1), .lattice(Self.lattice()), .affine(scale), .affine(Self.matrix)]), 1),
      (ColorProgram([curves, .affine(scale)]), 1),
      (ColorProgram([curves, .affine(Self.matrix)]), 2),
      (ColorProgram([.power(2.4), .power(1 / 2.2)]), 1),
      (ColorProgram([.cdl(Self.cdl), .clamp(low: 0, high: 1), .clamp(low: -1, high: 2)]), 1),
      (ColorProgram([.blend(ColorProgram([.affine(Self.matrix), .affine(scale)]), amount: 0.4), .srgbDecode]), 2),
    ]
    for (program, steps) in cases {
      let short = program.optimised()
      #expect(short.steps.count == steps, "\(program.steps.count) became \(short.steps.count)")
      for color in colors(500) {
        #expect(distance(program.applied(to: color), short.applied(to: color)) < 2e-6)
      }
    }
  }

  /// A matrix before a lattice has no pass of its own: what comes out is the lattice of what the matrix makes of a colour, which
  /// is written out here.
  @Test func aMatrixIsTheWayIntoALattice() {
    let nodes = Self.lattice(9)
    for interpolation in [ColorLattice.Interpolation.tetrahedral, .trilinear] {
      let lattice = ColorLattice(
        size: nodes.size, colors: Array(nodes.colors), low: [-0.25, 0, 0.1], high: [1, 1.5, 0.9],
        interpolation: interpolation)
      let alone = ColorProgram([.lattice(lattice)])
      let both = ColorProgram([.affine(Self.matrix), .lattice(lattice)])
      for color in colors(500) {
        let m = Self.matrix.applied(to: [color.0, color.1, color.2].map { Double($0) }).map { Float($0) }
        #expect(distance(both.applied(to: color), alone.applied(to: (m[0], m[1], m[2]))) < 2e-6)
      }
      #expect(both.applied(to: (.infinity, 0, 0)).0.isFinite && both.applied(to: (.nan, .nan, .nan)).1.isFinite)
    }
  }

  @Test func whatCancelsGoes() throws {
    let ycc = AffineMatrix(try YCbCrMatrix(.bt709).fromRGB)
    let rgb = AffineMatrix(try YCbCrMatrix(.bt709).toRGB)
    for steps: [ColorStep] in [
      [.affine(rgb), .affine(ycc)], [.srgbDecode, .srgbEncode], [.power(2.4), .power(1 / 2.4)],
      [.affine(.identity)], [.blend(ColorProgram([.srgbEncode]), amount: 0)],
      [.affine(ycc), .srgbEncode, .srgbDecode, .affine(rgb)],
    ] { #expect(ColorProgram(steps).optimised().isIdentity) }
  }

  @Test func nothingIsDroppedThatCounts() {
    // A clamp that is narrower than the lattice, a CDL that only clamps, two matrices that are not inverses.
    for steps: [ColorStep] in [
      [.clamp(low: 0.2, high: 0.8), .lattice(Self.lattice())],
      [.cdl(CDLValues(slope: [1, 1, 1], offset: [0, 0, 0], power: [1, 1, 1], saturation: 1)), .srgbEncode],
      [.pqEncode(white: 100), .pqDecode(white: 203)],
    ] { #expect(ColorProgram(steps).optimised().steps == steps) }
  }

  @Test func amountsMixBeforeAndAfter() {
    let program = ColorProgram([.blend(ColorProgram([.affine(AffineMatrix(scale: [2, 0, 1]))]), amount: 0.25)])
    // 0.4 + 0.25 · (0.8 − 0.4) = 0.5; 0.4 · 0.75 = 0.3; unchanged.
    #expect(distance(program.applied(to: (0.4, 0.4, 0.4)), (0.5, 0.3, 0.4)) < 1e-7)
  }

  // MARK: Grades as the cut says them

  @Test func gradesAreReadFieldByField() throws {
    let grade: [JSON] = [
      ["op": "cdl", "slope": [.number("1.1"), .number("0.95"), .number("1.05")], "saturation": .number("1.2")],
      ["op": "saturation", "value": .number("0.5"), "amount": .number("0.5"), "space": "bt709"],
      ["op": "matrix", "values": [1, 0, 0, 0, 1, 0, 0, 0, 1]],
    ]
    let program = try Grade.program(grade)
    #expect(program.steps.count == 3)
    guard case .cdl(let values)? = program.steps.first else { return #expect(Bool(false)) }
    #expect(values.slope == [1.1, 0.95, 1.05] && values.saturation == 1.2 && values.clamps)
    #expect(program.optimised().steps.count == 2)
  }

  @Test func whatIsNotUnderstoodIsNamed() {
    let cases: [(JSON, String)] = [
      (["op": "sepia"], "sepia"), (["op": "cdl", "slop": 1], "slop"), (["slope": 1], "no op"),
      (["op": "cdl", "slope": -1], "slope"), (["op": "cdl", "power": 0], "power"),
      (["op": "cdl", "offset": [1, 2]], "offset"), (["op": "cdl", "clamp": 1], "clamp"),
      (["op": "cdl", "space": "nowhere"], "nowhere"),
      (["op": "lut"], "file"), (["op": "saturation", "look": "7f"], "7f"), (["op": "transfer"], "decode or encode"),
      (["op": "convert", "to": "acescctt"], "acescct?"), (["op": "convert", "space": "pq", "to": "bt709"], "space"),
      (["op": "cdl", "amount": 2], "amount"),
      (["op": "matrix", "values": [1, 2, 3]], "9 or 12"),
    ]
    for (operation, word) in cases {
      #expect { try Grade.program([operation]) } throws: {
        ($0 as? PegError)?.kind == .badInput && "\($0)".contains(word)
      }
    }
  }

  // MARK: The judge

  /// CDL and lattice, one after the other, against OpenColorIO's own processor in float32: 1e-5.
  @Test(.enabled(if: Tool.hasPython("PyOpenColorIO"), "PyOpenColorIO is not installed"))
  func cdlAndLatticeAgreeWithOpenColorIO() throws {
    let lattice = Self.lattice()
    let samples = colors(2000).flatMap { [$0.0, $0.1, $0.2] }
    for (interpolation, name) in [
      (ColorLattice.Interpolation.tetrahedral, "INTERP_TETRAHEDRAL"), (.trilinear, "INTERP_LINEAR"),
    ] {
      let wanted = try NumpyJudge.run(
        """
        import PyOpenColorIO as ocio
        n = p['size']
        nodes, colors = data[:n**3 * 3], data[n**3 * 3:].astype(np.float32)
        cdl = ocio.CDLTransform()
        cdl.setSlope([1.1, 0.95, 1.05]); cdl.setOffset([0.01, -0.02, 0]); cdl.setPower([1.1, 0.9, 1.2]); cdl.setSat(1.2)
        cdl.setStyle(ocio.CDL_ASC)
        lut = ocio.Lut3DTransform(n)
        # OpenColorIO's own order has blue fastest.
        lut.setData(np.ascontiguousarray(nodes.reshape(n, n, n, 3).transpose(2, 1, 0, 3), dtype=np.float32).ravel())
        lut.setInterpolation(getattr(ocio, p['interpolation']))
        group = ocio.GroupTransform([cdl, lut])
        config = ocio.Config.CreateRaw()
        cpu = config.getProcessor(group).getOptimizedCPUProcessor(ocio.OPTIMIZATION_LOSSLESS)
        out = colors.copy()
        cpu.applyRGB(out.reshape(-1, 3))
        """, ["size": lattice.size, "interpolation": name],
        lattice.colors.map { Double($0) } + samples.map { Double($0) })
      let program = ColorProgram([
        .cdl(Self.cdl),
        .lattice(ColorLattice(size: lattice.size, colors: Array(lattice.colors), interpolation: interpolation)),
      ])
      try #require(wanted.count == samples.count)
      var worst = 0.0
      for at in stride(from: 0, to: samples.count, by: 3) {
        let made = program.applied(to: (samples[at], samples[at + 1], samples[at + 2]))
        for (c, value) in [made.0, made.1, made.2].enumerated() {
          worst = max(worst, abs(Double(value) - wanted[at + c]))
        }
      }
      #expect(worst < 1e-5, "off by \(worst)")
    }
  }
}

import Foundation
import PegColor
import PegCore
import PegKernels
import PegTestSupport
import Testing

@testable import PegLook

/// Files of our own making before OpenColorIO, and nodes that it only approximates before float64, in one process.
@Suite struct LookJudgeTests {
  private static let colors: [[Double]] = {
    var random = SplitMix(seed: 3)
    func value() -> Double { Double(random.next() >> 40) / 16_777_216 * 1.4 - 0.2 }
    var colors: [[Double]] = [[0, 0, 0], [1, 1, 1], [0.18, 0.18, 0.18], [2, 0.001, -0.5], [1e-5, 3e-6, 70000]]
    for _ in 0..<120 { colors.append([value(), value(), value()]) }
    return colors
  }()

  private static func clf(_ nodes: String) -> String {
    "<ProcessList id=\"x\" compCLFversion=\"3.0\" xmlns=\"urn:AMPAS:CLF:v3.0\">\(nodes)</ProcessList>"
  }

  private static let depths = "inBitDepth=\"32f\" outBitDepth=\"32f\""

  /// An entry for each half float: bent, as it is, and turned.
  private static let halves: String = {
    var lines = ""
    for bits in 0..<65536 {
      let value: Float = bits & 0x7c00 == 0x7c00 ? 0 : HalfCurve.value(ofHalf: UInt16(bits))
      let bent: Float = 0.5 * value + min(value * value, 100)
      lines += "\(bent) \(value) \(-value)\n"
    }
    return "<LUT1D \(depths) halfDomain=\"true\"><Array dim=\"65536 3\">\(lines)</Array></LUT1D>"
  }()

  // 1.0, 0.5 and 0.25 as half floats are 15360, 14336 and 13312; black is 0, −2 is 49152.
  private static let raw =
    "<LUT1D inBitDepth=\"8i\" outBitDepth=\"16f\" rawHalfs=\"true\"><Array dim=\"4 1\">0 13312 15360 49152</Array></LUT1D>"

  /// Three numbers a node, that look random.
  private static let nodes: String = {
    var lines = ""
    for k in 0..<27 {
      let (r, g, b) = (Double(k * k % 7) / 7, Double(k % 5) / 5, Double(k % 11) / 11)
      lines += "\(r) \(g) \(b)\n"
    }
    return lines
  }()

  private static let indexed: String = {
    var lines = "SPILUT 1.0\n3 3\n3 3 3\n"
    for k in 0..<27 { lines += "\(k % 3) \(k / 3 % 3) \(k / 9) 0.\(k * k % 31) 0.5 -0.\(k % 4)\n" }
    return lines
  }()

  private static let shaped = """
    LUT_1D_SIZE 4
    LUT_1D_INPUT_RANGE -0.5 1.5
    LUT_3D_SIZE 3
    LUT_3D_INPUT_RANGE 0 2
    0 0 0
    0.2 0.3 0.1
    1.1 1 0.7
    2 1.8 2.1
    \(nodes)
    """

  private static let ranges = clf(
    """
    <Matrix inBitDepth="10i" outBitDepth="12i"><Array dim="3 4">4 0 0 40.95 0 4 0.1 0 -0.1 0 4 -10</Array></Matrix>
    <Range inBitDepth="12i" outBitDepth="16f"><minInValue>0</minInValue><maxInValue>4095</maxInValue>
    <minOutValue>0.1</minOutValue><maxOutValue>0.9</maxOutValue></Range>
    <Range inBitDepth="16f" outBitDepth="32f"><minInValue>0.2</minInValue><minOutValue>0.2</minOutValue></Range>
    """)

  private static let logs = clf(
    """
    <Log \(depths) style="log10"/><Log \(depths) style="antiLog10"/>
    <Log \(depths) style="cameraLinToLog"><LogParams base="10" logSideSlope="0.25" logSideOffset="0.4"
    linSideSlope="5" linSideOffset="0.05" linSideBreak="0.01" linearSlope="6.6"/></Log>
    """)

  private static let pieces: String = {
    let half = AffineMatrix(scale: [0.5, 0.6, 0.7])
    let step = ColorStep.split(at: 0.2, below: ColorProgram([.power(2)]), above: ColorProgram([.affine(half)]))
    return ExportedLook.clf(ColorProgram([step]), size: 9, title: "l", name: "l.clf").text
  }()

  /// By their names.
  private static let files: [(String, String)] = {
    var files: [(String, String)] = []
    func add(_ name: String, _ text: String) { files.append((name, text)) }
    add("a.cube", "LUT_1D_SIZE 3\nDOMAIN_MIN -0.5 0 0\nDOMAIN_MAX 1.5 1 2\n0 0.1 0\n0.3 0.5 0.2\n1 0.9 1.7\n")
    add("b.cube", "LUT_3D_SIZE 3\nDOMAIN_MIN -0.5 0 0\nDOMAIN_MAX 1.5 1 2\n\(nodes)")
    add("c.cube", shaped)
    add("d.spi1d", "Version 1\nFrom -0.25 1.5\nLength 3\nComponents 3\n{\n0 0.1 0.2\n0.7 0.8 0.6\n1.2 1 1.1\n}\n")
    add("e.spi3d", indexed)
    add("f.spimtx", "1.1 0.1 0 655.35\n0 0.9 0.1 0\n-0.1 0 1.2 -6553.5\n")
    add("g.clf", clf(halves))
    add("h.clf", clf(raw))
    add("i.clf", ranges)
    add("j.clf", logs)
    add("k.clf", ExportedLook.clf(LookFileTests.mixed, size: 17, title: "k", name: "k.clf").text)
    add("l.clf", pieces)
    add("m.cube", ExportedLook.cube(LookFileTests.mixed, size: 9, title: "m", name: "m.cube").text)
    return files
  }()

  /// Nodes with powers, and the same in Python.
  private static let exact: [(String, String)] = {
    var list: [(String, String)] = []
    func add(_ style: String, _ parameters: String, _ formula: String) {
      list.append(
        ("<Exponent \(depths) style=\"\(style)\"><ExponentParams \(parameters)/></Exponent>", formula))
    }
    add("monCurveFwd", "exponent='2.4' offset='0.055'", "mon(c, 2.4, 0.055)")
    add(
      "monCurveRev", "exponent='3' offset='0.16' channel='G'",
      "np.stack([c[:, 0], mon(c[:, 1], 3, 0.16, True), c[:, 2]], 1)")
    add("monCurveMirrorRev", "exponent='2.2' offset='0.1'", "np.sign(c) * mon(np.abs(c), 2.2, 0.1, True)")
    add("monCurveMirrorFwd", "exponent='2.2' offset='0.1'", "np.sign(c) * mon(np.abs(c), 2.2, 0.1)")
    add(
      "basicFwd", "exponent='1.8' channel='R'",
      "np.stack([np.maximum(c[:, 0], 0) ** 1.8, np.maximum(c[:, 1], 0), np.maximum(c[:, 2], 0)], 1)")
    add("basicMirrorRev", "exponent='2.6'", "np.sign(c) * np.abs(c) ** (1 / 2.6)")
    add("basicPassThruFwd", "exponent='1.4'", "np.where(c > 0, np.abs(c) ** 1.4, c)")
    add("basicFwd", "exponent='0.01'", "np.maximum(c, 0) ** 0.01")
    list.append((cdl("Fwd"), "clip(sat(clip(c * s + o) ** p, 0.75))"))
    list.append((cdl("Rev"), "clip((clip(sat(clip(c), 1 / 0.75)) ** (1 / p) - o) / s)"))
    list.append((cdl("FwdNoClamp"), "sat(pw(c * s + o, p), 0.75)"))
    list.append((cdl("RevNoClamp"), "(pw(sat(c, 1 / 0.75), 1 / p) - o) / s"))
    return list
  }()

  private static func cdl(_ style: String) -> String {
    "<ASC_CDL \(depths) style=\"\(style)\"><SOPNode><Slope>1 1.1 0.8</Slope><Offset>-0.02 0 0.15</Offset>"
      + "<Power>1.05 1.15 1.4</Power></SOPNode><SatNode><Saturation>0.75</Saturation></SatNode></ASC_CDL>"
  }

  private static let judge = """
    import sys, json, numpy as np, PyOpenColorIO as ocio
    p = json.load(sys.stdin)
    c = np.array(p['colors'])
    clip = lambda v: np.clip(v, 0, 1)
    s, o, p3 = np.array([1, 1.1, 0.8]), np.array([-0.02, 0, 0.15]), np.array([1.05, 1.15, 1.4])
    def sat(v, a):
      y = (v @ np.array([0.2126, 0.7152, 0.0722]))[:, None]
      return y + a * (v - y)
    pw = lambda v, e: np.where(v > 0, np.abs(v) ** e, v)
    def mon(v, g, o, inverse=False):
      x, y = o / (g - 1), (o * g / ((g - 1) * (1 + o))) ** g
      slope = (g - 1) / o * y
      if inverse: return np.where(v >= y, (1 + o) * np.abs(v) ** (1 / g) - o, v / slope)
      return np.where(v >= x, np.abs((v + o) / (1 + o)) ** g, v * slope)
    exact = [np.asarray(eval(e, globals(), {'p': p3})).ravel().tolist() for e in p['exact']]
    config = ocio.Config.CreateRaw()
    read = []
    for path in p['files']:
      t = ocio.FileTransform(path, interpolation=ocio.INTERP_TETRAHEDRAL)
      cpu = config.getProcessor(t).getOptimizedCPUProcessor(ocio.OPTIMIZATION_LOSSLESS)
      out = np.ascontiguousarray(c, dtype=np.float32)
      cpu.applyRGB(out)
      read.append(out.astype(float).ravel().tolist())
    json.dump({'exact': exact, 'read': read}, sys.stdout)
    """

  private struct Judged: Decodable {
    let exact: [[Double]]
    let read: [[Double]]
  }

  private func worst(_ program: ColorProgram, _ wanted: [Double]) -> Double {
    var worst = 0.0
    for (at, color) in Self.colors.enumerated() {
      let made = program.applied(to: (Float(color[0]), Float(color[1]), Float(color[2])))
      for (c, value) in [made.0, made.1, made.2].enumerated() {
        let want = wanted[3 * at + c]
        worst = max(worst, abs(Double(value) - want) / max(1, abs(want)))
      }
    }
    return worst
  }

  @Test(.enabled(if: Tool.hasPython("PyOpenColorIO"), "PyOpenColorIO is not installed"))
  func filesReadAsOpenColorIOReadsThem() throws {
    let folder = try TempFolder()
    var paths: [String] = []
    for (name, text) in Self.files {
      paths.append("\(folder.path)/\(name)")
      try text.write(toFile: "\(folder.path)/\(name)", atomically: false, encoding: .utf8)
    }
    let input = try JSONSerialization.data(withJSONObject: [
      "colors": Self.colors, "files": paths, "exact": Self.exact.map(\.1),
    ])
    let output = try Tool.run(Tool.python, ["-c", Self.judge], input: input)
    try #require(output.status == 0, "\(output.stderr)")
    let judged = try JSONDecoder().decode(Judged.self, from: output.stdout)
    for ((name, text), wanted) in zip(Self.files, judged.read) {
      let look = try Look(reading: Array(text.utf8), name: name)
      let off = worst(look.program, wanted)
      // k.clf has powers, which OpenColorIO approximates.
      #expect(off < (name == "k.clf" ? 4e-5 : 1e-5), "\(name): off by \(off)")
    }
    for ((nodes, formula), wanted) in zip(Self.exact, judged.exact) {
      let program = try Look(reading: Array(Self.clf(nodes).utf8), name: "x.clf").program
      let off = worst(program, wanted)
      #expect(off < 1e-5, "\(formula): off by \(off)")
    }
  }
}

import Foundation
import PegCore
import PegKernels
import PegTestSupport
import Testing

@testable import PegColor

/// Every operation of a grade: against colour-science, scipy and OpenColorIO, at its neutral values, in its space, by its
/// amount, and with what is not a colour.
@Suite struct GradeOperationTests {
  typealias Color = (Float, Float, Float)

  private static func json(_ text: String) throws -> JSON {
    try JSON(parsing: text.utf8, limits: JSONLimits(bytes: 10000))
  }

  /// From below black to above white, greys and pure colours among them.
  private static let colors: [Color] = {
    var numbers = Numbers(5)
    func value() -> Float { Float(numbers.next() >> 40) / 16_777_216 * 1.6 - 0.2 }
    let random = (0..<120).map { _ in (value(), value(), value()) }
    return [(0, 0, 0), (0.18, 0.18, 0.18), (1, 1, 1), (1, 0, 0), (0, 1, 0), (0, 0, 1), (0.5, 1.2, -0.1)] + random
  }()

  /// What the judge is asked: an operation as the cut says it, and what makes the same of `c`, in Python.
  ///
  /// `light(c)` and `code(c)` are BT.1886's 2.4 both ways; `inside(c, name, encode, decode, f)` runs f on another space's codes.
  private static let cases: [(String, String)] = [
    (#"{"op": "exposure", "stops": 1.5}"#, "code(light(c) * 2 ** 1.5)"),
    (#"{"op": "exposure", "stops": -2, "space": "acescg"}"#, "code(light(c) / 4)"),
    (#"{"op": "contrast", "value": 1.3, "pivot": 0.4}"#, "(c - 0.4) * 1.3 + 0.4"),
    (
      #"{"op": "contrast", "value": 0.8, "space": "acescct"}"#,
      "inside(c, 'ACEScg', m.log_encoding_ACEScct, m.log_decoding_ACEScct, "
        + "lambda x: (x - m.log_encoding_ACEScct(0.18)) * 0.8 + m.log_encoding_ACEScct(0.18))"
    ),
    (#"{"op": "saturation", "value": 1.4}"#, "sat(c, [0.2126, 0.7152, 0.0722], 1.4)"),
    (
      #"{"op": "saturation", "value": 0.3, "space": "acescg"}"#,
      "inside(c, 'ACEScg', same, same, lambda x: sat(x, colour.RGB_COLOURSPACES['ACEScg'].matrix_RGB_to_XYZ[1], 0.3))"
    ),
    (#"{"op": "saturation", "value": 0, "amount": 0.25}"#, "0.75 * c + 0.25 * sat(c, [0.2126, 0.7152, 0.0722], 0)"),
    (
      #"{"op": "lift_gamma_gain", "lift": [0.1, -0.05, 0], "gamma": [1.2, 0.8, 1], "gain": 1.1}"#,
      "lgg(c, [0.1, -0.05, 0], [1.2, 0.8, 1], 1.1)"
    ),
    (
      #"{"op": "cdl", "slope": [1.1, 0.9, 1], "offset": 0.02, "power": 1.2, "saturation": 0.8}"#,
      "cdl(c, [1.1, 0.9, 1], [0.02] * 3, [1.2] * 3, 0.8, ocio.CDL_ASC)"
    ),
    (
      #"{"op": "cdl", "slope": [1.1, 0.9, 1], "offset": 0.02, "power": 1.2, "saturation": 0.8, "clamp": false}"#,
      "cdl(c, [1.1, 0.9, 1], [0.02] * 3, [1.2] * 3, 0.8, ocio.CDL_NO_CLAMP)"
    ),
    (
      #"{"op": "curves", "master": [[0, 0.05], [0.3, 0.2], [0.7, 0.85], [1, 0.98]]}"#,
      "pchip(c, [0, .3, .7, 1], [.05, .2, .85, .98])"
    ),
    (
      #"{"op": "curves", "red": [[0, 0], [0.5, 0.6], [1, 1]], "blue": [[-0.1, 0.1], [0.2, 0.05], [0.6, 0.9], [1.2, 0.4]]}"#,
      "np.stack([pchip(c[:, 0], [0, .5, 1], [0, .6, 1]), c[:, 1], "
        + "pchip(c[:, 2], [-.1, .2, .6, 1.2], [.1, .05, .9, .4])], 1)"
    ),
    (
      #"{"op": "curves", "luma": [[0, 0], [0.25, 0.4], [1, 1]]}"#,
      "c + (pchip(luma(c), [0, .25, 1], [0, .4, 1]) - luma(c))[:, None]"
    ),
    (#"{"op": "white_balance", "kelvin": 3200}"#, "white(c, kang(3200))"),
    (#"{"op": "white_balance", "kelvin": 7500}"#, "white(c, day(7500))"),
    (#"{"op": "white_balance", "kelvin": 5600, "locus": "planckian"}"#, "white(c, kang(5600))"),
    (#"{"op": "white_balance", "kelvin": 4400}"#, "white(c, toxy(0.6 * touv(kang(4400)) + 0.4 * touv(day(4400))))"),
    (#"{"op": "white_balance", "kelvin": 6504, "tint": 12}"#, "white(c, tinted(day, 6504, 12 / 3000))"),
    (#"{"op": "white_balance", "kelvin": 2800, "tint": -20}"#, "white(c, tinted(kang, 2800, -20 / 3000))"),
    (#"{"op": "transfer", "encode": "srgb"}"#, "np.sign(c) * m.eotf_inverse_sRGB(np.abs(c))"),
    (#"{"op": "convert", "from": "srgb"}"#, "code(np.sign(c) * m.eotf_sRGB(np.abs(c)))"),
    (
      #"{"op": "gamut", "to": "acescg", "space": "acescg"}"#,
      "inside(c, 'ACEScg', same, same, rgc)"
    ),
    (
      #"{"op": "gamut", "to": "acescg", "space": "acescg", "threshold": 0.6, "limit": [1.2, 1.5, 2], "power": 2}"#,
      "inside(c, 'ACEScg', same, same, lambda x: rgc(x, [1.2, 1.5, 2, 0.6, 0.6, 0.6, 2]))"
    ),
    (#"{"op": "gamut", "to": "bt709", "method": "clip"}"#, "np.maximum(c, 0)"),
    (#"{"op": "tone_map"}"#, "tone(c, 0, 1000, 0, 203)"),
    (
      #"{"op": "tone_map", "source": 4000, "target": 100, "source_black": 0.005, "target_black": 0.1}"#,
      "tone(c, 0.005, 4000, 0.1, 100)"
    ),
    (#"{"op": "tone_map", "method": "sdr"}"#, "np.clip(c, 0, 1)"),
    (
      #"{"op": "matrix", "values": [0.9, 0.1, 0, 0.01, 0, 1, 0.1, 0, -0.1, 0, 1.2, 0.02]}"#,
      "c @ np.array([[.9, .1, 0], [0, 1, .1], [-.1, 0, 1.2]]).T + [.01, 0, .02]"
    ),
  ]

  private static let judge = """
    import sys, json, warnings
    warnings.simplefilter('ignore')
    import numpy as np, colour, colour.models as m, PyOpenColorIO as ocio
    from scipy.interpolate import PchipInterpolator
    p = json.load(sys.stdin)
    c = np.array(p['colors'])
    same = lambda x: x
    light = lambda x: np.sign(x) * np.abs(x) ** 2.4
    code = lambda x: np.sign(x) * np.abs(x) ** (1 / 2.4)
    spaces = colour.RGB_COLOURSPACES
    def exact(name):
      s = spaces[name]
      return colour.RGB_Colourspace(s.name, s.primaries, s.whitepoint, use_derived_matrix_RGB_to_XYZ=True,
                                    use_derived_matrix_XYZ_to_RGB=True)
    def inside(c, name, encode, decode, f):
      there = colour.matrix_RGB_to_RGB(exact('ITU-R BT.709'), exact(name), 'Bradford')
      back = colour.matrix_RGB_to_RGB(exact(name), exact('ITU-R BT.709'), 'Bradford')
      return code(decode(f(encode(light(c) @ there.T))) @ back.T)
    luma = lambda c: c @ np.array([0.2126, 0.7152, 0.0722])
    def sat(c, weights, s):
      y = c @ np.array(weights)
      return y[:, None] + s * (c - y[:, None])
    def lgg(c, lift, gamma, gain):
      v = gain * (c + np.array(lift) * (1 - c))
      return np.where(v > 0, np.abs(v) ** (1 / np.array(gamma)), v)
    config = ocio.Config.CreateRaw()
    def run(t, c):
      cpu = config.getProcessor(t).getOptimizedCPUProcessor(ocio.OPTIMIZATION_LOSSLESS)
      out = np.ascontiguousarray(c, dtype=np.float32)
      cpu.applyRGB(out)
      return out.astype(float)
    def cdl(c, slope, offset, power, s, style):
      t = ocio.CDLTransform(); t.setSlope(slope); t.setOffset(offset); t.setPower(power); t.setSat(s); t.setStyle(style)
      return run(t, c)
    def rgc(c, params=[1.147, 1.264, 1.312, 0.815, 0.803, 0.880, 1.2]):
      return run(ocio.FixedFunctionTransform(ocio.FIXED_FUNCTION_ACES_GAMUT_COMP_13, params), c)
    def pchip(x, xs, ys):
      f = PchipInterpolator(xs, ys)
      d = f.derivative()
      inner = f(np.clip(x, xs[0], xs[-1]))
      return inner + np.minimum(x - xs[0], 0) * d(xs[0]) + np.maximum(x - xs[-1], 0) * d(xs[-1])
    kang, day = colour.temperature.CCT_to_xy_Kang2002, colour.temperature.CCT_to_xy_CIE_D
    touv = lambda xy: np.array(colour.xy_to_UCS_uv(xy))
    toxy = lambda uv: np.array(colour.UCS_uv_to_xy(uv))
    def tinted(locus, t, duv):
      # The tangent from hot to cold; the normal that points to greater v.
      d = touv(locus(t - 1)) - touv(locus(t + 1))
      n = np.array([-d[1], d[0]]) / np.hypot(*d)
      n = n if n[1] > 0 else -n
      return toxy(touv(locus(t)) + duv * n)
    def white(c, xy):
      s = exact('ITU-R BT.709')
      a = colour.adaptation.matrix_chromatic_adaptation_VonKries(
        colour.xy_to_XYZ(xy), colour.xy_to_XYZ(s.whitepoint), 'Bradford')
      return code(light(c) @ (s.matrix_XYZ_to_RGB @ a @ s.matrix_RGB_to_XYZ).T)
    def tone(c, source_black, source, target_black, target):
      pq = m.eotf_inverse_ST2084
      lb, lw = pq(source_black), pq(source)
      e = np.clip((pq(np.clip(light(c) * 203, 0, 10000)) - lb) / (lw - lb), 0, 1)
      low, high = (pq(target_black) - lb) / (lw - lb), (pq(target) - lb) / (lw - lb)
      ks = 1.5 * high - 0.5
      t = (e - ks) / (1 - ks)
      p = (2 * t**3 - 3 * t**2 + 1) * ks + (t**3 - 2 * t**2 + t) * (1 - ks) + (3 * t**2 - 2 * t**3) * high
      e2 = np.where(e < ks, e, p)
      e3 = e2 + low * (1 - e2) ** 4
      return code(m.eotf_ST2084(e3 * (lw - lb) + lb) / 203)
    json.dump([np.asarray(eval(e)).ravel().tolist() for e in p['cases']], sys.stdout)
    """

  @Test(
    .enabled(
      if: Tool.hasPython("colour") && Tool.hasPython("PyOpenColorIO"), "colour-science or OpenColorIO is not installed")
  )
  func everyOperationAgreesWithIndependentArithmetic() throws {
    let colors = Self.colors.map { [Double($0.0), Double($0.1), Double($0.2)] }
    let input = try JSONSerialization.data(withJSONObject: ["colors": colors, "cases": Self.cases.map(\.1)])
    let output = try Tool.run(Tool.python, ["-c", Self.judge], input: input)
    try #require(output.status == 0, "\(output.stderr)")
    let judged = try JSONDecoder().decode([[Double]].self, from: output.stdout)
    var seen: Set<String> = ["lut"]
    for ((text, _), wanted) in zip(Self.cases, judged) {
      let operation = try Self.json(text)
      seen.insert(operation["op"]?.string ?? "")
      let plain = try Grade.program([operation])
      for program in [plain, plain.optimised()] {
        var worst = 0.0
        for (at, color) in Self.colors.enumerated() {
          let made = program.applied(to: color)
          for (c, value) in [made.0, made.1, made.2].enumerated() {
            let want = wanted[3 * at + c]
            // What lies near 0 is a root of noise after a power of 1/2.4: judge light there, as the display shows it.
            let distance = min(abs(Double(value) - want), abs(pow(abs(Double(value)), 2.4) - pow(abs(want), 2.4)) * 4)
            worst = max(worst, distance / max(1, abs(want)))
          }
        }
        #expect(worst < 1e-5, "\(text): off by \(worst)")
      }
    }
    #expect(seen == Set(GradeOperations.all.map { $0.op }), "an operation without a judge")
  }

  @Test func neutralOperationsChangeNothing() throws {
    for text in [
      #"{"op": "exposure"}"#, #"{"op": "contrast"}"#, #"{"op": "lift_gamma_gain"}"#, #"{"op": "curves"}"#,
      #"{"op": "white_balance"}"#, #"{"op": "saturation"}"#, #"{"op": "cdl", "clamp": false}"#,
      #"{"op": "curves", "master": [[0, 0], [0.5, 0.9]], "amount": 0}"#, #"{"op": "convert", "to": "bt709"}"#,
      #"{"op": "exposure", "space": "arri_logc4"}"#, #"{"op": "gamut", "to": "bt2020"}"#,
    ] {
      let program = try Grade.program([try Self.json(text)]).optimised()
      for color in Self.colors where min(color.0, color.1, color.2) >= 0 && max(color.0, color.1, color.2) <= 1 {
        let made = program.applied(to: color)
        let off = max(abs(made.0 - color.0), abs(made.1 - color.1), abs(made.2 - color.2))
        #expect(off < 2e-6, "\(text) moves \(color) to \(made)")
      }
    }
  }

  /// Colours of a wide gamut come to lie in a narrow one, on its edge and not beyond, with limits that fit it.
  @Test func compressionBringsAGamutInside() throws {
    let program = try Grade.program(
      [try Self.json(#"{"op": "gamut", "to": "bt709", "space": "linear_bt2020"}"#)],
      working: try .named("linear_bt2020"))
    let target = try ColorSpace.named("linear_bt2020").light(to: .linearBT709)
    // Along the edges of BT.2020, each component of BT.709 comes to 0 somewhere and below it nowhere.
    var least: [Float] = [1, 1, 1]
    for step in 0..<600 {
      let (edge, part) = (step / 200, Float(step % 200) / 200)
      var color: [Float] = [0, 0, 0]
      color[edge] = 1 - part
      color[(edge + 1) % 3] = part
      let made = (program + target).applied(to: (color[0], color[1], color[2]))
      for (c, value) in [made.0, made.1, made.2].enumerated() { least[c] = min(least[c], value) }
    }
    for value in least { #expect(-2e-6 < value && value < 2e-4, "\(least)") }
    let grey = program.applied(to: (0.4, 0.4, 0.4))
    #expect(max(abs(grey.0 - 0.4), abs(grey.1 - 0.4), abs(grey.2 - 0.4)) < 1e-6)
  }

  /// Finite colours, up to what a half float holds, never become NaN; NaN and infinities do not stop anything.
  @Test func whatIsNoColourDoesNoHarm() throws {
    let wild: [Float] = [-65504, -1, -1e-30, 0, 1e-30, 0.5, 1, 65504]
    let worse: [Float] = [.nan, .infinity, -.infinity, 1e38, -1e38]
    for (text, _) in Self.cases {
      let program = try Grade.program([try Self.json(text)])
      for r in wild {
        for g in wild {
          let made = program.applied(to: (r, g, 0.5))
          #expect(!made.0.isNaN && !made.1.isNaN && !made.2.isNaN, "\(text) makes \(made) of \(r), \(g), 0.5")
        }
      }
      for value in worse { _ = program.applied(to: (value, 0.5, value)) }
    }
    for text in [#"{"op": "cdl", "power": 1.1}"#, #"{"op": "lift_gamma_gain", "gamma": 2}"#, #"{"op": "tone_map"}"#] {
      let made = try Grade.program([try Self.json(text)]).applied(to: (.nan, 0.5, 0.5))
      #expect(abs(made.0) < 2e-6, "\(text) makes \(made.0) of NaN")
    }
  }

  private static let wrong: [(String, String)] = [
    (#"{"op": "exposure", "stops": 40}"#, "stops"), (#"{"op": "exposure", "stop": 1}"#, "no field stop"),
    (#"{"op": "contrast", "pivot": "grey"}"#, "pivot"), (#"{"op": "lift_gamma_gain", "gamma": 0}"#, "gamma"),
    (#"{"op": "lift_gamma_gain", "lift": [0, 0]}"#, "lift"), (#"{"op": "curves", "master": [[0, 0]]}"#, "master"),
    (#"{"op": "curves", "red": [[0, 0], [0, 1]]}"#, "rise"), (#"{"op": "curves", "luma": [[0, 0], [1]]}"#, "luma"),
    (#"{"op": "curves", "green": [[0, 0], [1, 1e9]]}"#, "green"),
    (#"{"op": "curves", "alpha": [[0, 0], [1, 1]]}"#, "alpha"),
    (#"{"op": "white_balance", "kelvin": 900}"#, "kelvin"), (#"{"op": "white_balance", "locus": "sun"}"#, "locus"),
    (#"{"op": "white_balance", "kelvin": 3200, "locus": "daylight"}"#, "4000"),
    (#"{"op": "tone_map", "method": "hable"}"#, "method"),
    (#"{"op": "tone_map", "method": "sdr", "source": 1000}"#, "source"),
    (#"{"op": "tone_map", "target_black": 203, "target": 100}"#, "target_black"), (#"{"op": "gamut"}"#, "no to"),
    (#"{"op": "gamut", "to": "bt709", "limit": 0.9}"#, "limit"), (#"{"op": "gamut", "to": "bt710"}"#, "bt709"),
    (#"{"op": "transfer", "decode": "srgb", "encode": "srgb"}"#, "not both"),
    (#"{"op": "transfer", "decode": "slog4"}"#, "slog3"), (#"{"op": "exposur"}"#, "did you mean exposure"),
    (#"{"op": "matrix", "values": [1, 2, 3, 4, "5", 6, 7, 8, 9]}"#, "9 or 12"),
  ]

  @Test func whatCannotBeMeantIsNamed() {
    for (text, word) in Self.wrong {
      #expect { try Grade.program([try Self.json(text)]) } throws: {
        ($0 as? PegError)?.kind == .badInput && "\($0)".contains(word)
      }
    }
  }

  /// What is rendered is what the schema allows, and what is refused by its kind is refused by the schema.
  @Test(.enabled(if: Tool.hasPython("jsonschema"), "jsonschema is not installed"))
  func theSchemaSaysTheSame() throws {
    let judge = """
      import sys, json, jsonschema
      schema = json.load(open('presets/schema/cut.schema.json'))
      schema = {'$schema': schema['$schema'], '$defs': schema['$defs'], '$ref': '#/$defs/grade'}
      judge = jsonschema.Draft202012Validator(schema)
      json.dump([judge.is_valid([o]) for o in json.load(sys.stdin)], sys.stdout)
      """
    let files = [#"{"op": "lut", "file": "a.cube"}"#, #"{"op": "cdl", "file": "a.ccc", "id": "x", "clamp": false}"#]
    // Numbers out of range, names that nothing has, and points that do not rise are told when the grade is read.
    let beyond = ["stops\": 40", "0]]", "900", "3200", "203", "0.9", "slog4", "bt710", "1e9", "[0, 1]]", "gamma\": 0}"]
    let refused =
      Self.wrong.map(\.0).filter { text in !beyond.contains { text.contains($0) } }
      + [#"{"op": "lut"}"#, #"{"op": "cdl", "id": "x"}"#, #"{"op": "cdl", "file": "a.cc", "slope": 1}"#]
    let texts = Self.cases.map(\.0) + files + refused
    let input = Data("[\(texts.joined(separator: ","))]".utf8)
    let output = try Tool.run(Tool.python, ["-c", judge], input: input)
    try #require(output.status == 0, "\(output.stderr)")
    let verdicts = try JSONDecoder().decode([Bool].self, from: output.stdout)
    for (at, verdict) in verdicts.enumerated() {
      #expect(verdict == (at < Self.cases.count + files.count), "\(texts[at])")
    }
  }
}

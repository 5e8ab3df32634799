import Foundation
import PegCore
import PegKernels
import PegTestSupport
import Testing

@testable import PegColor

/// The list of spaces: published values, and colour-science and OpenColorIO as judges of every curve and every gamut.
@Suite struct ColorSpaceTests {
  private func worst(_ made: [Double], _ wanted: [Double]) -> Double {
    // Of the value, or of 1 for what is smaller: light goes up to 65504.
    zip(made, wanted).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? .infinity
  }

  private func run(_ program: ColorProgram, grey values: [Double]) -> [Double] {
    values.map { Double(program.applied(to: (Float($0), Float($0), Float($0))).1) }
  }

  @Test func namesAreDistinctAndFound() throws {
    #expect(Set(ColorSpace.all.map(\.name)).count == ColorSpace.all.count)
    #expect(Set(TransferFunction.all.map(\.name)).count == TransferFunction.all.count)
    for space in ColorSpace.all { #expect(try ColorSpace.named(space.name) == space) }
    for (typed, meant) in [("acescctt", "acescct"), ("bt708", "bt709"), ("slog3_sgamut", "slog3_sgamut3")] {
      #expect { try ColorSpace.named(typed) } throws: {
        ($0 as? PegError)?.kind == .badInput && "\($0)".contains(typed) && "\($0)".contains("did you mean \(meant)?")
      }
    }
  }

  /// What a file says of its colours by numbers, against the arithmetic of RP 177 written out.
  @Test func aSpaceOfNumbersIsItsName() throws {
    let points = [0.64, 0.33, 0.21, 0.71, 0.15, 0.06, 0.3127, 0.329]
    let stated = try #require(ColorSpace.stated(points, exponent: 1.8, otherwise: .srgb))
    #expect(stated.name == "rgb:0.64,0.33,0.21,0.71,0.15,0.06,0.3127,0.329:gamma1.8")
    #expect(try ColorSpace.named(stated.name) == stated)
    #expect(ColorSpace.stated(points, exponent: 563.0 / 256, otherwise: .srgb)?.name == "adobe_rgb")
    #expect(abs(run(stated.toLight, grey: [0.5])[0] - 0.2871746) < 1e-6)
    // These primaries are Adobe RGB's, whose matrix to XYZ is published: green's Y is 0.62736.
    #expect(abs(stated.luma[1] - 0.62736) < 1e-5)
    let scene = ColorSpace.stated([0.3, 0.6, 0.5, 0.4, 0, 1, 0.3, 0.3], exponent: nil, otherwise: .linear)
    #expect(scene?.isScene == true)
    for wrong in [
      "rgb:0.64,0.33,0.21,0.71,0.15,0.06,0.3127:srgb", "rgb:0.64,0.33,0.21,0.71,0.15,0.06,0.3127,0.329:gamma0.0",
      "rgb:0.64,0.33,0.64,0.33,0.15,0.06,0.3127,0.329:srgb", "rgb:0.64,0.33,0.21,0.71,0.15,0.06,0.3127,nan:srgb",
      "rgb:0.64,0.33,0.21,0.71,0.15,0.06,0.3127,0.329:gamma22.0", "rgb:1,2:3", "rgb:",
    ] {
      #expect(throws: PegError.self, "\(wrong)") { try ColorSpace.named(wrong) }
    }
  }

  /// BT.709, BT.1886, sRGB, PQ, HLG, ACEScc and ACEScct at published points.
  @Test func curvesGoThroughPublishedPoints() throws {
    let points: [(String, Double, Double)] = [
      ("bt709_oetf", 0.018, 0.081248), ("bt709_oetf", 0.18, 0.409007729), ("bt709_oetf", 0.5, 0.705515),
      ("srgb", 0.01, 0.0998528), ("srgb", 0.18, 0.46135613), ("srgb", 0.5, 0.735356983),
      // BT.1886 of a display of 100 cd/m².
      ("bt1886", 0.189464571, 0.5), ("bt1886", 0.501356941, 0.75),
      // Light 1 is 203 cd/m².
      ("pq", 0.1 / 203, 0.0623369), ("pq", 1, 0.5806889), ("pq", 1000 / 203, 0.7518271), ("pq", 4000 / 203, 0.9025724),
      ("hlg", 50.6970 / 203, 0.5), ("hlg", 203.152 / 203, 0.75), ("hlg", 26.2383 / 203, 0.38),
      ("acescct", 0, 0.0729055342), ("acescct", 0.0078125, 0.155251142), ("acescct", 0.18, 0.413588402),
      ("acescct", 1, 0.554794521), ("acescct", 16, 0.783105023),
      ("acescc", 0, -0.358447489), ("acescc", 0.001, -0.0140287834),
      // What their makers print for an 18 % grey: ARRI, Sony 420/1023, Panasonic, RED, Canon.
      ("arri_logc3", 0.18, 0.391007), ("slog3", 0.18, 420.0 / 1023), ("vlog", 0.18, 0.423311),
      ("red_log3g10", 0.18, 1 / 3.0), ("arri_logc4", 0.18, 0.278396),
    ]
    for (name, light, code) in points {
      let function = try TransferFunction.named(name)
      let made = run(function.encode, grey: [light])[0], back = run(function.decode, grey: [code])[0]
      #expect(abs(made - code) < 5e-6, "\(name) of \(light) is \(made), not \(code)")
      #expect(abs(back - light) < 2e-5 * max(1, light) / min(1, code + 0.5), "\(name) gives \(back), not \(light)")
    }
  }

  /// Matrices of delivery.md, which colour-science derived, to their last printed digit.
  @Test func gamutsHavePublishedMatrices() throws {
    let published: [(String, String, [Double])] = [
      ("linear_bt709", "linear_bt2020", [0.6274039, 0.32928304, 0.04331307, 0.06909729, 0.9195404, 0.01136232]),
      ("linear_p3_d65", "linear_bt2020", [0.75383303, 0.19859737, 0.0475696, 0.04574385, 0.94177722, 0.01247893]),
      ("acescg", "aces2065_1", [0.69545224, 0.1406787, 0.16386906, 0.04479456, 0.85967112, 0.09553432]),
      ("linear_bt709", "acescg", [0.6130974, 0.33952315, 0.04737945, 0.07019372, 0.91635388, 0.0134524]),
      ("linear_bt709", "aces2065_1", [0.43963298, 0.3829887, 0.17737832, 0.08977644, 0.81343943, 0.09678413]),
    ]
    for (from, to, wanted) in published {
      let made = try ColorSpace.named(from).matrix(to: .named(to)).m
      #expect(worst(Array(made.prefix(6)), wanted) < 2e-7, "\(from) to \(to): \(made)")
    }
  }

  @Test func codeValuesOfSDRDisplaysPassUnlessColorimetryIsAsked() throws {
    let (srgb, p3) = (ColorSpace.srgb, try ColorSpace.named("display_p3"))
    #expect(ColorSpace.program(from: srgb, to: .bt709).isIdentity)
    #expect(ColorSpace.program(from: p3, to: try .named("p3_d65")).isIdentity)
    // sRGB's 0.5 is light (0.555/1.055)^2.4 = 0.214041; its 2.4th root is 0.526066.
    let made = ColorSpace.program(from: srgb, to: .bt709, colorimetric: true).applied(to: (0.5, 0.5, 0.5))
    #expect(abs(made.0 - 0.526066) < 1e-5)
    #expect(!ColorSpace.program(from: p3, to: .bt709).isIdentity)
    // SDR white is 203 cd/m² in PQ and 75 % in HLG, and white stays white everywhere.
    #expect(abs(ColorSpace.program(from: .bt709, to: .pq).applied(to: (1, 1, 1)).1 - 0.5806889) < 2e-6)
    #expect(abs(ColorSpace.program(from: .bt709, to: .hlg).applied(to: (1, 1, 1)).1 - 0.75) < 2e-4)
    for space in ColorSpace.all {
      let light = (ColorSpace.program(from: .bt709, to: space) + space.toLight).applied(to: (1, 1, 1))
      for value in [light.0, light.1, light.2] { #expect(abs(value - 1) < 1e-5, "\(space.name): \(light)") }
    }
  }

  /// There and back is where it began, for every space, from black to white and beyond where the space has it.
  @Test func everySpaceLeadsBack() {
    let colors: [(Float, Float, Float)] = [
      (0, 0, 0), (0.001, 0.002, 0.003), (0.02, 0.01, 0.005), (0.2, 0.5, 0.9), (1, 1, 1), (0.9, 0.1, 0.3),
      (0.18, 0.18, 0.18),
    ]
    for space in ColorSpace.all {
      let there = ColorSpace.program(from: .linearBT709, to: space)
      let back = ColorSpace.program(from: space, to: .linearBT709)
      for color in colors {
        let made = (there + back).applied(to: color)
        for (a, b) in [(made.0, color.0), (made.1, color.1), (made.2, color.2)] {
          #expect(abs(a - b) < 1e-5, "\(space.name): \(color) came back as \(made)")
        }
      }
    }
  }

  @Test func tagsAreSpacesOfTheList() throws {
    #expect(try ColorSpace.tagged(.bt709) == .bt709)
    #expect(try ColorSpace.tagged(.srgb) == .srgb)
    #expect(try ColorSpace.tagged(.linear709) == .linearBT709)
    #expect(try ColorSpace.tagged(ColorTags(primaries: .bt2020, transfer: .pq)) == .pq)
    #expect(try ColorSpace.tagged(ColorTags(primaries: .p3D65, transfer: .srgb)).name == "display_p3")
    #expect(try ColorSpace.tagged(ColorTags(primaries: .film, transfer: .bt709)).name == "")
    for (name, primaries, transfer): (String, Primaries, Transfer) in [
      ("bt709", .bt709, .bt709), ("srgb", .bt709, .srgb), ("display_p3", .p3D65, .srgb), ("pq", .bt2020, .pq),
      ("hlg", .bt2020, .hlg), ("linear_bt2020", .bt2020, .linear), ("gamma22", .bt709, .gamma22),
    ] {
      let points = try #require(try ColorSpace.named(name).codePoints)
      #expect(points.primaries == primaries && points.transfer == transfer)
    }
    for name in ["acescg", "arri_logc4", "p3_d65", "adobe_rgb"] {
      #expect(try ColorSpace.named(name).codePoints == nil)
    }
    #expect { try ColorSpace.tagged(ColorTags(primaries: .bt709, transfer: .hlg)) } throws: { "\($0)".contains("HLG") }
    #expect { try ColorSpace.tagged(ColorTags(primaries: .unspecified, transfer: .srgb)) } throws: { _ in true }
  }

  // MARK: - The judges

  private struct Judged: Decodable {
    let encoded: [String: [Double]]
    let decoded: [String: [Double]]
    let matrices: [String: [Double]]
    let ocio: [String: [Double]]
  }

  private static let gamuts = [
    "linear_bt601_525": "SMPTE C", "linear_bt601_625": "ITU-R BT.470 - 625", "linear_bt2020": "ITU-R BT.2020",
    "linear_p3_d65": "P3-D65", "linear_p3_dci": "DCI-P3", "linear_adobe_rgb": "Adobe RGB (1998)", "acescg": "ACEScg",
    "linear_awg3": "ARRI Wide Gamut 3", "linear_awg4": "ARRI Wide Gamut 4", "linear_sgamut3": "S-Gamut3",
    "linear_sgamut3_cine": "S-Gamut3.Cine", "linear_vgamut": "V-Gamut", "linear_cinema_gamut": "Cinema Gamut",
    "linear_redwg": "REDWideGamutRGB", "linear_davinci_wg": "DaVinci Wide Gamut",
    "linear_bmd_wg_gen5": "Blackmagic Wide Gamut", "linear_dgamut": "DJI D-Gamut", "linear_bt709": "ITU-R BT.709",
  ]

  private static let builtins = [
    "arri_logc3": "ARRI_ALEXA-LOGC-EI800-AWG_to_ACES2065-1", "arri_logc4": "ARRI_LOGC4_to_ACES2065-1",
    "canon_log2": "CANON_CLOG2-CGAMUT_to_ACES2065-1", "canon_log3": "CANON_CLOG3-CGAMUT_to_ACES2065-1",
    "vlog": "PANASONIC_VLOG-VGAMUT_to_ACES2065-1", "red_log3g10": "RED_LOG3G10-RWG_to_ACES2065-1",
    "slog3_sgamut3": "SONY_SLOG3-SGAMUT3_to_ACES2065-1", "slog3_sgamut3_cine": "SONY_SLOG3-SGAMUT3.CINE_to_ACES2065-1",
    "apple_log": "APPLE_LOG_to_ACES2065-1", "acescc": "ACEScc_to_ACES2065-1", "acescct": "ACEScct_to_ACES2065-1",
    "acescg": "ACEScg_to_ACES2065-1",
  ]

  private static let judge = """
    import sys, json, warnings
    warnings.simplefilter('ignore')
    import numpy as np, colour, colour.models as m, PyOpenColorIO as ocio
    p = json.load(sys.stdin)
    light, code = np.array(p['light']), np.array(p['code'])
    odd = lambda f: lambda x: np.sign(x) * f(np.abs(x))
    pow_ = lambda g: (odd(lambda x: x ** (1 / g)), odd(lambda x: x ** g))
    # What holds light and codes to where a function is defined.
    pq = (lambda x: m.eotf_inverse_ST2084(np.clip(x * 203, 0, 10000)), lambda v: m.eotf_ST2084(np.clip(v, 0, 1)) / 203)
    weights = np.array([[1, 1, 1]])
    hlg = (lambda x: np.array([m.eotf_inverse_BT2100_HLG(np.full(3, y * 203))[1] for y in x]),
           lambda v: np.array([m.eotf_BT2100_HLG(np.full(3, y))[1] for y in v]) / 203)
    pair = lambda n, **k: (lambda x: getattr(m, 'log_encoding_' + n)(x, **k), lambda v: getattr(m, 'log_decoding_' + n)(v, **k))
    curve = lambda n: (getattr(m, 'oetf_' + n), getattr(m, 'oetf_inverse_' + n))
    functions = {
      'linear': (lambda x: x, lambda x: x), 'bt1886': pow_(2.4), 'gamma22': pow_(2.2), 'gamma18': pow_(1.8),
      'gamma24': pow_(2.4), 'gamma26': pow_(2.6), 'gamma28': pow_(2.8), 'adobe_rgb': pow_(563 / 256),
      'srgb': (odd(m.eotf_inverse_sRGB), odd(m.eotf_sRGB)),
      'bt709_oetf': (odd(m.oetf_BT709), odd(m.oetf_inverse_BT709)),
      'pq': pq, 'hlg': hlg, 'acescc': pair('ACEScc'), 'acescct': pair('ACEScct'), 'arri_logc3': pair('ARRILogC3'),
      'arri_logc4': pair('ARRILogC4'), 'slog3': pair('SLog3'), 'vlog': pair('VLog'), 'canon_log2': pair('CanonLog2'),
      'canon_log3': pair('CanonLog3'), 'red_log3g10': pair('Log3G10'), 'davinci_intermediate': curve('DaVinciIntermediate'),
      'bmd_film_gen5': curve('BlackmagicFilmGeneration5'), 'fuji_flog': pair('FLog'), 'fuji_flog2': pair('FLog2'),
      'nikon_nlog': pair('NLog'), 'dji_dlog': pair('DJIDLog'), 'apple_log': pair('AppleLogProfile'), 'cineon': pair('Cineon'),
    }
    out = {'encoded': {}, 'decoded': {}, 'matrices': {}, 'ocio': {}}
    for name, (encode, decode) in functions.items():
      out['encoded'][name] = np.nan_to_num(np.array(encode(light), float)).tolist()
      out['decoded'][name] = np.nan_to_num(np.array(decode(code), float)).tolist()
    spaces = colour.RGB_COLOURSPACES
    for name, theirs in p['gamuts'].items():
      for method in ['Bradford', 'CAT02']:
        for to in ['ACES2065-1', 'ITU-R BT.709']:
          a, b = (colour.RGB_Colourspace(s.name, s.primaries, s.whitepoint, use_derived_matrix_RGB_to_XYZ=True,
                  use_derived_matrix_XYZ_to_RGB=True) for s in (spaces[theirs], spaces[to]))
          out['matrices'][f'{name} {to} {method}'] = colour.matrix_RGB_to_RGB(a, b, method).ravel().tolist()
    config = ocio.Config.CreateRaw()
    for name, style in p['builtins'].items():
      cpu = config.getProcessor(ocio.BuiltinTransform(style)).getOptimizedCPUProcessor(ocio.OPTIMIZATION_LOSSLESS)
      colors = np.array(p['colors'], dtype=np.float32)
      cpu.applyRGB(colors)
      out['ocio'][name] = colors.astype(float).ravel().tolist()
    json.dump(out, sys.stdout)
    """

  @Test(
    .enabled(
      if: Tool.hasPython("colour") && Tool.hasPython("PyOpenColorIO"), "colour-science or OpenColorIO is not installed")
  )
  func everyCurveAndGamutAgreesWithColourScience() throws {
    // Camera curves are not defined far below black; nothing of a camera is there.
    let light =
      [0.0, 1e-4, 0.0005, 0.0008, 0.001, 0.0026, 0.004, 0.0078, 0.0101, 0.0125, 0.0181, 0.05, 0.1, 0.18, 0.3]
      + [0.328, 0.33, 0.5, 0.9, 1, 2.5, 6, 10]
    let code = (0...40).map { Double($0) / 40 } + [0.0929, 0.1006, 0.14, 0.1553, 0.4418]
    let colors = [[0.1, 0.1, 0.1], [0.3, 0.4, 0.5], [0.6, 0.45, 0.2], [0.05, 0.5, 0.9], [0.4, 0.4, 0.4]]
    let input = try JSONSerialization.data(withJSONObject: [
      "light": light, "code": code, "gamuts": Self.gamuts, "builtins": Self.builtins, "colors": colors,
    ])
    let output = try Tool.run(Tool.python, ["-c", Self.judge], input: input)
    try #require(output.status == 0, "\(output.stderr)")
    let judged = try JSONDecoder().decode(Judged.self, from: output.stdout)
    #expect(Set(judged.encoded.keys) == Set(TransferFunction.all.map(\.name)), "a curve without a judge")
    for (name, wanted) in judged.encoded {
      let function = try TransferFunction.named(name)
      let made = run(function.encode, grey: light)
      #expect(worst(made, wanted) < 1e-5, "\(name) encodes off by \(worst(made, wanted))")
      let back = run(function.decode, grey: code)
      let decoded = try #require(judged.decoded[name])
      #expect(worst(back, decoded) < 1e-5, "\(name) decodes off by \(worst(back, decoded))")
    }
    for (key, wanted) in judged.matrices {
      let parts = key.split(separator: " ", maxSplits: 1)
      let space = try ColorSpace.named(String(parts[0]))
      let isCAT02 = space.adaptation == .cat02
      guard key.hasSuffix(isCAT02 ? "CAT02" : "Bradford") else { continue }
      let made = space.matrix(to: key.contains("ACES") ? .aces2065 : .linearBT709).m
      #expect(worst(made, wanted) < 1e-6, "\(key): off by \(worst(made, wanted))")
    }
    for (name, wanted) in judged.ocio {
      let program = ColorSpace.program(from: try .named(name), to: .aces2065)
      let made = colors.flatMap { color in
        let out = program.applied(to: (Float(color[0]), Float(color[1]), Float(color[2])))
        return [Double(out.0), Double(out.1), Double(out.2)]
      }
      #expect(worst(made, wanted) < 1e-5, "\(name): off by \(worst(made, wanted)) from OpenColorIO's own")
    }
  }
}

import Foundation
import PegColor
import PegCore
import PegKernels

extension ExportedLook {
  /// A process list of CLF version 3: each step as the node that says the same where there is one.
  ///
  /// sRGB's curve is the standard's `monCurve`, within 1e-5. What has no node is baked: functions of each channel by itself into
  /// a table with an entry for each half float, which holds them to about 1e-6 of their value from −65504 to 65504; others
  /// into a 3D table over 0…1. A finding names what.
  ///
  /// - Parameters:
  ///   - size: nodes along an edge of a 3D table that is baked.
  ///   - title: the name of the process list.
  ///   - name: what findings call the file.
  public static func clf(_ program: ColorProgram, size: Int, title: String, name: String) -> ExportedLook {
    precondition(cubeSizes.contains(size))
    var writer = CLFWriter(size: size, name: name)
    writer.write(program.steps)
    return ExportedLook(text: writer.text(title: title), findings: writer.findings)
  }
}

/// Steps as process nodes.
private struct CLFWriter {
  let size: Int
  let name: String
  private(set) var findings: [Finding] = []
  private var nodes: [String] = []

  init(size: Int, name: String) {
    self.size = size
    self.name = name
  }

  private static let depths = "inBitDepth=\"32f\" outBitDepth=\"32f\""

  func text(title: String) -> String {
    // A list needs a node, and an id; equal lists have the same.
    let body = nodes.isEmpty ? Self.matrix(.identity) : nodes.joined()
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in body.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <ProcessList id="pegbar-\(String(hash, radix: 16))" name="\(title.xmlEscaped)" compCLFversion="3.0" \
      xmlns="urn:AMPAS:CLF:v3.0">
      \(body)</ProcessList>

      """
  }

  /// What has a node is written as it is; what has none is gathered up to the next that has, and baked.
  mutating func write(_ steps: [ColorStep]) {
    var pending: [ColorStep] = []
    for step in steps {
      if let exact = exact(step) {
        bake(pending)
        pending = []
        nodes += exact
      } else {
        // Functions of a channel and functions of a colour go into tables of their own.
        if let last = pending.last, last.isChannelwise != step.isChannelwise {
          bake(pending)
          pending = []
        }
        pending.append(step)
      }
    }
    bake(pending)
  }

  private mutating func bake(_ steps: [ColorStep]) {
    guard let first = steps.first else { return }
    let program = ColorProgram(steps)
    let what = steps.map(\.title).joined(separator: ", ")
    if first.isChannelwise {
      nodes.append(Self.halfTable(Self.halfCurves(program)))
      findings.append(
        Finding(
          "look.baked", .note, "a CLF has no node for \(what)", at: name,
          instead: "it is a table with an entry for each half float"))
    } else {
      let colors = LatticeSampling.colors(program, size: size, low: [0, 0, 0], high: [1, 1, 1])
      nodes.append(Self.lattice(size, colors, .tetrahedral))
      findings.append(
        Finding(
          "look.baked", .warning, "a CLF has no node for \(what)", at: name,
          instead: "it is a table of \(size) nodes along each edge, and what lies outside 0…1 is held to it"))
    }
  }

  /// The program of each half float, by its bits.
  private static func halfCurves(_ program: ColorProgram) -> [[Float]] {
    let halves = (0..<65536).map { bits -> Float in
      // Infinities are the greatest half, and NaN 0.
      if bits & 0x7fff > 0x7c00 { return 0 }
      return HalfCurve.value(ofHalf: UInt16(bits & 0x7c00 == 0x7c00 ? (bits & 0x8000) | 0x7bff : bits))
    }
    var rows = [halves, halves, halves]
    program.apply(to: &rows)
    return rows.map { $0.map(\.orZero) }
  }

  // MARK: - Nodes

  private func exact(_ step: ColorStep) -> [String]? {
    switch step {
    case .affine(let matrix): return [Self.matrix(matrix)]
    case .clamp(let low, let high): return [Self.range(low, high)]
    case .cdl(let values): return [Self.cdl(values)]
    case .power(let exponent): return [Self.exponent("basicMirrorFwd", "exponent=\"\(exponent)\"")]
    case .srgbDecode: return [Self.exponent("monCurveMirrorFwd", "exponent=\"2.4\" offset=\"0.055\"")]
    case .srgbEncode: return [Self.exponent("monCurveMirrorRev", "exponent=\"2.4\" offset=\"0.055\"")]
    case .logEncode(let curve): return Self.log(curve, encodes: true)
    case .logDecode(let curve): return Self.log(curve, encodes: false)
    case .curves(let r?, let g?, let b?): return Self.curves(r, g, b)
    case .halfCurves(let r, let g, let b):
      return [Self.halfTable([r.values, g.values, b.values].map { $0.map(\.orZero) })]
    case .lattice(let lattice):
      let domain = Self.domain(lattice.low, lattice.high)
      return domain + [Self.lattice(lattice.size, Array(lattice.colors), lattice.interpolation)]
    case .curves, .pqDecode, .pqEncode, .hlgDecode, .hlgEncode, .split, .channels, .compress, .blend: return nil
    }
  }

  private static func matrix(_ matrix: AffineMatrix) -> String {
    let rows = (0..<3).map { row in (0..<4).map { "\(matrix.m[row * 4 + $0])" }.joined(separator: " ") }
    return "  <Matrix \(depths)>\n    <Array dim=\"3 4\">\n\(rows.joined(separator: "\n"))\n    </Array>\n  </Matrix>\n"
  }

  private static func range(_ low: Float, _ high: Float) -> String {
    var lines = ""
    if low > -.infinity { lines += "    <minInValue>\(low)</minInValue>\n    <minOutValue>\(low)</minOutValue>\n" }
    if high < .infinity { lines += "    <maxInValue>\(high)</maxInValue>\n    <maxOutValue>\(high)</maxOutValue>\n" }
    return "  <Range \(depths) style=\"Clamp\">\n\(lines)  </Range>\n"
  }

  private static func cdl(_ v: CDLValues) -> String {
    func triple(_ values: [Float]) -> String { values.map { "\($0)" }.joined(separator: " ") }
    return """
        <ASC_CDL \(depths) style="\(v.clamps ? "Fwd" : "FwdNoClamp")">
          <SOPNode>
            <Slope>\(triple(v.slope))</Slope>
            <Offset>\(triple(v.offset))</Offset>
            <Power>\(triple(v.power))</Power>
          </SOPNode>
          <SatNode>
            <Saturation>\(v.saturation)</Saturation>
          </SatNode>
        </ASC_CDL>

      """
  }

  private static func exponent(_ style: String, _ parameters: String) -> String {
    "  <Exponent \(depths) style=\"\(style)\">\n    <ExponentParams \(parameters)/>\n  </Exponent>\n"
  }

  /// `nil` where the line does not meet the logarithm at the break, as a CLF has it.
  private static func log(_ curve: LogCurve, encodes: Bool) -> [String]? {
    let (a, b, c, d) = (Double(curve.a), Double(curve.b), Double(curve.c), Double(curve.d))
    var parameters =
      "base=\"2\" logSideSlope=\"\(a)\" logSideOffset=\"\(d)\" linSideSlope=\"\(b)\" linSideOffset=\"\(c)\""
    var style = encodes ? "linToLog" : "logToLin"
    if curve.cut > -.infinity {
      let (cut, slope) = (Double(curve.cut), Double(curve.e))
      let inner = b * cut + c
      guard inner > 0, abs(a * log2(inner) + d - (slope * cut + Double(curve.f))) < 2e-6 else { return nil }
      style = encodes ? "cameraLinToLog" : "cameraLogToLin"
      parameters += " linSideBreak=\"\(cut)\" linearSlope=\"\(slope)\""
    }
    return ["  <Log \(depths) style=\"\(style)\">\n    <LogParams \(parameters)/>\n  </Log>\n"]
  }

  /// To 0…1, where a table's own domain is another.
  private static func domain(_ low: [Float], _ high: [Float]) -> [String] {
    if low == [0, 0, 0], high == [1, 1, 1] { return [] }
    let scale = zip(low, high).map { 1 / (Double($1) - Double($0)) }
    return [matrix(AffineMatrix(scale: scale, offset: zip(low, scale).map { -Double($0) * $1 }))]
  }

  /// `nil` for tables of unequal lengths.
  private static func curves(_ r: CurveTable, _ g: CurveTable, _ b: CurveTable) -> [String]? {
    guard r.values.count == g.values.count, g.values.count == b.values.count else { return nil }
    let rows = r.values.indices.map { "\(r.values[$0]) \(g.values[$0]) \(b.values[$0])\n" }
    return domain([r.low, g.low, b.low], [r.high, g.high, b.high]) + [
      "  <LUT1D \(depths)>\n    <Array dim=\"\(rows.count) 3\">\n\(rows.joined())    </Array>\n  </LUT1D>\n"
    ]
  }

  private static func halfTable(_ values: [[Float]]) -> String {
    let isGrey = values[0] == values[1] && values[1] == values[2]
    let rows = values[0].indices.map {
      isGrey ? "\(values[0][$0])\n" : "\(values[0][$0]) \(values[1][$0]) \(values[2][$0])\n"
    }
    return "  <LUT1D \(depths) halfDomain=\"true\">\n    <Array dim=\"65536 \(isGrey ? 1 : 3)\">\n"
      + rows.joined() + "    </Array>\n  </LUT1D>\n"
  }

  /// Blue fastest, as a CLF lists them.
  private static func lattice(_ n: Int, _ colors: [Float], _ interpolation: ColorLattice.Interpolation) -> String {
    let how = interpolation == .trilinear ? "trilinear" : "tetrahedral"
    var text = "  <LUT3D \(depths) interpolation=\"\(how)\">\n    <Array dim=\"\(n) \(n) \(n) 3\">\n"
    for r in 0..<n {
      for g in 0..<n {
        for b in 0..<n {
          let at = 3 * (r + n * (g + n * b))
          text += "\(colors[at]) \(colors[at + 1]) \(colors[at + 2])\n"
        }
      }
    }
    return text + "    </Array>\n  </LUT3D>\n"
  }
}

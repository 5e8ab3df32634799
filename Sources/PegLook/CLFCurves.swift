import Foundation
import PegColor
import PegCore
import PegKernels
import PegXML

/// The parameters of a `Log` or an `Exponent`: one set for all channels, or one for each that is named.
private func perChannel<Parameters>(
  _ node: XMLNode, _ name: String, _ xml: LookXML, _ read: (XMLNode) throws(PegError) -> Parameters
) throws(PegError) -> [Parameters?] {
  for child in node.children where child.localName != "Description" && child.localName != name[...] {
    throw xml.wrong("\(child.name) has no place in \(node.name)", at: child)
  }
  let sets = node.children.filter { $0.localName == name[...] }
  if sets.count == 1, let only = sets.first, only["channel"] == nil {
    let all = try read(only)
    return [all, all, all]
  }
  var found: [Parameters?] = [nil, nil, nil]
  for set in sets {
    guard let at = ["R", "G", "B"].firstIndex(of: set["channel"] ?? "") else {
      throw xml.wrong("channel is \"\((set["channel"] ?? "").prefix(40))\", and has to be R, G or B", at: set)
    }
    guard found[at] == nil else { throw xml.wrong("the channel stands twice", at: set) }
    found[at] = try read(set)
  }
  return found
}

private func together(_ channels: [ColorProgram]) -> [ColorStep] {
  channels[0] == channels[1] && channels[1] == channels[2]
    ? channels[0].steps : [.channels(red: channels[0], green: channels[1], blue: channels[2])]
}

/// `Log`: S-2014-006 §4.9.
struct CLFLog {
  let steps: [ColorStep]

  init(_ node: XMLNode, _ xml: LookXML) throws(PegError) {
    let style = node["style"] ?? ""
    let plain: (LogCurve, Bool)? =
      switch style {
      case "log2": (Self.curve(1, 0, 1, 0, base: 2), true)
      case "log10": (Self.curve(1, 0, 1, 0, base: 10), true)
      case "antiLog2": (Self.curve(1, 0, 1, 0, base: 2), false)
      case "antiLog10": (Self.curve(1, 0, 1, 0, base: 10), false)
      default: nil
      }
    if let plain {
      for child in node.children where child.localName != "Description" {
        throw xml.wrong("\(child.name) has no place in a Log of the style \(style)", at: child)
      }
      steps = [plain.1 ? .logEncode(plain.0) : .logDecode(plain.0)]
      return
    }
    let (encodes, isCamera): (Bool, Bool)
    switch style {
    case "linToLog": (encodes, isCamera) = (true, false)
    case "logToLin": (encodes, isCamera) = (false, false)
    case "cameraLinToLog": (encodes, isCamera) = (true, true)
    case "cameraLogToLin": (encodes, isCamera) = (false, true)
    default: throw xml.wrong("style of a Log is \"\(style.prefix(40))\"", at: node)
    }
    let curves = try perChannel(node, "LogParams", xml) { (set) throws(PegError) -> LogCurve in
      try Self.curve(set, isCamera: isCamera, xml)
    }
    guard curves.contains(where: { $0 != nil }) else { throw xml.wrong("the Log has no LogParams", at: node) }
    steps = together(
      try curves.map { (curve) throws(PegError) -> ColorProgram in
        guard let curve else { throw xml.wrong("the Log has LogParams for some channels only", at: node) }
        return ColorProgram([encodes ? .logEncode(curve) : .logDecode(curve)])
      })
  }

  /// logSideSlope · log_base(linSideSlope · x + linSideOffset) + logSideOffset
  private static func curve(
    _ slope: Double, _ offset: Double, _ linearSlope: Double, _ linearOffset: Double, base: Double
  ) -> LogCurve {
    LogCurve(
      a: Float(slope / log2(base)), b: Float(linearSlope), c: Float(linearOffset), d: Float(offset), e: 1, f: 0,
      cut: -.infinity, cutCode: -.infinity)
  }

  private static func curve(_ set: XMLNode, isCamera: Bool, _ xml: LookXML) throws(PegError) -> LogCurve {
    func number(_ name: String, _ neutral: Double) throws(PegError) -> Double {
      guard let text = set[name] else { return neutral }
      return try xml.number(text, name, at: set)
    }
    let base = try number("base", 2)
    let (slope, offset) = (try number("logSideSlope", 1), try number("logSideOffset", 0))
    let (inner, shift) = (try number("linSideSlope", 1), try number("linSideOffset", 0))
    guard base > 0, base != 1, slope != 0, inner != 0 else {
      throw xml.wrong(
        "a base of \(base), a logSideSlope of \(slope) and a linSideSlope of \(inner) are no logarithm", at: set)
    }
    guard isCamera else {
      if set["linSideBreak"] != nil { throw xml.wrong("linSideBreak is for the camera styles", at: set) }
      return curve(slope, offset, inner, shift, base: base)
    }
    guard let text = set["linSideBreak"] else { throw xml.wrong("a camera style needs linSideBreak", at: set) }
    let cut = try xml.number(text, "linSideBreak", at: set)
    let atCut = inner * cut + shift
    guard atCut > 0 else { throw xml.wrong("the logarithm is not defined at linSideBreak", at: set) }
    let cutCode = slope * log2(atCut) / log2(base) + offset
    // Without a slope of its own, the line goes on where the logarithm stops, in its direction.
    let linear = try number("linearSlope", slope * inner / (atCut * log(base)))
    guard linear != 0 else { throw xml.wrong("a linearSlope of 0 has no inverse", at: set) }
    return LogCurve(
      a: Float(slope / log2(base)), b: Float(inner), c: Float(shift), d: Float(offset), e: Float(linear),
      f: Float(cutCode - linear * cut), cut: Float(cut), cutCode: Float(cutCode))
  }
}

/// `Exponent`: S-2014-006 §4.10.
struct CLFExponent {
  let steps: [ColorStep]

  init(_ node: XMLNode, _ xml: LookXML) throws(PegError) {
    let style = node["style"] ?? ""
    guard let kind = Self.styles[style] else {
      throw xml.wrong("style of an Exponent is \"\(style.prefix(40))\"", at: node)
    }
    let channels = try perChannel(node, "ExponentParams", xml) { (set) throws(PegError) -> ColorProgram in
      guard let text = set["exponent"] else { throw xml.wrong("ExponentParams has no exponent", at: set) }
      let exponent = try xml.number(text, "exponent", at: set)
      let limits = kind.isMonCurve ? 1.0...10 : 0.01...100
      guard limits.contains(exponent) else {
        throw xml.wrong("exponent is \(exponent), and has to lie in \(limits.lowerBound)…\(limits.upperBound)", at: set)
      }
      guard kind.isMonCurve else {
        if set["offset"] != nil { throw xml.wrong("offset is for the monCurve styles", at: set) }
        return Self.basic(kind.isForward ? exponent : 1 / exponent, kind.negative)
      }
      let offset = try set["offset"].map { (text) throws(PegError) in try xml.number(text, "offset", at: set) } ?? 0
      guard (0...0.9).contains(offset) else { throw xml.wrong("offset is \(offset), and has to lie in 0…0.9", at: set) }
      return Self.monCurve(exponent, offset, isForward: kind.isForward, mirrors: kind.negative == .mirrored)
    }
    guard channels.contains(where: { $0 != nil }) else {
      throw xml.wrong("the Exponent has no ExponentParams", at: node)
    }
    // A channel that is not named stays as it is; a basic one still holds what is below 0.
    let rest = kind.isMonCurve ? ColorProgram() : Self.basic(1, kind.negative)
    steps = together(channels.map { $0 ?? rest })
  }

  private enum Negative { case held, mirrored, passed, line }
  private static let styles: [String: (isMonCurve: Bool, isForward: Bool, negative: Negative)] = [
    "basicFwd": (false, true, .held), "basicRev": (false, false, .held), "basicMirrorFwd": (false, true, .mirrored),
    "basicMirrorRev": (false, false, .mirrored), "basicPassThruFwd": (false, true, .passed),
    "basicPassThruRev": (false, false, .passed), "monCurveFwd": (true, true, .line),
    "monCurveRev": (true, false, .line),
    "monCurveMirrorFwd": (true, true, .mirrored), "monCurveMirrorRev": (true, false, .mirrored),
  ]

  /// |x|^exponent with x's sign. The kernel takes 1/64…64; the standard goes a little further.
  private static func power(_ exponent: Double) -> [ColorStep] {
    if exponent == 1 { return [] }
    if (1.0 / 64...64).contains(exponent) { return [.power(Float(exponent))] }
    let root = Float(exponent.squareRoot())
    return [.power(root), .power(root)]
  }

  private static func basic(_ exponent: Double, _ negative: Negative) -> ColorProgram {
    let power = power(exponent)
    switch negative {
    case .held: return ColorProgram([.clamp(low: 0, high: .infinity)] + power)
    case .passed where !power.isEmpty:
      return ColorProgram([.split(at: 0, below: ColorProgram(), above: ColorProgram(power))])
    default: return ColorProgram(power)
    }
  }

  /// ((x + offset)/(1 + offset))^exponent, with a line through 0 below; `isForward` or its inverse.
  private static func monCurve(_ exponent: Double, _ offset: Double, isForward: Bool, mirrors: Bool) -> ColorProgram {
    if exponent == 1, offset == 0 { return ColorProgram() }
    // The line would have no slope at an exponent of 1 or an offset of 0.
    let (g, o) = (max(exponent, 1.000001), max(offset, 1e-6))
    let breakX = o / (g - 1)
    let breakY = pow(o * g / ((g - 1) * (1 + o)), g)
    let slope = (g - 1) / o * breakY
    func affine(_ scale: Double, _ sum: Double) -> ColorStep {
      .affine(AffineMatrix(scale: [scale, scale, scale], offset: [sum, sum, sum]))
    }
    let line = ColorProgram([affine(isForward ? slope : 1 / slope, 0)])
    func curve(_ sign: Double) -> ColorProgram {
      isForward
        ? ColorProgram([affine(1 / (1 + o), sign * o / (1 + o)), .power(Float(g))])
        : ColorProgram([.power(Float(1 / g)), affine(1 + o, -sign * o)])
    }
    let edge = Float(isForward ? breakX : breakY)
    let upper = ColorProgram([.split(at: edge, below: line, above: curve(1))])
    return mirrors ? ColorProgram([.split(at: -edge, below: curve(-1), above: upper)]) : upper
  }
}

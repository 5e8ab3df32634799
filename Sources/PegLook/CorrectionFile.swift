import PegColor
public import PegCore
import PegKernels
import PegXML

/// The corrections of a `.cc`, `.ccc` or `.cdl` (ASC CDL 1.2, XML).
///
/// What a file holds beside them is other people's (media references, descriptions of viewing) and is passed over, as the ASC
/// says.
public struct CorrectionFile: Hashable, Sendable {
  /// In order.
  public var corrections: [Correction]

  public init(_ corrections: [Correction]) { self.corrections = corrections }

  /// - Throws: bad input with line and column for what is no list of corrections, and for values that the ASC CDL excludes.
  public init(reading bytes: [UInt8], name: String, limits: LookLimits = .generous) throws(PegError) {
    let xml = try LookXML(bytes, name: name, limits: limits)
    let root = xml.tree.root
    var nodes: [XMLNode] = []
    func collect(_ node: XMLNode) {
      if node.localName == "ColorCorrection" { return nodes.append(node) }
      for child in node.children { collect(child) }
    }
    guard ["ColorCorrection", "ColorCorrectionCollection", "ColorDecisionList"].contains(root.localName) else {
      throw xml.wrong("the document is a <\(root.name)>, no ASC CDL", at: root)
    }
    collect(root)
    guard !nodes.isEmpty else { throw xml.wrong("the file has no correction", at: root) }
    corrections = []
    for node in nodes { corrections.append(try Self.correction(node, xml)) }
  }

  private static func correction(_ node: XMLNode, _ xml: LookXML) throws(PegError) -> Correction {
    let values = try self.values(
      sop: node.firstLocal("SOPNode", "ASC_SOP"), saturation: node.firstLocal("SatNode", "SATNode", "ASC_SAT"), xml)
    let sop = node.firstLocal("SOPNode", "ASC_SOP")
    let descriptions = (Array(node.children) + (sop.map { Array($0.children) } ?? []))
      .filter { $0.localName == "Description" && !$0.text.isEmpty }.map(\.text)
    return Correction(
      id: node["id"].flatMap { $0.isEmpty ? nil : $0 }, values, descriptions: descriptions)
  }

  /// The numbers of a correction, in a file of its own or in a CLF.
  static func values(sop: XMLNode?, saturation: XMLNode?, _ xml: LookXML) throws(PegError) -> CDLValues {
    func triple(_ name: String, _ neutral: Float, _ isAllowed: (Double) -> Bool, _ wanted: String) throws(PegError)
      -> [Float]
    {
      guard let sop else { return [neutral, neutral, neutral] }
      guard let node = sop.firstLocal(name) else { throw xml.wrong("\(sop.name) has no \(name)", at: sop) }
      let numbers = try xml.numbers(node, count: 3)
      guard numbers.allSatisfy(isAllowed) else { throw xml.wrong("\(name) has to be \(wanted)", at: node) }
      return numbers.map { Float($0) }
    }
    let slope = try triple("Slope", 1, { (0...65504).contains($0) }, "0…65504")
    let offset = try triple("Offset", 0, { abs($0) <= 65504 }, "−65504…65504")
    let power = try triple("Power", 1, { (1.0 / 64...64).contains($0) }, "1/64…64")
    var amount: Float = 1
    if let saturation {
      guard let node = saturation.firstLocal("Saturation") else {
        throw xml.wrong("\(saturation.name) has no Saturation", at: saturation)
      }
      let value = try xml.numbers(node, count: 1)[0]
      guard (0...65504).contains(value) else { throw xml.wrong("Saturation has to be 0…65504", at: node) }
      amount = Float(value)
    }
    return CDLValues(slope: slope, offset: offset, power: power, saturation: amount)
  }

  /// The correction of an id, or the only one.
  ///
  /// - Throws: bad input for an id that is not there or stands twice, and for several corrections without an id to choose by.
  public func correction(_ id: String?, name: String) throws(PegError) -> Correction {
    guard let id else {
      if corrections.count == 1, let only = corrections.first { return only }
      throw PegError(
        .badInput, "\(name) has \(corrections.count) corrections, and none is chosen",
        hint: "name one by its id: \(ids)")
    }
    let found = corrections.filter { $0.id == id }
    guard let first = found.first else {
      let near = Spelling.nearest(to: id, among: corrections.compactMap(\.id))
      throw PegError(
        .badInput, "\(name) has no correction \(id)", hint: near.map { "did you mean \($0)?" } ?? "it has \(ids)")
    }
    guard found.count == 1 else {
      throw PegError(.badInput, "\(name) has \(found.count) corrections with the id \(id)", hint: "ids have to differ")
    }
    return first
  }

  private var ids: String {
    let known = corrections.compactMap(\.id)
    return known.isEmpty ? "none has an id" : known.prefix(20).joined(separator: ", ")
  }

  func look(_ format: LookFormat, _ id: String?, name: String) throws(PegError) -> Look {
    let chosen = try correction(id, name: name)
    var look = Look(format, ColorProgram([.cdl(chosen.values)]))
    look.title = chosen.id
    look.descriptions = chosen.descriptions
    return look
  }

  // MARK: - Writing

  /// The file's text. `.cc` holds exactly one correction.
  ///
  /// - Throws: bad input for other formats, and for another number of corrections in a `.cc`.
  public func text(_ format: LookFormat) throws(PegError) -> String {
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    let space = " xmlns=\"urn:ASC:CDL:v1.01\""
    switch format {
    case .cc:
      guard corrections.count == 1, let only = corrections.first else {
        throw PegError(
          .badInput, "a .cc holds one correction, and there are \(corrections.count)", hint: "write a .ccc")
      }
      return head + Self.text(of: only, indent: "", attributes: space)
    case .ccc:
      return head + "<ColorCorrectionCollection\(space)>\n"
        + corrections.map { Self.text(of: $0, indent: "  ") }.joined() + "</ColorCorrectionCollection>\n"
    case .cdl:
      return head + "<ColorDecisionList\(space)>\n"
        + corrections.map { "  <ColorDecision>\n\(Self.text(of: $0, indent: "    "))  </ColorDecision>\n" }.joined()
        + "</ColorDecisionList>\n"
    default: throw PegError(.badInput, "corrections are written as .cc, .ccc or .cdl, not as .\(format.rawValue)")
    }
  }

  private static func text(of correction: Correction, indent: String, attributes: String = "") -> String {
    let v = correction.values
    func triple(_ values: [Float]) -> String { values.map { "\($0)" }.joined(separator: " ") }
    let id = correction.id.map { " id=\"\($0.xmlEscaped)\"" } ?? ""
    let descriptions = correction.descriptions.map { "<Description>\($0.xmlEscaped)</Description>" }
    let lines =
      ["<ColorCorrection\(attributes)\(id)>"] + descriptions.map { "  " + $0 } + [
        "  <SOPNode>", "    <Slope>\(triple(v.slope))</Slope>", "    <Offset>\(triple(v.offset))</Offset>",
        "    <Power>\(triple(v.power))</Power>", "  </SOPNode>", "  <SatNode>",
        "    <Saturation>\(v.saturation)</Saturation>", "  </SatNode>", "</ColorCorrection>",
      ]
    return lines.map { indent + $0 + "\n" }.joined()
  }
}

extension String {
  var xmlEscaped: String {
    var text = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      // XML 1.0 has no other control characters, escaped or not.
      case "\u{0}"..<"\u{20}" where scalar != "\n" && scalar != "\t": text += "\u{FFFD}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}

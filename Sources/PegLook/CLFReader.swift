import PegColor
import PegCore
import PegKernels
import PegXML

/// A process list of the Common LUT Format: Academy S-2014-006 (versions 2 and 3) and SMPTE ST 2136-1.
///
/// Integer depths are normalised: a value of a 10-bit side stands for value/1023, of a float side for itself. Nothing is held
/// to a depth; only nodes that say so clamp. Unknown elements are refused, because what they do is not known; unknown
/// attributes are passed over.
struct CLFReader {
  private let xml: LookXML
  private let limits: LookLimits
  private var made = Look(.clf, ColorProgram())
  private var depth: String?

  init(_ bytes: [UInt8], name: String, limits: LookLimits) throws(PegError) {
    xml = try LookXML(bytes, name: name, limits: limits)
    self.limits = limits
  }

  func look() throws(PegError) -> Look {
    var reader = self
    try reader.read()
    return reader.made
  }

  private static let smpte = "http://www.smpte-ra.org/ns/2136-1/2024"

  private mutating func read() throws(PegError) {
    let root = xml.tree.root
    guard root.localName == "ProcessList" else { throw xml.wrong("the document is a <\(root.name)>, no CLF", at: root) }
    let isSMPTE = root["xmlns"] == Self.smpte
    let version = root["compCLFversion"]
    if let version, !["1.2", "2", "2.0", "3", "3.0"].contains(version) {
      throw xml.wrong("compCLFversion is \"\(version.prefix(40))\", and 2.0 and 3.0 are read", at: root)
    }
    if version == nil, !isSMPTE { throw xml.wrong("the process list has no compCLFversion", at: root) }
    if let id = root["id"], id.isEmpty { throw xml.wrong("the id of the process list is empty", at: root) }
    if root["id"] == nil, !isSMPTE { throw xml.wrong("the process list has no id", at: root) }
    made.title = root["name"]
    var count = 0
    for node in root.children {
      switch node.localName {
      case "Description":
        if !node.text.isEmpty { made.descriptions.append(node.text) }
      case "InputDescriptor", "OutputDescriptor", "Info": break
      case "Id":
        guard Self.isURN(node.text) else { throw xml.wrong("Id is \"\(node.text.prefix(60))\", no urn:uuid", at: node) }
      default:
        try read(node)
        count += 1
      }
    }
    guard count > 0 else { throw xml.wrong("the process list has no process node", at: root) }
  }

  /// ST 2136-1: `urn:uuid:` and a UUID.
  private static func isURN(_ text: String) -> Bool {
    guard text.hasPrefix("urn:uuid:") else { return false }
    let groups = text.dropFirst(9).split(separator: "-", omittingEmptySubsequences: false)
    return groups.map(\.count) == [8, 4, 4, 4, 12] && groups.allSatisfy { $0.allSatisfy(\.isHexDigit) }
  }

  // MARK: - Nodes

  private mutating func read(_ node: XMLNode) throws(PegError) {
    let steps: [ColorStep]
    // Depths first: what is wrong with them is wrong with every node.
    guard Self.known.contains(String(node.localName)) else {
      throw xml.wrong("\(node.name) is no process node of a CLF", at: node)
    }
    let from = try scale(node, "inBitDepth"), to = try scale(node, "outBitDepth")
    if let depth, depth != node["inBitDepth"] {
      throw xml.wrong("inBitDepth is \(node["inBitDepth"] ?? ""), and the node before it gives \(depth)", at: node)
    }
    depth = node["outBitDepth"]
    switch node.localName {
    case "Matrix": steps = try matrix(node, from, to)
    case "LUT1D": steps = try table(node, to)
    case "LUT3D": steps = try lattice(node, to)
    case "Range": steps = try range(node, from, to)
    case "Log": steps = try CLFLog(node, xml).steps
    case "Exponent": steps = try CLFExponent(node, xml).steps
    default: steps = try cdl(node)
    }
    for step in steps { made.program.append(step) }
  }

  private static let known: Set<String> = ["Matrix", "LUT1D", "LUT3D", "Range", "Log", "Exponent", "ASC_CDL"]

  /// What 1 is at a depth.
  private func scale(_ node: XMLNode, _ attribute: String) throws(PegError) -> Double {
    guard let depth = node[attribute] else { throw xml.wrong("\(node.name) has no \(attribute)", at: node) }
    switch depth {
    case "8i": return 255
    case "10i": return 1023
    case "12i": return 4095
    case "16i": return 65535
    case "16f", "32f": return 1
    default:
      throw xml.wrong("\(attribute) is \"\(depth.prefix(40))\", and has to be 8i, 10i, 12i, 16i, 16f or 32f", at: node)
    }
  }

  private func only(_ names: String..., in node: XMLNode) throws(PegError) {
    for child in node.children where child.localName != "Description" && !names.contains(String(child.localName)) {
      throw xml.wrong("\(child.name) has no place in \(node.name)", at: child)
    }
  }

  /// An `Array` of one of some shapes; the sizes it has, and its numbers.
  private func array(_ node: XMLNode, _ isAllowed: ([Int]) -> Bool, _ wanted: String) throws(PegError) -> (
    sizes: [Int], XMLNode
  ) {
    guard let array = node.firstLocal("Array") else { throw xml.wrong("\(node.name) has no Array", at: node) }
    let sizes = (array["dim"] ?? "").split(separator: " ").map { Int($0) ?? -1 }
    guard isAllowed(sizes) else {
      throw xml.wrong("dim is \"\((array["dim"] ?? "").prefix(40))\", and has to be \(wanted)", at: array)
    }
    return (sizes, array)
  }

  private func matrix(_ node: XMLNode, _ from: Double, _ to: Double) throws(PegError) -> [ColorStep] {
    try only("Array", in: node)
    // Version 2 has a third size, of no meaning.
    let shapes = [[3, 3], [3, 4], [3, 3, 3], [3, 4, 3]]
    let (sizes, array) = try array(node, shapes.contains, "3 3 or 3 4")
    let columns = sizes[1]
    let values = try xml.numbers(array, count: 3 * columns)
    var m: [Double] = []
    for row in 0..<3 {
      for column in 0..<3 { m.append(values[row * columns + column] * from / to) }
      m.append(columns == 4 ? values[row * 4 + 3] / to : 0)
    }
    return [.affine(AffineMatrix(m))]
  }

  private func table(_ node: XMLNode, _ to: Double) throws(PegError) -> [ColorStep] {
    try only("Array", in: node)
    let isHalf = try flag(node, "halfDomain"), isRaw = try flag(node, "rawHalfs")
    let limit = limits.entries
    let (sizes, array) = try array(
      node, { $0.count == 2 && (2...limit).contains($0[0]) && ($0[1] == 1 || $0[1] == 3) },
      "a length of 2…\(limit), and 1 or 3")
    if isHalf, sizes[0] != 65536 {
      throw xml.wrong("a table with halfDomain has 65536 entries, and dim says \(sizes[0])", at: array)
    }
    if let how = node["interpolation"], how != "linear", how != "default" {
      throw xml.wrong("interpolation of a LUT1D is \"\(how.prefix(40))\", and has to be linear", at: node)
    }
    let values = try xml.numbers(array, count: sizes[0] * sizes[1])
    var floats: [Float] = []
    floats.reserveCapacity(values.count)
    for value in values {
      if isRaw {
        guard value == value.rounded(), (0...65535).contains(value), Int(value) & 0x7c00 != 0x7c00 else {
          throw xml.wrong("\(value) is not the bits of a finite half float", at: array)
        }
        floats.append(HalfCurve.value(ofHalf: UInt16(value)))
      } else {
        floats.append(Float(value / to))
      }
    }
    func channel(_ c: Int) -> [Float] {
      sizes[1] == 1 ? floats : (0..<sizes[0]).map { floats[3 * $0 + c] }
    }
    let (r, g, b) = (channel(0), channel(1), channel(2))
    return isHalf
      ? [.halfCurves(red: HalfCurve(r), green: HalfCurve(g), blue: HalfCurve(b))]
      : [.curves(red: CurveTable(r), green: CurveTable(g), blue: CurveTable(b))]
  }

  /// `true`; the standard has no `false`, which is to leave it out.
  private func flag(_ node: XMLNode, _ attribute: String) throws(PegError) -> Bool {
    guard let value = node[attribute] else { return false }
    guard value == "true" else {
      throw xml.wrong("\(attribute) is \"\(value.prefix(40))\", and can only be true", at: node)
    }
    return true
  }

  private func lattice(_ node: XMLNode, _ to: Double) throws(PegError) -> [ColorStep] {
    try only("Array", in: node)
    let limit = limits.edge
    let (sizes, array) = try array(
      node, { $0.count == 4 && (2...limit).contains($0[0]) && $0[0] == $0[1] && $0[1] == $0[2] && $0[3] == 3 },
      "N N N 3 with N in 2…\(limit)")
    let interpolation: ColorLattice.Interpolation
    switch node["interpolation"] {
    case nil, "default", "tetrahedral": interpolation = .tetrahedral
    case "trilinear": interpolation = .trilinear
    case let how?:
      throw xml.wrong("interpolation is \"\(how.prefix(40))\", and has to be trilinear or tetrahedral", at: node)
    }
    let n = sizes[0]
    let values = try xml.numbers(array, count: 3 * n * n * n)
    // A CLF lists blue fastest.
    var colors = [Float](repeating: 0, count: values.count)
    for r in 0..<n {
      for g in 0..<n {
        for b in 0..<n {
          let (source, target) = (3 * (b + n * (g + n * r)), 3 * (r + n * (g + n * b)))
          for c in 0..<3 { colors[target + c] = Float(values[source + c] / to) }
        }
      }
    }
    return [.lattice(ColorLattice(size: n, colors: colors, interpolation: interpolation))]
  }

  private func range(_ node: XMLNode, _ from: Double, _ to: Double) throws(PegError) -> [ColorStep] {
    try only("minInValue", "maxInValue", "minOutValue", "maxOutValue", in: node)
    func value(_ name: String, _ scale: Double) throws(PegError) -> Double? {
      guard let child = node.firstLocal(name) else { return nil }
      return try xml.numbers(child, count: 1)[0] / scale
    }
    let (minIn, minOut) = (try value("minInValue", from), try value("minOutValue", to))
    let (maxIn, maxOut) = (try value("maxInValue", from), try value("maxOutValue", to))
    guard (minIn == nil) == (minOut == nil), (maxIn == nil) == (maxOut == nil) else {
      throw xml.wrong("a limit of the range is given on one side only", at: node)
    }
    let clamps: Bool
    switch node["style"] {
    case nil, "Clamp": clamps = true
    case "noClamp": clamps = false
    case let style?: throw xml.wrong("style is \"\(style.prefix(40))\", and has to be Clamp or noClamp", at: node)
    }
    switch (minIn, maxIn, minOut, maxOut) {
    case (let minIn?, let maxIn?, let minOut?, let maxOut?):
      guard minIn < maxIn, minOut <= maxOut else { throw xml.wrong("the range is empty", at: node) }
      let slope = (maxOut - minOut) / (maxIn - minIn)
      let offset = minOut - minIn * slope
      let scaled = ColorStep.affine(
        AffineMatrix(scale: [slope, slope, slope], offset: [offset, offset, offset]))
      return clamps ? [scaled, .clamp(low: Float(minOut), high: Float(maxOut))] : [scaled]
    case (nil, nil, nil, nil): throw xml.wrong("the range has no limits", at: node)
    default:
      guard clamps else { throw xml.wrong("a range that does not clamp needs all four limits", at: node) }
      guard abs((minIn ?? maxIn ?? 0) - (minOut ?? maxOut ?? 0)) < 1e-6 else {
        throw xml.wrong("with one limit only, it has to be the same going in and coming out", at: node)
      }
      return [.clamp(low: Float(minOut ?? -.infinity), high: Float(maxOut ?? .infinity))]
    }
  }

  // MARK: - ASC_CDL

  private func cdl(_ node: XMLNode) throws(PegError) -> [ColorStep] {
    try only("SOPNode", "SatNode", in: node)
    var values = try CorrectionFile.values(
      sop: node.firstLocal("SOPNode"), saturation: node.firstLocal("SatNode"), xml)
    switch node["style"] {
    case nil, "Fwd", "v1.2_Fwd": return [.cdl(values)]
    case "FwdNoClamp", "noClampFwd":
      values.clamps = false
      return [.cdl(values)]
    case "Rev", "v1.2_Rev": return try inverse(values, clamps: true, node)
    case "RevNoClamp", "noClampRev": return try inverse(values, clamps: false, node)
    case let style?: throw xml.wrong("style of an ASC_CDL is \"\(style.prefix(40))\"", at: node)
    }
  }

  /// Saturation, power, offset and slope backwards.
  private func inverse(_ v: CDLValues, clamps: Bool, _ node: XMLNode) throws(PegError) -> [ColorStep] {
    guard v.saturation > 0, v.slope.allSatisfy({ $0 > 0 }) else {
      throw xml.wrong("a slope or a saturation of 0 has no inverse", at: node)
    }
    let unit: [ColorStep] = clamps ? [.clamp(low: 0, high: 1)] : []
    let root = CDLValues(
      slope: [1, 1, 1], offset: [0, 0, 0], power: v.power.map { 1 / $0 }, saturation: 1, clamps: false)
    let scale = v.slope.map { 1 / Double($0) }
    let line = AffineMatrix(scale: scale, offset: zip(v.offset, scale).map { -Double($0) * $1 })
    let grey = AffineMatrix(saturation: 1 / Double(v.saturation), weights: [0.2126, 0.7152, 0.0722])
    return unit + [.affine(grey)] + unit + [.cdl(root), .affine(line)] + unit
  }
}

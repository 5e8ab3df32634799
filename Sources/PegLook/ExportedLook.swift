public import PegColor
public import PegCore
import PegKernels

/// A program as the text of a look file, and what of it could not be said exactly.
public struct ExportedLook: Sendable {
  public var text: String
  /// What was baked into a table, and what that costs; empty where the file says the program itself.
  public var findings: [Finding]
}

extension ExportedLook {
  /// Sizes that a `.cube` is written in.
  public static let cubeSizes = 2...129

  /// A `.cube` of one 3D table: the program at each node, red fastest.
  ///
  /// - Parameters:
  ///   - size: nodes along an edge; 33 and 65 are usual.
  ///   - name: what findings call the file.
  ///   - low, high: the domain of red, green and blue, where it is not 0…1; then the file is of Adobe's dialect.
  public static func cube(
    _ program: ColorProgram, size: Int, title: String, name: String, low: [Float] = [0, 0, 0],
    high: [Float] = [1, 1, 1]
  ) -> ExportedLook {
    precondition(cubeSizes.contains(size) && low.count == 3 && high.count == 3 && zip(low, high).allSatisfy { $0 < $1 })
    var text = "TITLE \"\(title.filter { $0 != "\"" && !$0.isNewline })\"\nLUT_3D_SIZE \(size)\n"
    if low != [0, 0, 0] || high != [1, 1, 1] {
      func line(_ values: [Float]) -> String { values.map { "\($0)" }.joined(separator: " ") }
      text += "DOMAIN_MIN \(line(low))\nDOMAIN_MAX \(line(high))\n"
    }
    let colors = LatticeSampling.colors(program, size: size, low: low, high: high)
    for at in stride(from: 0, to: colors.count, by: 3) {
      text += "\(colors[at]) \(colors[at + 1]) \(colors[at + 2])\n"
    }
    var findings: [Finding] = []
    if !isTable(program, size, low, high) {
      let steps = program.steps.map(\.title)
      findings.append(
        Finding(
          "look.baked", .warning, "a .cube holds a table alone: \(steps.joined(separator: ", ")) was sampled",
          at: name, instead: "\(size) nodes along each edge; what lies outside \(low) to \(high) is held to it",
          hint: "a .clf keeps matrices, curves and CDLs as they are"))
    }
    return ExportedLook(text: text, findings: findings)
  }

  /// Whether a program is nothing but such a table.
  private static func isTable(_ program: ColorProgram, _ size: Int, _ low: [Float], _ high: [Float]) -> Bool {
    guard program.steps.count == 1, case .lattice(let lattice)? = program.steps.first else { return false }
    return lattice.size == size && lattice.low == low && lattice.high == high
      && lattice.interpolation == .tetrahedral
  }
}

/// A program at the nodes of a lattice.
enum LatticeSampling {
  /// Red fastest, three floats a node.
  static func colors(_ program: ColorProgram, size: Int, low: [Float], high: [Float]) -> [Float] {
    func node(_ k: Int, _ channel: Int) -> Float {
      let share = Double(k) / Double(size - 1)
      return Float(Double(low[channel]) + share * (Double(high[channel]) - Double(low[channel])))
    }
    let edges = (0..<3).map { channel in (0..<size).map { node($0, channel) } }
    var colors: [Float] = []
    colors.reserveCapacity(3 * size * size * size)
    var rows = [[Float]](repeating: [Float](repeating: 0, count: size), count: 3)
    for b in 0..<size {
      for g in 0..<size {
        rows[0] = edges[0]
        for k in 0..<size { (rows[1][k], rows[2][k]) = (edges[1][g], edges[2][b]) }
        program.apply(to: &rows)
        for k in 0..<size { colors += [rows[0][k].orZero, rows[1][k].orZero, rows[2][k].orZero] }
      }
    }
    return colors
  }
}

extension Float {
  /// What a text file can hold: NaN is 0, and infinities the greatest number.
  var orZero: Float {
    isNaN ? 0 : min(max(self, -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
  }
}

extension ColorProgram {
  /// Over three rows of equal length.
  func apply(to rows: inout [[Float]]) {
    let count = rows[0].count
    var flat = rows[0] + rows[1] + rows[2]
    flat.withUnsafeMutableBufferPointer { flat in
      guard let base = flat.baseAddress else { return }
      apply(base, base + count, base + 2 * count, count: count)
    }
    for c in 0..<3 { rows[c] = Array(flat[c * count..<(c + 1) * count]) }
  }
}

import PegColor
import PegCore
import PegKernels

/// `.cube` in both dialects.
///
/// Adobe's (IRIDAS; Cube LUT Specification 1.0): one table, 1D or 3D, `DOMAIN_MIN` and `DOMAIN_MAX` for each channel. DaVinci
/// Resolve's: a 1D table, a 3D table, or both, the 1D first, `LUT_1D_INPUT_RANGE` and `LUT_3D_INPUT_RANGE` for all channels. Header
/// lines come first; comments stand anywhere. A file that speaks both is refused, because they put the tables differently.
struct CubeReader {
  private var lines: LookLines
  private let limits: LookLimits

  private var title: String?
  private var size1: Int?
  private var size3: Int?
  private var domain: (low: [Float]?, high: [Float]?) = (nil, nil)
  private var range1: (low: Float, high: Float)?
  private var range3: (low: Float, high: Float)?
  // Keywords that were read, with their lines.
  private var seen: [String: Int] = [:]
  private var values: [Float] = []
  private var wanted = 0

  init(_ bytes: [UInt8], name: String, limits: LookLimits) {
    lines = LookLines(bytes, name: name)
    self.limits = limits
  }

  func look() throws(PegError) -> Look {
    var reader = self
    return try reader.read()
  }

  private mutating func read() throws(PegError) -> Look {
    while true {
      // Tables are long: once one has begun, its rows are read by bytes where they can be.
      while values.count < wanted, let row = lines.nextRow() {
        values.append(row.0)
        values.append(row.1)
        values.append(row.2)
      }
      guard let words = lines.next(comment: UInt8(ascii: "#")) else { break }
      let first = words[0]
      if first.text == "TITLE" || first.text.utf8.contains(UInt8(ascii: "_")) {
        try header(words)
      } else {
        try row(words)
      }
    }
    if seen["LUT_1D_SIZE"] == nil, seen["LUT_3D_SIZE"] == nil {
      throw lines.wrong("the file has no LUT_1D_SIZE and no LUT_3D_SIZE", hint: "it is no .cube, or a part of one")
    }
    if values.isEmpty { try checkHeader() }
    guard values.count == wanted else {
      throw lines.wrong("the file ends after \(values.count / 3) of \(wanted / 3) lines of its tables")
    }
    return made()
  }

  private mutating func header(_ words: [LookLines.Word]) throws(PegError) {
    let key = words[0].text
    guard values.isEmpty else {
      throw lines.wrong("\(key.prefix(40)) stands after the first line of a table", at: words[0])
    }
    if let line = seen[key] { throw lines.wrong("\(key) stands twice, first in line \(line)", at: words[0]) }
    func arguments(_ count: Int) throws(PegError) -> [Float] {
      guard words.count == count + 1 else {
        throw lines.wrong("\(key) has \(words.count - 1) values and needs \(count)", at: words[0])
      }
      return try lines.floats(words.dropFirst())
    }
    func size(_ limit: Int) throws(PegError) -> Int {
      guard words.count == 2 else {
        throw lines.wrong("\(key) has \(words.count - 1) values and needs 1", at: words[0])
      }
      return try lines.int(words[1], key, in: 2...limit)
    }
    switch key {
    case "TITLE":
      title = words.dropFirst().map(\.text).joined(separator: " ").trimming("\"")
    case "LUT_1D_SIZE": size1 = try size(min(65536, limits.entries))
    case "LUT_3D_SIZE": size3 = try size(limits.edge)
    case "DOMAIN_MIN": domain.low = try arguments(3)
    case "DOMAIN_MAX": domain.high = try arguments(3)
    case "LUT_1D_INPUT_RANGE":
      let edges = try arguments(2)
      range1 = (edges[0], edges[1])
    case "LUT_3D_INPUT_RANGE":
      let edges = try arguments(2)
      range3 = (edges[0], edges[1])
    default: throw lines.wrong("\(key.prefix(40)) is no keyword of a .cube", at: words[0])
    }
    seen[key] = lines.number
    try refuseBothDialects(words[0])
  }

  private func refuseBothDialects(_ word: LookLines.Word) throws(PegError) {
    let adobe = ["DOMAIN_MIN", "DOMAIN_MAX"].first { seen[$0] != nil }
    let resolve =
      seen["LUT_1D_SIZE"] != nil && seen["LUT_3D_SIZE"] != nil
      ? "LUT_1D_SIZE beside LUT_3D_SIZE" : ["LUT_1D_INPUT_RANGE", "LUT_3D_INPUT_RANGE"].first { seen[$0] != nil }
    guard let adobe, let resolve else { return }
    throw lines.wrong(
      "the file mixes two dialects: \(adobe) is Adobe's, \(resolve) is Resolve's", at: word,
      hint: "write it in one of them")
  }

  /// Once, before the first row.
  private mutating func checkHeader() throws(PegError) {
    if size1 == nil, seen["LUT_1D_INPUT_RANGE"] != nil {
      throw lines.wrong("LUT_1D_INPUT_RANGE is of a 1D table, which the file does not have")
    }
    if size3 == nil, seen["LUT_3D_INPUT_RANGE"] != nil {
      throw lines.wrong("LUT_3D_INPUT_RANGE is of a 3D table, which the file does not have")
    }
    let (low, high) = (domain.low ?? [0, 0, 0], domain.high ?? [1, 1, 1])
    for (a, b) in zip(low, high) where !(a < b) { throw lines.wrong("a domain from \(a) to \(b) is empty") }
    for range in [range1, range3].compactMap({ $0 }) where !(range.low < range.high) {
      throw lines.wrong("an input range from \(range.low) to \(range.high) is empty")
    }
    wanted = 3 * ((size1 ?? 0) + (size3.map { $0 * $0 * $0 } ?? 0))
    values.reserveCapacity(wanted)
  }

  private mutating func row(_ words: [LookLines.Word]) throws(PegError) {
    guard size1 != nil || size3 != nil else {
      throw lines.wrong("a line of a table stands before LUT_1D_SIZE and LUT_3D_SIZE", at: words[0])
    }
    if values.isEmpty { try checkHeader() }
    guard words.count == 3 else {
      throw lines.wrong("a line of a table has 3 numbers, and this one \(words.count)", at: words[0])
    }
    guard values.count < wanted else {
      throw lines.wrong("the file goes on after all \(wanted / 3) lines of its tables", at: words[0])
    }
    for word in words { values.append(try lines.float(word)) }
  }

  private func made() -> Look {
    let (low, high) = (domain.low ?? [0, 0, 0], domain.high ?? [1, 1, 1])
    var program = ColorProgram()
    let entries = size1 ?? 0
    if entries > 0 {
      let tables = (0..<3).map { channel in
        CurveTable(
          (0..<entries).map { values[3 * $0 + channel] }, low: range1?.low ?? low[channel],
          high: range1?.high ?? high[channel])
      }
      program.append(.curves(red: tables[0], green: tables[1], blue: tables[2]))
    }
    if let size3 {
      let edges = range3.map { ([Float](repeating: $0.low, count: 3), [Float](repeating: $0.high, count: 3)) }
      program.append(
        .lattice(
          ColorLattice(
            size: size3, colors: Array(values[(3 * entries)...]), low: edges?.0 ?? low, high: edges?.1 ?? high)))
    }
    var look = Look(.cube, program)
    look.title = title.flatMap { $0.isEmpty ? nil : $0 }
    return look
  }
}

extension String {
  /// Without one such character at each end.
  fileprivate func trimming(_ mark: Character) -> String {
    var text = Substring(self)
    if text.first == mark { text = text.dropFirst() }
    if text.last == mark { text = text.dropLast() }
    return String(text)
  }
}

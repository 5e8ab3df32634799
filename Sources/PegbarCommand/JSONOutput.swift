import Pegbar

/// JSON that verbs print: each document names its schema and version; later versions only add.
enum JSONOutput {
  static func print(_ schema: String, _ pairs: [(String, JSON)]) throws(PegError) {
    let head: [(String, JSON)] = [("schema", .string("pegbar.\(schema)")), ("version", .number("1"))]
    try Console.print(JSON.object(JSONObject((head + pairs).map { (key: $0.0, value: $0.1) })).text(.pretty))
  }

  static func object(_ pairs: [(String, JSON)]) -> JSON {
    .object(JSONObject(pairs.map { (key: $0.0, value: $0.1) }))
  }

  static func findings(_ list: [Finding]) -> JSON {
    .array(
      list.map { finding in
        var pairs: [(String, JSON)] = [
          ("code", .string(finding.code)), ("severity", .string(finding.severity.rawValue)),
          ("message", .string(finding.message)), ("place", .string(finding.place)),
        ]
        if let range = finding.range { pairs.append(("range", JSONOutput.range(range))) }
        if let position = finding.position {
          pairs += [("line", number(position.line)), ("column", number(position.column))]
        }
        if let instead = finding.instead { pairs.append(("instead", .string(instead))) }
        if let hint = finding.hint { pairs.append(("hint", .string(hint))) }
        return object(pairs)
      })
  }

  static func range(_ range: FrameRange) -> JSON { .array([.number("\(range.start)"), .number("\(range.end)")]) }
  static func number(_ value: Int) -> JSON { .number("\(value)") }
  static func optional(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
}

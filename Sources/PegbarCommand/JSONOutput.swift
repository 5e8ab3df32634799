import Pegbar

/// JSON of verbs whose documents have a shape of their own: each names its schema and version; later versions only add.
enum JSONOutput {
  static func print(_ schema: String, _ pairs: [(String, JSON)]) throws(PegError) {
    let head: [(String, JSON)] = [("schema", .string("pegbar.\(schema)")), ("version", .number("1"))]
    try Console.print(object(head + pairs).text(.pretty))
  }

  static func object(_ pairs: [(String, JSON)]) -> JSON {
    .object(JSONObject(pairs.map { (key: $0.0, value: $0.1) }))
  }

  static func findings(_ list: [Finding]) -> JSON { .array(list.map(\.json)) }
  static func range(_ range: FrameRange) -> JSON { range.json }
  static func number(_ value: Int) -> JSON { .number("\(value)") }
  static func optional(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
}

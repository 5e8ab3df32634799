public import PegCore

extension Report {
  /// The whole as one JSON document that names its schema and version; the findings of parts stand in the parts.
  public var json: JSON {
    var document: JSONObject = ["schema": .string("pegbar.\(name)"), "version": .number("1")]
    for (key, value) in pairs { document[key] = value }
    document["findings"] = .array(findings.map(\.json))
    return .object(document)
  }

  /// Facts, tables and parts, in this order.
  private var pairs: [(key: String, value: JSON)] {
    var pairs = facts.compactMap { fact in fact.key.map { (key: $0, value: fact.value) } }
    pairs += tables.map { (key: $0.key, value: $0.json) }
    guard let parts else { return pairs }
    let values = parts.reports.map { part in
      JSON.object(JSONObject(part.pairs + [(key: "findings", value: .array(part.findings.map(\.json)))]))
    }
    return pairs + [(key: parts.key, value: .array(values))]
  }
}

extension ReportTable {
  /// An array of objects, one for each row.
  public var json: JSON {
    .array(
      rows.map { row in .object(JSONObject(zip(columns, row).map { (key: $0.key, value: $1.value) })) })
  }
}

extension Finding {
  /// `code`, `severity`, `message`, `place`, and where there are some `range`, `line`, `column`, `instead` and `hint`.
  public var json: JSON {
    var object: JSONObject = [
      "code": .string(code), "severity": .string(severity.rawValue), "message": .string(message),
      "place": .string(place),
    ]
    object["range"] = range?.json
    object["line"] = position.map { .number("\($0.line)") }
    object["column"] = position.map { .number("\($0.column)") }
    object["instead"] = instead.map { .string($0) }
    object["hint"] = hint.map { .string($0) }
    return .object(object)
  }

  /// The sentence with its place, said once.
  public var placed: String {
    if let position, !place.hasSuffix(":\(position)") { return "\(place):\(position): \(sentence)" }
    return sentence.hasPrefix(place) ? sentence : "\(place): \(sentence)"
  }
}

extension FrameRange {
  /// `[start, end]`, half-open.
  public var json: JSON { .array([.number("\(start)"), .number("\(end)")]) }
}

extension JSON {
  /// A value as people read it: text without quotes, nothing for `null`, lists with commas.
  var plain: String {
    switch self {
    case .null: ""
    case .bool(let value): value ? "yes" : "no"
    case .number(let text), .string(let text): text
    case .array(let values): values.map(\.plain).joined(separator: ", ")
    case .object(let object): object.pairs.map { "\($0.key) \($0.value.plain)" }.joined(separator: ", ")
    }
  }
}

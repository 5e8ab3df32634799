import PegCore

extension JSON {
  /// An object of these pairs in this order.
  static func pairs(_ pairs: KeyValuePairs<String, JSON>) -> JSON {
    .object(JSONObject(pairs.map { (key: $0.key, value: $0.value) }))
  }

  /// The value without spaces, in the order it has; characters escaped only where RFC 8259 demands it.
  var canonical: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .number(let text): text
    case .string(let text): Self.quoted(text)
    case .array(let items): "[\(items.map(\.canonical).joined(separator: ","))]"
    case .object(let object):
      "{\(object.pairs.map { "\(Self.quoted($0.key)):\($0.value.canonical)" }.joined(separator: ","))}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}

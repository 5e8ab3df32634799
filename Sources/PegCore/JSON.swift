/// A JSON value that keeps what a file said: the order of keys, and numbers as they were written.
public indirect enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  /// The number's text as written, such as `24.0` or `1e3`.
  case number(String)
  case string(String)
  case array([JSON])
  case object(JSONObject)
}

/// A JSON object in the order of its keys.
public struct JSONObject: Hashable, Sendable {
  public private(set) var pairs: [(key: String, value: JSON)]

  public init(_ pairs: [(key: String, value: JSON)] = []) { self.pairs = pairs }

  /// Reads and replaces in place; a new key goes to the end; `nil` removes.
  public subscript(key: String) -> JSON? {
    get { pairs.first { $0.key == key }?.value }
    set {
      if let index = pairs.firstIndex(where: { $0.key == key }) {
        if let newValue { pairs[index].value = newValue } else { pairs.remove(at: index) }
      } else if let newValue {
        pairs.append((key, newValue))
      }
    }
  }

  public var keys: [String] { pairs.map(\.key) }
  public var isEmpty: Bool { pairs.isEmpty }

  /// Two objects are equal when they hold the same values under the same keys, in whatever order.
  public static func == (a: JSONObject, b: JSONObject) -> Bool {
    a.pairs.count == b.pairs.count && a.pairs.allSatisfy { b[$0.key] == $0.value }
  }
  public func hash(into hasher: inout Hasher) { hasher.combine(pairs.count) }
}

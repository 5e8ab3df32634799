/// A JSON value that keeps what a file said: the order of keys, and numbers as they were written.
///
/// Two numbers are equal when their texts are: `24` and `24.0` differ. Compare ``rational`` where the value counts.
public enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  /// The number's text as written, such as `24.0` or `1e3`.
  case number(String)
  case string(String)
  case array([JSON])
  case object(JSONObject)
}

/// A JSON object in the order of its keys.
///
/// Looking up a key is linear: the objects of a cut have a dozen keys.
public struct JSONObject: Hashable, Sendable {
  public private(set) var pairs: [(key: String, value: JSON)]

  /// - Precondition: no key stands twice.
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
  public var count: Int { pairs.count }

  /// Two objects are equal when they hold the same values under the same keys, in whatever order.
  public static func == (a: JSONObject, b: JSONObject) -> Bool {
    guard a.pairs.count == b.pairs.count else { return false }
    // Mostly both come from one file and one order: then this is linear.
    if zip(a.pairs, b.pairs).allSatisfy({ $0.key == $1.key }) {
      return zip(a.pairs, b.pairs).allSatisfy { $0.value == $1.value }
    }
    if a.pairs.count <= 16 { return a.pairs.allSatisfy { b[$0.key] == $0.value } }
    let other = Dictionary(b.pairs.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    return a.pairs.allSatisfy { other[$0.key] == $0.value }
  }

  /// Independent of the order, as equality is.
  public func hash(into hasher: inout Hasher) {
    var sum = 0
    for pair in pairs {
      var one = Hasher()
      one.combine(pair.key)
      one.combine(pair.value)
      sum &+= one.finalize()
    }
    hasher.combine(sum)
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self.init(elements.map { (key: $0.0, value: $0.1) })
  }
}

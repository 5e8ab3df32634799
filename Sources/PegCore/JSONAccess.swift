// Looking into a value. Each accessor is `nil` where the value is of another kind; `null` is of no kind.

extension JSON {
  public var isNull: Bool { self == .null }

  public var string: String? { if case .string(let text) = self { text } else { nil } }

  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

  public var array: [JSON]? { if case .array(let values) = self { values } else { nil } }

  public var object: JSONObject? { if case .object(let object) = self { object } else { nil } }

  /// The text of a number as it was written.
  public var numberText: String? { if case .number(let text) = self { text } else { nil } }

  /// A number's exact value; `nil` also for numbers outside the limits of ``Rational/init(decimal:)``.
  public var rational: Rational? { numberText.flatMap { Rational(decimal: $0) } }

  /// A number that is whole, however written (`24`, `24.0`, `2.4e1`), and fits `Int`.
  public var int: Int? {
    guard let value = rational, value.isWhole else { return nil }
    return Int(exactly: value.numerator)
  }

  /// Member of an object; `nil` for a missing key and for values that are no object.
  public subscript(key: String) -> JSON? { object?[key] }

  /// What kind of value it is, with its article, for messages: `a string`, `null`.
  public var kindName: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "a list"
    case .object: "an object"
    }
  }

  /// A whole number, as `24`.
  public static func number(_ value: Int) -> JSON { .number(String(value)) }

  /// A number that reads back as this value; see ``Rational/decimalText``.
  public static func number(_ value: Rational) -> JSON { .number(value.decimalText) }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByIntegerLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  public init(integerLiteral value: Int) { self = .number(value) }
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(JSONObject(elements.map { (key: $0.0, value: $0.1) }))
  }
}

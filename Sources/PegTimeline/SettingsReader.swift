import PegCore

/// One object of `pegbar` metadata while it is read: a key that nobody asks for is an error that names it.
struct SettingsReader {
  private let object: JSONObject
  private var known: Set<String> = []

  init(_ value: JSON) throws(Problem) {
    guard let object = value.object else { throw Problem("\(value.kindName) stands where an object should") }
    self.object = object
  }

  mutating func value<Value>(
    _ key: String, _ read: (JSON) throws(Problem) -> Value
  ) throws(Problem) -> Value? {
    known.insert(key)
    guard let value = object[key] else { return nil }
    return try inside(key) { () throws(Problem) in try read(value) }
  }

  mutating func required<Value>(
    _ key: String, _ read: (JSON) throws(Problem) -> Value
  ) throws(Problem) -> Value {
    guard let value = try value(key, read) else { throw Problem("\(key) is missing") }
    return value
  }

  /// What has not been asked for.
  var rest: JSONObject { JSONObject(object.pairs.filter { !known.contains($0.key) }) }

  func finish() throws(Problem) {
    guard let stranger = object.keys.first(where: { !known.contains($0) }) else { return }
    let understood = known.isEmpty ? "nothing" : known.sorted().joined(separator: ", ")
    throw Problem(
      "\"\(stranger)\" is not understood", hint: "understood here: \(understood)", at: [.key(stranger)])
  }
}

/// How single values of `pegbar` metadata are read.
enum SettingsValue {
  static func text(_ value: JSON) throws(Problem) -> String {
    guard let text = value.string else { throw Problem("\(value.kindName) stands where a string should") }
    guard !text.isEmpty else { throw Problem("the string is empty") }
    return text
  }

  static func flag(_ value: JSON) throws(Problem) -> Bool {
    guard let flag = value.bool else { throw Problem("\(value.kindName) stands where true or false should") }
    return flag
  }

  static func word<Word: RawRepresentable & CaseIterable>(
    _ value: JSON
  ) throws(Problem) -> Word where Word.RawValue == String {
    guard let text = value.string else { throw Problem("\(value.kindName) stands where a word should") }
    guard let word = Word(rawValue: text) else {
      throw Problem(
        "\"\(text)\" is not understood", hint: "one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return word
  }

  static func number(_ limits: ClosedRange<Rational>) -> (JSON) throws(Problem) -> Rational {
    { value throws(Problem) in
      guard let text = value.numberText else { throw Problem("\(value.kindName) stands where a number should") }
      guard let number = Rational(decimal: text), limits.contains(number) else {
        throw Problem("\(text) lies outside \(limits.lowerBound) to \(limits.upperBound)")
      }
      return number
    }
  }

  static func whole(_ limits: ClosedRange<Int>) -> (JSON) throws(Problem) -> Int {
    { value throws(Problem) in
      guard let text = value.numberText else { throw Problem("\(value.kindName) stands where a number should") }
      guard let number = value.int else { throw Problem("\(text) is no whole number") }
      guard limits.contains(number) else {
        throw Problem("\(text) lies outside \(limits.lowerBound) to \(limits.upperBound)")
      }
      return number
    }
  }

  /// A list, each element read in its place.
  static func list<Value>(
    _ value: JSON, _ read: (JSON) throws(Problem) -> Value
  ) throws(Problem) -> [Value] {
    guard let list = value.array else { throw Problem("\(value.kindName) stands where a list should") }
    var values: [Value] = []
    for (index, value) in list.enumerated() {
      values.append(try inside(.index(index)) { () throws(Problem) in try read(value) })
    }
    return values
  }

  /// `[x, y]`.
  static func pair<Value>(
    _ value: JSON, _ read: (JSON) throws(Problem) -> Value
  ) throws(Problem) -> (Value, Value) {
    let values = try list(value, read)
    guard values.count == 2 else { throw Problem("\(values.count) values stand where two should") }
    return (values[0], values[1])
  }

  /// `"24000/1001"`, `"24"` or a number; above 0, at most `limit`.
  static func fraction(_ value: JSON, limit: Rational) throws(Problem) -> Rational {
    let fraction: Rational?
    switch value {
    case .number(let text): fraction = Rational(decimal: text)
    case .string(let text):
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      let wholes = parts.compactMap { part in
        part.first != "0" && part.count <= 12 && part.allSatisfy(isDigit) ? Int(part) : nil
      }
      fraction =
        switch (parts.count, wholes.count) {
        case (1, 1): Rational(wholes[0])
        case (2, 2): Rational(wholes[0], wholes[1])
        default: nil
        }
    default: throw Problem("\(value.kindName) stands where a number or a fraction should")
    }
    guard let fraction, fraction > .zero, fraction <= limit else {
      throw Problem(
        "\(value.text(.compact)) is no number above 0 and up to \(limit)", hint: "such as 24 or \"24000/1001\"")
    }
    return fraction
  }

  private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }
}

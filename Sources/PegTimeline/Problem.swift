import PegCore

/// What is wrong with a value of a file, and the way to it: it collects the way while it is thrown outwards.
struct Problem: Error {
  /// A sentence without place, such as `the rate is 0`.
  var sentence: String
  var hint: String?
  /// From the value that was being read to the one that is wrong.
  var path: [JSONStep]

  init(_ sentence: String, hint: String? = nil, at path: [JSONStep] = []) {
    self.sentence = sentence
    self.hint = hint
    self.path = path
  }

  func within(_ step: JSONStep) -> Problem { Problem(sentence, hint: hint, at: [step] + path) }
}

/// Runs `body`, and puts `step` before the way to whatever it finds wrong.
func inside<Value>(_ step: JSONStep, _ body: () throws(Problem) -> Value) throws(Problem) -> Value {
  do throws(Problem) { return try body() } catch { throw error.within(step) }
}

func inside<Value>(_ key: String, _ body: () throws(Problem) -> Value) throws(Problem) -> Value {
  try inside(.key(key), body)
}

/// `Clip.2`: the name of a schema and its version.
struct Schema: Hashable {
  var name: String
  var version: Int

  init?(_ text: String) {
    guard let point = text.lastIndex(of: "."), point != text.startIndex,
      let version = Int(text[text.index(after: point)...]), version >= 0
    else { return nil }
    name = String(text[..<point])
    self.version = version
  }

  /// Of an object that has one.
  init?(of value: JSON) {
    guard let schema = value["OTIO_SCHEMA"]?.string.flatMap({ Schema($0) }) else { return nil }
    self = schema
  }
}

import PegCore

/// A mapping of a preset whose keys are all known, read value by value.
struct PresetSection {
  let node: PresetNode
  /// Keys from the top, joined by dots; empty for the top itself.
  let path: String
  private let entries: [PresetNode.Entry]

  /// - Throws: when `node` is no mapping, or has a key that is not in `keys`.
  init(_ node: PresetNode, path: String, keys: [String]) throws(PegError) {
    guard case .map(let entries) = node.value else {
      throw node.fault("\(path) is a mapping of \(keys.joined(separator: ", "))")
    }
    for entry in entries where !keys.contains(entry.key) {
      let near = Spelling.nearest(to: entry.key, among: keys)
      throw PegError(
        .badInput, "\(entry.value.file):\(entry.line): unknown key \(entry.key) in \(path.isEmpty ? "a preset" : path)",
        hint: near.map { "did you mean \($0)?" } ?? "known here: \(keys.joined(separator: ", "))")
    }
    self.node = node
    self.path = path
    self.entries = entries
  }

  subscript(key: String) -> PresetNode? { entries.first { $0.key == key }?.value }

  /// The full name of `key`, for messages.
  func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// - Throws: when the preset does not have `key`.
  func required(_ key: String) throws(PegError) -> PresetNode {
    guard let value = self[key] else { throw node.fault("\(name(key)) is missing") }
    return value
  }

  // MARK: Values

  func text(_ key: String) throws(PegError) -> String? {
    guard let value = self[key] else { return nil }
    guard case .text(let text) = value.value, !text.isEmpty else {
      throw value.fault("\(name(key)) is text", hint: "put it in quotes if it looks like something else")
    }
    return text
  }

  func flag(_ key: String) throws(PegError) -> Bool? {
    guard let value = self[key] else { return nil }
    guard case .flag(let flag) = value.value else { throw value.fault("\(name(key)) is true or false") }
    return flag
  }

  func whole(_ key: String, in range: ClosedRange<Int>) throws(PegError) -> Int? {
    guard let value = self[key] else { return nil }
    guard case .number(let text) = value.value, let number = Int(text), range.contains(number) else {
      throw value.fault("\(name(key)) is a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func decimal(_ key: String, in range: ClosedRange<Int>) throws(PegError) -> Rational? {
    guard let value = self[key] else { return nil }
    guard case .number(let text) = value.value, let number = Rational(decimal: text),
      number >= Rational(range.lowerBound), number <= Rational(range.upperBound)
    else { throw value.fault("\(name(key)) is a number from \(range.lowerBound) to \(range.upperBound)") }
    return number
  }

  /// The value that `table` names, or `nil` when the preset does not have the key.
  func choice<T>(_ key: String, of table: [(String, T)]) throws(PegError) -> T? {
    guard let value = self[key] else { return nil }
    var text: String?
    // Profile 4444 of ProRes is a name that looks like a number: it needs quotes.
    if case .text(let word) = value.value { text = word }
    if let text, let found = table.first(where: { $0.0 == text }) { return found.1 }
    throw Self.refusal(of: text, as: name(key), among: table.map(\.0), at: value)
  }

  func choice<T: RawRepresentable & CaseIterable>(_ key: String) throws(PegError) -> T? where T.RawValue == String {
    try choice(key, of: T.allCases.map { ($0.rawValue, $0) })
  }

  static func refusal(of text: String?, as name: String, among known: [String], at node: PresetNode) -> PegError {
    let near = text.flatMap { Spelling.nearest(to: $0, among: known) }
    let what = text.map { "\(name) \($0) is not known" } ?? "\(name) is text"
    return node.fault(what, hint: near.map { "did you mean \($0)?" } ?? "known: \(known.joined(separator: ", "))")
  }

  /// A list of words, of numbers too where those are allowed; `nil` when the preset does not have the key.
  func words(_ key: String, orNumbers: Bool = false) throws(PegError) -> [(word: String, node: PresetNode)]? {
    guard let value = self[key] else { return nil }
    guard case .list(let items) = value.value, !items.isEmpty else { throw value.fault("\(name(key)) is a list") }
    var words: [(word: String, node: PresetNode)] = []
    for item in items {
      switch item.value {
      case .text(let text): words.append((text, item))
      case .number(let text) where orNumbers: words.append((text, item))
      default: throw item.fault("\(name(key)) is a list of words", hint: "put in quotes what looks like a number")
      }
    }
    return words
  }

  /// libav options in the order of their keys; their names are libav's business.
  func options(_ key: String) throws(PegError) -> [EncoderOption] {
    guard let value = self[key] else { return [] }
    return try Self.options(value, name: name(key))
  }

  static func options(_ node: PresetNode, name: String) throws(PegError) -> [EncoderOption] {
    guard case .map(let entries) = node.value else { throw node.fault("\(name) is a mapping of libav options") }
    var list: [EncoderOption] = []
    for entry in entries {
      switch entry.value.value {
      case .text(let text), .number(let text): list.append(EncoderOption(entry.key, text))
      case .flag(let flag): list.append(EncoderOption(entry.key, flag ? "1" : "0"))
      default: throw entry.value.fault("\(name).\(entry.key) is one value")
      }
    }
    return list.sorted { $0.key < $1.key }
  }
}

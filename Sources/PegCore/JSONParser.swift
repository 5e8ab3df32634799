/// What is wrong with a JSON text, and where.
public struct JSONError: Error, Hashable, Sendable {
  /// A sentence without a full stop that says what is wrong, not where.
  public var sentence: String
  public var position: TextPosition

  public init(_ sentence: String, at position: TextPosition) {
    self.sentence = sentence
    self.position = position
  }
}

/// How much a text may ask for.
public struct JSONLimits: Hashable, Sendable {
  /// Bytes of the text.
  public var bytes: Int
  /// Lists and objects inside each other.
  public var depth: Int

  public init(bytes: Int, depth: Int = 256) {
    self.bytes = bytes
    self.depth = depth
  }
}

extension JSON {
  /// Reads one JSON text (RFC 8259) in UTF-8, a byte order mark before it allowed.
  ///
  /// Stricter than the standard demands in three things that would otherwise lose something: a key that stands twice in
  /// one object, an escaped surrogate without its partner, and `NaN` and `Infinity` (which some writers emit) are refused.
  public init(parsing bytes: some Collection<UInt8>, limits: JSONLimits) throws(JSONError) {
    let result =
      bytes.withContiguousStorageIfAvailable { Self.parse($0, limits) }
      ?? Array(bytes).withUnsafeBufferPointer { Self.parse($0, limits) }
    self = try result.get()
  }

  private static func parse(_ bytes: UnsafeBufferPointer<UInt8>, _ limits: JSONLimits) -> Result<JSON, JSONError> {
    var parser = JSONParser(bytes, limits: limits)
    do throws(JSONError) { return .success(try parser.document()) } catch { return .failure(error) }
  }
}

/// One pass over the bytes of a text.
struct JSONParser {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let limits: JSONLimits
  private(set) var index = 0
  private var depth = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits) {
    self.bytes = bytes
    self.limits = limits
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { index = 3 }
  }

  mutating func document() throws(JSONError) -> JSON {
    guard bytes.count <= limits.bytes else {
      throw fault("the text has \(bytes.count) bytes, more than the \(limits.bytes) that are read", at: 0)
    }
    skipSpace()
    guard index < bytes.count else { throw fault("there is no value: the text is empty") }
    let value = try self.value()
    skipSpace()
    guard index == bytes.count else { throw fault("something follows the end of the value") }
    return value
  }

  // MARK: Values

  mutating func value() throws(JSONError) -> JSON {
    guard let byte = peek else { throw unexpected("a value") }
    switch byte {
    case UInt8(ascii: "{"): return .object(try object())
    case UInt8(ascii: "["): return .array(try list())
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"):
      try word("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try word("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try word("null")
      return .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    case UInt8(ascii: "N"), UInt8(ascii: "I"):
      if starts("NaN") { throw fault("NaN is no number") }
      if starts("Inf") { throw fault("Infinity is no number") }
      throw unexpected("a value")
    default: throw unexpected("a value")
    }
  }

  private mutating func enter() throws(JSONError) {
    depth += 1
    guard depth <= limits.depth else { throw fault("values are nested more than \(limits.depth) deep") }
    index += 1
    skipSpace()
  }

  private mutating func leave() {
    depth -= 1
    index += 1
  }

  private mutating func object() throws(JSONError) -> JSONObject {
    try enter()
    var pairs: [(key: String, value: JSON)] = []
    var seen: Set<String> = []
    if peek == UInt8(ascii: "}") {
      leave()
      return JSONObject()
    }
    while true {
      let start = index
      let key = try self.key()
      // Small objects are searched, large ones get a set.
      if pairs.count == 16 { seen = Set(pairs.map(\.key)) }
      let isRepeated = pairs.count < 16 ? pairs.contains { $0.key == key } : !seen.insert(key).inserted
      guard !isRepeated else { throw fault("the key \"\(key)\" stands twice in one object", at: start) }
      pairs.append((key, try value()))
      if try separator(closing: UInt8(ascii: "}")) { return JSONObject(pairs) }
    }
  }

  private mutating func list() throws(JSONError) -> [JSON] {
    try enter()
    var values: [JSON] = []
    if peek == UInt8(ascii: "]") {
      leave()
      return values
    }
    while true {
      values.append(try value())
      if try separator(closing: UInt8(ascii: "]")) { return values }
    }
  }

  /// Reads a key and its colon, up to the value.
  private mutating func key() throws(JSONError) -> String {
    guard peek == UInt8(ascii: "\"") else { throw unexpected("a key in double quotes") }
    let key = try string()
    skipSpace()
    guard peek == UInt8(ascii: ":") else { throw unexpected("a colon after the key \"\(key)\"") }
    index += 1
    skipSpace()
    return key
  }

  /// Steps over a comma, or over the end: then it returns `true`.
  private mutating func separator(closing end: UInt8) throws(JSONError) -> Bool {
    skipSpace()
    switch peek {
    case end:
      leave()
      return true
    case UInt8(ascii: ","):
      index += 1
      skipSpace()
      return false
    default: throw unexpected("a comma or \"\(Character(Unicode.Scalar(end)))\"")
    }
  }

  private mutating func number() throws(JSONError) -> String {
    let start = index
    if peek == UInt8(ascii: "-") { index += 1 }
    if starts("Inf") || starts("NaN") { throw fault("Infinity and NaN are no numbers", at: start) }
    if peek == UInt8(ascii: "0") {
      index += 1
      if isDigit(peek) { throw fault("a number begins with 0", at: start) }
    } else {
      try digits(of: "a number")
    }
    if peek == UInt8(ascii: ".") {
      index += 1
      try digits(of: "a fraction")
    }
    if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      index += 1
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { index += 1 }
      try digits(of: "an exponent")
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func digits(of what: String) throws(JSONError) {
    guard isDigit(peek) else { throw unexpected("a digit of \(what)") }
    while isDigit(peek) { index += 1 }
  }

  private func isDigit(_ byte: UInt8?) -> Bool {
    guard let byte else { return false }
    return byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  // MARK: Strings

  private mutating func string() throws(JSONError) -> String {
    let start = index
    index += 1
    var pieces = ""
    var from = index
    while true {
      guard let byte = peek else { throw fault("the string has no end", at: start) }
      switch byte {
      case UInt8(ascii: "\""):
        let tail = try text(from..<index)
        index += 1
        return pieces.isEmpty ? tail : pieces + tail
      case UInt8(ascii: "\\"):
        pieces += try text(from..<index)
        pieces.unicodeScalars.append(try escape())
        from = index
      case ..<0x20: throw fault("a control character in a string has to be escaped")
      default: index += 1
      }
    }
  }

  private func text(_ range: Range<Int>) throws(JSONError) -> String {
    guard let text = String(validating: bytes[range], as: UTF8.self) else {
      throw fault("a string is not UTF-8", at: range.lowerBound)
    }
    return text
  }

  private mutating func escape() throws(JSONError) -> Unicode.Scalar {
    let start = index
    index += 1
    let byte = peek
    index += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let unit = try hexadecimal(from: start)
      if let scalar = Unicode.Scalar(unit) { return scalar }
      guard UTF16.isLeadSurrogate(UInt16(unit)), starts("\\u") else {
        throw fault("an escaped surrogate stands alone", at: start)
      }
      index += 2
      let trail = try hexadecimal(from: start)
      guard UTF16.isTrailSurrogate(UInt16(trail)),
        let scalar = Unicode.Scalar(0x10000 + ((unit & 0x3FF) << 10 | trail & 0x3FF))
      else { throw fault("an escaped surrogate stands alone", at: start) }
      return scalar
    default: throw fault("there is no such escape", at: start)
    }
  }

  private mutating func hexadecimal(from start: Int) throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw fault("\\u needs four hexadecimal digits", at: start)
      }
      value = value << 4 | UInt32(digit)
      index += 1
    }
    return value
  }

  // MARK: Bytes

  private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  private func starts(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard bytes.count - index >= count else { return false }
    for offset in 0..<count where bytes[index + offset] != word.utf8Start[offset] { return false }
    return true
  }

  private mutating func word(_ word: StaticString) throws(JSONError) {
    guard starts(word) else { throw unexpected("\(word)") }
    index += word.utf8CodeUnitCount
  }

  mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
  }

  // MARK: Finding a place again

  /// Moves to the value at a path, as far as the text has it. The text is known to parse.
  mutating func seek(_ path: [JSONStep]) throws(JSONError) {
    skipSpace()
    for step in path {
      switch step {
      case .key(let wanted):
        guard peek == UInt8(ascii: "{"), try seekKey(wanted) else { return }
      case .index(let wanted):
        guard peek == UInt8(ascii: "["), try seekIndex(wanted) else { return }
      }
    }
  }

  private mutating func seekKey(_ wanted: String) throws(JSONError) -> Bool {
    let start = index
    try enter()
    if peek != UInt8(ascii: "}") {
      while true {
        if try key() == wanted { return true }
        _ = try value()
        if try separator(closing: UInt8(ascii: "}")) { break }
      }
    }
    index = start
    return false
  }

  private mutating func seekIndex(_ wanted: Int) throws(JSONError) -> Bool {
    let start = index
    try enter()
    var count = 0
    if peek != UInt8(ascii: "]") {
      while true {
        if count == wanted { return true }
        _ = try value()
        count += 1
        if try separator(closing: UInt8(ascii: "]")) { break }
      }
    }
    index = start
    return false
  }

  // MARK: Errors

  private func fault(_ sentence: String, at offset: Int? = nil) -> JSONError {
    JSONError(sentence, at: TextPosition(of: min(offset ?? index, bytes.count), in: bytes))
  }

  private func unexpected(_ wanted: String) -> JSONError {
    guard let byte = peek else { return fault("the text ends where \(wanted) should stand") }
    let found =
      switch byte {
      case 0x21..<0x7F: "\"\(Character(Unicode.Scalar(byte)))\""
      case 0x80...: "a character outside a string"
      default: "a control character or space"
      }
    return fault("\(found) stands where \(wanted) should")
  }
}

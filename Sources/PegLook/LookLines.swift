import PegCore

/// The lines of a LUT as words. Lines end with LF, CR LF or CR.
struct LookLines {
  struct Word {
    var text: String
    /// From 1, in characters.
    var column: Int
  }

  let name: String
  /// Of the line that ``next()`` gave last, from 1.
  private(set) var number = 0
  private let bytes: [UInt8]
  private var index: Int

  init(_ bytes: [UInt8], name: String) {
    self.bytes = bytes
    self.name = name
    index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// The words of the next line that has any, without what follows a word that begins with `comment`; `nil` at the end.
  mutating func next(comment: UInt8? = nil) -> [Word]? {
    while index < bytes.count {
      number += 1
      var words: [Word] = []
      words.reserveCapacity(4)
      var column = 1
      var begin: Int?
      var first = 1
      var isComment = false
      while index <= bytes.count {
        let byte = index < bytes.count ? bytes[index] : 10
        let isEnd = byte == 10 || byte == 13
        if isEnd || byte == 32 || byte == 9 || byte == 11 || byte == 12 {
          if let start = begin {
            words.append(Word(text: String(decoding: bytes[start..<index], as: UTF8.self), column: first))
            begin = nil
          }
        } else if !isComment, begin == nil {
          if byte == comment {
            isComment = true
          } else {
            (begin, first) = (index, column)
          }
        }
        index += 1
        if isEnd {
          if byte == 13, index < bytes.count, bytes[index] == 10 { index += 1 }
          break
        }
        if byte & 0xC0 != 0x80 { column += 1 }
      }
      if !words.isEmpty { return words }
    }
    return nil
  }

  /// The three numbers of the next line, where it has nothing but three decimals as most rows of tables are written; `nil` leaves
  /// the line to ``next(comment:)``.
  mutating func nextRow() -> (Float, Float, Float)? {
    bytes.withUnsafeBufferPointer { bytes in
      var at = index
      guard let a = DecimalFloat.plain(bytes, &at), let b = DecimalFloat.plain(bytes, &at),
        let c = DecimalFloat.plain(bytes, &at)
      else { return nil }
      while at < bytes.count, bytes[at] == 32 || bytes[at] == 9 { at += 1 }
      guard at < bytes.count, bytes[at] == 10 else { return nil }
      index = at + 1
      number += 1
      return (a, b, c)
    }
  }

  func wrong(_ sentence: String, at word: Word? = nil, hint: String? = nil) -> PegError {
    .badInput(sentence, in: name, at: TextPosition(line: max(number, 1), column: word?.column ?? 1), hint: hint)
  }

  /// A finite number in decimals.
  func float(_ word: Word) throws(PegError) -> Float {
    guard let value = DecimalFloat.value(word.text) else {
      throw wrong("\"\(word.text.prefix(40))\" is no finite number", at: word)
    }
    return value
  }

  func floats(_ words: some Collection<Word>) throws(PegError) -> [Float] {
    var values: [Float] = []
    for word in words { values.append(try float(word)) }
    return values
  }

  func int(_ word: Word, _ what: String, in limits: ClosedRange<Int>) throws(PegError) -> Int {
    guard let value = Int(word.text), limits.contains(value) else {
      throw wrong(
        "\(what) is \(word.text.prefix(40)), and has to lie in \(limits.lowerBound)…\(limits.upperBound)", at: word)
    }
    return value
  }
}

/// Numbers as LUTs write them: digits with a point and an exponent. No words for infinities and NaN, no hexadecimals.
enum DecimalFloat {
  static func value(_ text: some StringProtocol) -> Float? {
    guard isDecimal(text.utf8), let value = Float(text), value.isFinite else { return nil }
    return value
  }

  static func double(_ text: some StringProtocol) -> Double? {
    guard isDecimal(text.utf8), let value = Double(text), value.isFinite else { return nil }
    return value
  }

  /// Takes blanks, then a number of at most 15 digits without exponent; `nil` for all else, of which ``value(_:)`` decides.
  ///
  /// The same as ``value(_:)`` to the bit: an integer below 2⁵³ divided by a power of ten that a double holds is rounded once
  /// (Clinger 1990), and rounding that to a float is right unless it lies halfway between two, which is refused here.
  static func plain(_ bytes: UnsafeBufferPointer<UInt8>, _ at: inout Int) -> Float? {
    func byte(_ at: Int) -> UInt8 { at < bytes.count ? bytes[at] : 10 }
    var next = at
    while byte(next) == 32 || byte(next) == 9 { next += 1 }
    let isNegative = byte(next) == UInt8(ascii: "-")
    if isNegative { next += 1 }
    var digits: UInt64 = 0
    var count = 0
    var places: Int?
    while true {
      let digit = byte(next) &- UInt8(ascii: "0")
      if digit < 10 {
        digits = digits &* 10 &+ UInt64(digit)
        count += 1
        if let known = places { places = known + 1 }
      } else if byte(next) == UInt8(ascii: "."), places == nil {
        places = 0
      } else {
        break
      }
      next += 1
      if count > 15 { return nil }
    }
    let end = byte(next)
    guard count > 0, end == 32 || end == 9 || end == 10 else { return nil }
    let value = Double(digits) / tens[places ?? 0]
    let isHalfway = value.bitPattern & 0x1FFF_FFFF == 0x1000_0000
    guard !isHalfway, value == 0 || value >= Double(Float.leastNormalMagnitude) else { return nil }
    at = next
    return Float(isNegative ? -value : value)
  }

  private static let tens: [Double] = (0...15).map { place in (0..<place).reduce(1) { ten, _ in ten * 10 } }

  private static func isDecimal(_ bytes: some Sequence<UInt8>) -> Bool {
    bytes.allSatisfy { byte in
      (0x30...0x39).contains(byte) || byte == 0x2B || byte == 0x2D || byte == 0x2E || byte == 0x45 || byte == 0x65
    }
  }
}

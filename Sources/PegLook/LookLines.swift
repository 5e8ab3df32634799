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

  private static func isDecimal(_ bytes: some Sequence<UInt8>) -> Bool {
    bytes.allSatisfy { byte in
      (0x30...0x39).contains(byte) || byte == 0x2B || byte == 0x2D || byte == 0x2E || byte == 0x45 || byte == 0x65
    }
  }
}

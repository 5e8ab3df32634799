import PegCore

/// The lines of a text file, one after the other: a file of nothing but line ends costs no memory.
///
/// Lines end with LF, CR LF or CR. UTF-8 and UTF-16 with a byte order mark are read as such; text that is not UTF-8 is read
/// as Latin-1, in which every byte is a character.
struct SourceText: Sequence, IteratorProtocol {
  struct Line {
    /// From 1.
    var number: Int
    /// Without its end.
    var text: String

    /// Where the line begins.
    var start: TextPosition { TextPosition(line: number, column: 1) }
  }

  /// Bytes of a line.
  static let lineLimit = 1 << 20

  /// Whether the text was no UTF-8 and has been read as Latin-1.
  let isLatin1: Bool
  private let bytes: [UInt8]
  private var index: Int
  private var number = 0

  /// - Throws: ``PegError`` (bad input) where the bytes are no text: a zero byte, a broken UTF-16, a line over a mebibyte.
  init(_ bytes: [UInt8], name: String) throws(PegError) {
    var text = bytes
    var start = 0
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      text = try Self.utf8(utf16: bytes, name: name)
    } else if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      start = 3
    }
    self.bytes = text
    index = start
    isLatin1 = !text.withUnsafeBufferPointer { Self.isUTF8($0[start...]) }
    try check(name)
  }

  private func check(_ name: String) throws(PegError) {
    var (line, begin) = (1, index)
    for place in bytes[index...].indices {
      switch bytes[place] {
      case 0:
        throw .badInput(
          "a zero byte stands here: this is no text", in: name,
          at: TextPosition(line: line, column: place - begin + 1))
      case UInt8(ascii: "\n"):
        (line, begin) = (line + 1, place + 1)
      case UInt8(ascii: "\r"):
        if place + 1 >= bytes.count || bytes[place + 1] != UInt8(ascii: "\n") { (line, begin) = (line + 1, place + 1) }
      default:
        if place - begin >= Self.lineLimit {
          throw .badInput(
            "the line has more than \(Self.lineLimit) bytes", in: name, at: TextPosition(line: line, column: 1))
        }
      }
    }
  }

  mutating func next() -> Line? {
    guard index < bytes.count else { return nil }
    let begin = index
    while index < bytes.count, bytes[index] != UInt8(ascii: "\n"), bytes[index] != UInt8(ascii: "\r") { index += 1 }
    let line = bytes[begin..<index]
    if index < bytes.count {
      let isPair =
        bytes[index] == UInt8(ascii: "\r") && index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\n")
      index += isPair ? 2 : 1
    }
    number += 1
    return Line(
      number: number,
      text: isLatin1
        ? String(String.UnicodeScalarView(line.map { UnicodeScalar($0) })) : String(decoding: line, as: UTF8.self))
  }

  private static func isUTF8(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    // Nearly all of them are ASCII.
    guard let first = bytes.firstIndex(where: { $0 >= 0x80 }) else { return true }
    return String(validating: bytes[first...], as: UTF8.self) != nil
  }

  private static func utf8(utf16 bytes: [UInt8], name: String) throws(PegError) -> [UInt8] {
    let (high, low) = bytes[0] == 0xFE ? (0, 1) : (1, 0)
    var units: [UInt16] = []
    for index in stride(from: 2, to: bytes.count - 1, by: 2) {
      units.append(UInt16(bytes[index + high]) << 8 | UInt16(bytes[index + low]))
    }
    guard bytes.count % 2 == 0, let text = String(validating: units, as: UTF16.self) else {
      throw PegError(.badInput, "\(name) begins as UTF-16 and is not", hint: "save it as UTF-8")
    }
    return Array(text.utf8)
  }
}

extension SourceText.Line {
  /// A word of a line and where it stands.
  struct Word {
    var text: Substring
    var position: TextPosition
  }

  /// What stands between spaces and tabs.
  var words: [Word] {
    var words: [Word] = []
    var column = 1
    let scalars = text.unicodeScalars
    var begin: (index: String.Index, column: Int)?
    for index in scalars.indices {
      if scalars[index] == " " || scalars[index] == "\t" {
        if let word = begin { words.append(self.word(word, to: index)) }
        begin = nil
      } else if begin == nil {
        begin = (index, column)
      }
      column += 1
    }
    if let word = begin { words.append(self.word(word, to: text.endIndex)) }
    return words
  }

  private func word(_ begin: (index: String.Index, column: Int), to end: String.Index) -> Word {
    Word(text: text[begin.index..<end], position: TextPosition(line: number, column: begin.column))
  }

  /// Whether nothing but white space stands in it.
  var isBlank: Bool { text.unicodeScalars.allSatisfy(\.properties.isWhitespace) }
}

extension StringProtocol {
  /// Without white space around it.
  var trimmed: String {
    let scalars = unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}

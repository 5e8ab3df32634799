/// A place in a text, as editors count: both from 1, columns in characters (Unicode scalars).
public struct TextPosition: Hashable, Sendable {
  public var line: Int
  public var column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// - Parameter offset: a byte offset, 0…count.
  init(of offset: Int, in bytes: UnsafeBufferPointer<UInt8>) {
    var (line, start) = (1, 0)
    for index in 0..<offset where bytes[index] == UInt8(ascii: "\n") {
      line += 1
      start = index + 1
    }
    // Continuation bytes begin no character.
    let characters = bytes[start..<offset].count { $0 & 0xC0 != 0x80 }
    self.init(line: line, column: characters + 1)
  }
}

extension TextPosition: Comparable, CustomStringConvertible {
  public static func < (a: TextPosition, b: TextPosition) -> Bool { (a.line, a.column) < (b.line, b.column) }

  /// `12:5`, the form that compilers and editors understand after a file's name.
  public var description: String { "\(line):\(column)" }
}

extension PegError {
  /// Bad input at a place of a text: `FILE:LINE:COLUMN: SENTENCE`.
  public static func badInput(
    _ sentence: String, in file: String, at position: TextPosition, hint: String? = nil
  ) -> PegError {
    PegError(.badInput, "\(file):\(position): \(sentence)", hint: hint)
  }
}

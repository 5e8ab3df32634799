/// How a JSON text is laid out.
public enum JSONStyle: Hashable, Sendable {
  /// No space that is not needed.
  case compact
  /// Four spaces a level and a space after the colon, as OpenTimelineIO writes.
  case pretty
}

extension JSON {
  /// The value as a JSON text in UTF-8. Numbers stand as they were written.
  public func bytes(_ style: JSONStyle) -> [UInt8] {
    var writer = JSONWriter(style: style)
    writer.write(self)
    return writer.bytes
  }

  /// The value as a JSON text.
  public func text(_ style: JSONStyle) -> String { String(decoding: bytes(style), as: UTF8.self) }
}

private struct JSONWriter {
  let style: JSONStyle
  var bytes: [UInt8] = []
  var level = 0

  init(style: JSONStyle) { self.style = style }

  mutating func write(_ value: JSON) {
    switch value {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .number(let text): bytes.append(contentsOf: text.utf8)
    case .string(let text): write(string: text)
    case .array(let values):
      bracket("[", "]", isEmpty: values.isEmpty) { writer in
        for (index, value) in values.enumerated() {
          writer.next(index)
          writer.write(value)
        }
      }
    case .object(let object):
      bracket("{", "}", isEmpty: object.isEmpty) { writer in
        for (index, pair) in object.pairs.enumerated() {
          writer.next(index)
          writer.write(string: pair.key)
          writer.bytes.append(UInt8(ascii: ":"))
          if writer.style == .pretty { writer.bytes.append(UInt8(ascii: " ")) }
          writer.write(pair.value)
        }
      }
    }
  }

  private mutating func bracket(
    _ open: Unicode.Scalar, _ close: Unicode.Scalar, isEmpty: Bool, _ inside: (inout JSONWriter) -> Void
  ) {
    bytes.append(UInt8(ascii: open))
    if !isEmpty {
      level += 1
      inside(&self)
      level -= 1
      breakLine()
    }
    bytes.append(UInt8(ascii: close))
  }

  private mutating func next(_ index: Int) {
    if index > 0 { bytes.append(UInt8(ascii: ",")) }
    breakLine()
  }

  private mutating func breakLine() {
    guard style == .pretty else { return }
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: level * 4))
  }

  private mutating func write(string text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
      case 0x08: bytes.append(contentsOf: "\\b".utf8)
      case 0x09: bytes.append(contentsOf: "\\t".utf8)
      case 0x0A: bytes.append(contentsOf: "\\n".utf8)
      case 0x0C: bytes.append(contentsOf: "\\f".utf8)
      case 0x0D: bytes.append(contentsOf: "\\r".utf8)
      case ..<0x20:
        let digits = String(byte, radix: 16)
        bytes.append(contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

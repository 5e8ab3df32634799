import PegCore
import PegMedia

/// A canonical text under construction: one field of ``CanonField`` a line, and nothing else.
public struct CanonText: Sendable {
  public private(set) var text = ""

  public init() {}

  /// The SHA-256 of the text: 32 bytes.
  public var id: [UInt8] { Digest.of(Array(text.utf8), .sha256) }

  public mutating func say(_ field: CanonField, _ value: String) {
    text += field.rawValue
    text += " "
    // Text of a file may not forge a line of its own.
    if value.utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\n") }) {
      text += value.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    } else {
      text += value
    }
    text += "\n"
  }

  public mutating func say(_ field: CanonField, _ value: some CustomStringConvertible) { say(field, value.description) }

  /// A value that may be absent: `-`; one that is there begins with `=`.
  mutating func say(_ field: CanonField, maybe value: (some CustomStringConvertible)?) {
    say(field, value.map { "=\($0)" } ?? "-")
  }

  /// Tags by their code points, under the fields of their order: primaries, transfer, matrix, range, siting.
  mutating func say(
    _ fields: (CanonField, CanonField, CanonField, CanonField, CanonField), _ tags: ColorTags
  ) {
    say(fields.0, tags.primaries.rawValue)
    say(fields.1, tags.transfer.rawValue)
    say(fields.2, tags.matrix.rawValue)
    say(fields.3, tags.range.rawValue)
    say(fields.4, tags.siting.rawValue)
  }

  /// JSON with sorted keys and no space, numbers by their value: one text for one meaning.
  static func text(_ value: JSON) -> String {
    switch value {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .number(let text): Rational(decimal: text).map(\.description) ?? text
    case .string: value.text(.compact)
    case .array(let values): "[" + values.map(text).joined(separator: ",") + "]"
    case .object(let object):
      "{"
        + object.pairs.sorted { $0.key < $1.key }
        .map { "\(JSON.string($0.key).text(.compact)):\(text($0.value))" }.joined(separator: ",") + "}"
    }
  }

  /// Bytes as lowercase hexadecimal.
  static func hex(_ bytes: [UInt8]) -> String { Digest.hex(bytes) }
}

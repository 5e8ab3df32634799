/// How the files of a written sequence are called: `folder/name.####.png`, `name.%04d.png`, or `name.png`, which is given
/// four digits before its extension.
public struct NumberedName: Hashable, Sendable {
  private let head: String
  private let tail: String
  /// At least so many digits, padded with zeros.
  public let digits: Int

  /// - Returns: `nil` when the name numbers its files twice, or by more than 18 digits.
  public init?(_ pattern: String) {
    let name = pattern.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? ""
    let folder = String(pattern.dropLast(name.count))
    let marks = name.matches(of: /#+|%0?([0-9]*)d/)
    guard marks.count <= 1 else { return nil }
    if let mark = marks.first {
      head = folder + name[..<mark.range.lowerBound]
      tail = String(name[mark.range.upperBound...])
      let count = mark.output.1.map { Int($0) ?? 1 } ?? mark.output.0.count
      digits = max(1, count)
    } else if let point = name.lastIndex(of: ".") {
      head = folder + name[..<point] + "."
      tail = String(name[point...])
      digits = 4
    } else {
      return nil
    }
    guard digits <= 18 else { return nil }
  }

  /// The path of frame `number`.
  ///
  /// - Precondition: `number` is not below 0.
  public func path(_ number: Int) -> String {
    precondition(number >= 0, "frames of a sequence are not numbered below 0")
    let text = String(number)
    return head + String(repeating: "0", count: max(0, digits - text.count)) + text + tail
  }
}

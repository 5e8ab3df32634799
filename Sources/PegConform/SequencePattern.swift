import PegCore

/// A file name with a place for the frame number: `name.####.exr`, `name.%04d.exr`, `name.[1001-1100].exr`.
struct SequencePattern: Hashable, Sendable {
  var prefix: String
  var suffix: String
  /// Digits a number is filled up to with zeros; 1 means none are added.
  var padding: Int
  /// The numbers that are meant, where the pattern says so.
  var numbers: ClosedRange<Int>?

  init(prefix: String, suffix: String, padding: Int) {
    self.prefix = prefix
    self.suffix = suffix
    self.padding = padding
  }

  /// Reads a file name; `nil` when it has no place for a number.
  init?(_ name: String) {
    let characters = Array(name)
    // The last mark counts: `shot#3.####.png`.
    if let end = characters.lastIndex(of: "#") {
      var start = end
      while start > 0, characters[start - 1] == "#" { start -= 1 }
      self.init(
        prefix: String(characters[..<start]), suffix: String(characters[(end + 1)...]), padding: end - start + 1)
      return
    }
    if let start = characters.lastIndex(of: "%"),
      let end = characters[start...].firstIndex(of: "d"), end - start <= 3
    {
      let digits = String(characters[(start + 1)..<end])
      guard let padding = digits.isEmpty ? 1 : Int(digits) else { return nil }
      self.init(
        prefix: String(characters[..<start]), suffix: String(characters[(end + 1)...]), padding: max(1, padding))
      return
    }
    guard let start = characters.lastIndex(of: "["), let end = characters[start...].firstIndex(of: "]") else {
      return nil
    }
    let bounds = String(characters[(start + 1)..<end]).split(separator: "-")
    guard bounds.count == 2, let low = Int(bounds[0]), let high = Int(bounds[1]), low <= high else { return nil }
    self.init(
      prefix: String(characters[..<start]), suffix: String(characters[(end + 1)...]), padding: bounds[0].count)
    numbers = low...high
  }

  /// The number of the frame that `name` holds, or `nil` when it is none of this sequence.
  func number(of name: String) -> Int? {
    guard name.utf8.count > prefix.utf8.count + suffix.utf8.count, name.hasPrefix(prefix), name.hasSuffix(suffix) else {
      return nil
    }
    let middle = name.dropFirst(prefix.count).dropLast(suffix.count)
    let digits = middle.hasPrefix("-") ? middle.dropFirst() : middle
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(middle),
      digits.count == padding || (digits.count > padding && digits.first != "0")
    else { return nil }
    if let numbers, !numbers.contains(value) { return nil }
    return value
  }
}

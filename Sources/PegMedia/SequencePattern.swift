import PegCore

/// How the frames of a sequence are named: `folder/` + `prefix` + number + `suffix`.
public struct SequencePattern: Hashable, Sendable {
  /// As given, without its last `/`; `.` for the current one.
  public let folder: String
  public let prefix: String
  /// With the extension's dot, if there is one.
  public let suffix: String
  /// Digits that a number has at least; 1 for numbers without leading zeros.
  public let padding: Int
  /// The numbers that are meant, both included; `nil` for all there are.
  public let limits: ClosedRange<Int>?

  public init(folder: String, prefix: String, suffix: String, padding: Int, limits: ClosedRange<Int>? = nil) {
    self.folder = folder
    self.prefix = prefix
    self.suffix = suffix
    self.padding = padding
    self.limits = limits
  }

  /// Reads `name.####.ext`, `name.%04d.ext`, `name.%d.ext` or `name.[1001-1100].ext`; `nil` for other names.
  public init?(parsing path: String) {
    // Most names are none: a cut of thousands of movies asks for each of them.
    guard path.utf8.contains(where: { $0 == 0x23 || $0 == 0x25 || $0 == 0x5b }) else { return nil }
    let name = FileName.last(path)
    let folder = FileName.folder(path)
    if let hash = name.lastIndex(of: "#") {
      var first = hash
      while first > name.startIndex, name[name.index(before: first)] == "#" { first = name.index(before: first) }
      self.init(
        folder: folder, prefix: String(name[..<first]), suffix: String(name[name.index(after: hash)...]),
        padding: name.distance(from: first, to: hash) + 1)
      return
    }
    if let percent = name.lastIndex(of: "%"), let end = name[percent...].firstIndex(of: "d") {
      let digits = name[name.index(after: percent)..<end]
      guard digits.allSatisfy(\.isASCIIDigit), digits.count <= 2 else { return nil }
      let padding = digits.isEmpty ? 1 : Int(digits) ?? 0
      guard padding >= 1 else { return nil }
      self.init(
        folder: folder, prefix: String(name[..<percent]), suffix: String(name[name.index(after: end)...]),
        padding: padding)
      return
    }
    if let open = name.lastIndex(of: "["), let close = name[open...].firstIndex(of: "]") {
      let numbers = name[name.index(after: open)..<close].split(separator: "-", omittingEmptySubsequences: false)
      guard numbers.count == 2, numbers.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isASCIIDigit) && $0.count <= 9 }),
        let first = Int(numbers[0]), let last = Int(numbers[1]), first <= last
      else { return nil }
      self.init(
        folder: folder, prefix: String(name[..<open]), suffix: String(name[name.index(after: close)...]),
        padding: numbers[0].count, limits: first...last)
      return
    }
    return nil
  }

  /// The pattern that `path` may be a frame of, with the number it would have: the last digits of its name count, unless
  /// they are a version (`_v2`). `nil` for a name without such digits, or of no picture.
  public static func containing(_ path: String) -> (pattern: SequencePattern, number: Int)? {
    let name = FileName.last(path)
    guard ImageFormat.extensions.contains(FileName.extension(of: path)), let dot = name.lastIndex(of: ".") else {
      return nil
    }
    let stem = name[..<dot]
    guard let lastDigit = stem.lastIndex(where: \.isASCIIDigit) else { return nil }
    let end = stem.index(after: lastDigit)
    var start = lastDigit
    while start > stem.startIndex, stem[stem.index(before: start)].isASCIIDigit { start = stem.index(before: start) }
    let digits = stem[start..<end]
    guard digits.count <= 9, let number = Int(digits), !isVersion(stem[..<start]) else { return nil }
    let padding = digits.first == "0" ? digits.count : 1
    let pattern = SequencePattern(
      folder: FileName.folder(path), prefix: String(stem[..<start]), suffix: String(stem[end...] + name[dot...]),
      padding: padding)
    return (pattern, number)
  }

  /// Whether pictures with these numbers are pictures by themselves sooner than frames: `SH010.png` and `SH020.png`, but not
  /// `SH.0010.png` and `SH.0020.png`, nor drawings on fours, `A0001.png` and `A0005.png`.
  public func tellsPicturesApart(_ numbers: [Int]) -> Bool {
    guard prefix.last?.isLetter == true else { return false }
    let sorted = numbers.sorted()
    return zip(sorted, sorted.dropFirst()).allSatisfy { $1 - $0 > 4 }
  }

  private static func isVersion(_ before: Substring) -> Bool {
    guard let letter = before.last, letter == "v" || letter == "V" else { return false }
    let rest = before.dropLast()
    return rest.isEmpty || rest.last.map { "._- ".contains($0) } ?? true
  }

  /// The number of the frame that a file name of the folder stands for, whatever its padding; `nil` for other names.
  public func number(of name: String) -> Int? {
    guard name.hasPrefix(prefix) else { return nil }
    let rest = name.dropFirst(prefix.count)
    let digits = rest.prefix(while: \.isASCIIDigit)
    guard !digits.isEmpty, digits.count <= 9, rest.dropFirst(digits.count) == suffix, let number = Int(digits),
      limits.map({ $0.contains(number) }) ?? true
    else { return nil }
    return number
  }

  /// The name of frame `number`.
  public func name(of number: Int) -> String {
    var digits = String(number)
    while digits.count < padding { digits = "0" + digits }
    return prefix + digits + suffix
  }

  public func path(of number: Int) -> String { FileName.join(folder, name(of: number)) }
}

extension SequencePattern: CustomStringConvertible {
  /// `folder/name.####.ext`, the form that facts carry; `%d` for numbers without leading zeros.
  public var description: String {
    let number = padding > 1 ? String(repeating: "#", count: padding) : "%d"
    return FileName.join(folder, prefix + number + suffix)
  }
}

extension Character {
  var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}

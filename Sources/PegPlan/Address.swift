public import PegCore

/// One end of an address, as typed: `01:00:10:05`, `240`, `#SH010`, `#V2:14` (DESIGN §4).
public enum AddressPoint: Hashable, Sendable {
  /// A record timecode, at the cut's rate.
  case timecode(String)
  /// A record frame, from 0.
  case frame(Int)
  /// What stands after `#`: a clip's name, or track and index.
  case item(String)

  init?(_ text: Substring) {
    if text.hasPrefix("#") {
      guard text.count > 1 else { return nil }
      self = .item(String(text.dropFirst()))
    } else if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let frame = Int(text) {
      self = .frame(frame)
    } else if text.first?.isNumber == true, text.contains(where: { $0 == ":" || $0 == ";" }) {
      self = .timecode(String(text))
    } else {
      return nil
    }
  }

  public var description: String {
    switch self {
    case .timecode(let text): text
    case .frame(let frame): "\(frame)"
    case .item(let name): "#\(name)"
    }
  }
}

/// A place in a cut, or a half-open range of it, as people type it: `CUT@01:00:10:05`, `CUT#SH010`, `A..B`, `A+N`.
///
/// What stands after `#` is a clip's name or a `CutAddress` of PegTimeline; which of them is known once there is a cut.
public struct Address: Hashable, Sendable {
  public enum Extent: Hashable, Sendable {
    /// One record frame; for an item, the whole of it.
    case whole
    /// Up to another place, which is not in it; an item as the end means where that begins.
    case to(AddressPoint)
    /// So many record frames.
    case count(Int)
  }

  public var start: AddressPoint
  public var extent: Extent

  /// What stands after `#`, where that is all of the address.
  public var item: String? {
    guard extent == .whole, case .item(let name) = start else { return nil }
    return name
  }

  public init(_ start: AddressPoint, _ extent: Extent = .whole) {
    self.start = start
    self.extent = extent
  }

  /// Reads what stands after the cut: `@01:00:10:05`, `240`, `#SH010`, `@240..264`, `#V2:14+24`.
  ///
  /// A leading `@` may be left out (`--range 240..264`). Throws wrong usage for anything else.
  public init(parsing text: some StringProtocol) throws(PegError) {
    let wrong = PegError(
      .usage, "\(text) is no place in a cut",
      hint: "say @01:00:10:05, @240, #CLIP or #V2:14, and ranges A..B or A+N")
    let body = Substring(text.hasPrefix("@") ? String(text.dropFirst()) : String(text))
    if let dots = Self.separator("..", in: body) {
      var end = body[dots.upperBound...]
      if end.hasPrefix("@") { end = end.dropFirst() }
      guard let from = AddressPoint(body[..<dots.lowerBound]), let to = AddressPoint(end) else { throw wrong }
      self.init(from, .to(to))
    } else if let plus = body.lastIndex(of: "+"), let count = Int(body[body.index(after: plus)...]),
      let from = AddressPoint(body[..<plus])
    {
      guard count > 0 else { throw wrong }
      self.init(from, .count(count))
    } else {
      guard let point = AddressPoint(body) else { throw wrong }
      self.init(point)
    }
  }

  /// The last `..` that leaves something on both sides: names may hold dots.
  private static func separator(_ mark: String, in text: Substring) -> Range<Substring.Index>? {
    var found: Range<Substring.Index>?
    var index = text.startIndex
    while index < text.endIndex {
      if text[index...].hasPrefix(mark), index > text.startIndex {
        let end = text.index(index, offsetBy: mark.count)
        if AddressPoint(text[end...].drop { $0 == "@" }) != nil { found = index..<end }
      }
      index = text.index(after: index)
    }
    return found
  }

  /// Splits `CUT@240` or `CUT#SH010` into the file and the place; the place is `nil` when there is none.
  ///
  /// File names may hold `@` and `#`: the split is at the first of them after a file extension, else, unless the whole
  /// ends in one, at the last `@` or `#` whose rest reads as an address.
  public static func split(_ argument: String) throws(PegError) -> (file: String, address: Address?) {
    let marks = argument.indices.filter { argument[$0] == "@" || argument[$0] == "#" }
    let readable = marks.filter { $0 > argument.startIndex && (try? Address(parsing: argument[$0...])) != nil }
    func followsExtension(_ mark: String.Index) -> Bool {
      let name = argument[..<mark].split(separator: "/").last ?? ""
      guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return false }
      let suffix = name[name.index(after: dot)...]
      return !suffix.isEmpty && suffix.count <= 6 && suffix.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    }
    // `take#2.otio` is a file: what follows its mark ends like one.
    let tail = argument.split(separator: ".").last ?? ""
    let endsLikeAFile =
      argument.contains(".") && (2...6).contains(tail.count) && tail.allSatisfy { $0.isASCII && $0.isLetter }
    if let mark = readable.first(where: followsExtension) ?? (endsLikeAFile ? nil : readable.last) {
      return (String(argument[..<mark]), try Address(parsing: argument[mark...]))
    }
    if let mark = marks.first(where: followsExtension) {
      return (String(argument[..<mark]), try Address(parsing: argument[mark...]))
    }
    return (argument, nil)
  }
}

extension Address: CustomStringConvertible {
  public var description: String {
    switch extent {
    case .whole: start.description
    case .to(let end): "\(start.description)..\(end.description)"
    case .count(let count): "\(start.description)+\(count)"
    }
  }
}

import PegCore
import PegTimeline

/// An event on one track, its times known: what becomes a clip, or several where others are recorded over it.
struct EDLShot {
  /// Where its pictures or sound come from.
  struct Source: Equatable {
    enum Kind: Equatable { case media, black, bars }
    var kind: Kind
    /// Without `AX`, which means that there is none.
    var reel: String?
    var name: String
    /// A name or a path.
    var file: String?
  }

  /// The side of a transition that goes.
  struct Outgoing {
    var source: Source
    var motion: EDLMotion
    var grade: GradeOperation?
  }

  struct Incoming {
    var edit: EDLEvent.Edit
    /// Record frames.
    var length: Int
    /// `nil` where the list does not say.
    var outgoing: Outgoing?
    var position: TextPosition
    /// What notes call it.
    var name: String?
  }

  struct Locator {
    /// Record frame since midnight.
    var frame: Int
    var color: String
    var text: String
  }

  var number: String
  /// Record frames since midnight, past it where the programme does.
  var record: FrameRange
  var source: Source
  var motion: EDLMotion
  /// Where the source ends as the list has it.
  var sourceEnd: Int
  var incoming: Incoming?
  var channels: EDLChannels
  /// Whether its source labels are drop-frame.
  var isDropSource: Bool
  var grade: GradeOperation?
  /// Linear.
  var gain: Rational?
  var locators: [Locator] = []
  var comments: [String] = []
  /// A key's foreground lies there and is not shown.
  var isEnabled = true
  var position: TextPosition
}

extension EDLShot.Source {
  /// - Parameters:
  ///   - reel: as the event has it, or its full name.
  ///   - number: names what nothing else names.
  init(reel: String, side: EDLNames.Side, number: String) {
    switch reel.uppercased() {
    case "BL", "BLACK": self.init(kind: .black, reel: nil, name: side.name ?? "BL", file: nil)
    case "BARS": self.init(kind: .bars, reel: nil, name: side.name ?? "BARS", file: nil)
    default:
      let known = reel.isEmpty || reel.uppercased() == "AX" ? nil : reel
      let stem = side.file.map { Self.stem($0) }
      self.init(kind: .media, reel: known, name: side.name ?? stem ?? known ?? number, file: side.file)
    }
  }

  /// The name of a path without folders and extension.
  private static func stem(_ path: String) -> String {
    let name = path.split { $0 == "/" || $0 == "\\" }.last ?? ""
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return String(name) }
    return String(name[..<dot])
  }

  /// What the clip refers to.
  func reference(start: Rational, rate: FrameRate) -> MediaReference {
    switch kind {
    case .black: return .made("black")
    case .bars: return .made("bars")
    case .media:
      guard let file else { return .offline() }
      // What a list says of a clip is a name, or where it lay on another machine: it leads nowhere from here by `..`.
      let parts = file.split { $0 == "/" || $0 == "\\" }
      if parts.contains("..") { return .offline(name: String(parts.last ?? "")) }
      if let (sequence, count) = ImageSequence.numbered(file, rate: rate) {
        // The list plays the sequence from its first frame on.
        let available = TimeRange(
          start: RationalTime(start, rate), duration: RationalTime(Rational(count), rate))
        return .sequence(ReferenceInfo(availableRange: available), sequence)
      }
      // A bare name without an extension is the name of a source in a bin, and no file's.
      return Self.isFileName(file) ? .media(url: file, available: nil) : .offline(name: file)
    }
  }

  private static func isFileName(_ text: String) -> Bool {
    if text.contains("/") || text.contains("\\") { return true }
    guard let dot = text.lastIndex(of: "."), dot != text.startIndex else { return false }
    let suffix = text[text.index(after: dot)...]
    return (2...4).contains(suffix.count) && suffix.first?.isLetter == true
      && suffix.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
  }
}

extension ImageSequence {
  /// Reads `folder/name.[1001-1020].ext`, and how many frames it says there are; `nil` for anything else.
  static func numbered(_ path: String, rate: FrameRate) -> (sequence: ImageSequence, count: Int)? {
    guard let open = path.lastIndex(of: "["), let close = path[open...].firstIndex(of: "]") else { return nil }
    let bounds = path[path.index(after: open)..<close].split(separator: "-", omittingEmptySubsequences: false)
    guard bounds.count == 2, bounds.allSatisfy({ EDLTime.isCount($0) && $0.count <= 9 }), let low = Int(bounds[0]),
      let high = Int(bounds[1]), low <= high
    else { return nil }
    let name = path.lastIndex { $0 == "/" || $0 == "\\" }.map { path.index(after: $0) } ?? path.startIndex
    guard name <= open else { return nil }
    let sequence = ImageSequence(
      urlBase: String(path[..<name]), prefix: String(path[name..<open]),
      suffix: String(path[path.index(after: close)...]), startFrame: low, rate: rate, padding: bounds[0].count)
    return (sequence, high - low + 1)
  }
}

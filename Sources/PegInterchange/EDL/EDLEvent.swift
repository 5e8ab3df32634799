import PegCore

/// One edit line of an EDL, its times still as they are written: what they mean depends on a rate.
struct EDLEvent {
  /// How the event begins.
  enum Edit: Equatable {
    case cut
    case dissolve
    /// `W001`: the pattern's number.
    case wipe(String)
    /// `K B`: what lies under a key.
    case keyBackground
    /// `K`: what is keyed over it.
    case key
    /// `K O`: the key goes.
    case keyOut

    var isKey: Bool { self == .keyBackground || self == .key || self == .keyOut }
    var isTransition: Bool { if case .wipe = self { true } else { self == .dissolve } }
  }

  var number: String
  /// As it stands; `BL` is black, `AX` no reel.
  var reel: String
  var channels: EDLChannels
  var edit: Edit
  /// Record frames of the transition.
  var length = 0
  var sourceIn: EDLTime
  var sourceOut: EDLTime
  var recordIn: EDLTime
  var recordOut: EDLTime
  var position: TextPosition
  /// Whether an `FCM: DROP FRAME` holds for source times with colons.
  var isDropSource = false

  /// Whether it takes no record time, as it is written: the outgoing side of a transition.
  var isEmpty: Bool { recordIn.text == recordOut.text }
}

/// A time as it is written: a label, or a count of frames.
struct EDLTime {
  var text: Substring
  var position: TextPosition

  /// Whether a word may be a time: digits with colons, semicolons, points or commas between.
  static func isLabel(_ text: some StringProtocol) -> Bool {
    var separators = 0
    var last: UInt8 = UInt8(ascii: ":")
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): break
      case UInt8(ascii: ":"), UInt8(ascii: ";"), UInt8(ascii: "."), UInt8(ascii: ","):
        if !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(last) { return false }
        separators += 1
      default: return false
      }
      last = byte
    }
    return separators == 3 && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(last)
  }

  static func isCount(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  /// Whether its punctuation says drop-frame.
  var saysDrop: Bool { text.utf8.contains { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: ",") } }

  /// The frame number of a label, as far as it is one.
  var frameField: Int? {
    guard Self.isLabel(text) else { return nil }
    return text.split { !$0.isNumber }.last.flatMap { Int($0) }
  }
}

extension EDLEvent {
  /// What is wrong with a line that should be an event.
  struct Unreadable: Error {
    var sentence: String
    var position: TextPosition
  }

  /// Reads `001  REEL  V  C  in out in out`, with a transition's length before the times; `nil` for a line that has no four
  /// times after each other and is no event.
  ///
  /// Between the number and the channels stands the reel, of whatever length (File16, File32, File128), spaces included.
  init?(_ words: [SourceText.Line.Word]) throws(Unreadable) {
    guard let number = words.first, number.text.first?.isNumber == true,
      let times = Self.times(in: words)
    else { return nil }
    var head = words[1..<times]
    var edit: Edit?
    var length = 0
    if let last = head.last, EDLTime.isCount(last.text), head.count > 1 {
      let before = head[head.endIndex - 2]
      if let found = Self.edit(before.text), found != .cut {
        guard let frames = Int(last.text), frames <= 1_000_000 else {
          throw Unreadable(sentence: "the transition length \(last.text) is absurd", position: last.position)
        }
        length = frames
        head.removeLast()
      }
    }
    if let last = head.last, let found = Self.edit(last.text) {
      edit = found
      head.removeLast()
    } else if let last = head.last, ["B", "O"].contains(last.text), head.dropLast().last?.text == "K" {
      edit = last.text == "B" ? .keyBackground : .keyOut
      head.removeLast(2)
    }
    guard let edit else {
      throw Unreadable(
        sentence: "there is no edit type before the times, such as C or D", position: words[times].position)
    }
    var channels = head.last.flatMap { EDLChannels($0.text) }
    if channels != nil {
      head.removeLast()
    } else if head.count == 1 {
      // Small edit controllers leave the column out: a reel, and the pictures are meant.
      channels = EDLChannels("V")
    }
    guard let channels else {
      throw Unreadable(
        sentence: head.last.map { "\($0.text) is no record channel, such as V or AA" }
          ?? "there are no record channels, such as V or AA", position: head.last?.position ?? number.position)
    }
    func time(_ index: Int) -> EDLTime {
      EDLTime(text: words[times + index].text, position: words[times + index].position)
    }
    self.init(
      number: String(number.text), reel: head.map { String($0.text) }.joined(separator: " "), channels: channels,
      edit: edit, length: length, sourceIn: time(0), sourceOut: time(1), recordIn: time(2), recordOut: time(3),
      position: number.position)
  }

  /// Where the four times begin.
  private static func times(in words: [SourceText.Line.Word]) -> Int? {
    guard words.count >= 7 else { return nil }
    let labels = words.map { EDLTime.isLabel($0.text) }
    if let first = (1...(words.count - 4)).first(where: { labels[$0..<($0 + 4)].allSatisfy { $0 } }) { return first }
    // Some systems write frame counts.
    let last = words.count - 4
    return words[last...].allSatisfy { EDLTime.isCount($0.text) } && last >= 3 ? last : nil
  }

  private static func edit(_ text: Substring) -> Edit? {
    switch text {
    case "C": return .cut
    case "D": return .dissolve
    case "K": return .key
    case "KB": return .keyBackground
    case "KO": return .keyOut
    default:
      guard text.first == "W", text.count > 1, text.dropFirst().allSatisfy({ $0.isASCII && $0.isNumber }) else {
        return nil
      }
      return .wipe(String(text.dropFirst()))
    }
  }
}

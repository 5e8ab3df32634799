import PegCore

/// A line of an EDL that says something about the event above it.
struct EDLNote {
  enum Kind {
    /// `FROM CLIP NAME`: of the outgoing clip in a transition, else of the clip.
    case fromName(String)
    case toName(String)
    case keyName(String)
    /// `FROM CLIP`, `FROM FILE`: a path.
    case fromFile(String)
    case toFile(String)
    /// `SOURCE FILE`: a name or a path; in a transition once for both sides or once for each.
    case sourceFile(String)
    /// `FINAL CUT PRO REEL: FULL_NAME REPLACED BY: SHORT`.
    case fullReel(String, short: String)
    /// `LOC: 01:00:01:14 RED     TEXT`.
    case locator(time: EDLTime, color: String, text: String)
    case sop(String)
    case saturation(String)
    /// `M2 REEL 024.0 01:00:00:00`.
    case speed(reel: String, fps: String, time: EDLTime?)
    case freeze
    /// `AUD 3 4`: more sound channels.
    case moreAudio([Int])
    /// Something that is done to pictures or sound, by its name.
    case effect(String)
    /// `A7 VOL = +3.0 DB PAN L100`.
    case level(channel: Int, decibel: String, pan: String?)
    /// `PATCH REEL: FROM SOURCE 2 TO RECORD 7`.
    case patch(String)
    /// Anything else.
    case comment
  }

  var kind: Kind
  /// The line without its stars.
  var text: String
  var position: TextPosition
}

extension EDLNote {
  /// Reads a line that is no event. Stars before a comment are optional, as they are in the wild.
  init(_ line: SourceText.Line) {
    position = line.words.first?.position ?? line.start
    text = line.text.drop { $0 == "*" || $0 == " " || $0 == "\t" }.trimmed
    kind = Self.statement(line.words) ?? Self.named(text, line) ?? .comment
  }

  /// Statements that have no star: `M2`, `AUD`.
  private static func statement(_ words: [SourceText.Line.Word]) -> Kind? {
    guard let first = words.first else { return nil }
    switch first.text.uppercased() {
    case "M2":
      var rest = words.dropFirst()
      var time: EDLTime?
      if let last = rest.last, EDLTime.isLabel(last.text) {
        time = EDLTime(text: last.text, position: last.position)
        rest.removeLast()
      }
      guard let fps = rest.popLast() else { return nil }
      return .speed(reel: rest.map { String($0.text) }.joined(separator: " "), fps: String(fps.text), time: time)
    case "AUD":
      let channels = words.dropFirst().compactMap { Int($0.text) }.filter { (1...EDLChannels.limit).contains($0) }
      return channels.count == words.count - 1 && !channels.isEmpty ? .moreAudio(channels) : nil
    default: return nil
    }
  }

  /// Keys as they are met, with the way to read what follows; the longer one of two that begin alike comes first.
  private static let keys: [(key: String, read: @Sendable (String) -> Kind?)] = [
    ("FROM CLIP NAME", { .fromName($0) }), ("TO CLIP NAME", { .toName($0) }), ("KEY CLIP NAME", { .keyName($0) }),
    ("FROM CLIP IS A STILL", { _ in .freeze }), ("FROM CLIP", { .fromFile($0) }), ("FROM FILE", { .fromFile($0) }),
    ("TO CLIP", { .toFile($0) }), ("TO FILE", { .toFile($0) }), ("OTIO REFERENCE FROM", { .fromFile($0) }),
    ("OTIO REFERENCE TO", { .toFile($0) }), ("SOURCE FILE", { .sourceFile($0) }),
    ("FINAL CUT PRO REEL", { fullReel($0) }), ("ASC_SOP", { .sop($0) }), ("ASC_SAT", { .saturation($0) }),
    ("FREEZE FRAME", { _ in .freeze }), ("EFFECTS NAME IS", { .effect($0) }), ("EFFECT NAME", { .effect($0) }),
    ("AVX2 EFFECT,", { .effect($0) }), ("AVX EFFECT,", { .effect($0) }), ("BLEND,", { .effect($0) }),
    ("TIMEWARP EFFECT", { .effect("TIMEWARP EFFECT: \($0)") }), ("CLIP FILTER", { .effect($0) }),
    ("VIDEO EFFECT", { .effect($0) }), ("AUDIO EFFECT", { .effect($0) }), ("PATCH", { .patch($0) }),
  ]

  private static func named(_ body: String, _ line: SourceText.Line) -> Kind? {
    let upper = body.uppercased()
    if upper.hasPrefix("LOC"), let locator = locator(line) { return locator }
    if let level = level(upper) { return level }
    for entry in keys where upper.hasPrefix(entry.key) {
      var rest = body.dropFirst(entry.key.count)
      // `FROM CLIPBOARD` is no `FROM CLIP`.
      if entry.key.last?.isLetter == true, rest.first?.isLetter == true { continue }
      if rest.first == ":" { rest = rest.dropFirst() }
      return entry.read(rest.trimmed)
    }
    return nil
  }

  private static func fullReel(_ text: String) -> Kind? {
    guard let mark = text.range(of: "REPLACED BY:") else { return nil }
    return .fullReel(text[..<mark.lowerBound].trimmed, short: text[mark.upperBound...].trimmed)
  }

  /// `LOC: 01:00:01:14 RED     TEXT`.
  private static func locator(_ line: SourceText.Line) -> Kind? {
    var words = line.words[...]
    while let first = words.first, first.text.allSatisfy({ $0 == "*" }) { words.removeFirst() }
    guard let key = words.popFirst()?.text.drop(while: { $0 == "*" }).uppercased(), key == "LOC" || key == "LOC:",
      let time = words.popFirst(), EDLTime.isLabel(time.text)
    else { return nil }
    let color = words.popFirst()
    let text = words.first.map { line.text[$0.text.startIndex...].trimmed } ?? ""
    return .locator(
      time: EDLTime(text: time.text, position: time.position), color: color.map { String($0.text) } ?? "", text: text)
  }

  /// `A7 VOL =  +3.0 DB  PAN L100`.
  private static func level(_ text: String) -> Kind? {
    let words = text.split { $0 == " " || $0 == "\t" || $0 == "=" }
    guard words.count >= 4, words[0].first == "A", let channel = Int(words[0].dropFirst()), words[1] == "VOL",
      words[3] == "DB"
    else { return nil }
    return .level(
      channel: channel, decibel: String(words[2]),
      pan: words.count >= 6 && words[4] == "PAN" ? String(words[5]) : nil)
  }
}

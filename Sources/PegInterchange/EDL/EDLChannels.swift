/// The record channels of an event.
struct EDLChannels: Hashable, Sendable {
  /// Video tracks, from 1, ascending.
  var video: [Int] = []
  /// Sound channels, from 1, ascending.
  var audio: [Int] = []

  static let limit = 99

  init() {}

  /// Reads what editing systems write: `V`, `A`, `A2`, `AA`, `B` (sound 1 and picture), `AA/V`, `A2/V`, `VA1A2`, `VA12`,
  /// `V2`, `NONE`; `nil` for anything else.
  init?(_ text: some StringProtocol) {
    let text = text.uppercased()
    switch text {
    case "B": (video, audio) = ([1], [1])
    case "NONE": break
    default:
      guard !text.isEmpty else { return nil }
      for part in text.split(separator: "/", omittingEmptySubsequences: false) {
        guard read(part) else { return nil }
      }
    }
    video.sort()
    audio.sort()
  }

  /// One run of letters and numbers, such as `V`, `AA`, `VA12`.
  private mutating func read(_ part: Substring) -> Bool {
    var rest = part
    guard !rest.isEmpty else { return false }
    while let letter = rest.first {
      rest.removeFirst()
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      switch letter {
      case "V":
        guard let track = digits.isEmpty ? 1 : Int(digits), add(track, to: &video) else { return false }
      case "A":
        if digits.isEmpty {
          // AA are the first two channels.
          guard add(audio.contains(1) ? 2 : 1, to: &audio) else { return false }
        } else if part.hasPrefix("VA"), digits.count > 1 {
          // VA12: picture and both channels. A12 alone is the twelfth.
          for digit in digits { guard add(digit.wholeNumberValue ?? 0, to: &audio) else { return false } }
        } else {
          guard let channel = Int(digits), add(channel, to: &audio) else { return false }
        }
      default: return false
      }
    }
    return true
  }

  private func add(_ number: Int, to list: inout [Int]) -> Bool {
    guard (1...Self.limit).contains(number), !list.contains(number) else { return false }
    list.append(number)
    return true
  }

  /// Adds the channels of an `AUD 3 4` statement.
  mutating func add(audio more: [Int]) { audio = Set(audio).union(more).sorted() }

  var isEmpty: Bool { video.isEmpty && audio.isEmpty }
}

extension EDLChannels: CustomStringConvertible {
  /// As an event line has it: `V`, `A`, `A2`, `AA`, `B`, `AA/V`, `A2/V`, `V2`. What of sound an event line cannot say goes
  /// into an `AUD` statement: see ``more``.
  var description: String {
    let pictures = video.isEmpty ? "" : video == [1] ? "V" : video.map { "V\($0)" }.joined()
    let sound: String
    switch said {
    case []: sound = ""
    case [1]: sound = "A"
    case [1, 2]: sound = "AA"
    default: sound = said.map { "A\($0)" }.joined()
    }
    if pictures.isEmpty { return sound.isEmpty ? "NONE" : sound }
    if sound.isEmpty { return pictures }
    return sound == "A" && pictures == "V" ? "B" : "\(sound)/\(pictures)"
  }

  /// Channels of an `AUD` statement.
  var more: [Int] { Array(audio.dropFirst(said.count)) }

  /// An event line says channels 1 and 2, or one channel alone.
  private var said: [Int] {
    if audio.starts(with: [1, 2]) { return [1, 2] }
    return Array(audio.prefix(1))
  }
}

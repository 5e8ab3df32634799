/// A name taken apart as studios build them: `ep01_sq02_sh0030_comp_v012` has the words `ep01`, `sq02`, `sh0030`, `comp` and
/// version 12.
struct ShotName: Hashable, Sendable {
  /// In lower case, without the version.
  let words: [String]
  /// What stands behind the `v`; `nil` where there is none.
  let version: Int?

  /// - Parameter name: without folders, extension and frame numbers.
  init(_ name: String) {
    var words: [String] = []
    var version: Int?
    for word in name.lowercased().split(whereSeparator: { "_-. ".contains($0) }) {
      guard let mark = word.lastIndex(of: "v"), let number = Self.number(word[word.index(after: mark)...]),
        // `v012`, and `sh010v012`; a word such as `lv2` is none.
        mark == word.startIndex || word[word.index(before: mark)].isNumber
      else {
        words.append(String(word))
        continue
      }
      // Of two versions the last one counts.
      version = number
      if mark != word.startIndex { words.append(String(word[..<mark])) }
    }
    self.words = words
    self.version = version
  }

  /// Whether the words can only mean a shot: a letter with digits, or several words with digits among them. `comp` or `1` would
  /// be in the names of half a show.
  var isShot: Bool {
    let isCode = words.contains { word in word.count >= 3 && word.contains(where: \.isNumber) }
    let hasLetters = words.contains { word in word.contains(where: \.isNumber) && word.contains(where: \.isLetter) }
    return isCode && (hasLetters || words.count > 1)
  }

  /// Whether all words of `shot` stand here, one after the other.
  func contains(_ shot: ShotName) -> Bool {
    guard !shot.words.isEmpty, shot.words.count <= words.count else { return false }
    return (0...(words.count - shot.words.count)).contains { start in
      words[start..<(start + shot.words.count)].elementsEqual(shot.words)
    }
  }

  private static func number(_ text: Substring) -> Int? {
    guard !text.isEmpty, text.count <= 6, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text)
  }
}

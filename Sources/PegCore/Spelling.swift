/// Finds what somebody probably meant to type.
public enum Spelling {
  /// The known word with the fewest changed letters, when those are at most a third of it.
  public static func nearest(to word: String, among known: [String]) -> String? {
    let ranked = known.map { (word: $0, distance: distance(word.lowercased(), $0.lowercased())) }
    guard let best = ranked.min(by: { ($0.distance, $0.word) < ($1.distance, $1.word) }) else { return nil }
    let starts = word.count >= 3 && best.distance > 0
    if best.distance <= max(1, max(word.count, best.word.count) / 3) { return best.word }
    // `prores` for `prores-422-hq`.
    return starts ? known.filter { $0.hasPrefix(word) }.min() : nil
  }

  /// Levenshtein's distance: letters put in, taken out or replaced.
  private static func distance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a.utf8), Array(b.utf8))
    guard a.count <= 64, b.count <= 64 else { return .max }
    var row = Array(0...b.count)
    for (i, left) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, right) in b.enumerated() {
        let replaced = diagonal + (left == right ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
      }
    }
    return row[b.count]
  }
}

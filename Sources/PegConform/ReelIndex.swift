import PegMedia

/// What lies under the media folders, by the reels that edit decision lists name.
struct ReelIndex {
  private let items: [MediaFolders.Item]
  /// Stems in lower case with the items' indices, in order.
  private let stems: [(stem: String, item: Int)]
  /// By the reel that a movie's own metadata name; `nil` until asked for.
  private var byMetadata: [String: [Int]]?

  /// Movies opened at most to read the reels that they say themselves.
  private static let openLimit = 20_000
  /// Reels of lists that name no tape: auxiliary, black, bars.
  private static let nobody: Set<String> = ["ax", "bl", "black", "bars", "none", "unknown"]

  init(_ folders: MediaFolders) {
    items = folders.items
    stems = items.indices.map { (MediaName(file: MediaNames.last(folders.items[$0].path)).stem, $0) }
      .sorted { ($0.stem, $0.item) < ($1.stem, $1.item) }
  }

  /// Media of a reel: named for it, or beginning with it (`A003C001` of `A003C001_160413_R0QM.mov`), else those that say it
  /// themselves.
  ///
  /// - Parameter open: the facts of media; asked only where no name fits, for every movie.
  mutating func items(
    of reel: String, open: (String) -> MediaFacts?
  ) -> [MediaFolders.Item] {
    let reel = reel.lowercased()
    guard reel.count >= 2, !Self.nobody.contains(reel) else { return [] }
    var (low, high) = (0, stems.count)
    while low < high {
      let middle = (low + high) / 2
      if stems[middle].stem < reel { low = middle + 1 } else { high = middle }
    }
    let begun = stems[low...].prefix { $0.stem.hasPrefix(reel) }.filter { isReel(reel, of: $0.stem) }
    let whole = begun.filter { $0.stem == reel }
    let named = whole.isEmpty ? Array(begun) : whole
    if !named.isEmpty { return named.map { items[$0.item] } }
    if byMetadata == nil {
      var index: [String: [Int]] = [:]
      for (number, item) in items.prefix(Self.openLimit).enumerated()
      where MediaNames.movies.contains(MediaNames.suffix(of: item.path)) {
        guard let facts = open(item.path) else { continue }
        for pair in facts.metadata where Self.keys.contains(pair.key.lowercased()) {
          index[pair.value.lowercased(), default: []].append(number)
        }
      }
      byMetadata = index
    }
    return (byMetadata?[reel] ?? []).map { items[$0] }
  }

  /// What containers call a reel.
  private static let keys: Set<String> = ["reel_name", "reel", "com.apple.proapps.reel", "tape_name", "tape"]

  /// A003 is no reel of A0031; lists cut names after eight letters.
  private func isReel(_ reel: String, of stem: String) -> Bool {
    guard reel.count >= 3, let next = stem.dropFirst(reel.count).first else { return stem == reel }
    return reel.count == 8 || !(next.isNumber && reel.last?.isNumber == true)
  }
}

import PegCore

/// What lies under the media folders, by shots and versions.
struct ShotIndex {
  /// A piece of media that may be a version of a shot.
  struct Entry {
    let item: MediaFolders.Item
    /// What tells versions of one thing from other things of the shot: the words of its name, or the fields of a pattern.
    let stream: [String]
    let version: Int?
  }

  private let names: [(item: MediaFolders.Item, name: ShotName)]
  /// Indices of names by each of their words.
  private var byWord: [String: [Int]] = [:]
  private let patterns: [ShotPattern]
  /// For each pattern, what it says of the items, by shot.
  private var byShot: [[String: [Entry]]] = []

  init(_ folders: MediaFolders, patterns: [ShotPattern]) {
    self.patterns = patterns
    names = folders.items.map { ($0, ShotName(MediaName(file: MediaNames.last($0.path)).title)) }
    for (index, entry) in names.enumerated() {
      for word in Set(entry.name.words) { byWord[word, default: []].append(index) }
    }
    for pattern in patterns {
      var shots: [String: [Entry]] = [:]
      for item in folders.items {
        guard var fields = pattern.fields(of: Self.bare(item.path)),
          let shot = fields.removeValue(forKey: ShotPattern.shot)
        else { continue }
        let version = fields.removeValue(forKey: ShotPattern.version).flatMap { Int($0) }
        let stream = fields.sorted { $0.key < $1.key }.map(\.value)
        shots[shot, default: []].append(Entry(item: item, stream: stream, version: version))
      }
      byShot.append(shots)
    }
  }

  /// By the patterns that were asked for: those whose `{shot}` is one of the names, with or without its version.
  ///
  /// - Parameter names: what the cut calls the shot, the likeliest first.
  func matching(_ names: [String]) -> [Entry] {
    for (pattern, shots) in zip(patterns, byShot) {
      for name in names {
        let name = Self.bare(name).lowercased()
        let fields = pattern.fields(of: name)
        let shot = fields?[ShotPattern.shot]
        let bare = ShotName(name).words.joined(separator: "_")
        for wanted in [shot ?? name, name, bare] {
          if let found = shots[wanted] { return found }
        }
      }
    }
    return []
  }

  /// By the usual ways to name shots: `SH010_v003`, `ep01_sq02_sh0030_comp_v012`, `010_0030_v2`.
  ///
  /// Media whose name is the shot's and nothing more go before those that have more words, such as a department's.
  func usual(_ name: String) -> [Entry] {
    let shot = ShotName(MediaName(file: MediaNames.last(name)).title)
    guard shot.isShot, let rarest = shot.words.map({ byWord[$0] ?? [] }).min(by: { $0.count < $1.count }) else {
      return []
    }
    let fitting = rarest.filter { names[$0].name.contains(shot) }
    let exact = fitting.filter { names[$0].name.words.count == shot.words.count }
    return (exact.isEmpty ? fitting : exact).map { index in
      Entry(item: names[index].item, stream: names[index].name.words, version: names[index].name.version)
    }
  }

  /// Other versions of a piece of media, itself among them: names that differ in the version alone.
  func versions(of item: MediaFolders.Item) -> [Entry] {
    let own = ShotName(MediaName(file: MediaNames.last(item.path)).title)
    guard own.version != nil, own.isShot, let word = own.words.first, let sharing = byWord[word] else { return [] }
    return sharing.filter { names[$0].name.words == own.words && names[$0].name.version != nil }.map { index in
      Entry(item: names[index].item, stream: own.words, version: names[index].name.version)
    }
  }

  /// The media as versions of one thing; `nil` where more than the version tells them apart.
  func versions(among items: [MediaFolders.Item]) -> [Entry]? {
    let entries = items.map { item in
      let name = ShotName(MediaName(file: MediaNames.last(item.path)).title)
      return Entry(item: item, stream: name.words, version: name.version)
    }
    let isOne = Set(entries.map(\.stream)).count == 1 && entries.allSatisfy { $0.version != nil }
    return isOne && Set(entries.map(\.version)).count > 1 ? entries : nil
  }

  /// A path without extension and frame numbers.
  private static func bare(_ path: String) -> String {
    let (folder, name) = (MediaNames.folder(path), MediaNames.last(path))
    let title = MediaName(file: name).title
    return folder.isEmpty ? title : "\(folder)/\(title)"
  }
}

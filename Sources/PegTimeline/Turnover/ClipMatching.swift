import PegCore

/// Which clip of a cut is which clip of an older version of it: by what they play, never by where they stand.
struct ClipMatching {
  enum Kind: Equatable {
    /// The same media, and source time in common.
    case same
    /// Another part of an old clip that is matched already: it has been split.
    case part
    /// Source time of an old clip that plays once more.
    case again
    /// The same shot with other media.
    case retaken
  }

  struct Match: Equatable {
    var old: Int
    var new: Int
    var kind: Kind
  }

  /// In the order of the new clips; each of them stands in one match at most.
  private(set) var matches: [Match] = []
  /// Old clips that no new one is.
  private(set) var unmatched: [Int] = []

  private let old: [ClipIdentity]
  private let new: [ClipIdentity]
  /// For each old clip the new one that it is.
  private var partner: [Int?]
  private var found: [Match?]

  /// Clips looked at on either side of a source time: a bound for cuts that play one moment thousands of times.
  private static let reach = 256

  /// - Parameters: clips of one kind, pictures or sound, in record order.
  init(old: [ClipIdentity], new: [ClipIdentity]) {
    self.old = old
    self.new = new
    partner = [Int?](repeating: nil, count: old.count)
    found = [Match?](repeating: nil, count: new.count)
    let index = SourceIndex(old)
    matchExactly()
    matchOverlaps(index)
    matchParts(index)
    matchRetakes()
    matches = found.compactMap { $0 }
    let used = Set(matches.map(\.old))
    unmatched = old.indices.filter { !used.contains($0) }
  }

  private mutating func join(_ old: Int, _ new: Int, _ kind: Kind) {
    found[new] = Match(old: old, new: new, kind: kind)
    if kind == .same || kind == .retaken { partner[old] = new }
  }

  // MARK: Steps

  private struct Exact: Hashable {
    var name: String
    var file: String
    var start: Rational
    var duration: Rational
    var speed: Rational

    /// `nil` for a clip that does not say what it plays.
    init?(_ clip: ClipIdentity) {
      guard let source = clip.source else { return nil }
      name = clip.name
      file = clip.reel ?? clip.files.keys.min() ?? ""
      start = source.start
      duration = source.duration
      speed = clip.speed
    }
  }

  /// What plays the same frames under the same name: the first is the first, the second the second.
  private mutating func matchExactly() {
    var waiting: [Exact: [Int]] = [:]
    for index in old.indices.reversed() {
      guard let key = Exact(old[index]) else { continue }
      waiting[key, default: []].append(index)
    }
    for index in new.indices {
      guard let key = Exact(new[index]), let first = waiting[key]?.popLast(), new[index].hasSource(of: old[first])
      else {
        continue
      }
      join(first, index, .same)
    }
  }

  private struct Pair {
    var old: Int
    var new: Int
    var hasName: Bool
    var overlap: Rational
  }

  /// Of the others, those that have most source time in common, each with one.
  private mutating func matchOverlaps(_ index: SourceIndex) {
    var pairs: [Pair] = []
    for new in self.new.indices where found[new] == nil {
      for old in index.candidates(for: self.new[new], reach: Self.reach) where partner[old] == nil {
        guard let overlap = common(old, new) else { continue }
        pairs.append(
          Pair(old: old, new: new, hasName: self.old[old].name == self.new[new].name, overlap: overlap))
      }
    }
    pairs.sort { a, b in
      if a.hasName != b.hasName { return a.hasName }
      if a.overlap != b.overlap { return a.overlap > b.overlap }
      return (a.new, a.old) < (b.new, b.old)
    }
    for pair in pairs where found[pair.new] == nil && partner[pair.old] == nil { join(pair.old, pair.new, .same) }
  }

  /// What is left and has source time of a matched clip: a part of it, or the same once more.
  private mutating func matchParts(_ index: SourceIndex) {
    for new in self.new.indices where found[new] == nil {
      var best: (old: Int, overlap: Rational)?
      for old in index.candidates(for: self.new[new], reach: Self.reach) {
        guard let overlap = common(old, new), best.map({ overlap > $0.overlap }) ?? true else { continue }
        best = (old, overlap)
      }
      guard let best else { continue }
      if let partner = partner[best.old] {
        join(best.old, new, self.new[new].overlap(with: self.new[partner]) == nil ? .part : .again)
      } else {
        join(best.old, new, .same)
      }
    }
  }

  /// Shots that go on with other media: of one name in order, then of one shot in order.
  private mutating func matchRetakes() {
    for name: KeyPath<ClipIdentity, String> in [\.name, \.shot] {
      var waiting: [String: [Int]] = [:]
      for index in old.indices.reversed() where partner[index] == nil && !old[index][keyPath: name].isEmpty {
        waiting[old[index][keyPath: name], default: []].append(index)
      }
      for index in new.indices where found[index] == nil {
        // What has the same media and no source time in common is another part of a long take, and another clip.
        guard let first = waiting[new[index][keyPath: name]]?.last, !new[index].hasSource(of: old[first]) else {
          continue
        }
        waiting[new[index][keyPath: name]]?.removeLast()
        join(first, index, .retaken)
      }
    }
  }

  /// Source time in common; `nil` for clips of other media, or none.
  private func common(_ old: Int, _ new: Int) -> Rational? {
    guard self.new[new].hasSource(of: self.old[old]) else { return nil }
    return self.new[new].overlap(with: self.old[old])
  }
}

/// Clips by what they may play, in the order of source time.
private struct SourceIndex {
  private var places: [String: [(start: Rational, end: Rational, index: Int)]] = [:]
  /// The longest source time of a clip under a word.
  private var longest: [String: Rational] = [:]

  init(_ clips: [ClipIdentity]) {
    for (index, clip) in clips.enumerated() {
      let start = clip.source?.start ?? .zero
      let length = clip.source?.duration ?? .zero
      for word in Set(clip.words) {
        places[word, default: []].append((start, start + length, index))
        longest[word] = max(longest[word] ?? .zero, length)
      }
    }
    for word in places.keys { places[word]?.sort { ($0.start, $0.index) < ($1.start, $1.index) } }
  }

  /// Clips that may overlap, each once.
  func candidates(for clip: ClipIdentity, reach: Int) -> [Int] {
    var found: Set<Int> = []
    let source = clip.source ?? TimeSpan(start: .zero, duration: .zero)
    for word in clip.words {
      guard let list = places[word] else { continue }
      var (low, high) = (0, list.count)
      while low < high {
        let middle = (low + high) / 2
        if list[middle].start < source.end { low = middle + 1 } else { high = middle }
      }
      // Those that begin before its end, as far back as the longest reaches.
      let first = source.start - (longest[word] ?? .zero)
      var index = (clip.source == nil ? list.count : low) - 1
      var looked = 0
      while index >= 0, looked < 2 * reach, clip.source == nil || list[index].start >= first {
        found.insert(list[index].index)
        index -= 1
        looked += 1
      }
    }
    return found.sorted()
  }
}

import PegCore

/// How long something is seen.
public struct ScreenTime: Hashable, Sendable {
  /// What: a source, an origin, a generator, or the take of a clip. `nil` where the ledger names none.
  public var name: String?
  /// The clip, where takes are counted.
  public var clip: String?
  /// Record frames that show it, in any layer.
  public var frames: Int
  /// Pictures of sources among them, each counted once; 0 for what has no frames.
  public var pictures: Int
  /// The first record frame that shows it.
  public var first: Int
}

extension Ledger {
  /// What a screen time is counted by.
  public enum Grouping: String, Sendable, CaseIterable { case take, source, origin, generator }

  /// Record frames and pictures by take, source, origin or generator, the longest first.
  ///
  /// Layers that show no media (`black`, `solid`) have a take and a source, but nobody who made them.
  public func screenTime(by grouping: Grouping) -> [ScreenTime] {
    struct Group: Hashable {
      var name: String?
      var clip: String?
    }
    struct Picture: Hashable {
      var hash: LedgerID?
      var frame: Int
    }
    var found: [Group: (frames: Int, pictures: Set<Picture>, first: Int)] = [:]
    for run in runs {
      var seen: Set<Group> = []
      for layer in run.layers {
        let group: Group
        switch grouping {
        case .take: group = Group(name: layer.take, clip: layer.clip)
        case .source: group = Group(name: layer.source)
        case .origin: group = Group(name: layer.origin)
        case .generator: group = Group(name: layer.generator)
        }
        if layer.hash == nil, grouping == .origin || grouping == .generator { continue }
        var entry = found[group] ?? (0, [], run.range.start)
        // Two layers of one source in one frame are one frame of it.
        if seen.insert(group).inserted { entry.frames += run.range.count }
        if let frame = layer.frame { entry.pictures.insert(Picture(hash: layer.hash, frame: frame)) }
        found[group] = entry
      }
    }
    return found.map {
      ScreenTime(
        name: $0.key.name, clip: $0.key.clip, frames: $0.value.frames, pictures: $0.value.pictures.count,
        first: $0.value.first)
    }.sorted {
      ($1.frames, $0.first, $0.name ?? "", $0.clip ?? "") < ($0.frames, $1.first, $1.name ?? "", $1.clip ?? "")
    }
  }
}

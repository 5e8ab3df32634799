public import PegCore

/// A run of record frames that show one picture, whichever line of a ledger it stands in.
public struct LedgerRun: Hashable, Sendable {
  public var range: FrameRange
  public var recipe: LedgerID
  /// Hash of the picture before encoding.
  public var picture: LedgerID
  public var layers: [LedgerLayer]
  /// Index of its line in ``Ledger/entries``.
  public var entry: Int

  public init(range: FrameRange, recipe: LedgerID, picture: LedgerID, layers: [LedgerLayer], entry: Int) {
    self.range = range
    self.recipe = recipe
    self.picture = picture
    self.layers = layers
    self.entry = entry
  }
}

extension LedgerEntry {
  /// The runs of a line; none for sound.
  func runs(entry index: Int) -> [LedgerRun] {
    switch self {
    case .picture(let entry):
      return [
        LedgerRun(
          range: entry.range, recipe: entry.recipe, picture: entry.picture, layers: entry.layers, entry: index)
      ]
    case .image(let entry):
      return [
        LedgerRun(
          range: entry.range, recipe: entry.recipe, picture: entry.picture, layers: entry.layers, entry: index)
      ]
    case .segment(let entry):
      var start = entry.range.start
      return entry.recipes.enumerated().map { position, recipe in
        defer { start += recipe.count }
        return LedgerRun(
          range: FrameRange(start: start, count: recipe.count), recipe: recipe.recipe, picture: recipe.picture,
          layers: entry.layers.indices.contains(position) ? entry.layers[position] : [], entry: index)
      }
    case .sound: return []
    }
  }
}

extension Ledger {
  /// The runs of all pictures, in record order.
  public var runs: [LedgerRun] { entries.enumerated().flatMap { $0.element.runs(entry: $0.offset) } }
}

extension [LedgerRun] {
  /// The run that record frame `frame` lies in. O(log n).
  public func run(at frame: Int) -> LedgerRun? {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle].range.end <= frame { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low].range.contains(frame) ? self[low] : nil
  }
}

extension Ledger {
  /// Where each clip is seen: its name and the record frames, one entry for each place, in the order of their starts.
  public var clips: [(name: String, range: FrameRange)] {
    var list: [(name: String, range: FrameRange)] = []
    var latest: [String: Int] = [:]
    for run in runs {
      for name in Set(run.layers.map(\.clip)).sorted() where !name.isEmpty {
        if let index = latest[name], list[index].range.end == run.range.start {
          list[index].range = FrameRange(list[index].range.start, run.range.end)
        } else {
          latest[name] = list.count
          list.append((name, run.range))
        }
      }
    }
    return list
  }
}

import Foundation
public import PegCore

/// What a layer of a ledger can be asked for.
public enum LedgerKey: String, Sendable, CaseIterable {
  case source, clip, take, origin, generator
  /// Of the layer's source.
  case hash
  /// Index in the source, from 0.
  case frame
  /// Of the whole picture.
  case recipe
  /// The picture's hash before encoding.
  case pic

  /// The value that a layer of a run has; `nil` for none.
  func value(of layer: LedgerLayer, in run: LedgerRun) -> String? {
    switch self {
    case .source: layer.source
    case .clip: layer.clip
    case .take: layer.take
    case .origin: layer.origin
    case .generator: layer.generator
    case .hash: layer.hash?.description
    case .frame: layer.frame.map(String.init)
    case .recipe: run.recipe.description
    case .pic: run.picture.description
    }
  }
}

/// Conditions on the layers of a picture, all of which one layer must meet.
public struct LedgerQuery: Sendable {
  /// `value` is meant exactly, or as a pattern of the shell: `*`, `?`, `[…]`, where `*` goes past `/` too.
  public struct Condition: Hashable, Sendable {
    public var key: LedgerKey
    public var value: String

    public init(_ key: LedgerKey, _ value: String) {
      self.key = key
      self.value = value
    }

    /// Reads `KEY=VALUE`. Throws wrong usage with the keys that there are.
    public init(parsing text: String) throws(PegError) {
      let mark = text.firstIndex(of: "=")
      guard let mark, let key = LedgerKey(rawValue: String(text[..<mark])) else {
        let keys = LedgerKey.allCases.map(\.rawValue).joined(separator: ", ")
        throw PegError(
          .usage, "\(text) is no condition on a ledger", hint: "say KEY=VALUE, where KEY is one of \(keys)")
      }
      self.init(key, String(text[text.index(after: mark)...]))
    }

    func holds(for layer: LedgerLayer, in run: LedgerRun) -> Bool {
      let found = key.value(of: layer, in: run)
      // No origin and an empty one are the same to whoever asks for `origin=`.
      guard let found else { return value.isEmpty }
      return found == value || fnmatch(value, found, 0) == 0
    }
  }

  public var conditions: [Condition]

  public init(_ conditions: [Condition]) { self.conditions = conditions }

  /// The layers of a run that meet every condition.
  func layers(in run: LedgerRun) -> [LedgerLayer] {
    run.layers.filter { layer in conditions.allSatisfy { $0.holds(for: layer, in: run) } }
  }
}

/// A run of record frames in which the same layers were found.
public struct LedgerMatch: Hashable, Sendable {
  public var range: FrameRange
  /// What was found in its first frame; sources, clips and takes are the same in all of them.
  public var layers: [LedgerLayer]
}

extension Ledger {
  /// Where layers meet a query, in record order; neighbours that show the same clip, take and source are one.
  public func matches(_ query: LedgerQuery) -> [LedgerMatch] {
    var list: [LedgerMatch] = []
    for run in runs {
      let layers = query.layers(in: run)
      guard !layers.isEmpty else { continue }
      if let last = list.last, last.range.end == run.range.start, Self.areNamedAlike(last.layers, layers) {
        list[list.count - 1].range = FrameRange(last.range.start, run.range.end)
      } else {
        list.append(LedgerMatch(range: run.range, layers: layers))
      }
    }
    return list
  }

  private static func areNamedAlike(_ a: [LedgerLayer], _ b: [LedgerLayer]) -> Bool {
    a.count == b.count
      && zip(a, b).allSatisfy { $0.source == $1.source && $0.clip == $1.clip && $0.take == $1.take }
  }
}

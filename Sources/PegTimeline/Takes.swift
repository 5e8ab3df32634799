public import PegCore

// Takes: the media references of a clip, one of which plays.

extension Clip {
  /// Puts other media in the place of a take, or adds a take.
  ///
  /// Name and metadata of what stood there (an EDL's reel) stay where the new reference has none of its own. What Pegbar was
  /// told about other media (colour, alpha, origin) goes with them, unless none had been found yet. What plays
  /// (`source_range`) stays as it is.
  ///
  /// - Parameter take: the take's key; the one that plays where it is `nil`.
  public mutating func link(to reference: MediaReference, take: String? = nil) {
    let key = take ?? activeKey
    var linked = reference
    if let index = references.firstIndex(where: { $0.key == key }) {
      let before = references[index].reference
      if let old = before.common?.info, var common = linked.common {
        if common.info.name.isEmpty { common.info.name = old.name }
        for pair in old.metadata.pairs where common.info.metadata[pair.key] == nil {
          if pair.key == "pegbar", !before.isMissing { continue }
          common.info.metadata[pair.key] = pair.value
        }
        linked.common = common
      }
      references[index].reference = linked
    } else {
      references.append((key, linked))
      if references.count == 1 { activeKey = key }
    }
  }

  /// Plays another take.
  ///
  /// - Throws: ``PegError`` (bad input) that names the takes there are, when this is none.
  public mutating func play(take key: String) throws(PegError) {
    guard references.contains(where: { $0.key == key }) else {
      let takes = references.map(\.key).joined(separator: ", ")
      let named = item.info.name.isEmpty ? "The clip" : "The clip \(item.info.name)"
      throw PegError(.badInput, "\(named) has no take \(key)", hint: takes.isEmpty ? nil : "its takes: \(takes)")
    }
    activeKey = key
  }
}

extension MediaReference {
  /// Whether it says that nobody has found the media.
  public var isMissing: Bool { if case .missing = self { true } else { false } }
}

public import PegCore
public import PegTimeline

/// Takes of one clip that a render plays one after the other: `--vary SH010=a,b`.
public struct TakeChoice: Hashable, Sendable {
  /// The clip's name, or its address in the cut (`V2:14`).
  public var clip: String
  /// Not empty, each once.
  public var takes: [String]

  public init(clip: String, takes: [String]) {
    self.clip = clip
    self.takes = takes
  }

  /// Reads `CLIP=TAKE,TAKE…`. Throws wrong usage.
  public init(parsing text: String) throws(PegError) {
    // A clip's name may hold `=`; takes are listed behind the last one.
    guard let mark = text.lastIndex(of: "="), mark > text.startIndex else {
      throw PegError(.usage, "\(text) names no clip and takes", hint: "say --vary SH010=a,b")
    }
    let takes = text[text.index(after: mark)...].split(separator: ",", omittingEmptySubsequences: false).map(
      String.init)
    guard takes.allSatisfy({ !$0.isEmpty }) else {
      throw PegError(.usage, "\(text) has a take without a name", hint: "say --vary SH010=a,b")
    }
    guard Set(takes).count == takes.count else { throw PegError(.usage, "\(text) names a take twice") }
    self.init(clip: String(text[..<mark]), takes: takes)
  }
}

extension Timeline {
  /// Plays another take of a clip, wherever clips of that name stand that have it.
  ///
  /// - Parameter kind: what kind of wrong it is when there is no such clip or take.
  /// - Throws: ``PegError`` that lists the clip's takes.
  public mutating func play(take: String, ofClip name: String, orThrow kind: FaultKind) throws(PegError) {
    let clips = everyClip
    let address = CutAddress(name)
    let found = clips.filter { $0.clip.item.info.name == name || $0.address == address }
    guard !found.isEmpty else {
      let named = Set(clips.filter { $0.clip.references.count > 1 }.map(\.clip.item.info.name)).sorted()
      throw PegError(
        kind, "the cut has no clip \(name)",
        hint: named.isEmpty
          ? "`pegbar cut list` lists its clips"
          : "clips with several takes are \(named.prefix(12).joined(separator: ", "))")
    }
    // The sound of a shot has the shot's name, and takes of its own or none.
    let having = found.filter { placed in placed.clip.references.contains { $0.key == take } }
    guard !having.isEmpty else {
      var takes: [String] = []
      for key in found.flatMap({ $0.clip.references.map(\.key) }) where !takes.contains(key) { takes.append(key) }
      throw PegError(kind, "\(name) has no take \(take)", hint: "its takes are \(takes.joined(separator: ", "))")
    }
    for placed in having {
      try updateClip(at: placed.address) { (clip) throws(PegError) in try clip.play(take: take) }
    }
  }
}

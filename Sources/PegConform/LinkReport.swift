public import PegCore
public import PegMedia
public import PegTimeline

/// What became of one take of one clip when its media were looked for.
public struct LinkEntry: Hashable, Sendable {
  public enum Outcome: Hashable, Sendable {
    case linked(LinkMethod)
    /// Several media fit; the cut keeps what it said.
    case ambiguous
    case missing
    /// There are media, and they cannot be read.
    case unreadable
  }

  public var address: CutAddress
  public var clip: String
  public var take: String
  /// Whether it is the take that plays.
  public var isActive: Bool
  public var outcome: Outcome
  /// Where the media lie, as the cut says it.
  public var path: String?
  /// Why this one, or which ones fit, or what was tried.
  public var reason: String
  /// Of several media that fit, all.
  public var candidates: [String]
  /// Of the first of them, what tells each from the others: `100 frames at 24 from 01:00:00:00`.
  public var notes: [String] = []

  init(
    address: CutAddress, clip: String, take: String, isActive: Bool, outcome: Outcome, path: String?, reason: String,
    candidates: [String]
  ) {
    self.address = address
    self.clip = clip
    self.take = take
    self.isActive = isActive
    self.outcome = outcome
    self.path = path
    self.reason = reason
    self.candidates = candidates
  }

  public var isLinked: Bool { if case .linked = outcome { true } else { false } }
}

/// A cut whose clips have been linked, and how.
public struct LinkReport: Sendable {
  public var timeline: Timeline
  /// In the order of the clips; those of a clip's takes after each other.
  public var entries: [LinkEntry]
  public var findings: [Finding]
  /// What has been learnt of the media, by what the new cut calls them.
  public var catalogue: MediaCatalogue

  /// What plays and has no media.
  public var unlinked: [LinkEntry] { entries.filter { $0.isActive && !$0.isLinked } }

  /// Lays a mix under the cut by the time that it says, and takes it up among the clips; see ``MixLay``.
  ///
  /// - Throws: ``PegError`` (bad input) for a file without sound, or a cut without rate or durations.
  public mutating func lay(_ mix: MediaFacts, isAlone: Bool, folder: String) throws(PegError) {
    let lay = try MixLay(laying: mix, under: timeline, isAlone: isAlone, folder: folder)
    timeline = lay.timeline
    findings += lay.findings
    if let entry = lay.entry {
      entries.append(entry)
      if let path = entry.path { catalogue[path] = .known(mix) }
    }
  }
}

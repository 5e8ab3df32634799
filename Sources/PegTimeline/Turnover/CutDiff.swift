public import PegCore

/// What changed from one version of a cut to the next.
public struct CutDiff: Hashable, Sendable {
  /// In record order of the new cut; what was removed stands where it was.
  public var changes: [CutChange]

  public var isEmpty: Bool { changes.isEmpty }
}

/// What became of one clip, by what it plays.
public struct CutChange: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case added, removed
    /// It stands elsewhere among the others, or on another track.
    case moved
    /// It stands between the same others, at another time.
    case shifted
    /// It plays other frames of its media.
    case trimmed
    case retimed
    /// It is one of several parts of what was one clip.
    case split
    /// Other media play.
    case retaken = "re-taken"
    case regraded = "re-graded"
    case renamed
    /// Any other setting, a transition into it, or whether it is enabled.
    case adjusted
  }

  public struct Place: Hashable, Sendable {
    public var address: CutAddress
    /// Record frames from the programme's first; `nil` for what is trimmed away, and for tracks and the programme.
    public var record: FrameRange?
  }

  /// Of the clip, the track (`V1`), or `programme`.
  public var name: String
  /// In the order of ``Kind``'s cases.
  public var kinds: [Kind]
  /// `nil` for what was added, and for the programme.
  public var old: Place?
  /// `nil` for what was removed, and for the programme.
  public var new: Place?
  /// One phrase for each kind that has something to say, such as `24 frames later`.
  public var details: [String]
}

extension Timeline {
  /// What has changed in a newer version of this cut, by what clips play and not by where they stand.
  ///
  /// - Throws: ``PegError`` (bad input) where something has no duration, or a cut has no rate.
  public func changes(to new: Timeline) throws(PegError) -> CutDiff {
    try CutComparison(old: CutVersion(self), new: CutVersion(new)).diff()
  }
}

public import PegCore
public import PegTimeline

/// A cut as a CMX 3600 EDL, and what an EDL cannot say of it.
public struct EDLExport: Sendable {
  /// Lines end with CR LF, as editing systems write them.
  public var text: String
  /// The loss list, by the address of the clip.
  public var findings: [Finding]
}

/// How an EDL is written.
public struct EDLOptions: Sendable {
  /// Which video tracks go into the list.
  public enum Pictures: Hashable, Sendable {
    /// One, counted from 1 from the bottom, as channel V: what every editing system reads.
    case track(Int)
    /// All of them, as channels V, V2, V3, …: what Pegbar reads, and few others do.
    case all
  }

  /// What messages call the file.
  public var name: String
  public var pictures: Pictures
  /// Characters of a reel name at most: 8 in CMX 3600, 16, 32 or 128 in the wide forms.
  public var reelLength: Int

  public init(name: String, pictures: Pictures = .track(1), reelLength: Int = 32) {
    self.name = name
    self.pictures = pictures
    self.reelLength = reelLength
  }
}

extension Timeline {
  /// The cut as a CMX 3600 EDL at the cut's own rate.
  ///
  /// Every event stands with record and source times on whole frames, a transition with the clip that it leaves, speeds as M2,
  /// a grade that is one CDL as ASC_SOP and ASC_SAT, markers as LOC. All else is in the loss list.
  ///
  /// - Throws: ``PegError`` (bad input) where a clip has no duration, transitions do not fit, the cut has no rate, or there is no
  ///   such track.
  public func edl(_ options: EDLOptions) throws(PegError) -> EDLExport {
    var writer = try EDLWriter(self, options)
    return try writer.write()
  }
}

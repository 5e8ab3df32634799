public import PegCore
public import PegTimeline

/// A cut that was read from another program's file, and what the reading found.
public struct ImportResult: Sendable {
  public var timeline: Timeline
  /// What people call the kind of file, such as `CMX 3600 EDL`; of several that were merged, the first one's.
  public var kind = ""
  /// In the order of the file. Those with ``Finding/instead`` are the loss list: what could not be carried as it was.
  public var findings: [Finding]

  public init(timeline: Timeline, findings: [Finding]) {
    self.timeline = timeline
    self.findings = findings
  }

  /// What could not be carried as it was, and what was done instead.
  public var losses: [Finding] { findings.filter(\.isLoss) }
}

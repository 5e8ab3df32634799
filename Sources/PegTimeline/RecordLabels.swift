public import PegCore

/// The timecodes of a cut's record frames.
public struct RecordLabels: Sendable {
  public let rate: FrameRate
  /// Frames since midnight of the programme's first one.
  private let first: Int
  private let isDrop: Bool

  /// - Throws: ``PegError`` (bad input) for a cut without a rate, or settings that are not understood.
  public init(_ timeline: Timeline) throws(PegError) {
    let settings = try timeline.settings()
    let clips = timeline.everyClip.lazy.compactMap { $0.clip.item.sourceRange?.duration.rate }
    guard let rate = settings.rate ?? clips.first ?? timeline.globalStart?.rate else {
      throw PegError(.badInput, "The cut \"\(timeline.info.name)\" has no rate", hint: "conform it with --rate")
    }
    self.rate = rate
    isDrop = (settings.dropFrame ?? false) && rate.allowsDropFrame
    first = max(0, timeline.globalStart.map { ($0.seconds * rate.value).floor } ?? 0)
  }

  /// The label of a record frame, counted from the programme's first one; before midnight, that of midnight.
  public subscript(frame: Int) -> Timecode {
    Timecode(frames: max(0, first + frame), rate: rate, dropFrame: isDrop)
  }
}

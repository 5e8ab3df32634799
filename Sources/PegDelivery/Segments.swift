public import PegCore

/// Where a long-GOP deliverable's closed segments begin (DESIGN §1).
public enum Segments {
  /// Boundaries at each cut, then every `length` frames counted from that cut; one that would leave a segment of fewer than 2
  /// frames is skipped, since two IDR pictures one after the other have to differ in a number that a new encoder does not know
  /// (ITU-T H.264 §7.4.3, `idr_pic_id`).
  ///
  /// - Parameters:
  ///   - cuts: record frames where shots begin, ascending.
  ///   - length: frames of a segment, above 1.
  ///   - duration: record frames of the programme.
  /// - Returns: ascending record frames, the first of them 0. Every segment has 2 frames or more, unless the programme has one.
  public static func boundaries(cuts: [Int], length: Int, duration: Int) -> [Int] {
    precondition(length > 1, "a segment has two frames at least")
    let inside = cuts.filter { $0 > 0 && $0 < duration } + [duration]
    var starts = [0]
    for (cut, following) in zip(inside, inside.dropFirst()) where following - cut >= 2 && cut - (starts.last ?? 0) >= 2
    {
      starts.append(cut)
    }
    var list: [Int] = []
    for (start, end) in zip(starts, starts.dropFirst() + [duration]) {
      list.append(start)
      list += stride(from: start + length, through: end - 2, by: length)
    }
    return list
  }

  /// `range` widened to whole segments.
  public static func widened(_ range: FrameRange, to boundaries: [Int], duration: Int) -> FrameRange {
    let start = boundaries.last { $0 <= range.start } ?? 0
    let end = boundaries.first { $0 >= range.end } ?? duration
    return FrameRange(start, max(start, end))
  }
}

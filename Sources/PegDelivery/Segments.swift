public import PegCore

/// Where a long-GOP deliverable's closed segments begin (DESIGN §1).
public enum Segments {
  /// Boundaries at each cut, then every `length` frames counted from that cut; one that would leave fewer than 2 frames before
  /// the next is skipped.
  ///
  /// - Parameters:
  ///   - cuts: record frames where shots begin, ascending.
  ///   - length: frames of a segment, above 0.
  ///   - duration: record frames of the programme.
  /// - Returns: ascending record frames, the first of them 0.
  public static func boundaries(cuts: [Int], length: Int, duration: Int) -> [Int] {
    var starts = [0]
    for cut in cuts where cut > (starts.last ?? 0) && cut < duration { starts.append(cut) }
    var list: [Int] = []
    for (index, start) in starts.enumerated() {
      let end = index + 1 < starts.count ? starts[index + 1] : duration
      list.append(start)
      var next = start + length
      while next + 2 <= end {
        list.append(next)
        next += length
      }
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

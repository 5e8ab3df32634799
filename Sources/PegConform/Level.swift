import PegCore
import PegPlan
import PegTimeline

/// A composition as record frames see it: how they lead to its grid, and over which of them it is visible.
struct Level {
  var time: TimeMap
  var window: FrameRange
  /// What its clips are placed by where they say nothing themselves.
  var placement: PlacementSetting? = nil

  /// The record frames of the window that stand in `start..<end` of the grid; `nil` when there is none.
  ///
  /// Maps are monotonic, so both edges are found by bisection.
  func records(_ start: Int, _ end: Int) -> FrameRange? {
    guard start < end, !window.isEmpty else { return nil }
    if time.stages.isEmpty {
      guard end > window.start, start < window.end else { return nil }
      return FrameRange(max(start, window.start), min(end, window.end))
    }
    let (low, high) = (Rational(start), Rational(end))
    let first: Int
    let last: Int
    if time.isReversed {
      first = firstFrame { $0 < high }
      last = firstFrame { $0 < low }
    } else {
      first = firstFrame { $0 >= low }
      last = firstFrame { $0 >= high }
    }
    return first < last ? FrameRange(first, last) : nil
  }

  /// The first frame of the window whose position fulfils what all later ones fulfil too; its end when none does.
  private func firstFrame(where holds: (Rational) -> Bool) -> Int {
    var (low, high) = (window.start, window.end)
    while low < high {
      let middle = low + (high - low) / 2
      if holds(time.position(at: middle)) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

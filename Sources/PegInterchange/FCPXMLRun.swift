import PegCore
import PegTimeline

/// Where an item lies in the picture's depth: its lane, seen from the lane of what it hangs on.
///
/// What hangs on a clip at lane 1 lies over that clip and under whatever its neighbours at lane 2 are.
struct FCPXMLLane: Hashable, Comparable, CustomStringConvertible {
  var path: [Int] = []

  func inside(_ lane: Int) -> FCPXMLLane { lane == 0 ? self : FCPXMLLane(path: path + [lane]) }

  static func < (a: FCPXMLLane, b: FCPXMLLane) -> Bool {
    for index in 0..<max(a.path.count, b.path.count) {
      let (x, y) = (index < a.path.count ? a.path[index] : 0, index < b.path.count ? b.path[index] : 0)
      if x != y { return x < y }
    }
    return false
  }

  static func == (a: FCPXMLLane, b: FCPXMLLane) -> Bool { !(a < b) && !(b < a) }
  func hash(into hasher: inout Hasher) {
    var path = path
    while path.last == 0 { path.removeLast() }
    hasher.combine(path)
  }

  /// `0`, `1`, `1.-1`.
  var description: String { path.isEmpty ? "0" : path.map { "\($0)" }.joined(separator: ".") }
}

/// Pieces that stand on one track together, because one storyline holds them.
struct FCPXMLRun {
  var lane: FCPXMLLane
  var isSound: Bool
  /// In order, none over another.
  var pieces: [CutPiece]
  var joins: [FCPXMLJoin] = []

  var start: Rational { pieces.first?.start ?? 0 }
  /// Seconds; `nil` where it cannot be counted exactly.
  var end: Rational { pieces.last.flatMap { BoundedRational.sum($0.start, $0.duration) } ?? start }
  /// Whether a transition stands at its very head or tail, which has to meet nothing there.
  var isFaded: (head: Bool, tail: Bool) {
    (joins.contains { $0.cut <= start }, joins.contains { $0.cut >= end })
  }
}

/// A transition of a run.
struct FCPXMLJoin {
  /// Seconds of the timeline.
  var cut: Rational
  /// Seconds before the cut.
  var before: Rational
  /// Seconds after it.
  var after: Rational
  var info: ObjectInfo
}

/// What an element brings into the timeline that holds it.
struct FCPXMLStory {
  /// Its own pictures; a gap counts as one.
  var picture: [CutPiece] = []
  var sound: [CutPiece] = []
  /// What hangs on it.
  var connected: [FCPXMLRun] = []
}

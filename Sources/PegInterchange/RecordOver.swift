import PegCore

/// What is left on tape after recordings that may lie over each other: the later one of a list plays.
enum RecordOver {
  /// A stretch of one recording that nothing later covers.
  struct Piece: Equatable {
    var range: FrameRange
    /// Of the recording in the list.
    var index: Int
  }

  /// The pieces in order of time. n log n, whatever lies over what.
  static func pieces(of recordings: [FrameRange]) -> [Piece] {
    let order = recordings.indices.filter { !recordings[$0].isEmpty }.sorted {
      recordings[$0].start < recordings[$1].start
    }
    let edges = Set(order.flatMap { [recordings[$0].start, recordings[$0].end] }).sorted()
    var pieces: [Piece] = []
    var playing = Latest()
    var next = 0
    for (edge, end) in zip(edges, edges.dropFirst()) {
      while next < order.count, recordings[order[next]].start == edge {
        playing.insert(order[next])
        next += 1
      }
      while let last = playing.last, recordings[last].end <= edge { playing.removeLast() }
      guard let index = playing.last else { continue }
      if let before = pieces.last, before.index == index, before.range.end == edge {
        pieces[pieces.count - 1].range = FrameRange(before.range.start, end)
      } else {
        pieces.append(Piece(range: FrameRange(edge, end), index: index))
      }
    }
    return pieces
  }
}

/// Numbers of which the largest is at hand: a binary heap.
private struct Latest {
  private var numbers: [Int] = []

  var last: Int? { numbers.first }

  mutating func insert(_ number: Int) {
    numbers.append(number)
    var child = numbers.count - 1
    while child > 0, numbers[(child - 1) / 2] < numbers[child] {
      numbers.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func removeLast() {
    numbers.swapAt(0, numbers.count - 1)
    numbers.removeLast()
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < numbers.count else { return }
      if child + 1 < numbers.count, numbers[child + 1] > numbers[child] { child += 1 }
      guard numbers[child] > numbers[parent] else { return }
      numbers.swapAt(child, parent)
      parent = child
    }
  }
}

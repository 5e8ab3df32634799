import PegCore
import PegTimeline

/// A track on the grid of frames at the record rate: where each item begins and ends, and what joins them.
///
/// PegTimeline's layout with its exact edges raised to frames (DESIGN §6).
struct TrackGrid {
  struct Item {
    /// In the track's children.
    var index: Int
    var child: Composable
    /// The first frame, and the one after the last.
    var start: Int
    var end: Int
    /// The joins at its edges, where it has some: indices into ``TrackGrid/joins``.
    var head: Int?
    var tail: Int?
  }

  /// A transition: over `start..<end`, `before` gives way to `after`.
  struct Join {
    var index: Int
    var transition: Transition
    var start: Int
    var end: Int
    /// Indices into ``TrackGrid/items``; `nil` at an end of the track.
    var before: Int?
    var after: Int?
  }

  var items: [Item] = []
  var joins: [Join] = []
  /// The frame after the last item.
  var end = 0
}

extension PlanBuilder {
  /// No plan is longer: at 24 frames per second, two years and ten months.
  static let maximumFrames = Int(Int32.max)

  /// The first frame at or after `seconds`.
  func edge(_ seconds: Rational) throws(PegError) -> Int {
    let frame = try Exact.product(seconds, rate.value).ceil
    guard abs(frame) <= Self.maximumFrames else {
      throw PegError(.badInput, "\(options.name) is longer than \(Self.maximumFrames) frames")
    }
    return frame
  }

  /// - Parameter place: where the track's children are counted from.
  func grid(of track: Track, at place: Place) throws(PegError) -> TrackGrid {
    guard let address = place.address else { preconditionFailure("a track has an address") }
    let layout = try track.layout(at: address)
    var grid = TrackGrid()
    // Indices of children to those of items.
    var numbers: [Int: Int] = [:]
    for (index, child) in track.children.enumerated() {
      if case .transition = child { continue }
      let slot = layout.slots[index]
      numbers[index] = grid.items.count
      grid.items.append(
        TrackGrid.Item(index: index, child: child, start: try edge(slot.start), end: try edge(slot.end)))
    }
    grid.end = try edge(layout.extent)
    for join in try track.transitions(in: layout, at: address) {
      guard case .transition(let transition) = track.children[join.index] else { continue }
      let (before, after) = (join.before.flatMap { numbers[$0] }, join.after.flatMap { numbers[$0] })
      let span = join.span
      if let before { grid.items[before].tail = grid.joins.count }
      if let after { grid.items[after].head = grid.joins.count }
      grid.joins.append(
        TrackGrid.Join(
          index: join.index, transition: transition, start: try edge(span.start), end: try edge(span.end),
          before: before, after: after))
    }
    return grid
  }

  /// Whether a child of a stack is neither switched off nor a track of data.
  static func plays(_ child: Composable) -> Bool {
    switch child {
    case .clip(let clip): clip.item.isEnabled
    case .gap(let gap): gap.item.isEnabled
    case .stack(let stack): stack.item.isEnabled
    case .track(let track):
      switch track.kind {
      case .video, .audio: track.item.isEnabled
      case .other: false
      }
    case .transition: false
    case .unknown: true
    }
  }
}

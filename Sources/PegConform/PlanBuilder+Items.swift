import PegCore
import PegPlan
import PegTimeline

// Where every item lies on the record side, those that are switched off and those in nests included.

extension PlanBuilder {
  /// The items of a stack's tracks, in their order; what a nest holds stands behind it.
  func items(of stack: Stack, in level: Level, at place: Place) throws(PegError) -> [PlanItem] {
    var list: [PlanItem] = []
    try visit(stack, in: level, at: place, &list)
    return list
  }

  private func visit(_ stack: Stack, in level: Level, at place: Place, _ list: inout [PlanItem]) throws(PegError) {
    for (index, (label, child)) in zip(stack.labels, stack.children).enumerated() {
      let here = place.layer(index, label)
      guard let address = here.address else { continue }
      let end = try edge(try child.duration(at: address))
      // A layer that is a track has a label and no place in a track: its items are listed, it is not.
      if case .track = child {
        try enter(child, 0, end, in: level, at: here, &list)
      } else {
        try visit(child, 0, end, in: level, at: here, &list)
      }
    }
  }

  private func visit(
    _ child: Composable, _ start: Int, _ end: Int, in level: Level, at place: Place, _ list: inout [PlanItem]
  ) throws(PegError) {
    guard let address = place.address, let (kind, info) = Self.kind(of: child) else { return }
    let records = level.records(start, end) ?? FrameRange(0, 0)
    list.append(PlanItem(kind: kind, address: address, name: info.info.name, range: records))
    try enter(child, start, end, in: Level(time: level.time, window: records), at: place, &list)
  }

  private func enter(
    _ child: Composable, _ start: Int, _ end: Int, in level: Level, at place: Place, _ list: inout [PlanItem]
  ) throws(PegError) {
    switch child {
    case .stack(let stack):
      let step = try stack.settings().step
      let inner = try self.level(inside: stack.item, step: step, start: start, end: end, of: level, at: place)
      try visit(stack, in: inner, at: place, &list)
    case .track(let track):
      let step = try track.settings().step
      let inner = try self.level(inside: track.item, step: step, start: start, end: end, of: level, at: place)
      let inside = place.inside(child)
      for item in try grid(of: track, at: inside).items {
        try visit(item.child, item.start, item.end, in: inner, at: inside.child(item.index), &list)
      }
    case .clip, .gap, .transition, .unknown: break
    }
  }

  private static func kind(of child: Composable) -> (PlanItem.Kind, ItemInfo)? {
    switch child {
    case .clip(let clip): (.clip, clip.item)
    case .gap(let gap): (.gap, gap.item)
    case .stack(let stack): (.stack, stack.item)
    case .track(let track): (.track, track.item)
    case .transition, .unknown: nil
    }
  }
}

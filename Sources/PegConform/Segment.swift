import PegCore
import PegPlan

/// A layer over a run of record frames.
struct Segment {
  var range: FrameRange
  var layer: PlannedLayer
}

/// Layers over runs of record frames: what a composition comes to.
struct LayeredRun {
  var range: FrameRange
  /// Bottom first.
  var layers: [PlannedLayer]

  /// Lays lists of segments, the bottom one first, over each other. Each list ascends and does not overlap itself; runs
  /// without a layer are left out.
  static func stacked(_ lists: [[Segment]]) -> [LayeredRun] {
    let lists = lists.filter { !$0.isEmpty }
    guard lists.count > 1 else { return (lists.first ?? []).map { LayeredRun(range: $0.range, layers: [$0.layer]) } }
    return beside(lists).map { run in LayeredRun(range: run.range, layers: run.layers.compactMap { $0 }) }
  }

  /// Lists side by side: what each has over every run in which one of them has something. Linear in segments and lists.
  static func beside(_ lists: [[Segment]]) -> [(range: FrameRange, layers: [PlannedLayer?])] {
    let edges = Set(lists.joined().flatMap { [$0.range.start, $0.range.end] }).sorted()
    var next = Array(repeating: 0, count: lists.count)
    var runs: [(range: FrameRange, layers: [PlannedLayer?])] = []
    for (start, end) in zip(edges, edges.dropFirst()) {
      var layers: [PlannedLayer?] = Array(repeating: nil, count: lists.count)
      for (index, list) in lists.enumerated() {
        while next[index] < list.count, list[next[index]].range.end <= start { next[index] += 1 }
        if next[index] < list.count, list[next[index]].range.start <= start { layers[index] = list[next[index]].layer }
      }
      if layers.contains(where: { $0 != nil }) { runs.append((FrameRange(start, end), layers)) }
    }
    return runs
  }
}

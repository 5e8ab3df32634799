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
    let edges = Set(lists.joined().flatMap { [$0.range.start, $0.range.end] }).sorted()
    var next = Array(repeating: 0, count: lists.count)
    var runs: [LayeredRun] = []
    for (start, end) in zip(edges, edges.dropFirst()) {
      var layers: [PlannedLayer] = []
      for (index, list) in lists.enumerated() {
        while next[index] < list.count, list[next[index]].range.end <= start { next[index] += 1 }
        if next[index] < list.count, list[next[index]].range.start <= start { layers.append(list[next[index]].layer) }
      }
      if !layers.isEmpty { runs.append(LayeredRun(range: FrameRange(start, end), layers: layers)) }
    }
    return runs
  }

  /// Two lists side by side: what each has over every run in which either has something.
  static func paired(_ a: [Segment], _ b: [Segment]) -> [(range: FrameRange, a: PlannedLayer?, b: PlannedLayer?)] {
    let edges = Set((a + b).flatMap { [$0.range.start, $0.range.end] }).sorted()
    var pairs: [(range: FrameRange, a: PlannedLayer?, b: PlannedLayer?)] = []
    for (start, end) in zip(edges, edges.dropFirst()) {
      let (one, other) = (a.first { $0.range.contains(start) }, b.first { $0.range.contains(start) })
      if one != nil || other != nil { pairs.append((FrameRange(start, end), one?.layer, other?.layer)) }
    }
    return pairs
  }
}

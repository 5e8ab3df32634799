import PegCore
public import PegLedger
public import PegPlan

/// One of the cuts that a render plays: the cut itself, or the cut with other takes.
public struct RenderVariant: Sendable {
  public var plan: FramePlan
  /// The takes that it plays where the cut plays others; none for the cut itself.
  public var takes: [LedgerHeader.Take]
  /// Record frames to render; `nil` leaves it to the options.
  public var range: FrameRange?

  public init(_ plan: FramePlan, takes: [LedgerHeader.Take] = [], range: FrameRange? = nil) {
    self.plan = plan
    self.takes = takes
    self.range = range
  }
}

/// Plans over one list of sources, so that equal pictures of different plans are equal recipes.
struct SharedPlans {
  let sources: [PlannedSource]
  let plans: [FramePlan]

  init(_ plans: [FramePlan]) {
    guard plans.count > 1 else {
      sources = plans.first?.sources ?? []
      self.plans = plans
      return
    }
    var sources: [PlannedSource] = []
    var indices: [PlannedSource: Int] = [:]
    let tables = plans.map { plan in
      plan.sources.map { source in
        if let known = indices[source] { return known }
        indices[source] = sources.count
        sources.append(source)
        return sources.count - 1
      }
    }
    self.sources = sources
    self.plans = zip(plans, tables).map { plan, table in
      var plan = plan
      plan.sources = sources
      plan.spans = plan.spans.map { PlanSpan(range: $0.range, layers: $0.layers.map { $0.renumbered(table) }) }
      plan.sound.events = plan.sound.events.map { event in
        var event = event
        event.source = table[event.source]
        return event
      }
      return plan
    }
  }
}

extension PlannedLayer {
  /// The layer with its sources looked up in `table`.
  fileprivate func renumbered(_ table: [Int]) -> PlannedLayer {
    var layer = self
    switch content {
    case .media(let source, let map): layer.content = .media(source: table[source], map: map)
    case .solid, .slate, .generator: break
    case .group(let layers): layer.content = .group(layers.map { $0.renumbered(table) })
    case .dissolve(let from, let to, let time, let start, let length):
      layer.content = .dissolve(
        from: from?.renumbered(table), to: to?.renumbered(table), time: time, start: start, length: length)
    }
    return layer
  }
}

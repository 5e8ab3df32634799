import PegCore
import PegPlan
import PegTimeline

// Stacks and tracks: levels inside levels, layers over layers.

extension PlanBuilder {
  /// Compositions inside each other, at most.
  static let maximumDepth = 64

  /// The level inside a composition that stands over `start..<end` of `outer`.
  func level(
    inside item: ItemInfo, _ settings: ItemSettings, start: Int, end: Int, of outer: Level, at place: Place
  ) throws(PegError) -> Level {
    let warp = try Warp(item.effects)
    var origin = Rational.zero
    if let range = item.sourceRange { origin = try Exact.product(try Exact.seconds(range.start), rate.value) }
    let isPlain = origin == .zero && start == 0 && warp.scalar == .one && settings.step == nil
    guard !isPlain else { return outer }
    let time = outer.time.appending(
      .init(
        origin: start, position: origin, advance: warp.scalar.magnitude,
        reversed: warp.scalar < .zero ? max(end - start, 0) : 0, step: settings.step))
    guard time.fits(outer.window) else {
      throw PegError(.badInput, "\(place.address) of \(options.name) has times finer than 128 bits can count")
    }
    return Level(time: time, window: outer.window)
  }

  /// What a stack's children come to over the window of its level.
  mutating func composed(
    _ stack: Stack, in level: Level, at place: Place, isTop: Bool = false
  ) throws(PegError) -> [LayeredRun] {
    guard place.depth < Self.maximumDepth else {
      throw PegError(.badInput, "\(place.address) of \(options.name) is nested deeper than \(Self.maximumDepth) levels")
    }
    var lists: [[Segment]] = []
    for (index, child) in stack.children.enumerated() where Self.plays(child) {
      let here =
        isTop ? Place(track: index, address: timeline.trackName(index), depth: 1) : place.inside(index)
      if case .track(let track) = child, track.kind == .audio { continue }
      let end = try edge(try duration(of: child, at: here))
      lists.append(
        try segments(
          of: Layout.Item(index: index, child: child, start: 0, end: end), over: (0, end), in: level, at: here))
    }
    for (index, child) in stack.children.enumerated() {
      guard case .track(let track) = child, case .other(let kind) = track.kind, track.item.isEnabled else { continue }
      note(
        Finding(
          "track.kind", .warning,
          "track \(index) of \(options.name) is of the kind \(kind), which is neither seen nor heard",
          at: options.name))
    }
    return LayeredRun.stacked(lists)
  }

  /// The layers of one item over `region` of its parent's grid, which may go past the item's edges: then handles show.
  mutating func segments(
    of item: Layout.Item, over region: (start: Int, end: Int), in level: Level, at place: Place
  ) throws(PegError) -> [Segment] {
    switch item.child {
    case .clip(let clip):
      guard clip.item.isEnabled else { return [] }
      return try segment(of: clip, item, over: region, in: level, at: place).map { [$0] } ?? []
    case .stack(let stack):
      guard stack.item.isEnabled else { return [] }
      let content = try edge(try contentDuration(of: stack, at: place))
      return try nested(stack.item, "stack", item, content: content, over: region, in: level, at: place) {
        (builder, inner) throws(PegError) in try builder.composed(stack, in: inner, at: place)
      }
    case .track(let track):
      guard track.item.isEnabled, track.kind != .audio else { return [] }
      let layout = try layout(track.children, at: place)
      return try nested(track.item, "track", item, content: layout.end, over: region, in: level, at: place) {
        (builder, inner) throws(PegError) in
        try builder.segments(of: layout, in: inner, at: place).map { LayeredRun(range: $0.range, layers: [$0.layer]) }
      }
    case .gap, .transition, .unknown: return []
    }
  }

  /// A composition as layers: its own level, its content, its settings, and its edges held where handles are missing.
  private mutating func nested(
    _ info: ItemInfo, _ kind: String, _ item: Layout.Item, content: Int, over region: (start: Int, end: Int),
    in level: Level, at place: Place,
    compose: (inout PlanBuilder, Level) throws(PegError) -> [LayeredRun]
  ) throws(PegError) -> [Segment] {
    guard let wanted = level.records(region.start, region.end),
      let window = level.records(min(region.start, item.start), max(region.end, item.end))
    else { return [] }
    let name = Place.name(of: info, kind, at: place)
    let settings = try ItemSettings(info.info, at: name)
    noteEffects(info.effects, of: name, in: wanted)
    let visible = Level(time: level.time, window: window)
    var inner = try self.level(inside: info, settings, start: item.start, end: item.end, of: visible, at: place)
    guard let filled = inner.records(0, content) else { return [] }
    inner.window = filled
    var runs = try compose(&self, inner)
    let needsGroup = !settings.changesNoPixel || runs.contains { $0.layers.count > 1 }
    if kind == "stack" ? needsGroup : !settings.changesNoPixel {
      runs = grouped(runs, name: info.info.name, settings, start: item.start, in: visible, track: place.track)
    }
    var segments = runs.flatMap { run in run.layers.map { Segment(range: run.range, layer: $0) } }
    // Handles that the content does not have hold its edge.
    let (extendsBefore, extendsAfter) = (region.start < item.start, region.end > item.end)
    if extendsBefore || extendsAfter {
      let hold = filled.start...(filled.end - 1)
      if filled.start > wanted.start, let first = segments.first, first.range.start == filled.start {
        segments.insert(
          Segment(range: FrameRange(wanted.start, filled.start), layer: first.layer.held(hold)), at: 0)
        noteHandles(name, in: FrameRange(wanted.start, filled.start))
      }
      if filled.end < wanted.end, let last = segments.last, last.range.end == filled.end {
        segments.append(Segment(range: FrameRange(filled.end, wanted.end), layer: last.layer.held(hold)))
        noteHandles(name, in: FrameRange(filled.end, wanted.end))
      }
    }
    return segments.compactMap { segment in
      segment.range.intersection(wanted).map { Segment(range: $0, layer: segment.layer) }
    }
  }

  /// Each run's layers as one layer that bears a composition's settings.
  func grouped(
    _ runs: [LayeredRun], name: String, _ settings: ItemSettings, start: Int, in level: Level, track: Int = 0
  ) -> [LayeredRun] {
    let keys = settings.opacity.isConstant ? TimeMap() : level.time.appending(.init(origin: start))
    return runs.map { run in
      let layer = PlannedLayer(
        track: track, clip: name, take: "", source: "", content: .group(run.layers), placement: settings.placement,
        opacity: settings.opacity, time: keys, blend: settings.blend, grade: settings.grade)
      return LayeredRun(range: run.range, layers: [layer])
    }
  }

  // MARK: A track's items and what joins them

  private mutating func segments(
    of layout: Layout, in level: Level, at place: Place
  ) throws(PegError) -> [Segment] {
    var rendered: [Bool] = []
    for join in layout.joins { rendered.append(isRendered(join, in: level, at: place.inside(join.index))) }
    var segments: [Segment] = []
    for item in layout.items {
      let here = place.inside(item.index)
      let head = item.head.flatMap { rendered[$0] ? layout.joins[$0].end : nil } ?? item.start
      let tail = item.tail.flatMap { rendered[$0] ? layout.joins[$0].start : nil } ?? item.end
      if head < tail { segments += try self.segments(of: item, over: (head, tail), in: level, at: here) }
    }
    for (index, join) in layout.joins.enumerated() where rendered[index] && join.start < join.end {
      segments += try dissolve(join, of: layout, in: level, at: place)
    }
    return segments.sorted { $0.range.start < $1.range.start }
  }

  private mutating func dissolve(
    _ join: Layout.Join, of layout: Layout, in level: Level, at place: Place
  ) throws(PegError) -> [Segment] {
    // At an end of the track there is nothing outside it.
    let region = (start: max(join.start, 0), end: min(join.end, layout.end))
    if region != (join.start, join.end) {
      note(
        Finding(
          "dissolve.end", .warning,
          "the transition \(place.inside(join.index).address) of \(options.name) goes past the end of its track",
          at: options.name))
    }
    var sides: [[Segment]] = []
    for side in [join.before, join.after] {
      guard let side else {
        sides.append([])
        continue
      }
      let item = layout.items[side]
      sides.append(try segments(of: item, over: region, in: level, at: place.inside(item.index)))
    }
    return LayeredRun.paired(sides[0], sides[1]).map { pair in
      Segment(
        range: pair.range,
        layer: PlannedLayer(
          track: place.track, clip: join.transition.info.name, take: "", source: "",
          content: .dissolve(
            from: pair.a, to: pair.b, time: level.time, start: join.start, length: join.end - join.start)))
    }
  }

  /// Whether a transition is one that is built; another one is refused by name, and plays as a cut in `map`.
  private mutating func isRendered(_ join: Layout.Join, in level: Level, at place: Place) -> Bool {
    if join.transition.type == "SMPTE_Dissolve" { return true }
    if let range = level.records(join.start, max(join.end, join.start + 1)) {
      refuse(
        Finding(
          "unbuilt.transition", .error,
          "the transition \(place.address) of \(options.name) at \(label(range.start)) is a \(join.transition.type), "
            + "which this version cannot render", at: options.name, range: range, hint: "SMPTE_Dissolve is rendered"))
    }
    return false
  }

  mutating func noteHandles(_ name: String, in range: FrameRange) {
    note(
      Finding(
        "dissolve.handles", .warning,
        "\(name) lacks handles for its dissolve at \(label(range.start)): its edge frame is held for \(range.count) frames",
        at: name, range: range))
  }

  /// Effects that are no warp are not applied, and said.
  mutating func noteEffects(_ effects: [Effect], of name: String, in range: FrameRange) {
    for effect in effects {
      guard case .other(let object) = effect, object["enabled"]?.bool ?? true else { continue }
      let schema = object["OTIO_SCHEMA"]?.string ?? "effect"
      let effectName = [object["effect_name"]?.string, object["name"]?.string].compactMap { $0 }.first { !$0.isEmpty }
      let called = effectName.map { "\($0) (\(schema))" } ?? schema
      if schema.contains("Time") {
        refuse(
          Finding(
            "unbuilt.effect", .error, "\(name) has the time effect \(called), which this version cannot render",
            at: name, range: range))
      } else {
        note(
          Finding("effect.not_applied", .warning, "\(name) has the effect \(called), which is not applied", at: name))
      }
    }
  }
}

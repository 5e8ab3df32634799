import PegCore
import PegPlan
import PegTimeline

// Stacks and tracks: levels inside levels, layers over layers.

extension PlanBuilder {
  /// Compositions inside each other, at most.
  static let maximumDepth = 64

  /// The level inside a composition that stands over `start..<end` of `outer`.
  func level(
    inside item: ItemInfo, step: StepSetting?, start: Int, end: Int, of outer: Level, at place: Place
  ) throws(PegError) -> Level {
    let speed = try item.speed()
    var origin = Rational.zero
    if let range = item.sourceRange { origin = try Exact.product(range.start.seconds, rate.value) }
    let isPlain = origin == .zero && start == 0 && speed == .one && step == nil
    guard !isPlain else { return outer }
    var inner = outer
    inner.time.append(
      .init(
        origin: start, position: origin, advance: speed.magnitude,
        reversed: speed < .zero ? max(end - start, 0) : 0, step: step))
    guard inner.time.fits(outer.window) else {
      throw PegError(.badInput, "\(place.text) of \(options.name) has times finer than 128 bits can count")
    }
    return inner
  }

  /// What a stack's children come to over the window of its level.
  mutating func composed(_ stack: Stack, in level: Level, at place: Place) throws(PegError) -> [LayeredRun] {
    guard place.depth < Self.maximumDepth else {
      throw PegError(.badInput, "\(place.text) of \(options.name) is nested deeper than \(Self.maximumDepth) levels")
    }
    var lists: [[Segment]] = []
    for (index, (label, child)) in zip(stack.labels, stack.children).enumerated() {
      let here = place.layer(index, label)
      guard let address = here.address else { continue }
      if case .track(let track) = child {
        if track.kind == .audio { continue }
        if case .other(let kind) = track.kind, track.item.isEnabled {
          note(
            Finding(
              "track.kind", .warning,
              "track \(address) of \(options.name) is of the kind \(kind), which is neither seen nor heard",
              at: options.name))
        }
      }
      guard Self.plays(child) else { continue }
      let end = try edge(try child.duration(at: address))
      lists.append(
        try segments(
          of: TrackGrid.Item(index: index, child: child, start: 0, end: end), over: (0, end), in: level, at: here))
    }
    return LayeredRun.stacked(lists)
  }

  /// The layers of one item over `region` of its parent's grid, which may go past the item's edges: then handles show.
  mutating func segments(
    of item: TrackGrid.Item, over region: (start: Int, end: Int), in level: Level, at place: Place
  ) throws(PegError) -> [Segment] {
    switch item.child {
    case .clip(let clip):
      guard clip.item.isEnabled else { return [] }
      return try segment(of: clip, item, over: region, in: level, at: place).map { [$0] } ?? []
    case .stack(let stack):
      guard stack.item.isEnabled else { return [] }
      let content = try edge(try stack.extent(at: place.address))
      return try nested(
        stack.item, try stack.settings(), "stack", item, content: content, over: region, in: level, at: place
      ) {
        (builder, inner) throws(PegError) in try builder.composed(stack, in: inner, at: place)
      }
    case .track(let track):
      guard track.item.isEnabled, track.kind != .audio else { return [] }
      let inside = place.inside(item.child)
      let grid = try grid(of: track, at: inside)
      return try nested(
        track.item, try track.settings(), "track", item, content: grid.end, over: region, in: level, at: place
      ) {
        (builder, inner) throws(PegError) in
        try builder.segments(of: grid, in: inner, at: inside).map { LayeredRun(range: $0.range, layers: [$0.layer]) }
      }
    case .gap, .transition, .unknown: return []
    }
  }

  /// A composition as layers: its own level, its content, its settings, and its edges held where handles are missing.
  private mutating func nested(
    _ info: ItemInfo, _ settings: TrackSettings, _ kind: String, _ item: TrackGrid.Item, content: Int,
    over region: (start: Int, end: Int), in level: Level, at place: Place,
    compose: (inout PlanBuilder, Level) throws(PegError) -> [LayeredRun]
  ) throws(PegError) -> [Segment] {
    guard let wanted = level.records(region.start, region.end),
      let window = level.records(min(region.start, item.start), max(region.end, item.end))
    else { return [] }
    let name = place.name(kind, info.info)
    noteEffects(info.effects, of: name, in: level.records(item.start, item.end) ?? wanted)
    var settings = settings
    do throws(PegError) { settings.grade = try graded(settings.grade) } catch {
      throw PegError(error.kind, "\(name) at \(label(wanted.start)): \(error.sentence)", hint: error.hint)
    }
    let visible = Level(time: level.time, window: window, placement: level.placement)
    var inner = try self.level(
      inside: info, step: settings.step, start: item.start, end: item.end, of: visible, at: place)
    guard let filled = inner.records(0, content) else { return [] }
    inner.window = filled
    inner.placement = settings.inheritedPlacement ?? level.placement
    var runs = try compose(&self, inner)
    // A stack is composited by itself; a track lies on what is below it, layer by layer.
    let isolates = kind == "stack" && runs.contains { $0.layers.count > 1 || $0.layers.contains { $0.blend != .over } }
    if isolates || !settings.changesNoPixel {
      runs = grouped(
        runs, name: info.info.name, settings, start: item.start, in: visible, track: place.track,
        hoistsBlend: kind == "track")
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
  ///
  /// - Parameter hoistsBlend: whether a single layer's blend is the composition's, where that says none.
  func grouped(
    _ runs: [LayeredRun], name: String, _ settings: TrackSettings, start: Int, in level: Level, track: Int = 0,
    hoistsBlend: Bool = false
  ) -> [LayeredRun] {
    let time = level.time.appending(.init(origin: start))
    return runs.map { run in
      var (layers, blend) = (run.layers, settings.blend)
      if hoistsBlend, blend == nil, layers.count == 1 {
        // The clip's blend meets what lies below the track.
        blend = layers[0].blend
        layers[0].blend = .over
      }
      let layer = PlannedLayer(
        track: track, clip: name, take: "", source: "", content: .group(layers), placement: settings.ownPlacement,
        opacity: settings.opacity ?? .constant(1), blend: blend ?? .over, grade: settings.grade, time: time)
      return LayeredRun(range: run.range, layers: [layer])
    }
  }

  // MARK: A track's items and what joins them

  private mutating func segments(
    of grid: TrackGrid, in level: Level, at place: Place
  ) throws(PegError) -> [Segment] {
    var rendered: [Bool] = []
    for join in grid.joins { rendered.append(isRendered(join, in: level, at: place.child(join.index))) }
    var segments: [Segment] = []
    for item in grid.items {
      let here = place.child(item.index)
      let head = item.head.flatMap { rendered[$0] ? grid.joins[$0].end : nil } ?? item.start
      let tail = item.tail.flatMap { rendered[$0] ? grid.joins[$0].start : nil } ?? item.end
      if head < tail { segments += try self.segments(of: item, over: (head, tail), in: level, at: here) }
    }
    for (index, join) in grid.joins.enumerated() where rendered[index] && join.start < join.end {
      segments += try dissolve(join, of: grid, in: level, at: place)
    }
    return segments.sorted { $0.range.start < $1.range.start }
  }

  private mutating func dissolve(
    _ join: TrackGrid.Join, of grid: TrackGrid, in level: Level, at place: Place
  ) throws(PegError) -> [Segment] {
    let region = (start: join.start, end: join.end)
    var sides: [[Segment]] = []
    for side in [join.before, join.after] {
      guard let side else {
        sides.append([])
        continue
      }
      let item = grid.items[side]
      sides.append(try segments(of: item, over: region, in: level, at: place.child(item.index)))
    }
    return LayeredRun.beside(sides).map { run in
      var sides = run.layers
      let blends = Set(sides.compactMap { $0?.blend })
      if blends.count > 1 {
        let names = blends.map(\.rawValue).sorted().joined(separator: " and ")
        refuse(
          Finding(
            "unbuilt.blend", .error,
            "the transition \(place.child(join.index).text) of \(options.name) at \(label(run.range.start)) joins clips of "
              + "the blends \(names), which this version cannot render", at: options.name, range: run.range,
            hint: "give both the same blend"))
      }
      // What is mixed meets what lies below as its sides do.
      for index in sides.indices { sides[index]?.blend = .over }
      return Segment(
        range: run.range,
        layer: PlannedLayer(
          track: place.track, clip: join.transition.info.name, take: "", source: "",
          content: .dissolve(
            from: sides[0], to: sides[1], time: level.time, start: join.start, length: join.end - join.start),
          blend: blends.first ?? .over))
    }
  }

  /// Whether a transition is one that is built; another one is refused by name, and plays as a cut in `map`.
  private mutating func isRendered(_ join: TrackGrid.Join, in level: Level, at place: Place) -> Bool {
    if join.transition.type == "SMPTE_Dissolve" { return true }
    if let range = level.records(join.start, max(join.end, join.start + 1)) {
      refuse(
        Finding(
          "unbuilt.transition", .error,
          "the transition \(place.text) of \(options.name) at \(label(range.start)) is a \(join.transition.type), "
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
      guard case .other(let object) = effect, effect.isEnabled else { continue }
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

import PegCore
import PegPlan
import PegTimeline

// One clip: its source, its map, its settings.

extension PlanBuilder {
  /// The clip's layer over `region` of its track's grid; `nil` where no record frame shows it.
  mutating func segment(
    of clip: Clip, _ item: Layout.Item, over region: (start: Int, end: Int), in level: Level, at place: Place
  ) throws(PegError) -> Segment? {
    guard let records = level.records(region.start, region.end) else { return nil }
    let name = Place.name(of: clip, at: place)
    do {
      return try layer(of: clip, named: name, item, over: region, records, in: level, at: place)
    } catch {
      // The first frame that shows it says where, whichever part of it is being planned.
      let frame = level.records(item.start, item.end)?.start ?? records.start
      throw PegError(error.kind, "\(name) at \(label(frame)): \(error.sentence)", hint: error.hint)
    }
  }

  private mutating func layer(
    of clip: Clip, named name: String, _ item: Layout.Item, over region: (start: Int, end: Int), _ records: FrameRange,
    in level: Level, at place: Place
  ) throws(PegError) -> Segment {
    let settings = try ItemSettings(clip.item.info, at: name)
    noteEffects(clip.item.effects, of: name, in: records)
    let content: PlannedLayer.Content
    switch clip.activeReference {
    case .generator(_, let kind, let parameters)?: content = try Self.generated(kind, parameters)
    case let reference?:
      do {
        let media = try media(of: reference)
        content = try played(
          media, reference, clip, named: name, settings, item, over: region, records, in: level)
      } catch  where error.kind == .missingInput && options.missing == .black {
        note(
          Finding(
            "media.missing", .warning, "\(name) at \(label(records.start)) is black: \(error.sentence)", at: name,
            range: level.records(item.start, item.end)))
        content = .solid(red: 0, green: 0, blue: 0, alpha: 1)
      }
    case nil:
      throw PegError(.badInput, "it has no take \(clip.activeKey)", hint: "`pegbar cut take` chooses one that exists")
    }
    let keys = settings.opacity.isConstant ? TimeMap() : level.time.appending(.init(origin: item.start))
    let layer = PlannedLayer(
      track: place.track, clip: clip.item.info.name, take: clip.activeKey, source: clip.activeReference?.spelling ?? "",
      content: content, placement: settings.placement, opacity: settings.opacity, time: keys, blend: settings.blend,
      grade: settings.grade)
    return Segment(range: records, layer: layer)
  }

  private static func generated(_ kind: String, _ parameters: JSONObject) throws(PegError) -> PlannedLayer.Content {
    switch kind {
    case "black": return .solid(red: 0, green: 0, blue: 0, alpha: 1)
    case "solid":
      let values = parameters["color"]?.array?.map(\.rational) ?? []
      let color = values.compactMap { $0 }
      guard color.count == values.count, color.count == 3 || color.count == 4,
        color.allSatisfy({ $0 >= .zero && $0 <= .one })
      else {
        throw PegError(
          .badInput, "its generator solid has no usable color", hint: "color is [r, g, b] or [r, g, b, a], each 0…1")
      }
      return .solid(red: color[0], green: color[1], blue: color[2], alpha: color.count == 4 ? color[3] : 1)
    default: return .generator(kind: kind)
    }
  }

  // MARK: Media

  private mutating func played(
    _ media: ReferencedMedia, _ reference: MediaReference, _ clip: Clip, named name: String, _ settings: ItemSettings,
    _ item: Layout.Item, over region: (start: Int, end: Int), _ records: FrameRange, in level: Level
  ) throws(PegError) -> PlannedLayer.Content {
    let called = media.source.name
    guard media.hasPictures else {
      throw PegError(.badInput, "\(called) has no pictures", hint: "move the clip to an audio track")
    }
    let source = index(of: media.source, media, for: reference)
    guard let count = media.count else {
      // A still stands wherever it is asked.
      return .media(source: source, map: FrameMap(time: TimeMap(), limits: 0...0))
    }
    guard count > 0 else { throw PegError(.badInput, "\(called) has no frames") }
    let stage = try self.stage(of: clip, media, settings, item)
    let own = TimeMap([stage])
    let time = level.time.appending(stage)
    guard own.fits(FrameRange(item.start, max(item.end, item.start + 1))), time.fits(records) else {
      throw PegError(.badInput, "its times are finer than 128 bits can count")
    }
    let overruns = try checkRange(
      own, count: count, media, named: name, item, level.records(item.start, item.end) ?? records)
    checkHandles(own, count: count, named: name, item, over: region, in: level)
    let outside: FrameMap.Outside = overruns && cut.overrun == .black ? .black : .edge
    let map = FrameMap(time: time, limits: 0...(count - 1), outside: outside, grid: media.grid)
    if media.hasAbsent { try checkFrames(of: media, map, over: records) }
    return .media(source: source, map: map)
  }

  /// From a track's grid to the media's: `in + k · speed · r_source / r_record` (DESIGN §6).
  private func stage(
    of clip: Clip, _ media: ReferencedMedia, _ settings: ItemSettings, _ item: Layout.Item
  ) throws(PegError) -> TimeMap.Stage {
    let mediaRate = media.rate ?? clip.item.sourceRange?.duration.rate.value ?? rate.value
    let warp = try Warp(clip.item.effects)
    var position = Rational.zero
    if let range = clip.item.sourceRange {
      let seconds = try Exact.difference(try Exact.seconds(range.start), try media.startSeconds(at: mediaRate))
      position = try Exact.product(seconds, mediaRate)
    }
    var advance = warp.scalar.magnitude
    if !settings.playsOneToOne {
      advance = try Exact.product(advance, try Exact.quotient(mediaRate, rate.value))
    }
    return TimeMap.Stage(
      origin: item.start, position: position, advance: advance,
      reversed: warp.scalar < .zero ? max(item.end - item.start, 0) : 0, step: settings.step)
  }

  /// Whether the clip's own range goes past its media. Throws bad input for one wholly outside, and where the cut says
  /// that an overrun is an error.
  private mutating func checkRange(
    _ own: TimeMap, count: Int, _ media: ReferencedMedia, named name: String, _ item: Layout.Item, _ records: FrameRange
  ) throws(PegError) -> Bool {
    guard item.end > item.start else { return false }
    let edges = [own.position(at: item.start).floor, own.position(at: item.end - 1).floor].sorted()
    let (low, high) = (edges[0], edges[1])
    let called = media.source.name
    if high < 0 || low >= count {
      throw PegError(
        .badInput, "its frames \(low) to \(high) lie wholly outside \(called), which has frames 0 to \(count - 1)",
        hint: "check its source_range against the media's start")
    }
    guard low < 0 || high >= count else { return false }
    let outside = max(0, -low) + max(0, high - count + 1)
    let what = "asks for frames \(low) to \(high) of \(called), which has frames 0 to \(count - 1)"
    switch cut.overrun {
    case .error: throw PegError(.badInput, "it \(what)", hint: "trim it, or set `overrun` to hold or black")
    case .hold, .black:
      note(
        Finding(
          "media.overrun", .warning,
          "\(name) \(what): \(outside) \(cut.overrun == .hold ? "hold the edge" : "are black")", at: name,
          range: records))
    }
    return true
  }

  /// Says where a dissolve asks for more than the media have.
  private mutating func checkHandles(
    _ own: TimeMap, count: Int, named name: String, _ item: Layout.Item, over region: (start: Int, end: Int),
    in level: Level
  ) {
    func lacks(_ frame: Int) -> Bool { !(0..<count).contains(own.position(at: frame).floor) }
    if region.start < item.start, lacks(region.start), let range = level.records(region.start, item.start) {
      noteHandles(name, in: range)
    }
    if region.end > item.end, lacks(region.end - 1), let range = level.records(item.end, region.end) {
      noteHandles(name, in: range)
    }
  }

  /// Throws where a frame plays that no file holds.
  private func checkFrames(of media: ReferencedMedia, _ map: FrameMap, over records: FrameRange) throws(PegError) {
    guard case .table(let table) = map.grid else { return }
    var numbers: Set<Int> = []
    for frame in records.start..<records.end {
      let index = map.time.position(at: frame).floor
      if map.outside == .black, !map.limits.contains(index) { continue }
      let shown = min(max(index, map.limits.lowerBound), map.limits.upperBound)
      if table[shown] == ReferencedMedia.absent { numbers.insert(media.number(at: shown)) }
    }
    guard !numbers.isEmpty else { return }
    let list = numbers.sorted()
    let shown = list.prefix(8).map { "\($0)" }.joined(separator: ", ")
    let rest = list.count > 8 ? " and \(list.count - 8) more" : ""
    throw PegError(
      .badInput, "\(media.source.name) has no frame \(shown)\(rest)",
      hint: "set `gaps` to hold, nearest or black, or render them")
  }
}

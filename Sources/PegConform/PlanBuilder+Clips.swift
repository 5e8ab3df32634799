import Foundation
import PegCore
import PegPlan
import PegText
import PegTimeline

// One clip: its source, its map, its settings.

extension PlanBuilder {
  /// The clip's layer over `region` of its track's grid; `nil` where no record frame shows it.
  mutating func segment(
    of clip: Clip, _ item: TrackGrid.Item, over region: (start: Int, end: Int), in level: Level, at place: Place
  ) throws(PegError) -> Segment? {
    guard let records = level.records(region.start, region.end) else { return nil }
    let name = place.name("clip", clip.item.info)
    do throws(PegError) {
      return try layer(of: clip, named: name, item, over: region, records, in: level, at: place)
    } catch {
      // The first frame that shows it says where, whichever part of it is being planned.
      let own = level.records(item.start, item.end)
      try fail(error, of: name, at: own?.start ?? records.start, in: own)
      return nil
    }
  }

  private mutating func layer(
    of clip: Clip, named name: String, _ item: TrackGrid.Item, over region: (start: Int, end: Int),
    _ records: FrameRange, in level: Level, at place: Place
  ) throws(PegError) -> Segment {
    let settings = try clip.settings()
    noteEffects(clip.item.effects, of: name, in: level.records(item.start, item.end) ?? records)
    let content: PlannedLayer.Content
    switch clip.activeReference {
    case .generator(_, let kind, let parameters)?: content = try Self.generated(kind, parameters)
    case let reference?:
      do throws(PegError) {
        let media = try media(of: reference)
        if media.isUnlinked { noteUnlinked(name) }
        content = try played(media, reference, clip, named: name, settings, item, over: region, records, in: level)
      } catch {
        guard error.kind == .missingInput, options.missing != .error else { throw error }
        let own = level.records(item.start, item.end) ?? records
        note(
          Finding(
            "media.missing", .warning,
            "\(name) at \(label(records.start)) is \(options.missing == .slate ? "a slate" : "black"): \(error.sentence)",
            at: name, range: level.records(item.start, item.end)))
        content =
          options.missing == .slate
          ? .slate(slate(for: clip, own)) : .solid(red: 0, green: 0, blue: 0, alpha: 1)
      }
    case nil:
      throw PegError(.badInput, "it has no take \(clip.activeKey)", hint: "`pegbar cut take` chooses one that exists")
    }
    let layer = PlannedLayer(
      track: place.track, clip: clip.item.info.name, take: clip.activeKey, source: clip.activeReference?.spelling ?? "",
      content: content, placement: settings.placement ?? level.placement ?? .fit,
      opacity: settings.opacity ?? .constant(1), blend: settings.blend ?? .over,
      grade: try Self.isSlate(content) ? [] : graded(settings.grade),
      time: level.time.appending(.init(origin: item.start)))
    return Segment(range: records, layer: layer)
  }

  /// A slate is to be read, whatever grade its film would have had.
  private static func isSlate(_ content: PlannedLayer.Content) -> Bool {
    if case .slate = content { true } else { false }
  }

  /// What a slate says: the clip, where it stands in the record and in its source, and what media it would play.
  private func slate(for clip: Clip, _ records: FrameRange) -> [String] {
    var lines = [
      "MEDIA MISSING", clip.item.info.name.isEmpty ? "a clip without a name" : Self.legible(clip.item.info.name),
      "record \(label(records.start)) - \(label(records.end))",
    ]
    if let range = clip.item.sourceRange, range.start.value >= .zero {
      let record = cut.dropFrame ?? false
      let isDrop = clip.labelsAreDrop(record: record) ?? record
      let first = Timecode(
        frames: range.start.value.floor, rate: range.start.rate, dropFrame: isDrop && range.start.rate.allowsDropFrame)
      lines.append("source \(first)")
    }
    if let media = clip.activeReference?.spelling { lines.append(Self.legible(MediaNames.last(media))) }
    return lines
  }

  /// In Latin letters where a slate has none for it. The letters are part of the plan, so that what is rendered follows from it.
  private static func legible(_ name: String) -> String {
    guard !Slate.draws(name) else { return name }
    let steps: [StringTransform] = [.fullwidthToHalfwidth, .toLatin, .stripDiacritics]
    let latin = steps.reduce(name) { $0.applyingTransform($1, reverse: false) ?? $0 }
    return latin.isEmpty ? name : latin
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
    _ media: ReferencedMedia, _ reference: MediaReference, _ clip: Clip, named name: String, _ settings: ClipSettings,
    _ item: TrackGrid.Item, over region: (start: Int, end: Int), _ records: FrameRange, in level: Level
  ) throws(PegError) -> PlannedLayer.Content {
    let called = media.source.name
    guard media.hasPictures else {
      throw PegError(.badInput, "\(called) has no pictures", hint: "move the clip to an audio track")
    }
    let source = try index(of: media, for: reference)
    guard let count = media.count else {
      // A still stands wherever it is asked.
      return .media(source: source, map: FrameMap(time: TimeMap(), limits: 0...0))
    }
    guard count > 0 else { throw PegError(.badInput, "\(called) has no frames") }
    let stage = try self.stage(of: clip, media, settings, item)
    let own = TimeMap([stage])
    let time = level.time.appending(stage)
    guard own.fits(FrameRange(min(item.start, region.start), max(item.end, region.end, item.start + 1))),
      time.fits(records)
    else {
      throw PegError(.badInput, "its times are finer than 128 bits can count")
    }
    var map = FrameMap(time: time, limits: 0...(count - 1), grid: media.grid)
    if item.end > item.start {
      let coverage = Coverage(own, over: FrameRange(item.start, item.end), count: count)
      try check(
        coverage, called, damage: media.damage, named: name, level.records(item.start, item.end) ?? records)
      if overrun == .black {
        if coverage.lacksHead { map.head = .black }
        if coverage.lacksTail { map.tail = .black }
      }
    }
    checkHandles(own, count: count, named: name, item, over: region, in: level)
    if media.hasAbsent { try checkFrames(of: media, map, over: records) }
    return .media(source: source, map: map)
  }

  /// From a track's grid to the media's: `in + k · speed · r_source / r_record` (DESIGN §6).
  private func stage(
    of clip: Clip, _ media: ReferencedMedia, _ settings: ClipSettings, _ item: TrackGrid.Item
  ) throws(PegError) -> TimeMap.Stage {
    let mediaRate = media.rate ?? clip.item.sourceRange?.duration.rate.value ?? rate.value
    let speed = try clip.item.speed()
    var position = Rational.zero
    if let range = clip.item.sourceRange {
      let seconds = try Exact.difference(try media.seconds(range.start), try media.startSeconds(at: mediaRate))
      position = try Exact.product(seconds, mediaRate)
    }
    var advance = speed.magnitude
    if settings.rateMode != .frames {
      advance = try Exact.product(advance, try Exact.quotient(mediaRate, rate.value))
    }
    return TimeMap.Stage(
      origin: item.start, position: position, advance: advance,
      reversed: speed < .zero ? max(item.end - item.start, 0) : 0, step: settings.step)
  }

  /// Throws bad input for a range wholly outside its media, where the cut says that an overrun is an error, and where media
  /// that are cut off lack what is asked for, unless the cut says what takes its place.
  private mutating func check(
    _ coverage: Coverage, _ called: String, damage: Finding?, named name: String, _ records: FrameRange
  ) throws(PegError) {
    guard !coverage.isOutside else {
      throw PegError(
        .badInput, "its \(coverage.asked) lie wholly outside \(called), which has \(coverage.had)",
        hint: "check its source_range against the media's start")
    }
    guard coverage.missing > 0 else { return }
    let what = "asks for \(coverage.asked) of \(called), which has \(coverage.had)"
    guard overrun != .error else {
      throw PegError(.badInput, "it \(what)", hint: "trim it, or set `overrun` to hold or black")
    }
    if let damage, cut.overrun == nil {
      throw PegError(
        .badInput, "it \(what): \(damage.message)",
        hint: "\(damage.hint ?? "mend it"), or set `overrun` to hold or black")
    }
    note(
      Finding(
        "media.overrun", .warning,
        "\(name) \(what): \(coverage.missing) \(overrun == .hold ? "hold the edge" : "are black")", at: name,
        range: records))
  }

  /// Says where a dissolve asks for more than the media have.
  private mutating func checkHandles(
    _ own: TimeMap, count: Int, named name: String, _ item: TrackGrid.Item, over region: (start: Int, end: Int),
    in level: Level
  ) {
    func lacks(_ frame: Int) -> Bool { !(0..<count).contains(own.position(at: frame).floor) }
    // What is lacking is the outer part of a handle.
    let head = firstIndex(in: region.start..<max(region.start, item.start)) { !lacks($0) }
    if let range = level.records(region.start, head) { noteHandles(name, in: range) }
    let tail = firstIndex(in: min(item.end, region.end)..<region.end, where: lacks)
    if let range = level.records(tail, region.end) { noteHandles(name, in: range) }
  }

  /// The first index for which something holds that holds for all later ones; the end where there is none.
  private func firstIndex(in range: Range<Int>, where holds: (Int) -> Bool) -> Int {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = low + (high - low) / 2
      if holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Throws where a frame plays that no file holds.
  private func checkFrames(of media: ReferencedMedia, _ map: FrameMap, over records: FrameRange) throws(PegError) {
    guard case .table(let table) = map.grid else { return }
    var numbers: Set<Int> = []
    for frame in records.start..<records.end {
      guard let index = map.index(at: frame), table[index] == ReferencedMedia.absent else { continue }
      numbers.insert(media.number(at: index))
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

/// What a clip asks of its media's frames, and what of them there are.
struct Coverage {
  private let low: Int
  private let high: Int
  private let count: Int

  /// - Parameters:
  ///   - map: from the frames of the clip's track to the media's.
  ///   - frames: the clip's, at least one.
  ///   - count: frames that the media have, at least one.
  init(_ map: TimeMap, over frames: FrameRange, count: Int) {
    let edges = [map.position(at: frames.start).floor, map.position(at: frames.end - 1).floor]
    (low, high) = (min(edges[0], edges[1]), max(edges[0], edges[1]))
    self.count = count
  }

  var isOutside: Bool { high < 0 || low >= count }
  var lacksHead: Bool { low < 0 }
  var lacksTail: Bool { high >= count }
  /// Frames of the media's grid that there are none of.
  var missing: Int { max(0, -low) + max(0, high - count + 1) }

  /// `frames 90 to 110`.
  var asked: String { "frames \(low) to \(high)" }
  var had: String { "frames 0 to \(count - 1)" }
}

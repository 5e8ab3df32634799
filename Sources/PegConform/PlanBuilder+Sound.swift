import PegCore
import PegPlan
import PegTimeline

// Audio tracks: events whose edges lie at round(n · sample rate / record rate) (DESIGN §6).

/// A composition as sound sees it: a level, and the same map without its cells, continuous in time.
private struct SoundLevel {
  var level: Level
  /// Position on the level's grid at record frame 0, and positions per record frame; below 0 plays backwards.
  var offset: Rational
  var slope: Rational
  var gain: Rational
  var fades: [Envelope]

  func position(at frame: Int) throws(PegError) -> Rational {
    try Exact.sum(offset, try Exact.product(slope, Rational(frame)))
  }

  /// Goes through an item: k frames after `origin` stand at `position + k · advance`.
  mutating func enter(origin: Int, end: Int, position: Rational, scalar: Rational) throws(PegError) {
    // Backwards, k frames after the origin stand where d − k would.
    let anchor = scalar < .zero ? end : origin
    let distance = try Exact.difference(offset, Rational(anchor))
    offset = try Exact.sum(position, try Exact.product(distance, scalar))
    slope = try Exact.product(slope, scalar)
  }
}

extension PlanBuilder {
  mutating func sound(length: Int, in level: Level) throws(PegError) -> SoundPlan {
    let sampleRate = cut.sampleRate
    guard (8000...384_000).contains(sampleRate) else {
      throw PegError(.badInput, "\(options.name) has the sample rate \(sampleRate)", hint: "8000 to 384000")
    }
    var plan = SoundPlan(sampleRate: sampleRate, length: sample(Rational(length)), events: [])
    guard options.knowledge == .full else { return plan }
    let stack = timeline.tracks
    var top = SoundLevel(level: level, offset: 0, slope: 1, gain: 1, fades: [])
    let position = try stack.item.sourceRange.map { range throws(PegError) in
      try Exact.product(try Exact.seconds(range.start), rate.value)
    }
    try top.enter(origin: 0, end: length, position: position ?? 0, scalar: try Warp(stack.item.effects).scalar)
    for (index, child) in stack.children.enumerated() where Self.plays(child) {
      let place = Place(track: index, address: timeline.trackName(index), depth: 1)
      switch child {
      case .track(let track) where track.kind == .audio: try hear(track, in: top, at: place, into: &plan.events)
      case .stack(let inner):
        let item = Layout.Item(index: index, child: child, start: 0, end: try edge(try duration(of: child, at: place)))
        try hear(inner, item, over: (item.start, item.end), in: top, at: place, into: &plan.events)
      case .track(let track): noteUnheard(track.children, at: place)
      default: break
      }
    }
    return plan
  }

  /// The record sample at record frame `frame`.
  private func sample(_ frame: Rational) -> Int {
    (frame * Rational(cut.sampleRate) / rate.value).rounded
  }

  // MARK: Compositions

  private mutating func hear(
    _ track: Track, in outer: SoundLevel, at place: Place, into events: inout [SoundEvent]
  ) throws(PegError) {
    let end = try edge(try duration(of: .track(track), at: place))
    guard
      let inner = try enter(
        track.item, "track", Layout.Item(index: 0, child: .track(track), start: 0, end: end), over: (0, end), of: outer,
        at: place)
    else { return }
    let layout = try layout(track.children, at: place)
    for item in layout.items {
      var region = (start: item.start, end: item.end)
      var level = inner
      for (number, isHead) in [(item.head, true), (item.tail, false)] {
        guard let number else { continue }
        let join = layout.joins[number]
        if isHead { region.start = max(0, join.start) } else { region.end = min(layout.end, join.end) }
        if let fade = try fade(join, rises: isHead, in: inner) { level.fades.append(fade) }
      }
      let here = place.inside(item.index)
      switch item.child {
      case .clip(let clip) where clip.item.isEnabled:
        try hear(clip, item, over: region, in: level, at: here, into: &events)
      case .stack(let stack) where stack.item.isEnabled:
        try hear(stack, item, over: region, in: level, at: here, into: &events)
      case .track(let track) where track.item.isEnabled && track.kind == .audio:
        if let nested = try enter(track.item, "track", item, over: region, of: level, at: here) {
          var bare = track
          bare.item = ItemInfo(info: ObjectInfo(name: track.item.info.name))
          try hear(bare, in: nested, at: here, into: &events)
        }
      default: break
      }
    }
  }

  private mutating func hear(
    _ stack: Stack, _ item: Layout.Item, over region: (start: Int, end: Int), in outer: SoundLevel, at place: Place,
    into events: inout [SoundEvent]
  ) throws(PegError) {
    guard place.depth < Self.maximumDepth else {
      throw PegError(.badInput, "\(place.address) of \(options.name) is nested deeper than \(Self.maximumDepth) levels")
    }
    guard let inner = try enter(stack.item, "stack", item, over: region, of: outer, at: place) else { return }
    for (index, child) in stack.children.enumerated() where Self.plays(child) {
      let here = place.inside(index)
      switch child {
      case .track(let track) where track.kind == .audio: try hear(track, in: inner, at: here, into: &events)
      case .stack(let nested):
        let item = Layout.Item(index: index, child: child, start: 0, end: try edge(try duration(of: child, at: here)))
        try hear(nested, item, over: (item.start, item.end), in: inner, at: here, into: &events)
      default: break
      }
    }
  }

  /// The level inside a composition; `nil` where no record frame hears it.
  private func enter(
    _ info: ItemInfo, _ kind: String, _ item: Layout.Item, over region: (start: Int, end: Int), of outer: SoundLevel,
    at place: Place
  ) throws(PegError) -> SoundLevel? {
    guard let window = outer.level.records(region.start, region.end) else { return nil }
    let settings = try ItemSettings(info.info, at: Place.name(of: info, kind, at: place))
    var inner = outer
    inner.level = try level(
      inside: info, settings, start: item.start, end: item.end, of: Level(time: outer.level.time, window: window),
      at: place)
    var position = Rational.zero
    if let range = info.sourceRange { position = try Exact.product(try Exact.seconds(range.start), rate.value) }
    try apply(settings.gain, start: item.start, of: outer, to: &inner)
    try inner.enter(origin: item.start, end: item.end, position: position, scalar: try Warp(info.effects).scalar)
    return inner
  }

  /// Gain keys count an item's frames; events count record samples.
  private func apply(
    _ gain: Envelope, start: Int, of outer: SoundLevel, to inner: inout SoundLevel
  ) throws(PegError) {
    if gain.isConstant {
      inner.gain = try Exact.product(inner.gain, gain.keys[0].value)
      return
    }
    guard outer.slope != .zero else { return }
    var keys: [Envelope.Key] = []
    for key in gain.keys {
      keys.append(Envelope.Key(frame: try recordSample(of: Rational(start + key.frame), in: outer), value: key.value))
    }
    inner.fades.append(Envelope(keys: keys.sorted { $0.frame < $1.frame }))
  }

  /// The record sample that stands at `position` of a level's grid.
  private func recordSample(of position: Rational, in level: SoundLevel) throws(PegError) -> Int {
    sample(try Exact.quotient(try Exact.difference(position, level.offset), level.slope))
  }

  /// A transition as this side hears it: a linear crossfade over its frames.
  private mutating func fade(_ join: Layout.Join, rises: Bool, in level: SoundLevel) throws(PegError) -> Envelope? {
    guard level.slope != .zero, join.start < join.end else { return nil }
    let keys = [
      Envelope.Key(frame: try recordSample(of: Rational(join.start), in: level), value: rises ? 0 : 1),
      Envelope.Key(frame: try recordSample(of: Rational(join.end), in: level), value: rises ? 1 : 0),
    ]
    return Envelope(keys: keys.sorted { $0.frame < $1.frame })
  }

  // MARK: Clips

  private mutating func hear(
    _ clip: Clip, _ item: Layout.Item, over region: (start: Int, end: Int), in outer: SoundLevel, at place: Place,
    into events: inout [SoundEvent]
  ) throws(PegError) {
    guard let records = outer.level.records(region.start, region.end) else { return }
    let name = Place.name(of: clip, at: place)
    do {
      if let event = try event(of: clip, named: name, item, records, in: outer, at: place) { events.append(event) }
    } catch  where error.kind == .missingInput && options.missing == .black {
      note(
        Finding(
          "media.missing", .warning, "\(name) at \(label(records.start)) is silent: \(error.sentence)", at: name,
          range: records))
    } catch {
      throw PegError(error.kind, "\(name) at \(label(records.start)): \(error.sentence)", hint: error.hint)
    }
  }

  private mutating func event(
    of clip: Clip, named name: String, _ item: Layout.Item, _ records: FrameRange, in outer: SoundLevel, at place: Place
  ) throws(PegError) -> SoundEvent? {
    let settings = try ItemSettings(clip.item.info, at: name)
    noteEffects(clip.item.effects, of: name, in: records)
    guard let reference = clip.activeReference else {
      throw PegError(.badInput, "it has no take \(clip.activeKey)", hint: "`pegbar cut take` chooses one that exists")
    }
    if case .generator(_, let kind, _) = reference {
      if kind != "black" {
        refuse(
          Finding(
            "unbuilt.generator", .error, "\(name) has the generator \(kind), which this version cannot play", at: name,
            range: records))
      }
      return nil
    }
    let media = try media(of: reference)
    guard let sound = media.sound else {
      note(
        Finding(
          "sound.none", .warning, "\(name) is silent: \(media.source.name) has no sound", at: name, range: records))
      return nil
    }
    let mediaRate = media.rate ?? clip.item.sourceRange?.duration.rate.value ?? rate.value
    var position = Rational.zero
    if let range = clip.item.sourceRange {
      position = try Exact.difference(try Exact.seconds(range.start), try media.startSeconds(at: mediaRate))
    }
    // Source seconds per frame of the track's grid.
    var scalar = try Exact.quotient(try Warp(clip.item.effects).scalar, settings.playsOneToOne ? mediaRate : rate.value)
    var inner = outer
    try apply(settings.gain, start: item.start, of: outer, to: &inner)
    try inner.enter(origin: item.start, end: item.end, position: position, scalar: scalar)
    scalar = try Exact.product(inner.slope, rate.value)
    guard scalar != .zero else { return nil }  // a freeze is silent
    let start = try inner.position(at: records.start)
    let end = try inner.position(at: records.end)
    guard max(start, end) > .zero, min(start, end) < sound.seconds else {
      throw PegError(
        .badInput, "its range lies wholly outside the sound of \(media.source.name)",
        hint: "check its source_range against the media's start")
    }
    let tolerance = Rational(1, cut.sampleRate)
    if min(start, end) < -tolerance || max(start, end) > sound.seconds + Rational(1, 10) {
      note(
        Finding(
          "sound.overrun", .warning, "\(name) asks for more sound than \(media.source.name) has: the rest is silent",
          at: name, range: records))
    }
    let source = index(of: media.source, media, for: reference)
    return SoundEvent(
      source: source, stream: sound.stream, track: place.track, clip: clip.item.info.name,
      range: FrameRange(sample(Rational(records.start)), sample(Rational(records.end))), start: start,
      speed: scalar.magnitude, isReversed: scalar < .zero, gain: inner.gain, fades: inner.fades)
  }

  /// Sound inside a stack that stands in a video track is not heard: interchange formats put such a stack into an audio
  /// track as well, and it would be heard twice.
  private mutating func noteUnheard(_ children: [Composable], at place: Place) {
    for (index, child) in children.enumerated() {
      guard case .stack(let stack) = child, stack.item.isEnabled else { continue }
      let hasSound = stack.children.contains {
        if case .track(let track) = $0 {
          track.kind == .audio && track.item.isEnabled && !track.children.isEmpty
        } else {
          false
        }
      }
      let name = Place.name(of: stack.item, "stack", at: place.inside(index))
      if hasSound {
        note(
          Finding(
            "sound.nested", .warning, "the sound of \(name) is not heard from a video track", at: name,
            hint: "put the stack into an audio track as well"))
      }
    }
  }
}

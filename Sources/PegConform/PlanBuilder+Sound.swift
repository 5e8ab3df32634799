import PegAudio
import PegCore
import PegPlan
import PegTimeline

// Audio tracks: events whose edges lie at round(n · sample rate / record rate) (DESIGN §6).

extension PlanBuilder {
  mutating func sound(length: Int, in level: Level) throws(PegError) -> SoundPlan {
    var plan = SoundPlan(sampleRate: sampleRate, length: try sample(Rational(length)), events: [])
    guard options.knowledge == .full, timeline.tracks.item.isEnabled else { return plan }
    let stack = timeline.tracks
    var top = SoundLevel(level)
    try top.enter(origin: 0, end: length, position: try position(of: stack.item), speed: try stack.item.speed())
    for (index, (label, child)) in zip(stack.labels, stack.children).enumerated() where Self.plays(child) {
      let place = Place().layer(index, label)
      switch child {
      case .track(let track) where track.kind != .audio: noteUnheard(track.children, at: place)
      case .track, .stack: try hear(child, in: top, at: place, into: &plan.events)
      case .clip, .gap, .transition, .unknown: break  // pictures
      }
    }
    return plan
  }

  private var sampleRate: Int { cut.sampleRate ?? 48000 }

  /// The record sample at record frame `frame`.
  private func sample(_ frame: Rational) throws(PegError) -> Int {
    try Exact.product(frame, Rational(sampleRate) / rate.value).rounded
  }

  /// Where a composition's `source_range` begins, on its own grid.
  private func position(of item: ItemInfo) throws(PegError) -> Rational {
    guard let range = item.sourceRange else { return .zero }
    return try Exact.product(range.start.seconds, rate.value)
  }

  // MARK: Compositions

  /// A child of a stack: an audio track, or a stack that may hold some.
  private mutating func hear(
    _ child: Composable, in outer: SoundLevel, at place: Place, into events: inout [SoundEvent]
  ) throws(PegError) {
    guard let address = place.address else { return }
    let end = try edge(try child.duration(at: address))
    let item = TrackGrid.Item(index: 0, child: child, start: 0, end: end)
    try hear(item, over: (0, end), in: outer, at: place, into: &events)
  }

  private mutating func hear(
    _ item: TrackGrid.Item, over region: (start: Int, end: Int), in outer: SoundLevel, at place: Place,
    into events: inout [SoundEvent]
  ) throws(PegError) {
    guard Self.plays(item.child), place.depth < Self.maximumDepth else { return }
    switch item.child {
    case .clip(let clip): try hear(clip, item, over: region, in: outer, at: place, into: &events)
    case .stack(let stack):
      let settings = try stack.settings()
      guard let inner = try enter(stack.item, settings, item, over: region, of: outer, at: place) else { return }
      for (index, (label, child)) in zip(stack.labels, stack.children).enumerated() {
        switch child {
        case .track(let track) where track.kind != .audio: break
        case .track, .stack: try hear(child, in: inner, at: place.layer(index, label), into: &events)
        case .clip, .gap, .transition, .unknown: break  // pictures
        }
      }
    case .track(let track) where track.kind == .audio:
      guard let inner = try enter(track.item, try track.settings(), item, over: region, of: outer, at: place) else {
        return
      }
      try hear(track, in: inner, at: place.inside(item.child), into: &events)
    case .track, .gap, .transition, .unknown: break
    }
  }

  private mutating func hear(
    _ track: Track, in inner: SoundLevel, at place: Place, into events: inout [SoundEvent]
  ) throws(PegError) {
    let grid = try grid(of: track, at: place)
    for item in grid.items {
      var region = (start: item.start, end: item.end)
      var level = inner
      for (number, isHead) in [(item.head, true), (item.tail, false)] {
        guard let number else { continue }
        let join = grid.joins[number]
        if isHead { region.start = join.start } else { region.end = join.end }
        if let fade = try fade(join, rises: isHead, in: inner) { level.fades.append(fade) }
      }
      try hear(item, over: region, in: level, at: place.child(item.index), into: &events)
    }
  }

  /// The level inside a composition; `nil` where no record frame hears it.
  private func enter(
    _ info: ItemInfo, _ settings: TrackSettings, _ item: TrackGrid.Item, over region: (start: Int, end: Int),
    of outer: SoundLevel, at place: Place
  ) throws(PegError) -> SoundLevel? {
    guard let window = outer.level.records(region.start, region.end) else { return nil }
    var inner = outer
    // What is shown on twos is heard as it is: a step holds pictures.
    inner.level = try level(
      inside: info, step: nil, start: item.start, end: item.end, of: Level(time: outer.level.time, window: window),
      at: place)
    try apply(settings.gain, start: item.start, over: window, of: outer, to: &inner)
    try inner.enter(
      origin: item.start, end: item.end, position: try position(of: info), speed: try info.speed())
    return inner
  }

  // MARK: Gains

  /// Gain keys count an item's frames; events count record samples.
  private func apply(
    _ gain: Animated?, start: Int, over records: FrameRange, of outer: SoundLevel, to inner: inout SoundLevel
  ) throws(PegError) {
    guard let gain else { return }
    guard case .keys(let keys) = gain else {
      inner.gain = try Exact.product(inner.gain, gain.value(at: .zero))
      return
    }
    var samples = GainKeys()
    func add(_ frame: Rational, _ value: Rational) throws(PegError) {
      guard let record = try outer.frame(at: Rational(start) + frame) else { return }
      samples.add(try sample(record), value)
    }
    for (key, next) in zip(keys, keys.dropFirst().map(Optional.init) + [nil]) {
      try add(Rational(key.frame), key.value)
      guard let next, key.ease != .linear else { continue }
      if key.ease == .hold {
        // Until the sample before the next key.
        guard let record = try outer.frame(at: Rational(start + next.frame)) else { continue }
        samples.add(try sample(record) - (outer.slope < .zero ? -1 : 1), key.value)
      } else {
        // A curve is heard as straight pieces, at most one a frame.
        let pieces = min(next.frame - key.frame, 64)
        for piece in 1..<max(pieces, 1) {
          let frame = Rational(key.frame) + Rational((next.frame - key.frame) * piece, pieces)
          try add(frame, gain.value(at: frame))
        }
      }
    }
    if let curve = samples.curve { inner.fades.append(curve) }
  }

  /// A transition as this side hears it: a linear crossfade over its frames.
  private func fade(
    _ join: TrackGrid.Join, rises: Bool, in level: SoundLevel
  ) throws(PegError) -> GainCurve? {
    guard join.start < join.end, let start = try level.frame(at: Rational(join.start)),
      let end = try level.frame(at: Rational(join.end))
    else { return nil }
    var keys = GainKeys()
    keys.add(try sample(start), rises ? 0 : 1)
    keys.add(try sample(end), rises ? 1 : 0)
    return keys.curve
  }

  // MARK: Clips

  private mutating func hear(
    _ clip: Clip, _ item: TrackGrid.Item, over region: (start: Int, end: Int), in outer: SoundLevel, at place: Place,
    into events: inout [SoundEvent]
  ) throws(PegError) {
    guard let records = outer.level.records(region.start, region.end) else { return }
    let name = place.name("clip", clip.item.info)
    do throws(PegError) {
      if let event = try event(of: clip, named: name, item, records, in: outer, at: place) { events.append(event) }
    } catch {
      guard error.kind == .missingInput, options.missing != .error else {
        return try fail(error, of: name, at: records.start, in: records)
      }
      note(
        Finding(
          "media.missing", .warning, "\(name) at \(label(records.start)) is silent: \(error.sentence)", at: name,
          range: records))
    }
  }

  private mutating func event(
    of clip: Clip, named name: String, _ item: TrackGrid.Item, _ records: FrameRange, in outer: SoundLevel,
    at place: Place
  ) throws(PegError) -> SoundEvent? {
    let settings = try clip.settings()
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
      position = try Exact.difference(try media.seconds(range.start), try media.startSeconds(at: mediaRate))
    }
    var inner = outer
    try apply(settings.gain, start: item.start, over: records, of: outer, to: &inner)
    // Source seconds per frame of the track's grid.
    let speed = try Exact.quotient(
      try clip.item.speed(), settings.rateMode == .frames ? mediaRate : rate.value)
    try inner.enter(origin: item.start, end: item.end, position: position, speed: speed)
    let scalar = try Exact.product(inner.slope, rate.value)
    guard scalar != .zero else { return nil }  // a freeze is silent
    let (start, end) = (try inner.position(at: records.start), try inner.position(at: records.end))
    try check(min(start, end), max(start, end), sound.seconds, of: media, named: name, records)
    return SoundEvent(
      source: try index(of: media, for: reference), stream: sound.stream, track: place.track,
      clip: clip.item.info.name,
      range: FrameRange(try sample(Rational(records.start)), try sample(Rational(records.end))), start: start,
      speed: scalar.magnitude, isReversed: scalar < .zero, gain: inner.gain, fades: inner.fades)
  }

  /// Throws bad input for a range wholly outside its sound, and where the cut says that an overrun is an error.
  private mutating func check(
    _ low: Rational, _ high: Rational, _ seconds: Rational, of media: ReferencedMedia, named name: String,
    _ records: FrameRange
  ) throws(PegError) {
    let called = media.source.name
    guard high > .zero, low < seconds else {
      throw PegError(
        .badInput, "its range lies wholly outside the sound of \(called)",
        hint: "check its source_range against the media's start")
    }
    // Lossy sound ends a little before or after its pictures.
    guard low < -Rational(1, sampleRate) || high > seconds + Rational(1, 10) else { return }
    let what = "asks for more sound than \(called) has"
    guard overrun != .error else {
      throw PegError(.badInput, "it \(what)", hint: "trim it, or set `overrun` to hold or black")
    }
    note(Finding("sound.overrun", .warning, "\(name) \(what): the rest is silent", at: name, range: records))
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
      guard hasSound else { continue }
      let name = place.child(index).name("stack", stack.item.info)
      note(
        Finding(
          "sound.nested", .warning, "the sound of \(name) is not heard from a video track", at: name,
          hint: "put the stack into an audio track as well"))
    }
  }
}

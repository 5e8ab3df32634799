import PegCore
import PegTimeline

/// Puts the shots of one track in order: gaps where nothing is recorded, the later event where two lie over each other,
/// transitions with the clip that they leave.
struct EDLTrackBuilder {
  private let clock: EDLClock
  private let kind: Track.Kind
  private var children: [Composable] = []
  /// Record frame at which the children end.
  private var end: Int
  /// What plays up to ``end``; `nil` for a gap.
  private var last: (source: EDLShot.Source, position: Rational, listed: Int, isRetimed: Bool)?

  /// - Parameter start: record frame at which the programme begins.
  init(clock: EDLClock, kind: Track.Kind, start: Int) {
    self.clock = clock
    self.kind = kind
    end = start
  }

  /// The children of a track of these shots, in the list's order.
  mutating func children(of shots: [EDLShot], _ findings: inout FindingList) -> [Composable] {
    let pieces = RecordOver.pieces(of: shots.map(\.record))
    var left = [Int](repeating: 0, count: shots.count)
    for piece in pieces { left[piece.index] += piece.range.count }
    for (shot, left) in zip(shots, left) where left < shot.record.count {
      let lost = shot.record.count - left
      findings.add(
        "edl.overlap", .warning,
        "Later events are recorded over \(left == 0 ? "all" : "\(lost)") of the \(shot.record.count) frames of event \(shot.number)",
        at: shot.position, instead: "the later ones play, as on tape")
    }
    for piece in pieces { add(piece, of: shots[piece.index], &findings) }
    return children
  }

  private mutating func add(_ piece: RecordOver.Piece, of shot: EDLShot, _ findings: inout FindingList) {
    if piece.range.start > end {
      children.append(.gap(Gap(duration: time(piece.range.start - end))))
      end = piece.range.start
      last = nil
    }
    var range = piece.range
    if let incoming = shot.incoming, range.start == shot.record.start {
      range = transition(incoming, to: shot, range, &findings)
    }
    let offset = range.start - shot.record.start
    children.append(clip(of: shot, range))
    end = range.end
    last = (
      shot.source, shot.motion.position(at: offset + range.count), shot.sourceEnd, shot.motion.speed != .one
    )
  }

  // MARK: Transitions

  /// Adds the transition that begins where `range` does, and the clip that it leaves where that is not the one before.
  ///
  /// - Returns: what is left of the range for the incoming clip.
  private mutating func transition(
    _ incoming: EDLShot.Incoming, to shot: EDLShot, _ range: FrameRange, _ findings: inout FindingList
  ) -> FrameRange {
    var length = incoming.length
    if length > range.count {
      findings.add(
        "edl.transition_too_long", .error,
        "The transition of \(length) frames is longer than its event of \(range.count)", at: incoming.position,
        instead: "it takes \(range.count) frames")
      length = range.count
    }
    guard length > 0 else { return range }
    var transition = Transition(
      info: ObjectInfo(), type: "SMPTE_Dissolve", inOffset: time(0), outOffset: time(length))
    var metadata = JSONObject()
    if let name = incoming.name { metadata["effect"] = .string(name) }
    if case .wipe(let pattern) = incoming.edit {
      metadata["transition"] = .string("W\(pattern)")
      if kind == .video {
        transition.type = "SMPTE_Wipe"
        findings.add(
          "edl.wipe", .warning, "The wipe W\(pattern) of \(length) frames is known by its number only",
          at: incoming.position, instead: "it is kept, and plays as a cut in `map`; `render` refuses it",
          hint: "SMPTE_Dissolve as its transition_type makes it a dissolve, which is rendered")
      } else {
        findings.add(
          "edl.wipe", .note, "The sound has a transition W\(pattern) of \(length) frames", at: incoming.position,
          instead: "it is a linear crossfade")
      }
    }
    if !metadata.isEmpty { transition.info.metadata["cmx_3600"] = .object(metadata) }
    guard let outgoing = incoming.outgoing, !plays(outgoing) else {
      children.append(.transition(transition))
      return range
    }
    // The clip that goes is none that played before: it is there for the transition alone. One has to stand on either side of
    // the cut, so that the first half of the transition is its.
    let before = max(1, length / 2)
    guard before < range.count else {
      findings.add(
        "edl.outgoing_lost", .warning, "\(outgoing.source.name) goes in a transition of one frame",
        at: incoming.position, instead: "the incoming clip plays alone")
      return range
    }
    children.append(
      item(
        outgoing.source, start: outgoing.motion.start(offset: 0, count: before), count: before,
        effects: outgoing.motion.effects, grade: outgoing.grade))
    transition.inOffset = time(before)
    transition.outOffset = time(length - before)
    children.append(.transition(transition))
    return FrameRange(range.start + before, range.end)
  }

  /// Whether the clip before, or the black there, is what goes.
  private func plays(_ outgoing: EDLShot.Outgoing) -> Bool {
    guard let last else { return outgoing.source.kind == .black }
    guard last.source.kind == outgoing.source.kind else { return false }
    guard last.source.kind == .media else { return true }
    guard last.source.reel == outgoing.source.reel else { return false }
    // The ends of retimed clips are rounded.
    let start = outgoing.motion.first
    return last.isRetimed || (start - last.position).magnitude <= 1 || start == Rational(last.listed)
  }

  // MARK: Objects

  private func clip(of shot: EDLShot, _ range: FrameRange) -> Composable {
    let offset = range.start - shot.record.start
    var item = item(
      shot.source, start: shot.motion.start(offset: offset, count: range.count), count: range.count,
      effects: shot.motion.effects, grade: shot.grade)
    guard case .clip(var clip) = item else { return item }
    clip.item.isEnabled = shot.isEnabled
    var metadata = clip.item.info.metadata["cmx_3600"]?.object ?? JSONObject()
    metadata["event"] = .string(shot.number)
    metadata["channels"] = .string(shot.channels.description)
    if !shot.channels.more.isEmpty { metadata["more_channels"] = .array(shot.channels.more.map { .number($0) }) }
    if shot.isDropSource != clock.isDropRecord { metadata["drop_frame"] = .bool(shot.isDropSource) }
    if let file = shot.source.file { metadata["source_file"] = .string(file) }
    if !shot.comments.isEmpty { metadata["comments"] = .array(shot.comments.map { .string($0) }) }
    clip.item.info.metadata["cmx_3600"] = .object(metadata)
    if kind == .audio, let gain = shot.gain, gain != .one, var settings = try? clip.settings() {
      settings.gain = .constant(gain)
      clip.set(settings)
    }
    for locator in shot.locators where range.contains(locator.frame) {
      let position = shot.motion.position(at: locator.frame - shot.record.start)
      clip.item.markers.append(Marker(locator, at: RationalTime(position, clock.rate)))
    }
    item = .clip(clip)
    return item
  }

  /// A clip, or silence where black has no sound.
  private func item(
    _ source: EDLShot.Source, start: Rational, count: Int, effects: [Effect], grade: GradeOperation?
  ) -> Composable {
    if source.kind == .black, kind == .audio { return .gap(Gap(duration: time(count))) }
    let range = TimeRange(start: RationalTime(start, clock.rate), duration: time(count))
    var clip = Clip(
      name: source.name, reference: source.reference(start: start, rate: clock.rate), range: range)
    clip.item.effects = effects
    if let reel = source.reel { clip.item.info.metadata["cmx_3600"] = ["reel": .string(reel)] }
    if let grade, kind == .video, var settings = try? clip.settings() {
      settings.grade = [grade]
      clip.set(settings)
    }
    return .clip(clip)
  }

  private func time(_ frames: Int) -> RationalTime { RationalTime(Rational(frames), clock.rate) }
}

extension Marker {
  /// OTIO's colours; a locator's other words stay in the metadata.
  private static let colors: Set<String> = [
    "PINK", "RED", "ORANGE", "YELLOW", "GREEN", "CYAN", "BLUE", "PURPLE", "MAGENTA", "BLACK", "WHITE",
  ]

  init(_ locator: EDLShot.Locator, at time: RationalTime) {
    let color = locator.color.uppercased()
    self.init(
      info: ObjectInfo(name: locator.text, metadata: ["cmx_3600": ["color": .string(locator.color)]]),
      range: TimeRange(start: time, duration: RationalTime(0, time.rate)),
      color: Self.colors.contains(color) ? color : "RED")
  }
}

import PegCore
import PegTimeline
import PegXML

extension XMEMLReader {
  /// The tracks of a kind, the lowest first.
  mutating func tracks(of sequence: Sequence, _ kind: Track.Kind) throws(PegError) -> [Track] {
    guard let media = sequence.node.first("media") else { return [] }
    ledger.claim(media)
    guard let list = media.first(kind == .audio ? "audio" : "video") else { return [] }
    ledger.claim(list)
    for child in list.children where ["format", "numOutputChannels", "outputs", "duration"].contains(child.name) {
      ledger.claimAll(child)
    }
    var channels = XMEMLChannels()
    if kind == .audio { channels = XMEMLChannels(list.children("track"), self) }
    var tracks: [Track] = []
    for node in list.children("track") {
      ledger.claim(node)
      for child in node.children where ["name", "enabled", "locked"].contains(child.name) { ledger.claimAll(child) }
      let notes = notes(of: node)
      let children = try self.children(of: node, in: sequence, kind, channels)
      // The second channel of a stereo pair, whose sound the first one's track holds.
      let isSecond = node["currentExplodedTrackIndex"].map { $0 != "0" } ?? false
      if children.isEmpty, isSecond || channels.emptied.contains(node) { continue }
      var track = Track(name: node.text("name") ?? "", kind: kind, children: children)
      track.item.isEnabled = Self.isOn(node)
      if !notes.isEmpty { track.item.info.metadata["xmeml"] = .object(notes) }
      tracks.append(track)
    }
    if kind == .audio { reportChannels(channels) }
    return tracks
  }

  /// Where an item stands, in frames of its sequence.
  struct Slot {
    var start: Rational
    var end: Rational
    /// Frames that `in` lies before `start`, for a transition that the item leads out of.
    var head = Rational.zero
  }

  private struct Join {
    var node: XMLNode
    var start: Rational
    var end: Rational
    var cut: Rational
  }

  private mutating func children(
    of track: XMLNode, in sequence: Sequence, _ kind: Track.Kind, _ channels: XMEMLChannels
  ) throws(PegError) -> [Composable] {
    let items = track.children.filter { ["clipitem", "generatoritem", "transitionitem"].contains($0.name) }
    var joins: [Int: Join] = [:]
    for (index, node) in items.enumerated() where node.name == "transitionitem" {
      joins[index] = try join(node, sequence.rate)
    }
    var children: [Composable] = []
    var cursor = Rational.zero
    func rest(until place: Rational) {
      guard place > cursor else { return }
      children.append(.gap(Gap(duration: RationalTime(place - cursor, sequence.rate))))
      cursor = place
    }
    for (index, node) in items.enumerated() {
      if let join = joins[index] {
        try count(node)
        guard join.cut >= cursor else {
          lostTransition(node, "lies inside the item before it")
          continue
        }
        rest(until: join.cut)
        children.append(.transition(transition(join.node, join.cut - join.start, join.end - join.cut, sequence.rate)))
        continue
      }
      if channels.merged.contains(node) {
        ledger.claimAll(node)
        continue
      }
      try count(node)
      guard var slot = try slot(of: node, after: joins[index - 1], before: joins[index + 1]) else { continue }
      if slot.start < cursor {
        ledger.lose(
          "xmeml.overlap", "\(node.text("name") ?? node.name) begins before the item before it ends",
          instead: slot.end > cursor ? "it begins where that one ends" : "it is left out", at: node)
        guard slot.end > cursor else {
          ledger.claimAll(node)
          continue
        }
        slot.head += cursor - slot.start
        slot.start = cursor
      }
      let played = try self.item(node, slot, in: sequence, kind, channels)
      rest(until: slot.start)
      children += played
      cursor = slot.end
    }
    return fitted(children, track)
  }

  /// - Returns: `nil`, and a finding, for an item without a length.
  private mutating func slot(of node: XMLNode, after head: Join?, before tail: Join?) throws(PegError) -> Slot? {
    for name in ["start", "end"] { if let child = node.first(name) { ledger.claimAll(child) } }
    guard let start = try frames("start", of: node) ?? head?.cut else {
      throw ledger.wrong("\(node.text("name") ?? node.name) has no start and follows no transition", at: node)
    }
    guard let end = try frames("end", of: node) ?? tail?.cut else {
      throw ledger.wrong("\(node.text("name") ?? node.name) has no end and no transition follows it", at: node)
    }
    guard start >= .zero, end > start else {
      guard end == start else {
        throw ledger.wrong("\(node.text("name") ?? node.name) lies from \(start) to \(end)", at: node)
      }
      ledger.lose(
        "xmeml.no_duration", "\(node.text("name") ?? node.name) has no duration", instead: "it is left out", at: node)
      ledger.claimAll(node)
      return nil
    }
    var slot = Slot(start: start, end: end)
    if let head, try frames("start", of: node) == nil { slot.head = head.cut - head.start }
    return slot
  }

  // MARK: Transitions

  private mutating func join(_ node: XMLNode, _ rate: FrameRate) throws(PegError) -> Join {
    guard let start = try frames("start", of: node), let end = try frames("end", of: node), end > start,
      start >= .zero
    else { throw ledger.wrong("a transition says where it starts and ends", at: node) }
    var cut: Rational
    switch node.text("alignment") ?? "center" {
    case "start", "start-black": cut = start
    case "end", "end-black": cut = end
    default: cut = Rational(((start + end) * Rational(1, 2)).floor)
    }
    // Premiere says the cut as well, in its ticks after the start.
    if let ticks = node.text("cutPointTicks").flatMap({ Rational(decimal: $0) }),
      let frames = BoundedRational.product(ticks, rate.value * Rational(1, 254_016_000_000))
    {
      let place = start + Rational(frames.rounded)
      if place >= start, place <= end { cut = place }
    }
    return Join(node: node, start: start, end: end, cut: cut)
  }

  private mutating func lostTransition(_ node: XMLNode, _ why: String) {
    ledger.claimAll(node)
    ledger.lose(
      "xmeml.transition", "the transition \(node.first("effect")?.text("name") ?? "") \(why)",
      instead: "it is left out",
      at: node)
  }

  private mutating func transition(
    _ node: XMLNode, _ before: Rational, _ after: Rational, _ rate: FrameRate
  ) -> Transition {
    for child in node.children where child.name != "filter" { ledger.claimAll(child) }
    let effect = node.first("effect")
    let name = effect?.text("name") ?? ""
    let id = effect?.text("effectid") ?? name
    switch (effect?.text("mediatype") ?? "video", id) {
    case ("audio", _):
      if id.contains("3dB") || name.contains("+3") {
        ledger.lose(
          "xmeml.crossfade", "the crossfade \(name) keeps the power even", instead: "it is a linear crossfade",
          at: node,
          severity: .note)
      }
    case (_, "Cross Dissolve"), (_, "CrossDissolve"):
      let isReversed = effect?.text("reverse")?.uppercased() == "TRUE"
      let (from, to) = (effect?.text("startratio") ?? "0", effect?.text("endratio") ?? "1")
      if isReversed || Rational(decimal: from) != .zero || Rational(decimal: to) != .one {
        ledger.lose(
          "xmeml.transition_setting",
          "the dissolve \(name) runs from \(from) to \(to)\(isReversed ? ", reversed" : "")",
          instead: "it runs from 0 to 1", at: node)
      }
    default:
      ledger.lose(
        "xmeml.transition", "the transition \(name) is not carried", instead: "it is a dissolve of the same length",
        at: node)
    }
    var info = ObjectInfo(name: name)
    info.metadata["xmeml"] = ["effect_id": .string(id), "alignment": .string(node.text("alignment") ?? "")]
    return Transition(
      info: info, type: "SMPTE_Dissolve", inOffset: RationalTime(before, rate), outOffset: RationalTime(after, rate))
  }

  /// Transitions no longer than what they join: at the end of a track there is nothing to lead into.
  private mutating func fitted(_ children: [Composable], _ track: XMLNode) -> [Composable] {
    var children = children
    for index in children.indices {
      guard case .transition(var transition) = children[index] else { continue }
      func room(_ neighbour: Int) -> Rational {
        guard children.indices.contains(neighbour) else { return 0 }
        switch children[neighbour] {
        case .clip(let clip): return clip.item.sourceRange?.duration.value ?? 0
        case .stack(let stack): return stack.item.sourceRange?.duration.value ?? 0
        case .gap(let gap): return gap.item.sourceRange?.duration.value ?? 0
        case .track, .transition, .unknown: return 0
        }
      }
      let (before, after) = (room(index - 1), room(index + 1))
      guard transition.inOffset.value > before || transition.outOffset.value > after else { continue }
      transition.inOffset.value = min(transition.inOffset.value, before)
      transition.outOffset.value = min(transition.outOffset.value, after)
      children[index] = .transition(transition)
      ledger.lose(
        "xmeml.transition_length", "a transition \(transition.info.name) is longer than what it joins",
        instead: "it is as long as that", at: track)
    }
    return children
  }
}

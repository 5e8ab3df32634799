import PegCore
import PegTimeline

/// The events of one track.
struct EDLTrackWriter {
  let track: Track
  let address: CutAddress
  let channels: EDLChannels
  let kind: TrackLabel.Kind

  /// An item on whole record frames, transitions not yet taken into account.
  private struct Slot {
    var index: Int
    /// Record frames since midnight.
    var range: FrameRange
    /// Record frames that the item's own time begins before ``range``, exact.
    var trimmed: Rational
  }

  mutating func lines(_ writer: inout EDLWriter) throws(PegError) -> [EDLLine] {
    let layout = try track.layout(at: address)
    let transitions = try track.transitions(in: layout, at: address)
    var slots: [Int: Slot] = [:]
    for (index, child) in track.children.enumerated() {
      if case .transition = child { continue }
      guard let visible = try layout.visible(index) else { continue }
      let begin = visible.start * writer.rate.value
      let end = visible.end * writer.rate.value
      guard begin.ceil < end.ceil else { continue }
      if !begin.isWhole || !end.isWhole {
        writer.lose(
          "edl.rounded", "The item lies between frames", at: address.child(index).description,
          "its edges are on the next frames")
      }
      let cut = visible.start - (layout.slots[index].start - layout.window.start)
      slots[index] = Slot(
        index: index, range: FrameRange(writer.start + begin.ceil, writer.start + end.ceil),
        trimmed: cut * writer.rate.value + Rational(begin.ceil) - begin)
    }
    let into = Dictionary(
      transitions.compactMap { place in place.after.map { ($0, place) } }, uniquingKeysWith: { a, _ in a })
    let out = Dictionary(
      transitions.compactMap { place in place.before.map { ($0, place) } }, uniquingKeysWith: { a, _ in a })
    var lines: [EDLLine] = []
    for index in track.children.indices {
      guard let slot = slots[index] else { continue }
      let head = into[index].flatMap { length(of: $0, writer) }
      let tail = out[index].flatMap { length(of: $0, writer) }
      // A transition's event begins where the transition does.
      let begin = slot.range.start - (head?.before ?? 0)
      let end = slot.range.end - (tail?.before ?? 0)
      if begin < end,
        var line = try line(
          of: slot, FrameRange(begin, end), isIncoming: head != nil, &writer)
      {
        if let head, head.before + head.after > 0 {
          line.edit = head.edit
          line.length = head.before + head.after
          line.outgoing = try outgoing(into[index]?.before, slots, at: begin, head, &writer)
        }
        lines.append(line)
      } else if let head, head.before + head.after > 0, begin < end {
        // From a clip into a gap: black is what comes, for as long as the gap.
        var line = EDLLine(
          record: FrameRange(begin, end), channels: channels, reel: "BL", source: (0, end - begin),
          isDropSource: writer.isDrop)
        line.edit = head.edit
        line.length = head.before + head.after
        line.outgoing = try outgoing(into[index]?.before, slots, at: begin, head, &writer)
        lines.append(line)
      }
      if let tail, out[index]?.after == nil, tail.before > 0 {
        var line = EDLLine(
          record: FrameRange(end, slot.range.end), channels: channels, reel: "BL", source: (0, tail.before),
          isDropSource: writer.isDrop)
        line.edit = tail.edit
        line.length = tail.before
        line.outgoing = try outgoing(index, slots, at: end, tail, &writer)
        lines.append(line)
      }
    }
    return lines
  }

  // MARK: Transitions

  private struct Length {
    /// Record frames before and after the cut.
    var before: Int
    var after: Int
    var edit: String
  }

  private func length(of place: TransitionPlace, _ writer: EDLWriter) -> Length? {
    guard case .transition(let transition) = track.children[place.index] else { return nil }
    let rate = writer.rate.value
    let cut = (place.cut * rate).ceil
    let begin = ((place.cut - place.inOffset) * rate).ceil
    let end = ((place.cut + place.outOffset) * rate).ceil
    let pattern = transition.info.metadata["cmx_3600"]?["transition"]?.string
    let isWipe = transition.type == "SMPTE_Wipe" || pattern?.first == "W"
    return Length(before: cut - begin, after: end - cut, edit: isWipe ? pattern ?? "W001" : "D")
  }

  /// What goes in a transition that begins at a record frame.
  private func outgoing(
    _ before: Int?, _ slots: [Int: Slot], at frame: Int, _ length: Length, _ writer: inout EDLWriter
  ) throws(PegError) -> EDLLine.Outgoing {
    let black = EDLLine.Outgoing(reel: "BL", source: 0, notes: [])
    guard let before, let slot = slots[before], case .clip(let clip) = track.children[before], clip.item.isEnabled
    else {
      return black
    }
    let place = address.child(before)
    let event = try EDLClipWriter(clip, at: place, slot.trimmed, slot.range, &writer)
    let source = event.source(at: frame - slot.range.start)
    var notes = event.names(as: "FROM")
    // A clip that is there for the transition alone has no event of its own.
    if frame == slot.range.start {
      notes += event.grade(kind, &writer) + event.memory(&writer)
    }
    return EDLLine.Outgoing(reel: event.reel, source: source, notes: notes)
  }

  // MARK: Clips

  /// `nil` for what an event does not show.
  private func line(
    of slot: Slot, _ range: FrameRange, isIncoming: Bool, _ writer: inout EDLWriter
  ) throws(PegError) -> EDLLine? {
    let place = address.child(slot.index)
    switch track.children[slot.index] {
    case .gap, .transition: return nil
    case .clip(let clip):
      guard clip.item.isEnabled else {
        writer.lose(
          "edl.disabled", "The clip \(clip.item.info.name) is disabled", at: place.description, "it is left out")
        return nil
      }
      let event = try EDLClipWriter(clip, at: place, slot.trimmed, slot.range, &writer)
      return event.line(range, channels: channels, kind: kind, isIncoming: isIncoming, &writer)
    case .stack, .track:
      writer.lose("edl.nest", "A nest lies here", at: place.description, "it is an event of the reel AX without media")
    case .unknown:
      writer.lose("edl.unknown", "An unknown object lies here", at: place.description, "it is an event of the reel AX")
    }
    return EDLLine(
      record: range, channels: channels, reel: "AX", source: (0, range.count), isDropSource: writer.isDrop)
  }
}

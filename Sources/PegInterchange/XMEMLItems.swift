import PegCore
import PegTimeline
import PegXML

// Clips, generators and nested sequences of a track.

extension XMEMLReader {
  /// An item as clips or a stack: several clips where its speed changes.
  mutating func item(
    _ node: XMLNode, _ slot: Slot, in sequence: Sequence, _ kind: Track.Kind, _ channels: XMEMLChannels
  ) throws(PegError) -> [Composable] {
    for child in node.children where ["name", "duration", "rate"].contains(child.name) { ledger.claimAll(child) }
    let rate = try rate(of: node) ?? sequence.rate
    let name = node.text("name") ?? ""
    let notes = notes(of: node)
    let ratio = try quotient(rate.value, sequence.rate.value)
    let low = try sum(try frames("in", of: node) ?? 0, try product(slot.head, ratio))
    let high = try sum(low, try product(try difference(slot.end, slot.start), ratio))
    checkLength(node, slot, rate, sequence.rate)
    let source = try self.source(of: node, name, rate, kind)
    let segments = try self.segments(of: node, from: low, to: high, source.duration.map { $0 * rate.value })
    let looks = try filters(
      of: node, kind, XMEMLKeyTimes(first: low, ratio: try quotient(sequence.rate.value, rate.value)),
      frame: sequence.raster, media: source.raster)
    var pieces: [CutPiece] = []
    let second = sequence.rate.value.reciprocal
    for segment in segments {
      let since = try difference(segment.from, low)
      let start = try sum(try product(slot.start, second), try quotient(since, rate.value))
      let first = try quotient(segment.source, rate.value)
      pieces.append(
        CutPiece(
          start: start, duration: try quotient(try difference(segment.to, segment.from), rate.value),
          source: try sum(source.start, first), speed: segment.slope, body: source.body, sourceRate: source.rate ?? rate
        ))
    }
    let markers = try markers(of: node, source.rate ?? rate) { (reader, frame) throws(PegError) in
      // Markers stand in the item's own time, as its in and out do.
      let segment = segments.last { $0.from <= frame } ?? segments[0]
      let shown = try reader.sum(
        segment.source, try reader.product(try reader.difference(frame, segment.from), segment.slope))
      let seconds = try reader.sum(source.start, try reader.quotient(shown, rate.value))
      return try reader.product(seconds, (source.rate ?? rate).value)
    }
    var items: [Composable] = []
    for (index, piece) in pieces.enumerated() {
      var piece = piece
      let moved = try difference(piece.start, pieces[0].start)
      let frames = try product(moved, sequence.rate.value).rounded
      switch piece.body {
      case .clip(var clip):
        clip.item.info.name = name
        clip.item.isEnabled = Self.isOn(node)
        var own = notes
        if kind == .audio, let used = channels.used[node] {
          own["channels"] = .array(used.sorted().map { .number($0) })
        }
        if !own.isEmpty { clip.item.info.metadata["xmeml"] = .object(own) }
        if index == 0 { clip.item.markers = markers }
        clip.set(looks.moved(by: -frames))
        piece.body = .clip(clip)
      case .stack(var stack):
        stack.item.info.name = name
        stack.item.isEnabled = Self.isOn(node)
        if !notes.isEmpty { stack.item.info.metadata["xmeml"] = .object(notes) }
        if index == 0 { stack.item.markers = markers }
        let looks = looks.moved(by: -frames)
        var settings = TrackSettings()
        (settings.placement, settings.opacity) = (looks.placement, looks.opacity)
        (settings.blend, settings.gain) = (looks.blend, looks.gain)
        stack.set(settings)
        piece.body = .stack(stack)
      case .gap: break
      }
      items.append(try exact(piece.item(at: sequence.rate, in: cutRate)))
    }
    if let child = node.first("enabled") { ledger.claimAll(child) }
    return items
  }

  /// What an item plays.
  private struct Source {
    var body: CutPiece.Body
    /// Source seconds at the item's frame 0.
    var start = Rational.zero
    /// What source times are counted in.
    var rate: FrameRate?
    /// Seconds of the source.
    var duration: Rational?
    var raster: Raster?
  }

  private mutating func source(
    of node: XMLNode, _ name: String, _ rate: FrameRate, _ kind: Track.Kind
  ) throws(PegError) -> Source {
    if let stub = node.first("sequence") {
      ledger.claim(stub)
      let whole = whole(stub)
      guard whole.first("media") != nil || whole != stub || stub["id"] == nil else {
        ledger.lose(
          "xmeml.missing_sequence", "the sequence \(stub["id"] ?? "") is defined nowhere", instead: "it is empty",
          at: stub, severity: .error)
        return Source(body: .stack(Stack()))
      }
      return try inside(whole, from: node) { (reader) throws(PegError) in
        let nested = try reader.read(whole)
        let tracks = try reader.tracks(of: nested, kind)
        _ = reader.notes(of: whole)
        for marker in whole.children("marker") { reader.ledger.claimAll(marker) }
        reader.current = node
        var stack = Stack(children: tracks.map { .track($0) })
        stack.item.markers = try reader.markers(of: whole, nested.rate) { (_, frame) throws(PegError) in frame }
        let length = try reader.frames("duration", of: whole)
        return Source(
          body: .stack(stack), rate: nested.rate, duration: length.map { $0 / nested.rate.value }, raster: nested.raster
        )
      }
    }
    if let file = try file(of: node, rate) {
      return Source(
        body: .clip(Clip(name: name, reference: file.reference)), start: file.start, rate: file.rate,
        duration: file.duration.map { $0 / file.rate.value }, raster: file.raster)
    }
    if node.name == "generatoritem" {
      return Source(body: .clip(Clip(name: name, reference: generator(of: node, name, kind))))
    }
    if let multiclip = node.first("multiclip") {
      ledger.claimAll(multiclip)
      ledger.lose(
        "xmeml.multiclip", "the multiclip \(name) is not carried", instead: "it is a clip without media", at: multiclip,
        hint: "collapse multiclips before the export")
    } else {
      ledger.lose(
        "xmeml.missing_file", "\(name) has no file", instead: "its media are missing", at: node, severity: .error)
    }
    return Source(body: .clip(Clip(name: name, reference: .offline(name: name))))
  }

  /// A generator by its kind; what Pegbar does not make is kept without media.
  private mutating func generator(of node: XMLNode, _ name: String, _ kind: Track.Kind) -> MediaReference {
    let effect = node.first("effect")
    if let effect { ledger.claimAll(effect) }
    let id = (effect?.text("effectid") ?? effect?.text("name") ?? name).lowercased()
    if id == "color" || id == "matte", let color = Self.color(of: effect) {
      return .made("solid", parameters: ["color": color])
    }
    let known = Self.generators.first { id.hasPrefix($0.prefix) || name.lowercased().hasPrefix($0.prefix) }
    if let known { return .made(kind == .audio && known.kind == "bars" ? "tone" : known.kind) }
    ledger.lose(
      "xmeml.generator", "the generator \(effect?.text("name") ?? name) is not carried",
      instead: "it is a clip without media", at: node, hint: "link a movie of it with `pegbar cut link`")
    var reference = MediaReference.offline(name: name)
    if var common = reference.common {
      common.info.metadata["xmeml"] = ["effect_id": .string(effect?.text("effectid") ?? "")]
      reference.common = common
    }
    return reference
  }

  /// The colour of a solid, `[r, g, b]`, from codes of 0…255.
  private static func color(of effect: XMLNode?) -> JSON? {
    for parameter in effect?.children("parameter") ?? [] {
      guard let value = parameter.first("value") else { continue }
      let codes = ["red", "green", "blue"].compactMap { value.text($0).flatMap { Int($0) } }
      if codes.count == 3, codes.allSatisfy((0...255).contains) {
        return .array(codes.map { .number(Rational($0, 255)) })
      }
    }
    return nil
  }

  /// Notes an item whose range is not as long as its place, by more than rounding.
  private mutating func checkLength(_ node: XMLNode, _ slot: Slot, _ rate: FrameRate, _ outer: FrameRate) {
    guard let first = try? frames("in", of: node), let last = try? frames("out", of: node), last > first,
      let start = try? frames("start", of: node), let end = try? frames("end", of: node),
      let shown = BoundedRational.quotient(last - first, rate.value),
      let placed = BoundedRational.quotient(end - start, outer.value)
    else { return }
    let frame = max(rate.value.reciprocal, outer.value.reciprocal)
    guard (shown - placed).magnitude > frame else { return }
    ledger.note(
      "xmeml.length",
      "\(node.text("name") ?? node.name) shows \(last - first) frames in a place for \(end - start): its place counts",
      at: node, severity: .warning)
  }
}

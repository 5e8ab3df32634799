import PegCore
import PegTimeline
import PegXML

extension FCPXMLReader {
  /// Puts an element's markers on the pieces that they fall on; what falls outside all of them stays on the nearest, where
  /// Final Cut hides it as well.
  mutating func mark(_ pieces: inout [CutPiece], with node: XMLNode, _ place: FCPXMLPlace) throws(PegError) {
    for child in node.children where child.name == "marker" || child.name == "chapter-marker" {
      ledger.claimAll(child)
      guard let index = pieces.indices.last, let local = try seconds("start", of: child) else { continue }
      let moment = try timeline(local, of: place)
      let target = pieces.lastIndex { $0.start <= moment } ?? pieces.startIndex
      let piece = pieces[min(target, index)]
      let since = try difference(moment, piece.start)
      let isGap = if case .gap = piece.body { true } else { false }
      let source = isGap ? since : try sum(piece.source, try product(since, piece.speed))
      let marker = try self.marker(child, at: source, rate: isGap ? cutRate : piece.sourceRate ?? cutRate)
      switch pieces[min(target, index)].body {
      case .clip(var clip):
        clip.item.markers.append(marker)
        pieces[min(target, index)].body = .clip(clip)
      case .stack(var stack):
        stack.item.markers.append(marker)
        pieces[min(target, index)].body = .stack(stack)
      case .gap(var gap):
        gap.item.markers.append(marker)
        pieces[min(target, index)].body = .gap(gap)
      }
    }
  }

  /// Colours as OpenTimelineIO's own reader has them; chapters are its orange.
  private func marker(_ node: XMLNode, at source: Rational, rate: FrameRate) throws(PegError) -> Marker {
    let length = try seconds("duration", of: node) ?? 0
    let range = TimeRange(
      start: RationalTime(try product(source, rate.value), rate),
      duration: RationalTime(try product(max(length, 0), rate.value), rate))
    let color =
      switch (node.name, node["completed"]) {
      case ("chapter-marker", _): "ORANGE"
      case (_, "1"?): "GREEN"
      case (_, "0"?): "RED"
      default: "PURPLE"
      }
    var marker = Marker(
      info: ObjectInfo(name: node["value"] ?? ""), range: range, color: color, comment: node["note"])
    var notes = Self.attributes(of: node, without: ["value", "note", "start", "duration"])
    if node.name == "chapter-marker" { notes["chapter"] = .bool(true) }
    if !notes.isEmpty { marker.info.metadata["fcpxml"] = .object(notes) }
    return marker
  }

  /// Markers on a transition: a transition of OTIO has none, so they stand on the timeline.
  ///
  /// - Parameter start: record seconds at which the transition begins.
  mutating func markers(ofTransition node: XMLNode, at start: Rational) throws(PegError) {
    for child in node.children where child.name == "marker" || child.name == "chapter-marker" {
      ledger.claimAll(child)
      guard let local = try seconds("start", of: child) else { continue }
      guard open.isEmpty else {
        ledger.lose(
          "fcpxml.marker", "the marker \(child["value"] ?? "") stands on a transition inside a clip",
          instead: "it is left out", at: child)
        continue
      }
      // A transition's own time begins at one hour.
      let since = local >= 3600 ? try difference(local, 3600) : local
      markersOfTransitions.append(try marker(child, at: try sum(start, since), rate: cutRate))
    }
  }
}

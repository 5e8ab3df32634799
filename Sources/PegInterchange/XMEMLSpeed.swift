import PegCore
import PegXML

/// A stretch over which an item's source runs linearly, in frames of the item.
struct XMEMLSegment {
  /// The item's own time, which its `in` and `out` count.
  var from: Rational
  var to: Rational
  /// Source frame at `from`, and source frames for each frame of own time.
  var source: Rational
  var slope: Rational
}

extension XMEMLReader {
  private struct SpeedPoint {
    var when: Rational
    var value: Rational
    /// `speedkfin`, `speedkfout`: where the item begins and ends.
    var isEdge: Bool
  }

  /// How an item's source runs: as shot, unless it is a still or a filter `timeremap` retimes it.
  ///
  /// - Parameter duration: frames of the source, at the item's rate, where they are known.
  mutating func segments(
    of node: XMLNode, from low: Rational, to high: Rational, _ duration: Rational?
  ) throws(PegError) -> [XMEMLSegment] {
    if let still = node.first("stillframe") {
      ledger.claimAll(still)
      if let offset = node.first("stillframeoffset") { ledger.claimAll(offset) }
      if still.text.uppercased() == "TRUE" {
        let frame = try frames("stillframeoffset", of: node) ?? low
        return [XMEMLSegment(from: low, to: high, source: frame, slope: 0)]
      }
    }
    var begin = Rational.zero
    if let subclip = node.first("subclipinfo") {
      ledger.claimAll(subclip)
      begin = try frames("startoffset", of: subclip) ?? 0
    }
    let remap = node.children("filter").first { filter in
      filter.first("effect")?.text("effectid") == "timeremap" && Self.isOn(filter)
    }
    guard let effect = remap?.first("effect") else {
      return [XMEMLSegment(from: low, to: high, source: try sum(begin, low), slope: 1)]
    }
    var segments = try remapped(effect, node, from: low, to: high, duration)
    for index in segments.indices { segments[index].source = try sum(segments[index].source, begin) }
    return segments
  }

  private mutating func remapped(
    _ effect: XMLNode, _ node: XMLNode, from low: Rational, to high: Rational, _ duration: Rational?
  ) throws(PegError) -> [XMEMLSegment] {
    func parameter(_ id: String) -> XMLNode? { effect.children("parameter").first { $0.text("parameterid") == id } }
    func isTrue(_ node: XMLNode?) -> Bool {
      ["TRUE", "1"].contains(node?.text("value")?.uppercased() ?? "FALSE")
    }
    let name = node.text("name") ?? ""
    if isTrue(parameter("frameblending")) {
      ledger.lose(
        "xmeml.frame_blending", "the frames of \(name) are blended", instead: "frames are held and skipped", at: effect)
    }
    let points = try points(of: parameter("graphdict"))
    if isTrue(parameter("variablespeed")), points.count >= 2 {
      return try ramp(points, from: low, to: high, name, effect)
    }
    var speed = Rational.one
    if let written = parameter("speed"), let text = written.text("value") {
      guard let percent = Rational(decimal: text), percent.magnitude <= 1_000_000 else {
        throw ledger.wrong("the speed \"\(text.prefix(20))\" is none", at: written)
      }
      speed = percent * Rational(1, 100)
      // Hiero writes a factor where Final Cut writes per cent, and no limits.
      if percent.magnitude < 1, percent != .zero, written.first("valuemax") == nil {
        speed = percent
        ledger.note("xmeml.speed_factor", "the speed \(text) of \(name) is read as a factor, not per cent", at: written)
      }
    }
    if isTrue(parameter("reverse")) { speed = -speed.magnitude }
    // The graph says which source frame plays where the item begins; without it the source's own edge does.
    if let edge = points.first(where: \.isEdge) ?? points.first {
      let since = try difference(low, edge.when)
      return [
        XMEMLSegment(from: low, to: high, source: try sum(edge.value, try product(since, speed)), slope: speed)
      ]
    }
    var source = try product(low, speed)
    if speed < .zero {
      guard let duration else {
        ledger.lose(
          "xmeml.reverse", "\(name) plays backwards from an end that is not said", instead: "its in is taken for it",
          at: effect)
        return [
          XMEMLSegment(
            from: low, to: high, source: try difference(low, try product(speed, try difference(high, low))),
            slope: speed)
        ]
      }
      source = try sum(duration, source)
    }
    return [XMEMLSegment(from: low, to: high, source: source, slope: speed)]
  }

  private func points(of graph: XMLNode?) throws(PegError) -> [SpeedPoint] {
    var points: [SpeedPoint] = []
    for key in graph?.children("keyframe") ?? [] {
      guard let when = try frames("when", of: key), let value = try frames("value", of: key) else { continue }
      if let last = points.last, when <= last.when {
        // Two points at one place: the later one holds.
        guard when == last.when else { throw ledger.wrong("the keyframes of a speed ascend", at: key) }
        points.removeLast()
      }
      let isEdge = key.text("speedkfin")?.uppercased() == "TRUE" || key.text("speedkfout")?.uppercased() == "TRUE"
      points.append(SpeedPoint(when: when, value: value, isEdge: isEdge))
    }
    return points
  }

  /// A speed that changes: straight between the points of its graph.
  private mutating func ramp(
    _ points: [SpeedPoint], from low: Rational, to high: Rational, _ name: String, _ effect: XMLNode
  ) throws(PegError) -> [XMEMLSegment] {
    var segments: [XMEMLSegment] = []
    for index in 1..<points.count {
      let (a, b) = (points[index - 1], points[index])
      let from = index == 1 ? low : max(a.when, low)
      let to = index == points.count - 1 ? high : min(b.when, high)
      guard from < to else { continue }
      let slope = try quotient(try difference(b.value, a.value), try difference(b.when, a.when))
      if let last = segments.last, last.slope == slope {
        segments[segments.count - 1].to = to
      } else {
        let source = try sum(a.value, try product(try difference(from, a.when), slope))
        segments.append(XMEMLSegment(from: from, to: to, source: source, slope: slope))
      }
    }
    ledger.lose(
      "xmeml.speed_ramp", "the speed of \(name) varies",
      instead: segments.count == 1
        ? "it is constant" : "it changes at once at each point, as \(segments.count) clips of constant speed",
      at: effect)
    return segments
  }
}

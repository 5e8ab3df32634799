import PegCore
import PegTimeline
import PegXML

/// From a keyframe's time to a frame of the item as the cut counts it.
struct XMEMLKeyTimes {
  /// The item's own time at its first frame.
  var first: Rational
  /// Frames of the sequence for each frame of the item.
  var ratio: Rational
}

extension ClipSettings {
  /// The same with its keys later.
  func moved(by frames: Int) -> ClipSettings {
    guard frames != 0 else { return self }
    var moved = self
    moved.opacity = opacity?.moved(by: frames)
    moved.gain = gain?.moved(by: frames)
    if case .transform(var transform) = placement {
      for key in transform.keys.indices { transform.keys[key].frame += frames }
      moved.placement = .transform(transform)
    }
    return moved
  }
}

extension XMEMLReader {
  /// Composite modes that Pegbar has.
  private static let blends: [String: BlendMode] = [
    "add": .add, "multiply": .multiply, "screen": .screen, "overlay": .overlay, "difference": .difference,
  ]

  /// What the filters of an item say that Pegbar has words for.
  ///
  /// - Parameters:
  ///   - frame: the raster of the sequence.
  ///   - media: that of the item's media.
  mutating func filters(
    of node: XMLNode, _ kind: Track.Kind, _ times: XMEMLKeyTimes, frame: Raster?, media: Raster?
  ) throws(PegError) -> ClipSettings {
    var settings = ClipSettings()
    let name = node.text("name") ?? node.name
    if let mode = node.first("compositemode") {
      ledger.claimAll(mode)
      let text = mode.text.lowercased()
      settings.blend = Self.blends[text]
      if settings.blend == nil, text != "normal", !text.isEmpty {
        ledger.lose(
          "xmeml.blend", "the composite mode \(mode.text) of \(name) is not carried",
          instead: "it lies over what is below", at: mode)
      }
    }
    for filter in node.children("filter") {
      ledger.claimAll(filter)
      guard Self.isOn(filter), let effect = filter.first("effect") else { continue }
      let id = effect.text("effectid") ?? effect.text("name") ?? ""
      switch id.lowercased() {
      case "timeremap": continue
      case "opacity":
        settings.opacity = try animation(of: effect, "opacity", times) { min(max($0 * Rational(1, 100), 0), 1) }
        if settings.opacity == .constant(1) { settings.opacity = nil }
      case "basic": settings.placement = try motion(effect, name, times, frame: frame, media: media)
      case "audiolevels":
        // A linear factor, 1 for as recorded.
        settings.gain = try animation(of: effect, "level", times) { min(max($0, 0), 1000) }
        if settings.gain == .constant(1) { settings.gain = nil }
      case _ where Self.isNeutral(effect, id): continue
      default:
        ledger.lose(
          "xmeml.filter", "the filter \(effect.text("name") ?? id) of \(name) is not carried",
          instead: "it is left out",
          at: filter)
      }
    }
    return settings
  }

  /// Filters that programs write out even where they change nothing.
  private static func isNeutral(_ effect: XMLNode, _ id: String) -> Bool {
    let parameters = effect.children("parameter")
    guard parameters.allSatisfy({ $0.first("keyframe") == nil }) else { return false }
    switch id.lowercased() {
    case "crop", "audiopan":
      // A pair of channels is panned apart: -1 means that it stays a pair.
      return parameters.allSatisfy { parameter in
        let value = parameter.text("value").flatMap { Rational(decimal: $0) } ?? 0
        return value == .zero || (id.lowercased() == "audiopan" && value == -1)
      }
    default: return false
    }
  }

  // MARK: Keys

  private func parameter(_ id: String, of effect: XMLNode) -> XMLNode? {
    effect.children("parameter").first { $0.text("parameterid") == id }
  }

  /// A parameter's value or its keyframes.
  private mutating func animation(
    of effect: XMLNode, _ id: String, _ times: XMEMLKeyTimes, _ value: (Rational) -> Rational
  ) throws(PegError) -> Animated? {
    guard let parameter = parameter(id, of: effect) else { return nil }
    var keys: [Animated.Key] = []
    for key in parameter.children("keyframe") {
      guard let when = try frames("when", of: key), let number = key.text("value").flatMap({ Rational(decimal: $0) })
      else { throw ledger.wrong("a keyframe says when and value", at: key) }
      let frame = try frame(when, times, key)
      if let last = keys.last, frame <= last.frame {
        guard frame == last.frame else { throw ledger.wrong("keyframes ascend", at: key) }
        keys.removeLast()
      }
      keys.append(Animated.Key(frame: frame, value: value(number), ease: ease(of: key, in: parameter)))
    }
    if keys.count > 1 { return .keys(keys) }
    if let only = keys.first { return .constant(only.value) }
    guard let text = parameter.text("value") else { return nil }
    guard let number = Rational(decimal: text) else {
      throw ledger.wrong("the value \"\(text.prefix(40))\" is no number", at: parameter)
    }
    return .constant(value(number))
  }

  private func frame(_ when: Rational, _ times: XMEMLKeyTimes, _ key: XMLNode) throws(PegError) -> Int {
    let frame = try product(try difference(when, times.first), times.ratio).rounded
    guard frame.magnitude <= 1_000_000_000 else {
      throw ledger.wrong("a keyframe lies further away than any film is long", at: key)
    }
    return frame
  }

  /// How a value leaves a key; curves are not carried.
  private mutating func ease(of key: XMLNode, in parameter: XMLNode) -> Ease {
    let own = key.first("interpolation")
    switch (own?.text("name") ?? own?.text ?? "").lowercased() {
    case "hold": return .hold
    case "bezier", "fcpcurve":
      ledger.lose(
        "xmeml.keyframe_curve", "the keyframes of \(parameter.text("name") ?? "a parameter") are curved",
        instead: "values go straight from key to key", at: parameter, severity: .note)
    default: break
    }
    return .linear
  }

  // MARK: Basic motion

  /// Basic motion: the scale of the media's own pixels in per cent, degrees with the clock, and centre and anchor from the
  /// middle, in widths and heights of the media's frame, downwards.
  private mutating func motion(
    _ effect: XMLNode, _ name: String, _ times: XMEMLKeyTimes, frame: Raster?, media: Raster?
  ) throws(PegError) -> PlacementSetting? {
    guard let frame else {
      ledger.lose(
        "xmeml.motion", "the motion of \(name) cannot be placed without the raster of the sequence",
        instead: "the picture fits", at: effect)
      return nil
    }
    let shown = media ?? frame
    var curves: [(id: String, part: String?, points: [(when: Rational, value: Rational)])] = []
    for (id, parts) in [
      ("scale", [nil]), ("rotation", [nil]), ("center", ["horiz", "vert"]), ("centerOffset", ["horiz", "vert"]),
    ] as [(String, [String?])] {
      guard let parameter = parameter(id, of: effect) else { continue }
      for part in parts {
        var points: [(when: Rational, value: Rational)] = []
        for key in parameter.children("keyframe") {
          guard let when = try frames("when", of: key), let value = Self.number(key.first("value"), part) else {
            throw ledger.wrong("a keyframe says when and value", at: key)
          }
          if let last = points.last, when <= last.when { throw ledger.wrong("keyframes ascend", at: key) }
          points.append((when, value))
          _ = ease(of: key, in: parameter)
        }
        if points.isEmpty, let value = Self.number(parameter.first("value"), part) { points = [(times.first, value)] }
        if !points.isEmpty { curves.append((id, part, points)) }
      }
    }
    func value(_ id: String, _ part: String?, at when: Rational) throws(PegError) -> Rational? {
      guard let points = curves.first(where: { $0.id == id && $0.part == part })?.points else { return nil }
      guard let after = points.firstIndex(where: { $0.when > when }) else { return points[points.count - 1].value }
      guard after > 0 else { return points[0].value }
      let (a, b) = (points[after - 1], points[after])
      let share = try quotient(try difference(when, a.when), try difference(b.when, a.when))
      return try sum(a.value, try product(try difference(b.value, a.value), share))
    }
    func pose(at when: Rational) throws(PegError) -> PlacementSetting.Pose {
      func place(_ middle: Raster, _ id: String) throws(PegError) -> PlacementSetting.Point {
        PlacementSetting.Point(
          try sum(
            Rational(middle.width, 2), try product(try value(id, "horiz", at: when) ?? 0, Rational(shown.width))),
          try sum(
            Rational(middle.height, 2), try product(try value(id, "vert", at: when) ?? 0, Rational(shown.height))))
      }
      let scale = try product(try value("scale", nil, at: when) ?? 100, Rational(1, 100))
      var pose = PlacementSetting.Pose(
        position: try place(frame, "center"), scale: PlacementSetting.Point(scale, scale))
      if let rotation = try value("rotation", nil, at: when), rotation != .zero { pose.rotation = rotation }
      if curves.contains(where: { $0.id == "centerOffset" && $0.points.contains { $0.value != .zero } }) {
        pose.anchor = try place(shown, "centerOffset")
      }
      return pose
    }
    let moments = Set(curves.filter { $0.points.count > 1 }.flatMap { $0.points.map(\.when) }).sorted()
    var setting = PlacementSetting.Transform(pose: try pose(at: moments.first ?? times.first))
    for when in moments {
      let frame = try self.frame(when, times, effect)
      if setting.keys.last?.frame == frame { setting.keys.removeLast() }
      setting.keys.append(.init(frame: frame, pose: try pose(at: when)))
    }
    guard ([setting.pose] + setting.keys.map(\.pose)).allSatisfy(\.isUsable) else {
      ledger.lose(
        "xmeml.motion", "the motion of \(name) lies outside all bounds", instead: "the picture fits", at: effect)
      return nil
    }
    let isCentred =
      setting.keys.isEmpty && setting.pose.rotation == nil && setting.pose.anchor == nil
      && setting.pose.position == PlacementSetting.Point(Rational(frame.width, 2), Rational(frame.height, 2))
    if isCentred, setting.pose.scale == PlacementSetting.Point(1, 1) {
      return media == frame ? nil : PlacementSetting.none
    }
    if media == nil || media != frame, !isCentred {
      ledger.note(
        "xmeml.motion_units",
        media == nil
          ? "the raster of the media of \(name) is not known: its centre is counted in frames of the sequence"
          : "the centre of \(name) is counted in frames of its media, which are \(shown)", at: effect)
    }
    return .transform(setting)
  }

  /// The number of a value, or of one part of it.
  private static func number(_ value: XMLNode?, _ part: String?) -> Rational? {
    guard let value else { return nil }
    return Rational(decimal: part.map { value.text($0) ?? "" } ?? value.text)
  }
}

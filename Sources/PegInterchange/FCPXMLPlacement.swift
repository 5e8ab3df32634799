import PegCore
import PegTimeline
import PegXML

/// A parameter's keyframes: straight lines between points.
struct FCPXMLCurve {
  struct Point {
    /// The element's own time.
    var time: Rational
    var value: Rational
  }

  /// Times ascending, at least one.
  var points: [Point]
  /// Whether the program that wrote them goes straight from key to key as well.
  var isStraight = true

  /// `nil` for a parameter without keyframes.
  ///
  /// - Parameter part: which of the numbers of a value.
  init?(of param: XMLNode, part: Int = 0, _ reader: FCPXMLReader) throws(PegError) {
    guard let animation = param.first("keyframeAnimation") else { return nil }
    points = []
    for key in animation.children("keyframe") {
      guard let time = try reader.seconds("time", of: key) else {
        throw reader.ledger.wrong("a keyframe says no time", at: key)
      }
      let numbers = FCPXMLCurve.numbers(key["value"] ?? "")
      guard part < numbers.count else {
        throw reader.ledger.wrong(
          "the value \"\((key["value"] ?? "").prefix(40))\" of a keyframe is no number", at: key)
      }
      if let last = points.last, time <= last.time { throw reader.ledger.wrong("keyframes ascend", at: key) }
      points.append(Point(time: time, value: numbers[part]))
      if key["curve"] != "linear" || (key["interp"] ?? "linear") != "linear" { isStraight = false }
    }
    // Between fewer than three keys that are not eased there is nothing to curve.
    if points.count <= 2, !animation.children("keyframe").contains(where: { ($0["interp"] ?? "linear") != "linear" }) {
      isStraight = true
    }
    if points.isEmpty { return nil }
  }

  /// The numbers of `10 -25`; a unit after a number is passed over.
  static func numbers(_ text: String) -> [Rational] {
    text.split(separator: " ").compactMap { part in
      Rational(decimal: part) ?? Rational(decimal: String(part.prefix { "+-.0123456789eE".contains($0) }))
    }
  }

  func value(at time: Rational, _ reader: FCPXMLReader) throws(PegError) -> Rational {
    guard let after = points.firstIndex(where: { $0.time > time }) else { return points[points.count - 1].value }
    guard after > 0 else { return points[0].value }
    let (a, b) = (points[after - 1], points[after])
    let share = try reader.quotient(try reader.difference(time, a.time), try reader.difference(b.time, a.time))
    return try reader.sum(a.value, try reader.product(try reader.difference(b.value, a.value), share))
  }
}

extension FCPXMLReader {
  /// Where the picture lies.
  ///
  /// Final Cut counts positions and anchors from the middle, upwards, in hundredths of the frame's height, degrees
  /// against the clock, and scales what `adjust-conform` has fitted; Pegbar counts pixels from the top left, degrees with
  /// the clock, and scales the media's own pixels.
  mutating func placement(
    _ conform: XMLNode?, _ transform: XMLNode?, _ owner: XMLNode, _ place: FCPXMLPlace, media: Raster?
  ) throws(PegError) -> PlacementSetting? {
    let type = conform?["type"] ?? "fit"
    let plain: PlacementSetting? =
      switch type {
      case "fill": PlacementSetting.fill
      case "none": PlacementSetting.none
      default: nil
      }
    guard let transform else { return plain }
    let name = owner["name"] ?? owner.name
    if transform["tracking"] != nil {
      ledger.lose(
        "fcpxml.tracking", "the picture of \(name) follows a tracked object", instead: "it stays where it begins",
        at: transform)
    }
    var values = FCPXMLPoseValues()
    let curves = try self.curves(of: transform, &values)
    guard values != FCPXMLPoseValues() || !curves.isEmpty else { return plain }
    guard let raster = sequenceRaster else {
      ledger.lose(
        "fcpxml.transform", "the transform of \(name) cannot be placed without the raster of the sequence",
        instead: "the picture fits", at: transform)
      return plain
    }
    if media == nil, type != "none", values.scale != FCPXMLPoseValues().scale {
      ledger.note(
        "fcpxml.media_raster", "the raster of the media of \(name) is not known: that of the sequence is taken",
        at: transform, severity: .warning)
    }
    let shown = media ?? raster
    let across = Rational(raster.width, shown.width)
    let down = Rational(raster.height, shown.height)
    let fitted: Rational =
      switch type {
      case "fill": max(across, down)
      case "none": 1
      default: min(across, down)
      }
    let scales =
      type != "fit" || values.scale != FCPXMLPoseValues().scale || curves[.scaleX] != nil
      || curves[.scaleY] != nil
    func pose(_ values: FCPXMLPoseValues) throws(PegError) -> PlacementSetting.Pose {
      let unit = Rational(raster.height, 100)
      func point(_ middle: Raster, _ offset: (x: Rational, y: Rational), by unit: Rational) throws(PegError)
        -> PlacementSetting.Point
      {
        PlacementSetting.Point(
          try sum(Rational(middle.width, 2), try product(offset.x, unit)),
          try difference(Rational(middle.height, 2), try product(offset.y, unit)))
      }
      var pose = PlacementSetting.Pose()
      pose.position = try point(raster, values.position, by: unit)
      if scales {
        pose.scale = PlacementSetting.Point(
          try product(values.scale.x, fitted), try product(values.scale.y, fitted))
      }
      if values.rotation != .zero || curves[.rotation] != nil { pose.rotation = -values.rotation }
      if values.anchor != (0, 0) || curves[.anchorX] != nil || curves[.anchorY] != nil {
        pose.anchor = try point(shown, values.anchor, by: try quotient(unit, fitted))
      }
      return pose
    }
    var setting = PlacementSetting.Transform(pose: try pose(values))
    let times = Set(curves.values.flatMap { $0.points.map(\.time) }).sorted()
    for time in times {
      var moment = values
      for (part, curve) in curves { moment[part] = try curve.value(at: time, self) }
      let frame = try self.frame(of: time, place)
      if setting.keys.last?.frame == frame { setting.keys.removeLast() }
      setting.keys.append(.init(frame: frame, pose: try pose(moment)))
    }
    guard ([setting.pose] + setting.keys.map(\.pose)).allSatisfy(\.isUsable) else {
      ledger.lose(
        "fcpxml.transform", "the transform of \(name) lies outside all bounds", instead: "the picture fits",
        at: transform)
      return plain
    }
    return .transform(setting)
  }

  private mutating func curves(
    of transform: XMLNode, _ values: inout FCPXMLPoseValues
  ) throws(PegError) -> [FCPXMLPoseValues.Part: FCPXMLCurve] {
    var curves: [FCPXMLPoseValues.Part: FCPXMLCurve] = [:]
    let names: [(name: String, parts: [FCPXMLPoseValues.Part])] = [
      ("position", [.positionX, .positionY]), ("scale", [.scaleX, .scaleY]), ("rotation", [.rotation]),
      ("anchor", [.anchorX, .anchorY]),
    ]
    for (name, parts) in names {
      if let text = transform[name] {
        let numbers = FCPXMLCurve.numbers(text)
        guard numbers.count >= parts.count else {
          throw ledger.wrong("the \(name) \"\(text.prefix(40))\" is no number of the right kind", at: transform)
        }
        for (part, number) in zip(parts, numbers) { values[part] = number }
      }
      guard let param = transform.children("param").first(where: { $0["name"] == name }) else { continue }
      for (index, part) in parts.enumerated() {
        // Newer versions animate X and Y apart.
        let own = param.children("param").first { $0["name"] == (index == 0 ? "X" : "Y") }
        if let own {
          if let curve = try FCPXMLCurve(of: own, self) { curves[part] = curve }
          if let value = own["value"].flatMap({ Rational(decimal: $0) }) { values[part] = value }
        } else if let curve = try FCPXMLCurve(of: param, part: index, self) {
          curves[part] = curve
        } else if let value = param["value"] {
          let numbers = FCPXMLCurve.numbers(value)
          if index < numbers.count { values[part] = numbers[index] }
        }
        if let curve = curves[part] {
          values[part] = curve.points[0].value
          report(curve, of: transform)
        }
      }
    }
    return curves
  }
}

/// The numbers of an `adjust-transform`, in Final Cut's units.
struct FCPXMLPoseValues: Equatable {
  enum Part: Hashable { case positionX, positionY, scaleX, scaleY, rotation, anchorX, anchorY }

  var position: (x: Rational, y: Rational) = (0, 0)
  var scale: (x: Rational, y: Rational) = (1, 1)
  var rotation = Rational.zero
  var anchor: (x: Rational, y: Rational) = (0, 0)

  subscript(part: Part) -> Rational {
    get {
      switch part {
      case .positionX: position.x
      case .positionY: position.y
      case .scaleX: scale.x
      case .scaleY: scale.y
      case .rotation: rotation
      case .anchorX: anchor.x
      case .anchorY: anchor.y
      }
    }
    set {
      switch part {
      case .positionX: position.x = newValue
      case .positionY: position.y = newValue
      case .scaleX: scale.x = newValue
      case .scaleY: scale.y = newValue
      case .rotation: rotation = newValue
      case .anchorX: anchor.x = newValue
      case .anchorY: anchor.y = newValue
      }
    }
  }

  static func == (a: Self, b: Self) -> Bool {
    a.position == b.position && a.scale == b.scale && a.rotation == b.rotation && a.anchor == b.anchor
  }
}

extension PlacementSetting.Pose {
  /// Whether a cut file may hold it.
  var isUsable: Bool {
    func lies(_ point: PlacementSetting.Point?, within limit: Rational) -> Bool {
      point.map { $0.x.magnitude <= limit && $0.y.magnitude <= limit } ?? true
    }
    return lies(position, within: 1_000_000) && lies(anchor, within: 1_000_000) && lies(scale, within: 10_000)
      && (rotation ?? .zero).magnitude <= 1_000_000
  }
}

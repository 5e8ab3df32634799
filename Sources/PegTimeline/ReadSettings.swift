import PegCore

/// What kind of settings an object may have under `pegbar`.
enum SettingsRole {
  case timeline, track, stack, clip, reference
  /// None at all.
  case nothing

  func check(_ value: JSON) throws(Problem) {
    switch self {
    case .timeline: _ = try TimelineSettings(value)
    case .track, .stack: _ = try TrackSettings(value)
    case .clip: _ = try ClipSettings(value)
    case .reference: _ = try ReferenceSettings(value)
    case .nothing: try SettingsReader(value).finish()
    }
  }
}

/// What has settings under `pegbar`.
protocol PegbarSettings: Sendable {
  init()
  init(_ value: JSON) throws(Problem)
  /// In the order in which they are written; `nil` for what is not said.
  var pairs: [(key: String, value: JSON?)] { get }
}

private func grade(_ value: JSON) throws(Problem) -> [GradeOperation] {
  try SettingsValue.list(value) { (value) throws(Problem) in try GradeOperation(value) }
}

private func gradeJSON(_ grade: [GradeOperation]) -> JSON? {
  grade.isEmpty ? nil : .array(grade.map(\.json))
}

extension TimelineSettings: PegbarSettings {
  init(_ value: JSON) throws(Problem) {
    var reader = try SettingsReader(value)
    raster = try reader.value("raster") { (value) throws(Problem) in
      let edge = SettingsValue.whole(1...Raster.maximumEdge)
      let (width, height) = try SettingsValue.pair(value, edge)
      return Raster(width, height)
    }
    rate = try reader.value("rate") { (value) throws(Problem) in
      FrameRate(snapping: try SettingsValue.fraction(value, limit: 1000))
    }
    pixelAspect = try reader.value("pixel_aspect") { (value) throws(Problem) in
      try SettingsValue.fraction(value, limit: 100)
    }
    workingSpace = try reader.value("working_space", SettingsValue.text)
    transform = try reader.value("transform", SettingsValue.word)
    dropFrame = try reader.value("drop_frame", SettingsValue.flag)
    sampleRate = try reader.value("sample_rate", SettingsValue.whole(8000...384_000))
    gaps = try reader.value("gaps", SettingsValue.word)
    overrun = try reader.value("overrun", SettingsValue.word)
    grade = try reader.value("grade", PegTimeline.grade) ?? []
    try reader.finish()
  }

  var pairs: [(key: String, value: JSON?)] {
    func fraction(_ value: Rational) -> JSON { value.isWhole ? .number(value) : .string(value.description) }
    return [
      ("raster", raster.map { [.number($0.width), .number($0.height)] }),
      ("rate", rate.map { fraction($0.value) }),
      ("pixel_aspect", pixelAspect.map(fraction)),
      ("working_space", workingSpace.map { .string($0) }),
      ("transform", transform.map { .string($0.rawValue) }),
      ("drop_frame", dropFrame.map { .bool($0) }),
      ("sample_rate", sampleRate.map { .number($0) }),
      ("gaps", gaps.map { .string($0.rawValue) }),
      ("overrun", overrun.map { .string($0.rawValue) }),
      ("grade", gradeJSON(grade)),
    ]
  }
}

/// What clips and tracks share.
private struct LayerSettings {
  var grade: [GradeOperation]
  var step: StepSetting?
  var placement: PlacementSetting?
  var opacity: Animated?
  var blend: BlendMode?
  var gain: Animated?

  init(_ reader: inout SettingsReader) throws(Problem) {
    grade = try reader.value("grade", PegTimeline.grade) ?? []
    step = try reader.value("step") { (value) throws(Problem) in
      var reader = try SettingsReader(value)
      let frames = try reader.required("frames", SettingsValue.whole(1...100_000))
      let phase = try reader.value("phase", SettingsValue.whole(0...1_000_000_000)) ?? 0
      try reader.finish()
      return StepSetting(frames: frames, phase: phase)
    }
    placement = try reader.value("placement") { (value) throws(Problem) in try PlacementSetting(value) }
    opacity = try reader.value("opacity") { (value) throws(Problem) in try Animated(value, limits: 0...1) }
    blend = try reader.value("blend", SettingsValue.word)
    gain = try reader.value("gain") { (value) throws(Problem) in try Animated(value, limits: 0...1000) }
  }

  init(_ s: TrackSettings) {
    (grade, step, placement, opacity, blend, gain) = (s.grade, s.step, s.placement, s.opacity, s.blend, s.gain)
  }

  init(_ s: ClipSettings) {
    (grade, step, placement, opacity, blend, gain) = (s.grade, s.step, s.placement, s.opacity, s.blend, s.gain)
  }

  var pairs: [(key: String, value: JSON?)] {
    [
      ("grade", gradeJSON(grade)),
      ("step", step.map { ["frames": .number($0.frames), "phase": .number($0.phase)] }),
      ("placement", placement?.json),
      ("opacity", opacity?.json),
      ("blend", blend.map { .string($0.rawValue) }),
      ("gain", gain?.json),
    ]
  }
}

extension TrackSettings: PegbarSettings {
  init(_ value: JSON) throws(Problem) {
    var reader = try SettingsReader(value)
    let layer = try LayerSettings(&reader)
    try reader.finish()
    (grade, step, placement) = (layer.grade, layer.step, layer.placement)
    (opacity, blend, gain) = (layer.opacity, layer.blend, layer.gain)
  }

  var pairs: [(key: String, value: JSON?)] { LayerSettings(self).pairs }
}

extension ClipSettings: PegbarSettings {
  init(_ value: JSON) throws(Problem) {
    var reader = try SettingsReader(value)
    let layer = try LayerSettings(&reader)
    rateMode = try reader.value("rate_mode", SettingsValue.word)
    try reader.finish()
    (grade, step, placement) = (layer.grade, layer.step, layer.placement)
    (opacity, blend, gain) = (layer.opacity, layer.blend, layer.gain)
  }

  var pairs: [(key: String, value: JSON?)] {
    LayerSettings(self).pairs + [("rate_mode", rateMode.map { .string($0.rawValue) })]
  }
}

extension ReferenceSettings: PegbarSettings {
  init(_ value: JSON) throws(Problem) {
    var reader = try SettingsReader(value)
    color = try reader.value("color", SettingsValue.text)
    range = try reader.value("range") { (value) throws(Problem) in
      switch value {
      case "legal": .legal
      case "full": .full
      default: throw Problem("\(value.text(.compact)) is not understood", hint: "one of legal, full")
      }
    }
    alpha = try reader.value("alpha", SettingsValue.word)
    layer = try reader.value("layer", SettingsValue.text)
    origin = try reader.value("origin") { (value) throws(Problem) in
      var reader = try SettingsReader(value)
      let id = try reader.required("id", SettingsValue.text)
      let hash = try reader.value("hash", SettingsValue.text)
      let summary = try reader.value("summary") { (value) throws(Problem) in
        guard value.string != nil || value.object != nil else {
          throw Problem("\(value.kindName) stands where a string or an object should")
        }
        return value
      }
      try reader.finish()
      return Origin(id: id, hash: hash, summary: summary)
    }
    try reader.finish()
  }

  var pairs: [(key: String, value: JSON?)] {
    [
      ("color", color.map { .string($0) }),
      ("range", range.map { .string($0 == .legal ? "legal" : "full") }),
      ("alpha", alpha.map { .string($0.rawValue) }),
      ("layer", layer.map { .string($0) }),
      (
        "origin",
        origin.map { origin in
          var object: JSONObject = ["id": .string(origin.id)]
          object["hash"] = origin.hash.map { .string($0) }
          object["summary"] = origin.summary
          return .object(object)
        }
      ),
    ]
  }
}

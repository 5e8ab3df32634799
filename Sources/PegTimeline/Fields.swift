import PegCore

// Every field of every schema that Pegbar reads, once: the reader and the writer both go by this list.

extension Field where Value == String {
  static var name: Self { text("name") }
  static var transitionType: Self { text("transition_type") }
  static var effectName: Self { text("effect_name") }
  static var targetURL: Self { text("target_url") }
  static var targetURLBase: Self { text("target_url_base") }
  static var namePrefix: Self { text("name_prefix") }
  static var nameSuffix: Self { text("name_suffix") }
  static var generatorKind: Self { text("generator_kind") }
  static var activeKey: Self { text("active_media_reference_key", absent: Clip.defaultKey) }
  /// Up to Marker.2 a name; after it a `Color` object, whose name counts.
  static var markerColor: Self {
    Field("color", absent: "") { value throws(Problem) in
      if let name = value["name"]?.string { return name }
      if value.object != nil { return "" }
      return try string(value)
    } write: { color, raw in
      guard var object = raw?.object else { return .string(color) }
      object["name"] = .string(color)
      return .object(object)
    }
  }

  private static func text(_ key: String, absent: String? = "") -> Self {
    Field(key, absent: absent, read: string) { value, _ in .string(value) }
  }

  @Sendable private static func string(_ value: JSON) throws(Problem) -> String {
    guard let text = value.string else { throw Problem("\(value.kindName) stands where a string should") }
    return text
  }
}

extension Field where Value == String? {
  static var comment: Self {
    Field("comment", absent: .some(nil)) { value throws(Problem) in
      guard let text = value.string else { throw Problem("\(value.kindName) stands where a string should") }
      return text
    } write: { value, _ in
      value.map { .string($0) } ?? .null
    }
  }
}

extension Field where Value == Bool {
  static var enabled: Self {
    Field("enabled", absent: true) { value throws(Problem) in
      guard let flag = value.bool else { throw Problem("\(value.kindName) stands where true or false should") }
      return flag
    } write: { value, _ in
      .bool(value)
    }
  }
}

extension Field where Value == TimeRange? {
  static var sourceRange: Self { range("source_range") }
  static var availableRange: Self { range("available_range") }

  private static func range(_ key: String) -> Self {
    Field(key, absent: .some(nil)) { value throws(Problem) in
      try TimeRange(otio: value)
    } write: { value, raw in
      value?.otio(over: raw) ?? .null
    }
  }
}

extension Field where Value == TimeRange {
  /// Up to Marker.1 `range`.
  static func markedRange(_ version: Int) -> Self {
    Field(version < 2 ? "range" : "marked_range", absent: nil) { value throws(Problem) in
      try TimeRange(otio: value)
    } write: { value, raw in
      value.otio(over: raw)
    }
  }
}

extension Field where Value == RationalTime? {
  static var globalStart: Self {
    Field("global_start_time", absent: .some(nil)) { value throws(Problem) in
      try RationalTime(otio: value)
    } write: { value, raw in
      value?.otio(over: raw) ?? .null
    }
  }
}

extension Field where Value == RationalTime {
  static var inOffset: Self { offset("in_offset") }
  static var outOffset: Self { offset("out_offset") }

  private static func offset(_ key: String) -> Self {
    Field(key, absent: RationalTime(0, FrameRate(1))) { value throws(Problem) in
      let time = try RationalTime(otio: value)
      guard time.value >= .zero else { throw Problem("the offset is negative", at: [.key("value")]) }
      guard time.seconds <= TimeLimits.duration else { throw Problem("the offset is over 1,000 hours") }
      return time
    } write: { value, raw in
      value.otio(over: raw)
    }
  }
}

extension Field where Value == Rational {
  static var timeScalar: Self {
    Field("time_scalar", absent: 1) { value throws(Problem) in
      guard let text = value.numberText else { throw Problem("\(value.kindName) stands where a speed should") }
      guard let speed = WrittenNumber.speed(text) else { throw Problem("the speed \(text) is absurd") }
      return speed
    } write: { value, _ in
      .number(WrittenNumber.text(value, WrittenNumber.speed))
    }
  }
}

extension Field where Value == FrameRate? {
  /// Of an image sequence: some writers leave 0, which says nothing.
  static var sequenceRate: Self {
    Field("rate", absent: .some(FrameRate(1))) { value throws(Problem) in
      guard let text = value.numberText else { throw Problem("\(value.kindName) stands where a rate should") }
      if Rational(decimal: text) == .zero { return nil }
      guard let rate = WrittenNumber.rate(text) else { throw Problem("\(text) is no rate") }
      return rate
    } write: { value, _ in
      .number(value.map { WrittenNumber.text($0.value) { WrittenNumber.rate($0)?.value } } ?? "0.0")
    }
  }
}

extension Field where Value == Int {
  static var startFrame: Self { whole("start_frame", absent: 1, -1_000_000_000_000...1_000_000_000_000) }
  static var frameStep: Self { whole("frame_step", absent: 1, 1...1_000_000) }
  static var padding: Self { whole("frame_zero_padding", absent: 0, 0...32) }

  private static func whole(_ key: String, absent: Int, _ limits: ClosedRange<Int>) -> Self {
    Field(key, absent: absent) { value throws(Problem) in
      guard let number = value.int else {
        let found = value.numberText ?? value.kindName
        throw Problem("\(found) stands where a whole number should")
      }
      guard limits.contains(number) else {
        throw Problem("\(number) lies outside \(limits.lowerBound) to \(limits.upperBound)")
      }
      return number
    } write: { value, _ in
      .number(value)
    }
  }
}

extension Field where Value == ImageSequence.MissingFramePolicy {
  static var missingFramePolicy: Self {
    Field("missing_frame_policy", absent: .error) { value throws(Problem) in
      guard let policy = value.string.flatMap({ Value(rawValue: $0) }) else {
        throw Problem("\(value.string ?? value.kindName) is no missing_frame_policy", hint: "error, hold or black")
      }
      return policy
    } write: { value, _ in
      .string(value.rawValue)
    }
  }
}

extension Field where Value == Track.Kind {
  static var kind: Self {
    Field("kind", absent: .video) { value throws(Problem) in
      switch value.string {
      case "Video": return .video
      case "Audio": return .audio
      case .some(let other): return .other(other)
      case nil: throw Problem("\(value.kindName) stands where a string should")
      }
    } write: { value, _ in
      switch value {
      case .video: "Video"
      case .audio: "Audio"
      case .other(let kind): .string(kind)
      }
    }
  }
}

extension Field where Value == JSON? {
  static var availableImageBounds: Self {
    Field("available_image_bounds", absent: .some(nil)) { value throws(Problem) in
      value
    } write: { value, _ in
      value ?? .null
    }
  }
}

import PegCore

/// What times in a file may be. Wider than any film; narrow enough that exact arithmetic never leaves its range.
enum TimeLimits {
  /// Seconds from 0, either way: some cameras count from 1970.
  static let position = Rational(10_000_000_000)
  /// Seconds: 1,000 hours.
  static let duration = Rational(3_600_000)
}

extension RationalTime {
  init(otio value: JSON) throws(Problem) {
    let object = try Self.object(value, schema: "RationalTime")
    let count = try inside("value") { () throws(Problem) in
      let text = try Self.number(object["value"], "value")
      guard let count = WrittenNumber.time(text) else { throw Problem("the time \(text) is absurd") }
      return count
    }
    let rate = try inside("rate") { () throws(Problem) in
      let text = try Self.number(object["rate"], "rate")
      guard let rate = WrittenNumber.rate(text) else {
        throw Problem(
          Rational(decimal: text) == .zero ? "the rate is 0" : "\(text) is no rate", hint: "a rate is above 0")
      }
      return rate
    }
    guard let seconds = count.multipliedChecked(rate.frameDuration) else {
      throw Problem("the time \(count) at \(rate) is finer than 128 bits can count")
    }
    guard seconds.magnitude <= TimeLimits.position else { throw Problem("the time \(count) at \(rate) is absurd") }
    self.init(count, rate)
  }

  static func object(_ value: JSON, schema name: String) throws(Problem) -> JSONObject {
    guard let object = value.object else {
      throw Problem("\(value.kindName) stands where a \(name) should")
    }
    guard let schema = Schema(of: value), schema.name == name else {
      throw Problem("this is no \(name)", hint: "its OTIO_SCHEMA should be \(name).1")
    }
    guard schema.version <= 1 else { throw Problem("\(name).\(schema.version) is newer than Pegbar knows") }
    return object
  }

  private static func number(_ value: JSON?, _ key: String) throws(Problem) -> String {
    guard let value else { throw Problem("the \(key) is missing") }
    guard let text = value.numberText else { throw Problem("the \(key) is \(value.kindName) and should be a number") }
    return text
  }

  /// Keeps the number of `raw` that still means the same.
  func otio(over raw: JSON?) -> JSON {
    var object: JSONObject = raw?.object ?? ["OTIO_SCHEMA": "RationalTime.1"]
    if object["rate"]?.numberText.flatMap(WrittenNumber.rate) != rate {
      object["rate"] = .number(WrittenNumber.text(rate.value) { WrittenNumber.rate($0)?.value })
    }
    if object["value"]?.numberText.flatMap(WrittenNumber.time) != value {
      object["value"] = .number(WrittenNumber.text(value, WrittenNumber.time))
    }
    return .object(object)
  }
}

extension TimeRange {
  init(otio value: JSON) throws(Problem) {
    let object = try RationalTime.object(value, schema: "TimeRange")
    func time(_ key: String) throws(Problem) -> RationalTime {
      guard let time = object[key], !time.isNull else { throw Problem("the \(key) is missing") }
      return try inside(key) { () throws(Problem) in try RationalTime(otio: time) }
    }
    self.init(start: try time("start_time"), duration: try time("duration"))
    guard duration.value >= .zero else {
      throw Problem("the duration is negative", at: [.key("duration"), .key("value")])
    }
    guard duration.seconds <= TimeLimits.duration else {
      throw Problem("the duration is over 1,000 hours", at: [.key("duration"), .key("value")])
    }
    guard start.seconds.addingChecked(duration.seconds) != nil else {
      throw Problem("its end is finer than 128 bits can count", at: [.key("duration")])
    }
  }

  func otio(over raw: JSON?) -> JSON {
    var object: JSONObject = raw?.object ?? ["OTIO_SCHEMA": "TimeRange.1"]
    object["duration"] = duration.otio(over: object["duration"])
    object["start_time"] = start.otio(over: object["start_time"])
    return .object(object)
  }
}

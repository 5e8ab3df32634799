import PegCore
import PegTimeline

/// Which source frames an event plays: the first one, and how far the next is away.
struct EDLMotion: Equatable {
  /// The source frame that record frame 0 of the event shows, in frames since midnight.
  var first: Rational
  /// Source frames for each record frame: 1 as recorded, 0 a freeze, negative backwards.
  var speed: Rational

  /// Where the clip of `count` record frames from `offset` on begins in its source: at the lowest frame that it shows, since
  /// reverse plays a range from its end (DESIGN §6).
  func start(offset: Int, count: Int) -> Rational {
    speed < .zero ? first + speed * Rational(offset + count - 1) : first + speed * Rational(offset)
  }

  /// Where the source has come to at a record frame.
  func position(at offset: Int) -> Rational { first + speed * Rational(offset) }

  var effects: [Effect] {
    if speed == .one { return [] }
    if speed == .zero { return [.freezeFrame(ObjectInfo(), effectName: "FreezeFrame")] }
    return [.linearTimeWarp(ObjectInfo(), effectName: "LinearTimeWarp", scalar: speed)]
  }
}

extension EDLMotion {
  /// An `M2` that belongs to an event.
  struct Memory {
    /// Frames per second, as written.
    var fps: String
    var position: TextPosition
  }

  /// The speed that an M2 asks for: its frames per second by the rate's count, 24 for 23.976; `nil` for what is no number, or
  /// beyond a million.
  static func speed(_ text: String, rate: FrameRate) -> Rational? {
    guard let fps = Rational(decimal: text), fps.magnitude <= 1_000_000 else { return nil }
    let base = Rational(rate.timebase)
    let sign: Rational = fps < .zero ? -1 : 1
    // 23.98 and 23.9 at 23.976 are plain speed too, and 47.95 is double.
    if rate.value != base {
      if (fps.magnitude - base).magnitude <= Rational(1, 10) { return sign }
      if fps != .zero {
        let snapped = FrameRate(snapping: fps.magnitude).value
        if snapped.denominator == rate.value.denominator { return sign * snapped / rate.value }
      }
    }
    return fps / base
  }

  /// - Parameters:
  ///   - source: in and out as the event has them, out past midnight where it is.
  ///   - record: frames of the event.
  ///   - isStill: whether a note says freeze frame.
  /// - Throws: ``PegError`` (bad input) where the source ends before it begins and does not play backwards.
  init(
    of event: EDLEvent, source: (start: Int, end: Int), record: Int, memory: Memory?, isStill: Bool, rate: FrameRate,
    _ findings: inout FindingList
  ) throws(PegError) {
    var speed = isStill ? Rational.zero : .one
    if let memory {
      if let asked = Self.speed(memory.fps, rate: rate) {
        speed = asked
      } else {
        findings.add(
          "edl.speed_unreadable", .error, "The speed \(memory.fps) of M2 is no speed", at: memory.position,
          instead: "the event plays \(isStill ? "as a freeze" : "as recorded")")
      }
    }
    let length = source.end - source.start
    guard length >= 0 || speed < .zero else {
      throw .badInput(
        "the source ends at \(event.sourceOut.text), before it begins", in: findings.file, at: event.sourceOut.position,
        hint: "an event that plays backwards has an M2 with a negative speed")
    }
    first = Rational(source.start)
    self.speed = speed
    if speed < .zero {
      // Media Composer names the first frame shown, and one frame of source; others name the range.
      if length > 1 { first = Rational(source.start) - speed * Rational(max(record, 1) - 1) }
      if length < 0 { return }
    }
    guard speed != .zero, record > 0, length != record, !(speed < .zero && length <= 1) else { return }
    if speed == .one {
      findings.add(
        "edl.duration_mismatch", .warning,
        "The source runs \(length) \(length == 1 ? "frame" : "frames") and the record \(record)",
        at: event.sourceOut.position, instead: "\(record) frames play from the source in")
      return
    }
    // An M2 is rounded to a tenth of a frame per second, the ends of the source to frames.
    let asked = speed.magnitude * Rational(record)
    let slack = Rational(1) + Rational(record, 20 * rate.timebase)
    if (asked - Rational(length)).magnitude > slack {
      findings.add(
        "edl.speed_mismatch", .note,
        "At its M2 speed the event plays \(asked.rounded) source frames, and it names \(length)",
        at: event.sourceOut.position, instead: "the M2 speed plays from the source in")
    }
  }
}

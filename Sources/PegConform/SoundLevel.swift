import PegAudio
import PegCore
import PegTimeline

/// A composition as sound sees it: a level, and the same map without its cells, continuous in time.
struct SoundLevel {
  var level: Level
  /// Position on the level's grid at record frame 0, and positions per record frame; below 0 plays backwards.
  private(set) var offset = Rational.zero
  private(set) var slope = Rational.one
  var gain = Rational.one
  var fades: [GainCurve] = []

  init(_ level: Level) { self.level = level }

  func position(at frame: Int) throws(PegError) -> Rational {
    try Exact.sum(offset, try Exact.product(slope, Rational(frame)))
  }

  /// The record frame, or the place between two, at which `position` of the grid sounds; `nil` in a freeze.
  func frame(at position: Rational) throws(PegError) -> Rational? {
    guard slope != .zero else { return nil }
    return try Exact.quotient(try Exact.difference(position, offset), slope)
  }

  /// Goes through an item: k frames after `origin` stand at `position + k · speed`.
  mutating func enter(origin: Int, end: Int, position: Rational, speed: Rational) throws(PegError) {
    // Backwards, k frames after the origin stand where d − k would.
    let anchor = speed < .zero ? end : origin
    let distance = try Exact.difference(offset, Rational(anchor))
    offset = try Exact.sum(position, try Exact.product(distance, speed))
    slope = try Exact.product(slope, speed)
  }
}

/// Gains as record samples hear them.
struct GainKeys {
  private var keys: [GainCurve.Key] = []

  /// Keys may come backwards, as a reversed nest has them. Of those that fall on one sample the last one in the item's
  /// time stays.
  mutating func add(_ sample: Int, _ gain: Rational) { keys.append(.init(sample, gain)) }

  /// `nil` for no keys at all.
  var curve: GainCurve? {
    var bySample: [Int: Rational] = [:]
    for key in keys { bySample[key.sample] = key.gain }
    let ordered = bySample.sorted { $0.key < $1.key }.map { GainCurve.Key($0.key, $0.value) }
    return ordered.isEmpty ? nil : GainCurve(ordered)
  }
}

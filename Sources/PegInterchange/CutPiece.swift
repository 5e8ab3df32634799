import PegCore
import PegTimeline

/// A stretch of a timeline that plays something at a constant speed, before it becomes a clip or a stack.
///
/// Its source runs linearly: at `start` it stands at `source`, and goes on by `speed` source seconds for each second of the
/// timeline. So a piece can be trimmed, moved and seen through another map without losing anything.
struct CutPiece {
  enum Body {
    /// Media; their time is the media's own.
    case clip(Clip)
    /// A composition; its time is 0 where its tracks begin.
    case stack(Stack)
    /// Nothing; markers may stand on it.
    case gap(Gap)
  }

  /// Seconds of the timeline that it stands in.
  var start: Rational
  /// Seconds of that timeline, above 0.
  var duration: Rational
  /// Source seconds at `start`.
  var source: Rational = 0
  /// Source seconds for each second: 1 as shot, 0 a freeze, below 0 backwards.
  var speed = Rational.one
  var body: Body
  /// What source times are counted in; the timeline's rate where it is `nil`.
  var sourceRate: FrameRate?
  /// The rate of media that are played frame by frame at another rate than theirs; `speed` includes that.
  var conformed: FrameRate?

  /// The item as a track holds it; `nil` where its times cannot be counted exactly.
  ///
  /// - Parameters:
  ///   - rate: of the timeline that it stands in.
  ///   - cutRate: of the cut, whose frames are what `rate_mode: frames` counts.
  func item(at rate: FrameRate, in cutRate: FrameRate) -> Composable? {
    let sourceRate = sourceRate ?? rate
    let low: Rational?
    if speed < .zero {
      // What plays first when it plays backwards stands last in the source.
      low = BoundedRational.product(speed, duration).flatMap { BoundedRational.sum(source, $0) }
    } else {
      low = source
    }
    guard let low, let first = BoundedRational.product(low, sourceRate.value),
      let length = BoundedRational.product(duration, rate.value)
    else { return nil }
    let range = TimeRange(start: RationalTime(first, sourceRate), duration: RationalTime(length, rate))
    var scalar = speed
    var playsFrames = false
    if let conformed, case .clip = body {
      guard let frames = BoundedRational.product(speed, conformed.value / cutRate.value) else { return nil }
      (scalar, playsFrames) = (frames, true)
    }
    guard scalar.magnitude <= 1_000_000 else { return nil }
    var effects: [Effect] = []
    if scalar == .zero {
      effects = [.freezeFrame(ObjectInfo(), effectName: "FreezeFrame")]
    } else if scalar != .one {
      effects = [.linearTimeWarp(ObjectInfo(), effectName: "LinearTimeWarp", scalar: scalar)]
    }
    switch body {
    case .clip(var clip):
      clip.item.sourceRange = range
      clip.item.effects = effects + clip.item.effects
      if playsFrames, var settings = try? clip.settings() {
        settings.rateMode = .frames
        clip.set(settings)
      }
      return .clip(clip)
    case .stack(var stack):
      stack.item.sourceRange = range
      stack.item.effects = effects + stack.item.effects
      return .stack(stack)
    case .gap(var gap):
      gap.item.sourceRange = TimeRange(start: RationalTime(0, rate), duration: RationalTime(length, rate))
      return .gap(gap)
    }
  }
}

/// Sums and products of what a document says: `nil` where they leave what can be counted exactly.
///
/// Numerators and denominators stay below 2^90, so that whoever reads the cut has room to reckon with them.
enum BoundedRational {
  private static let limit: UInt128 = 1 << 90

  static func bounded(_ value: Rational?) -> Rational? {
    guard let value, value.numerator.magnitude <= limit, value.denominator.magnitude <= limit else { return nil }
    return value
  }

  static func sum(_ a: Rational, _ b: Rational) -> Rational? { bounded(a.addingChecked(b)) }
  static func difference(_ a: Rational, _ b: Rational) -> Rational? { sum(a, -b) }
  static func product(_ a: Rational, _ b: Rational) -> Rational? { bounded(a.multipliedChecked(b)) }
  static func quotient(_ a: Rational, _ b: Rational) -> Rational? { b == .zero ? nil : product(a, b.reciprocal) }
}

public import PegCore
public import PegTimeline

/// From record frames to positions on another grid: one item's map, or those of several nested ones, exact.
///
/// Every composition (a timeline's stack, a track, a nested stack) has a grid of frames at the record rate. A stage leads
/// from one grid to the next inner one, the last to the media; nothing is rounded between them (DESIGN §6).
public struct TimeMap: Hashable, Sendable {
  /// One item: k frames after `origin` of the outer grid stand at `position + k · advance` of the inner one.
  public struct Stage: Hashable, Sendable {
    /// The frame of the outer grid that shows `position`.
    public var origin: Int
    public var position: Rational
    /// Inner frames per outer frame, not negative: 0 freezes.
    public var advance: Rational
    /// Outer frames of the reversed item: k becomes `reversed − 1 − k`. 0 plays forwards.
    public var reversed: Int
    public var step: StepSetting?

    /// - Precondition: a step has at least one frame.
    public init(
      origin: Int, position: Rational = 0, advance: Rational = 1, reversed: Int = 0, step: StepSetting? = nil
    ) {
      precondition(step.map { $0.frames >= 1 } ?? true, "an exposure has a frame")
      self.origin = origin
      self.position = position
      self.advance = advance
      self.reversed = reversed
      self.step = step
    }

    /// Whether k goes through unchanged: such a stage folds into the one outside it.
    var isAffine: Bool { reversed == 0 && step == nil }

    func value(at outer: Rational) -> Rational {
      var k = outer - Rational(origin)
      if reversed > 0 {
        let mirrored = Rational(reversed - 1) - k
        // Between the last frame and the end of its cell (nested in something slower) the first frame still stands.
        k = mirrored < .zero && k < Rational(reversed) ? .zero : mirrored
      }
      if let step {
        let exposed = ((k + Rational(step.phase)) / Rational(step.frames)).floor * step.frames - step.phase
        k = Rational(max(0, exposed))
      }
      return position + k * advance
    }
  }

  /// Outermost first. None is the record grid itself.
  public private(set) var stages: [Stage]
  /// Record frames outside stand where the nearest inside stands: handles of a composition that has none.
  public var held: ClosedRange<Int>?

  public init(_ stages: [Stage] = [], held: ClosedRange<Int>? = nil) {
    self.stages = []
    self.held = held
    for stage in stages { append(stage) }
  }

  /// Goes one grid further in. Two maps whose inner one is affine become one, exactly, where that fits 128 bits.
  public mutating func append(_ stage: Stage) {
    guard let outer = stages.last, stage.isAffine,
      let distance = outer.position.addingChecked(Rational(-stage.origin)),
      let run = distance.multipliedChecked(stage.advance), let position = stage.position.addingChecked(run),
      let advance = outer.advance.multipliedChecked(stage.advance)
    else {
      stages.append(stage)
      return
    }
    stages[stages.count - 1] = Stage(
      origin: outer.origin, position: position, advance: advance, reversed: outer.reversed, step: outer.step)
  }

  public func appending(_ stage: Stage) -> TimeMap {
    var map = self
    map.append(stage)
    return map
  }

  /// Whether positions fall while record frames rise.
  public var isReversed: Bool { stages.reduce(false) { $0 != ($1.reversed > 0) } }

  /// The exact position of record frame `frame` on the innermost grid.
  public func position(at frame: Int) -> Rational {
    let start = held.map { min(max(frame, $0.lowerBound), $0.upperBound) } ?? frame
    return stages.reduce(Rational(start)) { $1.value(at: $0) }
  }

  /// Whether every position over `frames` is sure to fit the 128 bits of a fraction.
  ///
  /// Times come from files: a map that does not fit is refused when it is made, so that ``position(at:)`` never traps.
  public func fits(_ frames: FrameRange) -> Bool {
    func bits(_ value: Int128) -> Int { 128 - value.magnitude.leadingZeroBitCount }
    var top = max(bits(Int128(frames.start)), bits(Int128(frames.end)))
    var bottom = 1
    for stage in stages {
      top = max(top, bits(Int128(stage.origin)) + bottom, bits(Int128(stage.reversed)) + bottom) + 2
      if let step = stage.step {
        top = max(top, bits(Int128(step.phase)) + bottom) + bits(Int128(step.frames)) + 2
        bottom = 1
      }
      let scaled = (top: top + bits(stage.advance.numerator), bottom: bottom + bits(stage.advance.denominator))
      top = max(scaled.top + bits(stage.position.denominator), bits(stage.position.numerator) + scaled.bottom) + 1
      bottom = scaled.bottom + bits(stage.position.denominator)
      guard top < 124, bottom < 124 else { return false }
    }
    return true
  }
}

public import PegCore

/// Which picture of a source a record frame shows (DESIGN §6): exact until one floor, at the media.
public struct FrameMap: Hashable, Sendable {
  /// `step` of the cut: work on twos is `frames` 2.
  public struct Step: Hashable, Sendable {
    public var frames: Int
    public var phase: Int
    public init(frames: Int, phase: Int = 0) {
      self.frames = frames
      self.phase = phase
    }
  }

  /// How the source's grid becomes a picture index.
  public enum Grid: Hashable, Sendable {
    /// The grid index is the picture index.
    case direct
    /// A source with gaps or of a variable rate: the picture for each grid index.
    case table([Int32])
  }

  /// The record frame that shows the source's first position.
  public var origin: Int
  /// Source position, in source frames, at ``origin``.
  public var position: Rational
  /// Source frames per record frame. Not negative.
  public var advance: Rational
  /// Record frames of the reversed item: k becomes `reversed − 1 − k`. 0 plays forwards.
  public var reversed: Int
  public var step: Step?
  /// The first and last grid index that may be shown: what is outside holds the edge (handles, `overrun: hold`).
  public var limits: ClosedRange<Int>
  public var grid: Grid

  public init(
    origin: Int, position: Rational, advance: Rational, reversed: Int = 0, step: Step? = nil,
    limits: ClosedRange<Int>, grid: Grid = .direct
  ) {
    self.origin = origin
    self.position = position
    self.advance = advance
    self.reversed = reversed
    self.step = step
    self.limits = limits
    self.grid = grid
  }

  /// The picture index, from 0, for record frame `frame`.
  public func picture(at frame: Int) -> Int {
    var k = frame - origin
    if reversed > 0 { k = reversed - 1 - k }
    if let step {
      let sum = k + step.phase
      let whole = sum >= 0 ? sum / step.frames : -((-sum + step.frames - 1) / step.frames)
      k = max(0, whole * step.frames - step.phase)
    }
    let index = min(max((position + advance * Rational(k)).floor, limits.lowerBound), limits.upperBound)
    switch grid {
    case .direct: return index
    case .table(let pictures): return pictures.indices.contains(index) ? Int(pictures[index]) : index
    }
  }
}

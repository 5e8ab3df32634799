public import PegCore

/// Which picture of a source a record frame shows (DESIGN §6): exact until one floor, at the media.
public struct FrameMap: Hashable, Sendable {
  /// `step` of the cut: work on twos is `frames` 2.
  public struct Step: Hashable, Sendable {
    /// Frames of one exposure, 1 or more.
    public var frames: Int
    /// Frames of the first exposure that were trimmed off.
    public var phase: Int

    /// - Precondition: `frames` is 1 or more.
    public init(frames: Int, phase: Int = 0) {
      precondition(frames >= 1, "an exposure has a frame")
      self.frames = frames
      self.phase = phase
    }
  }

  /// How the source's grid becomes a picture index.
  public enum Grid: Hashable, Sendable {
    /// The grid index is the picture index.
    case direct
    /// A source with gaps or of a variable rate: the picture for each grid index; below 0 is black.
    case table([Int32])
  }

  /// What stands where the source has no frames.
  public enum Outside: Hashable, Sendable {
    /// Its first, or its last.
    case edge
    /// Nothing of it.
    case black
  }

  /// From record frames to the source's frames.
  public var time: TimeMap
  /// The first and last grid index that the source has.
  public var limits: ClosedRange<Int>
  public var outside: Outside
  public var grid: Grid

  public init(time: TimeMap, limits: ClosedRange<Int>, outside: Outside = .edge, grid: Grid = .direct) {
    self.time = time
    self.limits = limits
    self.outside = outside
    self.grid = grid
  }

  /// The map of a clip that is not nested: see ``TimeMap/Stage``.
  public init(
    origin: Int, position: Rational, advance: Rational, reversed: Int = 0, step: Step? = nil,
    limits: ClosedRange<Int>, grid: Grid = .direct
  ) {
    self.init(
      time: TimeMap([
        .init(origin: origin, position: position, advance: advance, reversed: reversed, step: step)
      ]), limits: limits, grid: grid)
  }

  /// The picture index, from 0, for record frame `frame`; −1 where it shows black (`overrun: black`, `gaps: black`).
  public func picture(at frame: Int) -> Int {
    let index = time.position(at: frame).floor
    if outside == .black, !limits.contains(index) { return -1 }
    let shown = min(max(index, limits.lowerBound), limits.upperBound)
    guard case .table(let pictures) = grid else { return shown }
    return pictures.indices.contains(shown) ? max(Int(pictures[shown]), -1) : -1
  }
}

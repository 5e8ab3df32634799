import PegCore

/// Which picture of a source a record frame shows (DESIGN §6): exact until one floor, at the media.
public struct FrameMap: Hashable, Sendable {
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
  /// What stands before the first.
  public var head: Outside
  /// What stands after the last.
  public var tail: Outside
  public var grid: Grid

  public init(
    time: TimeMap, limits: ClosedRange<Int>, head: Outside = .edge, tail: Outside = .edge, grid: Grid = .direct
  ) {
    self.time = time
    self.limits = limits
    self.head = head
    self.tail = tail
    self.grid = grid
  }

  /// The index on the source's grid for record frame `frame`; `nil` where black stands outside the source.
  public func index(at frame: Int) -> Int? {
    let index = time.position(at: frame).floor
    if index < limits.lowerBound { return head == .black ? nil : limits.lowerBound }
    if index > limits.upperBound { return tail == .black ? nil : limits.upperBound }
    return index
  }

  /// The picture index, from 0, for record frame `frame`; −1 where it shows black (`overrun: black`, `gaps: black`).
  public func picture(at frame: Int) -> Int {
    guard let index = index(at: frame) else { return -1 }
    guard case .table(let pictures) = grid else { return index }
    return pictures.indices.contains(index) ? max(Int(pictures[index]), -1) : -1
  }
}

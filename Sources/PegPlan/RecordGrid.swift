public import PegCore
public import PegTimeline

/// The record side as addresses need it: the frames of a cut, their labels, and the items that have names.
///
/// A plan has one, and so has a master, whose ledger knows the same without its cut.
public struct RecordGrid: Sendable {
  /// What messages call it.
  public var name: String
  public var rate: FrameRate
  /// The label of record frame 0.
  public var start: Timecode
  /// Record frames.
  public var duration: Int
  public var items: [Item]

  /// Something with a name.
  public struct Item: Hashable, Sendable {
    public var name: String
    /// Empty where it is trimmed away.
    public var range: FrameRange
    /// `nil` where no tracks are known.
    public var address: CutAddress?

    public init(name: String, range: FrameRange, address: CutAddress? = nil) {
      self.name = name
      self.range = range
      self.address = address
    }

    /// What tells it from others of its name.
    var place: String { address.map { "#\($0)" } ?? "@\(range)" }
  }

  public init(name: String, rate: FrameRate, start: Timecode, duration: Int, items: [Item]) {
    self.name = name
    self.rate = rate
    self.start = start
    self.duration = duration
    self.items = items
  }
}

extension FramePlan {
  public var grid: RecordGrid {
    RecordGrid(
      name: name, rate: rate, start: start, duration: duration,
      // A gap is found by its place alone.
      items: items.map { .init(name: $0.kind == .gap ? "" : $0.name, range: $0.range, address: $0.address) })
  }
}

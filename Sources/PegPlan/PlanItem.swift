public import PegCore
public import PegTimeline

/// Where an item of the cut, nested ones among them, lies on the record side: what addresses and lists name.
public struct PlanItem: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable { case clip, gap, stack, track }

  public var kind: Kind
  public var address: CutAddress
  public var name: String
  /// The record frames between its edges, without what dissolves add; empty where it is trimmed away.
  public var range: FrameRange

  public init(kind: Kind, address: CutAddress, name: String, range: FrameRange) {
    self.kind = kind
    self.address = address
    self.name = name
    self.range = range
  }
}

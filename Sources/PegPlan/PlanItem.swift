public import PegCore

/// Where an item of the cut's own tracks lies on the record side: what addresses and lists name.
public struct PlanItem: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable { case clip, gap, stack, track }

  public var kind: Kind
  /// The OTIO track's index in the timeline's stack, from 0.
  public var track: Int
  /// `V2`: the second video track from the bottom; `A1`: the first audio track.
  public var trackName: String
  /// The OTIO index in the track, from 0, transitions counted.
  public var index: Int
  public var name: String
  /// The record frames between its edges; without what dissolves add.
  public var range: FrameRange

  public init(kind: Kind, track: Int, trackName: String, index: Int, name: String, range: FrameRange) {
    self.kind = kind
    self.track = track
    self.trackName = trackName
    self.index = index
    self.name = name
    self.range = range
  }

  /// `V2:14`.
  public var address: String { "\(trackName):\(index)" }
}

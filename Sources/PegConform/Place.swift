import PegTimeline

/// Where in the cut the planner is: for messages.
struct Place {
  /// The OTIO index of the track in the timeline's stack.
  var track: Int
  /// `V2:14`, followed by the indices inside nested compositions.
  var address: String
  /// Compositions around it.
  var depth: Int

  func inside(_ index: Int) -> Place { Place(track: track, address: "\(address):\(index)", depth: depth + 1) }

  static func name(of clip: Clip, at place: Place) -> String { name(of: clip.item, "clip", at: place) }

  /// `clip SH010 (V2:14)`.
  static func name(of item: ItemInfo, _ kind: String, at place: Place) -> String {
    item.info.name.isEmpty ? "\(kind) \(place.address)" : "\(kind) \(item.info.name) (\(place.address))"
  }
}

import PegTimeline

/// Where in the cut the planner is: for messages, and for what layers are called.
struct Place {
  /// The OTIO index of the track in the timeline's stack.
  var track = 0
  /// `nil` is the timeline's own stack.
  var address: CutAddress?

  func child(_ index: Int) -> Place { Place(track: track, address: address?.child(index)) }

  /// A child of the stack that stands here.
  func layer(_ index: Int, _ label: TrackLabel) -> Place {
    Place(track: address == nil ? index : track, address: address.layer(label))
  }

  /// Where the children of `composable`, which stands here, are counted from.
  func inside(_ composable: Composable) -> Place { Place(track: track, address: address?.descending(into: composable)) }

  /// Compositions around it.
  var depth: Int { address?.steps.count ?? 0 }

  /// `clip SH010 (V2:14)`.
  func name(_ kind: String, _ info: ObjectInfo) -> String {
    guard let address else { return kind }
    return info.name.isEmpty ? "\(kind) \(address)" : "\(kind) \(info.name) (\(address))"
  }

  /// `V2:14`.
  var text: String { address?.description ?? "the stack" }
}

public import PegTimeline

/// A clip with where it stands in the cut.
public struct PlacedClip: Sendable {
  public var clip: Clip
  /// The kind of the innermost track it stands in; a clip outside tracks counts as video.
  public var kind: Track.Kind
  /// Indices from the timeline's stack down to the clip: what edits and messages address it by.
  public var path: [Int]
  /// `V2:14`, followed by the indices inside nested compositions.
  public var address: String
  /// Whether it and all that holds it are enabled.
  public var isEnabled: Bool
}

extension Timeline {
  /// Every clip, in the file's order, nested ones where their stack stands.
  public var placedClips: [PlacedClip] {
    var list: [PlacedClip] = []
    for (index, child) in tracks.children.enumerated() {
      collect(
        child, kind: .video, path: [index], address: trackName(index), isEnabled: tracks.item.isEnabled, into: &list)
    }
    return list
  }

  /// `V1` for the lowest video track, `A1` for the first audio track, `#3` for what is no track of either kind.
  public func trackName(_ index: Int) -> String {
    func letter(_ child: Composable) -> String? {
      guard case .track(let track) = child else { return nil }
      switch track.kind {
      case .video: return "V"
      case .audio: return "A"
      case .other: return nil
      }
    }
    guard tracks.children.indices.contains(index), let own = letter(tracks.children[index]) else { return "#\(index)" }
    return own + "\(tracks.children[...index].count { letter($0) == own })"
  }

  private func collect(
    _ child: Composable, kind: Track.Kind, path: [Int], address: String, isEnabled: Bool, into list: inout [PlacedClip]
  ) {
    func descend(_ children: [Composable], kind: Track.Kind, enabled: Bool) {
      for (index, inner) in children.enumerated() {
        collect(
          inner, kind: kind, path: path + [index], address: "\(address):\(index)", isEnabled: isEnabled && enabled,
          into: &list)
      }
    }
    switch child {
    case .clip(let clip):
      list.append(
        PlacedClip(clip: clip, kind: kind, path: path, address: address, isEnabled: isEnabled && clip.item.isEnabled))
    case .track(let track): descend(track.children, kind: track.kind, enabled: track.item.isEnabled)
    case .stack(let stack): descend(stack.children, kind: kind, enabled: stack.item.isEnabled)
    case .gap, .transition, .unknown: break
    }
  }
}

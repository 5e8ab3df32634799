public import PegCore

/// A clip where it stands in a cut.
public struct PlacedClip: Hashable, Sendable {
  public var address: CutAddress
  /// Index of the outermost track in the timeline's stack.
  public var track: Int
  public var kind: TrackLabel.Kind
  public var clip: Clip
  /// In the time of the track that it stands in.
  public var span: TimeSpan
  /// What of it lies in the programme, in seconds from the programme's first frame; `nil` when it is trimmed away. Inside a
  /// nest that is retimed it is the whole nest's.
  public var record: TimeSpan?
  /// Whether the clip and everything that it stands in are enabled.
  public var isEnabled: Bool
}

extension Timeline {
  /// Every clip with its address, nested ones too: tracks from the bottom, children in order. Needs no durations.
  public var everyClip: [(address: CutAddress, clip: Clip)] {
    var clips: [(address: CutAddress, clip: Clip)] = []
    tracks.visit(at: nil) { clips.append(($0, $1)) }
    return clips
  }

  /// Every clip with its exact place, in the order of ``everyClip``.
  ///
  /// - Throws: ``PegError`` (bad input) where something has no duration.
  public func placedClips() throws(PegError) -> [PlacedClip] {
    let window = try tracks.window(at: nil)
    var walk = ClipWalk()
    for (index, (label, child)) in zip(trackLabels, tracks.children).enumerated() {
      walk.track = index
      let address = CutAddress([CutAddress.Step(label)])
      let slot = TimeSpan(start: .zero, duration: try child.duration(at: address))
      try walk.visit(
        child, at: address, kind: label.kind,
        frame: ClipWalk.Frame(
          slot: slot, shift: -window.start, limit: window, isRetimed: false, isEnabled: tracks.item.isEnabled))
    }
    return walk.clips
  }

  /// Where clips of this name stand.
  public func addresses(ofClip name: String) -> [CutAddress] {
    everyClip.filter { $0.clip.item.info.name == name }.map(\.address)
  }

  /// What `CUT#…` leads to: an address such as `V2:14` of something that is there, else a clip's name.
  ///
  /// - Throws: ``PegError`` (bad input) where there is no such thing, or several clips have the name.
  public func resolve(_ text: String) throws(PegError) -> CutAddress {
    if let address = CutAddress(text), self[address] != nil { return address }
    let found = addresses(ofClip: text)
    switch found.count {
    case 1: return found[0]
    case 0:
      throw PegError(.badInput, "The cut has no clip named \(text)", hint: "pegbar cut list shows names and addresses")
    default:
      let several = found.prefix(6).map(\.description).joined(separator: ", ") + (found.count > 6 ? ", …" : "")
      throw PegError(.badInput, "\(found.count) clips are named \(text)", hint: "say which: \(several)")
    }
  }
}

extension Stack {
  fileprivate func visit(at address: CutAddress?, _ found: (CutAddress, Clip) -> Void) {
    for (label, child) in zip(TrackNumbering.labels(children), children) {
      child.visit(at: address.layer(label), found)
    }
  }
}

extension Composable {
  fileprivate func visit(at address: CutAddress, _ found: (CutAddress, Clip) -> Void) {
    switch self {
    case .clip(let clip): found(address, clip)
    case .track(let track):
      for (index, child) in track.children.enumerated() {
        // A track that stands in a track has no label of its own: it counts as the first of a stack.
        child.visit(at: address.descending(into: self).child(index), found)
      }
    case .stack(let stack): stack.visit(at: address, found)
    case .gap, .transition, .unknown: break
    }
  }
}

extension CutAddress {
  /// Where the children of `composable`, which stands here, are counted from.
  func descending(into composable: Composable) -> CutAddress {
    guard case .track = composable, let last = steps.last, last.child != nil else { return self }
    return CutAddress(steps + [Step(TrackLabel(TrackNumbering.kind(composable), 1))])
  }
}

private struct ClipWalk {
  /// How the time of a composition becomes record time.
  struct Frame {
    /// Where the child lies in the time of its composition.
    var slot: TimeSpan
    /// Record time minus the composition's time.
    var shift: Rational
    /// What of the composition is in the programme, in the composition's time.
    var limit: TimeSpan?
    var isRetimed: Bool
    var isEnabled: Bool
  }

  var track = 0
  var clips: [PlacedClip] = []

  mutating func visit(
    _ child: Composable, at address: CutAddress, kind: TrackLabel.Kind, frame: Frame
  ) throws(PegError) {
    let visible = frame.limit.flatMap { frame.isRetimed ? $0 : frame.slot.intersection($0) }
    switch child {
    case .clip(let clip):
      let record = visible.map { TimeSpan(start: $0.start + frame.shift, duration: $0.duration) }
      clips.append(
        PlacedClip(
          address: address, track: track, kind: kind, clip: clip, span: frame.slot, record: record,
          isEnabled: frame.isEnabled && clip.item.isEnabled))
    case .track(let inner):
      let here = address.descending(into: child)
      let layout = try inner.layout(at: here)
      for (index, slot) in layout.slots.enumerated() {
        let next = inside(frame, visible, inner.item, window: layout.window, slot: slot)
        try visit(inner.children[index], at: here.child(index), kind: kind, frame: next)
      }
    case .stack(let inner):
      let window = try inner.window(at: address)
      for (label, child) in zip(TrackNumbering.labels(inner.children), inner.children) {
        let address = (address as CutAddress?).layer(label)
        let slot = TimeSpan(start: .zero, duration: try child.duration(at: address))
        try visit(
          child, at: address, kind: label.kind,
          frame: inside(frame, visible, inner.item, window: window, slot: slot))
      }
    case .gap, .transition, .unknown: break
    }
  }

  /// One composition further in: its window's start falls on its slot's.
  private func inside(
    _ frame: Frame, _ visible: TimeSpan?, _ item: ItemInfo, window: TimeSpan, slot: TimeSpan
  ) -> Frame {
    var next = frame
    next.slot = slot
    next.isEnabled = frame.isEnabled && item.isEnabled
    if frame.isRetimed || item.effects.contains(where: \.changesTime) {
      // From here on the place is the nest's.
      next.isRetimed = true
      next.limit = visible
      return next
    }
    let offset = frame.slot.start - window.start
    next.shift = frame.shift + offset
    next.limit = visible.map { TimeSpan(start: $0.start - offset, duration: $0.duration) }
    return next
  }
}

extension Effect {
  /// Whether other frames play than without it.
  public var changesTime: Bool {
    guard isEnabled else { return false }
    switch self {
    case .linearTimeWarp(_, _, let scalar): return scalar != .one
    case .freezeFrame: return true
    case .other: return schema == "TimeEffect" || schema == "TimeWarp"
    }
  }
}

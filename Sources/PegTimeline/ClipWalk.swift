public import PegCore

/// A clip and where it stands in a cut.
public struct ClipPlace: Hashable, Sendable {
  public var address: CutAddress
  /// Index of the outermost track in the timeline's stack.
  public var track: Int
  /// Of the innermost track that it stands in; a clip that stands in none is a picture.
  public var kind: TrackLabel.Kind
  public var clip: Clip
  /// Whether the clip and everything that it stands in are enabled.
  public var isEnabled: Bool

  /// `SH010 (V2:14)`, or the address of a clip without a name.
  public var name: String {
    clip.item.info.name.isEmpty ? address.description : "\(clip.item.info.name) (\(address))"
  }
}

/// A clip with its exact time.
public struct PlacedClip: Hashable, Sendable {
  public var place: ClipPlace
  /// In the time of the track that it stands in.
  public var span: TimeSpan
  /// What of it lies in the programme, in seconds from the programme's first frame; `nil` when it is trimmed away. Inside a
  /// nest that is retimed it is the whole nest's.
  public var record: TimeSpan?
}

extension Timeline {
  /// Every clip, nested ones too: tracks from the bottom, children in order. Needs no durations; linear.
  public var everyClip: [ClipPlace] {
    var walk = PlaceWalk()
    for (index, (label, child)) in zip(trackLabels, tracks.children).enumerated() {
      walk.track = index
      walk.visit(child, at: CutAddress([.init(label)]), kind: .video, isEnabled: tracks.item.isEnabled)
    }
    return walk.places
  }

  /// Every clip with its exact place, in the order of ``everyClip``.
  ///
  /// - Throws: ``PegError`` (bad input) where something has no duration.
  public func placedClips() throws(PegError) -> [PlacedClip] {
    let window = try tracks.window(at: nil)
    var walk = TimeWalk()
    for (label, child) in zip(trackLabels, tracks.children) {
      let address = CutAddress([CutAddress.Step(label)])
      let slot = TimeSpan(start: .zero, duration: try child.duration(at: address))
      try walk.visit(
        child, at: address, frame: TimeWalk.Frame(slot: slot, shift: -window.start, limit: window, isRetimed: false))
    }
    return zip(everyClip, walk.times).map { PlacedClip(place: $0, span: $1.span, record: $1.record) }
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

/// Where every clip stands.
private struct PlaceWalk {
  var track = 0
  var places: [ClipPlace] = []

  mutating func visit(_ child: Composable, at address: CutAddress, kind: TrackLabel.Kind, isEnabled: Bool) {
    switch child {
    case .clip(let clip):
      places.append(
        ClipPlace(
          address: address, track: track, kind: kind, clip: clip, isEnabled: isEnabled && clip.item.isEnabled))
    case .track(let inner):
      let (here, kind) = (address.descending(into: child), TrackNumbering.kind(child))
      for (index, child) in inner.children.enumerated() {
        visit(child, at: here.child(index), kind: kind, isEnabled: isEnabled && inner.item.isEnabled)
      }
    case .stack(let inner):
      for (label, child) in zip(inner.labels, inner.children) {
        visit(
          child, at: (address as CutAddress?).layer(label), kind: kind, isEnabled: isEnabled && inner.item.isEnabled)
      }
    case .gap, .transition, .unknown: break
    }
  }
}

/// When every clip plays, in the order of ``PlaceWalk``.
private struct TimeWalk {
  /// How the time of a composition becomes record time.
  struct Frame {
    /// Where the child lies in the time of its composition.
    var slot: TimeSpan
    /// Record time minus the composition's time.
    var shift: Rational
    /// What of the composition is in the programme, in the composition's time.
    var limit: TimeSpan?
    var isRetimed: Bool
  }

  var times: [(span: TimeSpan, record: TimeSpan?)] = []

  mutating func visit(_ child: Composable, at address: CutAddress, frame: Frame) throws(PegError) {
    var visible = frame.limit
    if let limit = frame.limit, !frame.isRetimed { visible = try frame.slot.intersection(limit) }
    switch child {
    case .clip:
      var record: TimeSpan?
      if let visible {
        record = TimeSpan(start: try Exact.sum(visible.start, frame.shift), duration: visible.duration)
      }
      times.append((frame.slot, record))
    case .track(let inner):
      let here = address.descending(into: child)
      let layout = try inner.layout(at: here)
      for (index, slot) in layout.slots.enumerated() {
        let next = try inside(frame, visible, inner.item, window: layout.window, slot: slot)
        try visit(inner.children[index], at: here.child(index), frame: next)
      }
    case .stack(let inner):
      let window = try inner.window(at: address)
      for (label, child) in zip(inner.labels, inner.children) {
        let address = (address as CutAddress?).layer(label)
        let slot = TimeSpan(start: .zero, duration: try child.duration(at: address))
        try visit(child, at: address, frame: try inside(frame, visible, inner.item, window: window, slot: slot))
      }
    case .gap, .transition, .unknown: break
    }
  }

  /// One composition further in: its window's start falls on its slot's.
  private func inside(
    _ frame: Frame, _ visible: TimeSpan?, _ item: ItemInfo, window: TimeSpan, slot: TimeSpan
  ) throws(PegError) -> Frame {
    var next = frame
    next.slot = slot
    if frame.isRetimed || item.effects.contains(where: \.changesTime) {
      // From here on the place is the nest's.
      next.isRetimed = true
      next.limit = visible
      return next
    }
    let offset = try Exact.difference(frame.slot.start, window.start)
    next.shift = try Exact.sum(frame.shift, offset)
    next.limit = nil
    if let visible {
      next.limit = TimeSpan(start: try Exact.difference(visible.start, offset), duration: visible.duration)
    }
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

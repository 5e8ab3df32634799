public import PegCore

// Where everything lies, as exact sums (DESIGN §6). Track time begins at 0 where the first child does; transitions take
// no time. Every error names the address of what has no place.

/// Where the children of a track lie.
public struct TrackLayout: Hashable, Sendable {
  /// One for each child, in order, in track time; a transition's is empty and lies at its cut.
  public var slots: [TimeSpan]
  /// The sum of the children: where the last one ends, in seconds.
  public var extent: Rational
  /// What `source_range` leaves of the track, in track time; all of it where there is none. It may reach past ``extent``.
  public var window: TimeSpan

  /// What of child `index` is left by the window, its start counted from the window's; `nil` for nothing.
  ///
  /// - Throws: ``PegError`` (bad input) where that does not fit 128 bits.
  public func visible(_ index: Int) throws(PegError) -> TimeSpan? {
    guard let part = try slots[index].intersection(window) else { return nil }
    return TimeSpan(start: try Exact.difference(part.start, window.start), duration: part.duration)
  }
}

extension Clip {
  /// The part of the media that plays, in media time: `source_range`, else the active reference's `available_range`.
  ///
  /// - Parameter address: where the clip stands, for the message.
  /// - Throws: ``PegError`` (bad input) where there is neither.
  public func trimmedRange(at address: CutAddress) throws(PegError) -> TimeRange {
    if let range = item.sourceRange ?? activeReference?.common?.availableRange { return range }
    throw PegError(
      .badInput, "\(address.naming(item.info.name)) has neither a source_range nor media with an available_range",
      hint: "link its media: pegbar conform, or pegbar cut link")
  }
}

extension Track {
  /// - Parameter address: where the track stands, for messages.
  /// - Throws: ``PegError`` (bad input) where a child has no duration.
  public func layout(at address: CutAddress) throws(PegError) -> TrackLayout {
    var slots: [TimeSpan] = []
    slots.reserveCapacity(children.count)
    var position = Rational.zero
    for (index, child) in children.enumerated() {
      let duration: Rational
      if case .transition = child {
        duration = .zero
      } else {
        duration = try child.duration(at: address.child(index))
      }
      slots.append(TimeSpan(start: position, duration: duration))
      guard let next = position.addingChecked(duration) else {
        throw PegError(.badInput, "The durations up to \(address.child(index)) have no exact sum")
      }
      position = next
    }
    let window = item.sourceRange?.span ?? TimeSpan(start: .zero, duration: position)
    return TrackLayout(slots: slots, extent: position, window: window)
  }
}

extension Composable {
  /// Record seconds that the item takes: 0 for a transition.
  ///
  /// - Parameter address: where it stands, for messages.
  /// - Throws: ``PegError`` (bad input) where it has no duration.
  public func duration(at address: CutAddress) throws(PegError) -> Rational {
    switch self {
    case .clip(let clip): return try clip.trimmedRange(at: address).duration.seconds
    case .gap(let gap):
      guard let range = gap.item.sourceRange else {
        throw PegError(.badInput, "The gap at \(address) has no source_range, which is its duration")
      }
      return range.duration.seconds
    case .track(let track): return try track.layout(at: address).window.duration
    case .stack(let stack): return try stack.window(at: address).duration
    case .transition: return .zero
    case .unknown(let object):
      let schema = object["OTIO_SCHEMA"]?.string ?? "an object"
      throw PegError(.badInput, "\(address) is \(schema), whose duration Pegbar does not know")
    }
  }
}

extension Stack {
  /// What `source_range` leaves of the stack, in its own time; else from 0 to the end of its longest child.
  ///
  /// - Parameter address: where the stack stands, for messages; `nil` for the timeline's own.
  /// - Throws: ``PegError`` (bad input) where a child has no duration.
  public func window(at address: CutAddress?) throws(PegError) -> TimeSpan {
    if let range = item.sourceRange { return range.span }
    return TimeSpan(start: .zero, duration: try extent(at: address))
  }

  /// Seconds that the longest child takes, whatever `source_range` leaves of the stack; a child that is switched off
  /// counts, as it does in OpenTimelineIO.
  ///
  /// - Parameter address: where the stack stands, for messages; `nil` for the timeline's own.
  /// - Throws: ``PegError`` (bad input) where a child has no duration.
  public func extent(at address: CutAddress?) throws(PegError) -> Rational {
    var longest = Rational.zero
    for (label, child) in zip(TrackNumbering.labels(children), children) {
      longest = max(longest, try child.duration(at: address.layer(label)))
    }
    return longest
  }

  /// Names of the children, in order: `V1`, `A1`, `V2`, ….
  public var labels: [TrackLabel] { TrackNumbering.labels(children) }
}

extension Timeline {
  /// Record seconds, exact. A timeline without children has none.
  ///
  /// - Throws: ``PegError`` (bad input) where a child has no duration.
  public func duration() throws(PegError) -> Rational { try tracks.window(at: nil).duration }

  /// Names of the children of the timeline's stack, in order: `V1`, `A1`, `V2`, ….
  public var trackLabels: [TrackLabel] { tracks.labels }
}

extension CutAddress {
  /// Child `index` of the track that this address leads to.
  public func child(_ index: Int) -> CutAddress {
    var steps = steps
    steps[steps.count - 1].child = index
    return CutAddress(steps)
  }

  /// Where the children of `composable`, which stands here, are counted from.
  ///
  /// A track that stands in a track has no label of its own: it counts as the first of a stack.
  public func descending(into composable: Composable) -> CutAddress {
    guard case .track = composable, let last = steps.last, last.child != nil else { return self }
    return CutAddress(steps + [Step(TrackLabel(TrackNumbering.kind(composable), 1))])
  }

  /// `V1:3 (SH010)`.
  func naming(_ name: String) -> String { name.isEmpty ? description : "\(self) (\(name))" }
}

extension CutAddress? {
  /// Layer `label` of the stack at this address, or of the timeline.
  public func layer(_ label: TrackLabel) -> CutAddress { CutAddress((self?.steps ?? []) + [CutAddress.Step(label)]) }
}

public import PegCore

/// A transition between its neighbours.
public struct TransitionPlace: Hashable, Sendable {
  /// The transition's index in its track.
  public var index: Int
  /// Index of the item before the cut; `nil` at the head of the track.
  public var before: Int?
  /// Index of the item after the cut; `nil` at the tail of the track.
  public var after: Int?
  /// The cut, in track time.
  public var cut: Rational
  /// Seconds before the cut at which it begins.
  public var inOffset: Rational
  /// Seconds after the cut at which it ends.
  public var outOffset: Rational

  /// From its first to its last moment, in track time.
  public var span: TimeSpan { TimeSpan(start: cut - inOffset, duration: inOffset + outOffset) }
}

extension Track {
  /// The transitions in order.
  ///
  /// - Parameters:
  ///   - layout: of this track.
  ///   - address: where the track stands, for messages.
  /// - Throws: ``PegError`` (bad input) where two follow each other, one reaches past its neighbour, or two that share an
  ///   item meet in it.
  public func transitions(in layout: TrackLayout, at address: CutAddress) throws(PegError) -> [TransitionPlace] {
    var places: [TransitionPlace] = []
    for (index, child) in children.enumerated() {
      guard case .transition(let transition) = child else { continue }
      let place = TransitionPlace(
        index: index, before: index > 0 ? index - 1 : nil, after: index + 1 < children.count ? index + 1 : nil,
        cut: layout.slots[index].start, inOffset: transition.inOffset.seconds,
        outOffset: transition.outOffset.seconds)
      let here = address.child(index).naming(transition.info.name)
      let start = try Exact.difference(place.cut, place.inOffset)
      _ = try Exact.sum(start, try Exact.sum(place.inOffset, place.outOffset))
      if let after = place.after, case .transition = children[after] {
        throw PegError(.badInput, "The transition at \(here) is followed by another one")
      }
      let room = place.before.map { layout.slots[$0].duration } ?? .zero
      guard place.inOffset <= room else {
        throw PegError(.badInput, "The transition at \(here) begins before the item that it leads out of")
      }
      guard place.outOffset <= (place.after.map { layout.slots[$0].duration } ?? .zero) else {
        throw PegError(.badInput, "The transition at \(here) ends after the item that it leads into")
      }
      if let last = places.last, last.after == place.before, last.span.end > place.span.start {
        throw PegError(.badInput, "The transitions at \(address.child(last.index)) and \(here) overlap")
      }
      places.append(place)
    }
    return places
  }
}

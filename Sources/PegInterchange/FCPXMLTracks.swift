import PegCore
import PegTimeline

/// Runs as tracks: each lane has as many tracks as it needs for nothing to lie over another thing.
struct FCPXMLTracks {
  private struct Lane {
    var isSound: Bool
    var lane: FCPXMLLane
    /// Each in order.
    var tracks: [[FCPXMLRun]]
  }

  private var lanes: [Lane] = []

  /// Runs that hold nothing but gaps make no track of their own, unless they are the primary storyline.
  init(_ runs: [FCPXMLRun]) {
    for run in runs where !run.pieces.isEmpty && (!run.isEmpty || run.lane == FCPXMLLane()) { place(run) }
  }

  private mutating func place(_ run: FCPXMLRun) {
    let index =
      lanes.firstIndex { $0.isSound == run.isSound && $0.lane == run.lane }
      ?? {
        lanes.append(Lane(isSound: run.isSound, lane: run.lane, tracks: []))
        return lanes.count - 1
      }()
    for track in lanes[index].tracks.indices {
      if let slot = Self.slot(for: run, in: lanes[index].tracks[track]) {
        lanes[index].tracks[track].insert(run, at: slot)
        return
      }
    }
    lanes[index].tracks.append([run])
  }

  /// Where a run goes among those of a track, which are in order; `nil` where it does not fit.
  private static func slot(for run: FCPXMLRun, in track: [FCPXMLRun]) -> Int? {
    var (low, high) = (0, track.count)
    while low < high {
      let middle = (low + high) / 2
      if track[middle].start <= run.start { low = middle + 1 } else { high = middle }
    }
    if low > 0, track[low - 1].collides(with: run) { return nil }
    if low < track.count, track[low].collides(with: run) { return nil }
    return low
  }

  /// Pictures, the lowest first, then sound: the primary storyline's, what lies below, what lies above.
  ///
  /// - Parameters:
  ///   - origin: seconds of the timeline where the tracks begin.
  ///   - rate: what its times are counted in.
  ///   - sound: whether sound alone, or pictures alone, are wanted.
  func tracks(
    from origin: Rational, rate: FrameRate, reader: FCPXMLReader, only sound: Bool? = nil
  ) throws(PegError) -> [Track] {
    var tracks: [Track] = []
    let pictures = lanes.filter { !$0.isSound }.sorted { $0.lane < $1.lane }
    let sounds = lanes.filter(\.isSound).sorted { a, b in
      let home = FCPXMLLane()
      func rank(_ lane: FCPXMLLane) -> Int { lane == home ? 0 : lane < home ? 1 : 2 }
      let (x, y) = (rank(a.lane), rank(b.lane))
      return x != y ? x < y : x == 1 ? b.lane < a.lane : a.lane < b.lane
    }
    for lane in (sound == true ? [] : pictures) + (sound == false ? [] : sounds) {
      for runs in lane.tracks {
        let children = try Self.children(runs, from: origin, rate, reader)
        var track = Track(name: "lane \(lane.lane)", kind: lane.isSound ? .audio : .video, children: children)
        track.item.info.metadata["fcpxml"] = ["lane": .string(lane.lane.description)]
        tracks.append(track)
      }
    }
    return tracks
  }

  /// Runs one after another, what lies between them as gaps.
  private static func children(
    _ runs: [FCPXMLRun], from origin: Rational, _ rate: FrameRate, _ reader: FCPXMLReader
  ) throws(PegError) -> [Composable] {
    var children: [Composable] = []
    var cursor = origin
    for run in runs {
      var joins = run.joins[...]
      func put(_ join: FCPXMLJoin) throws(PegError) {
        children.append(
          .transition(
            Transition(
              info: join.info, type: "SMPTE_Dissolve",
              inOffset: RationalTime(try reader.product(join.before, rate.value), rate),
              outOffset: RationalTime(try reader.product(join.after, rate.value), rate))))
      }
      for piece in run.pieces {
        if piece.start > cursor {
          let length = try reader.product(try reader.difference(piece.start, cursor), rate.value)
          children.append(.gap(Gap(duration: RationalTime(length, rate))))
        }
        while let join = joins.first, join.cut <= piece.start {
          try put(join)
          joins.removeFirst()
        }
        children.append(try reader.exact(piece.item(at: rate, in: reader.cutRate)))
        cursor = try reader.sum(piece.start, piece.duration)
      }
      for join in joins { try put(join) }
    }
    return children
  }
}

extension FCPXMLRun {
  /// Whether there is nothing but gaps without markers in it.
  var isEmpty: Bool {
    pieces.allSatisfy { piece in
      if case .gap(let gap) = piece.body { gap.item.markers.isEmpty } else { false }
    }
  }

  /// Whether both cannot stand on one track: they share time, or one fades where the other touches it.
  fileprivate func collides(with other: FCPXMLRun) -> Bool {
    if start < other.end, other.start < end { return true }
    if end == other.start { return isFaded.tail || other.isFaded.head }
    if other.end == start { return other.isFaded.tail || isFaded.head }
    return false
  }
}

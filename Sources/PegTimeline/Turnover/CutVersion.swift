import PegCore

/// A cut as one of two versions that are compared.
struct CutVersion {
  struct Item {
    var place: ClipPlace
    /// Record frames from the programme's first; `nil` for what is trimmed away.
    var record: FrameRange?
    var identity: ClipIdentity
  }

  let timeline: Timeline
  let rate: FrameRate
  /// In the order of ``Timeline/everyClip``.
  let items: [Item]

  /// - Throws: ``PegError`` (bad input) where something has no duration, or the cut no rate.
  init(_ timeline: Timeline) throws(PegError) {
    self.timeline = timeline
    let placed = try timeline.placedClips()
    let clips = placed.lazy.compactMap { $0.place.clip.item.sourceRange?.duration.rate }
    guard let rate = try timeline.settings().rate ?? clips.first ?? timeline.globalStart?.rate else {
      throw PegError(.badInput, "The cut \(timeline.info.name) has no rate", hint: "conform it with --rate")
    }
    self.rate = rate
    items = placed.map { clip in
      let record = clip.record.map { span in
        FrameRange((span.start * rate.value).ceil, max((span.start * rate.value).ceil, (span.end * rate.value).ceil))
      }
      return Item(place: clip.place, record: record, identity: ClipIdentity(clip.place.clip))
    }
  }

  /// Indices of the items of a kind in record order.
  func order(_ kind: TrackLabel.Kind) -> [Int] {
    items.indices.filter { items[$0].place.kind == kind }.sorted {
      let (a, b) = (items[$0].record?.start ?? .max, items[$1].record?.start ?? .max)
      return (a, items[$0].place.track, $0) < (b, items[$1].place.track, $1)
    }
  }

  /// Matches of this cut's items with those of a newer one, by the items' indices.
  func matches(in new: CutVersion) -> (matches: [ClipMatching.Match], unmatched: [Int]) {
    var matches: [ClipMatching.Match] = []
    var unmatched: [Int] = []
    for kind in [TrackLabel.Kind.video, .audio, .other] {
      let (ours, theirs) = (order(kind), new.order(kind))
      let matching = ClipMatching(old: ours.map { items[$0].identity }, new: theirs.map { new.items[$0].identity })
      matches += matching.matches.map {
        ClipMatching.Match(old: ours[$0.old], new: theirs[$0.new], kind: $0.kind)
      }
      unmatched += matching.unmatched.map { ours[$0] }
    }
    return (matches, unmatched)
  }
}

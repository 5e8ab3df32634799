import PegCore

/// Two versions of a cut, clip by clip.
struct CutComparison {
  let old: CutVersion
  let new: CutVersion

  func diff() -> CutDiff {
    let (matches, unmatched) = old.matches(in: new)
    let moved = moved(matches)
    let parts = Set(matches.filter { $0.kind == .part }.map(\.old))
    var changes: [(order: Int, change: CutChange)] = []
    let matched = Dictionary(uniqueKeysWithValues: matches.map { ($0.new, $0) })
    for index in new.items.indices {
      let item = new.items[index]
      let order = item.record?.start ?? .max
      guard let match = matched[index], match.kind != .again else {
        changes.append((order, change(item, .added, old: nil, new: place(item), [])))
        continue
      }
      let change = compare(match, isMoved: moved.contains(index), isPart: parts.contains(match.old))
      if !change.kinds.isEmpty { changes.append((order, change)) }
    }
    for index in unmatched {
      let item = old.items[index]
      changes.append((item.record?.start ?? .max, change(item, .removed, old: place(item), new: nil, [])))
    }
    let ordered = changes.indices.sorted { (changes[$0].order, $0) < (changes[$1].order, $1) }
    return CutDiff(changes: programme() + ordered.map { changes[$0].change })
  }

  private func change(
    _ item: CutVersion.Item, _ kind: CutChange.Kind, old: CutChange.Place?, new: CutChange.Place?, _ details: [String]
  ) -> CutChange {
    CutChange(name: item.place.clip.item.info.name, kinds: [kind], old: old, new: new, details: details)
  }

  private func place(_ item: CutVersion.Item) -> CutChange.Place {
    CutChange.Place(address: item.place.address, record: item.record)
  }

  // MARK: One clip

  private func compare(_ match: ClipMatching.Match, isMoved: Bool, isPart: Bool) -> CutChange {
    let (before, after) = (old.items[match.old], new.items[match.new])
    let (a, b) = (before.place.clip, after.place.clip)
    var kinds: Set<CutChange.Kind> = []
    var details: [String] = []
    func add(_ kind: CutChange.Kind, _ detail: String? = nil) {
      kinds.insert(kind)
      if let detail { details.append(detail) }
    }
    let distance = (after.record?.start ?? 0) - (before.record?.start ?? 0)
    let isElsewhere = before.record?.start != after.record?.start || old.rate != new.rate
    if isMoved {
      let from = before.place.address.steps[0].track, to = after.place.address.steps[0].track
      add(.moved, from == to ? Self.frames(distance, "later", "earlier") : "from \(from) to \(to)")
    } else if isElsewhere, match.kind != .part {
      add(.shifted, Self.frames(distance, "later", "earlier"))
    }
    if isPart { add(.split) }
    if before.identity.speed != after.identity.speed {
      add(.retimed, "speed \(before.identity.speed) to \(after.identity.speed)")
    }
    if match.kind == .retaken || playsOtherTake(before, after) { add(.retaken, retake(a, b)) }
    // A clip that plays the same record frames at another speed ends elsewhere in its media for that.
    let isOnlyRetimed =
      kinds.contains(.retimed) && before.identity.source?.start == after.identity.source?.start
      && before.record?.count == after.record?.count
    if !isOnlyRetimed, let trim = trim(before, after, isOther: match.kind == .retaken) { add(.trimmed, trim) }
    let (was, now) = (settings(a), settings(b))
    if was["grade"] != now["grade"] { add(.regraded) }
    if a.item.info.name != b.item.info.name { add(.renamed, "was \(a.item.info.name)") }
    let others = Set(was.keys + now.keys).subtracting(["grade"]).filter { was[$0] != now[$0] }.sorted()
    if !others.isEmpty { add(.adjusted, others.joined(separator: ", ")) }
    if a.item.isEnabled != b.item.isEnabled { add(.adjusted, b.item.isEnabled ? "enabled" : "disabled") }
    if !isPart, let transition = transition(before, after) { add(.adjusted, transition) }
    return CutChange(
      name: b.item.info.name, kinds: CutChange.Kind.allCases.filter(kinds.contains), old: place(before),
      new: place(after), details: details)
  }

  private static func frames(_ count: Int, _ more: String, _ less: String) -> String? {
    count == 0 ? nil : "\(count.magnitude) \(count.magnitude == 1 ? "frame" : "frames") \(count > 0 ? more : less)"
  }

  /// The ends of what plays, in frames of the new cut.
  private func trim(_ before: CutVersion.Item, _ after: CutVersion.Item, isOther: Bool) -> String? {
    guard let a = before.identity.source, let b = after.identity.source, a != b else { return nil }
    func frames(_ seconds: Rational) -> Int { (seconds * new.rate.value).rounded }
    // Of media whose time has nothing to do with the old ones' only the length can be compared.
    if isOther, b.start >= a.end || b.end <= a.start {
      return Self.frames(frames((b.end - b.start) - (a.end - a.start)), "longer", "shorter")
    }
    let head = Self.frames(frames(b.start - a.start), "off its head", "onto its head")
    let tail = Self.frames(frames(a.end - b.end), "off its tail", "onto its tail")
    let said = [head, tail].compactMap { $0 }
    return said.isEmpty ? "less than a frame" : said.joined(separator: ", ")
  }

  /// Whether other media play. Media that have been found in one of the cuts only are no other media for that.
  private func playsOtherTake(_ before: CutVersion.Item, _ after: CutVersion.Item) -> Bool {
    guard let old = before.place.clip.activeReference, let new = after.place.clip.activeReference, !old.isMissing,
      !new.isMissing
    else { return false }
    return before.identity.activeFile != after.identity.activeFile
  }

  private func retake(_ a: Clip, _ b: Clip) -> String? {
    guard let old = a.activeReference?.spelling, let new = b.activeReference?.spelling else { return nil }
    return "\(old) to \(new)"
  }

  private func settings(_ clip: Clip) -> JSONObject {
    clip.item.info.metadata["pegbar"]?.object ?? JSONObject()
  }

  private func transition(_ before: CutVersion.Item, _ after: CutVersion.Item) -> String? {
    let (a, b) = (old.transition(into: before), new.transition(into: after))
    return a == b ? nil : "\(a) to \(b)"
  }

  // MARK: Order

  /// New clips that do not stand between the same others as before: on each track, those outside of the longest run of clips
  /// that kept their order; and those on another track.
  private func moved(_ matches: [ClipMatching.Match]) -> Set<Int> {
    var moved: Set<Int> = []
    var byTrack: [Int: [ClipMatching.Match]] = [:]
    for match in matches where match.kind == .same || match.kind == .retaken {
      let (before, after) = (old.items[match.old].place, new.items[match.new].place)
      if before.address.steps[0].track == after.address.steps[0].track {
        byTrack[after.track, default: []].append(match)
      } else {
        moved.insert(match.new)
      }
    }
    for matches in byTrack.values {
      let inOrder = matches.sorted { start(new, $0.new) < start(new, $1.new) }
      let kept = Self.longestRun(inOrder.map { start(old, $0.old) })
      for (index, match) in inOrder.enumerated() where !kept.contains(index) { moved.insert(match.new) }
    }
    return moved
  }

  private func start(_ version: CutVersion, _ index: Int) -> Int { version.items[index].record?.start ?? .max }

  /// Indices of a longest strictly ascending subsequence; n log n.
  private static func longestRun(_ values: [Int]) -> Set<Int> {
    var tails: [Int] = []
    var previous = [Int?](repeating: nil, count: values.count)
    for index in values.indices {
      var (low, high) = (0, tails.count)
      while low < high {
        let middle = (low + high) / 2
        if values[tails[middle]] < values[index] { low = middle + 1 } else { high = middle }
      }
      previous[index] = low > 0 ? tails[low - 1] : nil
      if low == tails.count { tails.append(index) } else { tails[low] = index }
    }
    var run: Set<Int> = []
    var next = tails.last
    while let index = next {
      run.insert(index)
      next = previous[index]
    }
    return run
  }

  // MARK: Tracks and programme

  private func programme() -> [CutChange] {
    var changes: [CutChange] = []
    func compare(_ name: String, _ a: JSONObject?, _ b: JSONObject?, _ old: CutChange.Place?, _ new: CutChange.Place?) {
      let (was, now) = (a ?? JSONObject(), b ?? JSONObject())
      let others = Set(was.keys + now.keys).filter { was[$0] != now[$0] }.sorted()
      guard !others.isEmpty else { return }
      let isGraded = others.contains("grade")
      let rest = others.filter { $0 != "grade" }
      changes.append(
        CutChange(
          name: name, kinds: (isGraded ? [.regraded] : []) + (rest.isEmpty ? [] : [.adjusted]), old: old, new: new,
          details: rest.isEmpty ? [] : [rest.joined(separator: ", ")]))
    }
    compare(
      "programme", old.timeline.info.metadata["pegbar"]?.object, new.timeline.info.metadata["pegbar"]?.object, nil, nil)
    let theirs = new.tracks
    for (label, track) in old.tracks {
      guard let other = theirs.first(where: { $0.label == label })?.track else { continue }
      let place = CutChange.Place(address: CutAddress([CutAddress.Step(label)]), record: nil)
      compare(
        label.description, track.item.info.metadata["pegbar"]?.object, other.item.info.metadata["pegbar"]?.object,
        place,
        place)
    }
    return changes
  }
}

extension CutVersion {
  /// The timeline's tracks with their labels.
  var tracks: [(label: TrackLabel, track: Track)] {
    zip(timeline.trackLabels, timeline.tracks.children).compactMap { label, child in
      if case .track(let track) = child { (label, track) } else { nil }
    }
  }

  /// `cut`, or `SMPTE_Dissolve 4+4` in frames before and after the cut.
  func transition(into item: Item) -> String {
    var address = item.place.address
    guard let child = address.steps.last?.child, child > 0 else { return "cut" }
    address.steps[address.steps.count - 1].child = child - 1
    guard case .transition(let transition)? = timeline[address] else { return "cut" }
    let (before, after) = (transition.inOffset.seconds * rate.value, transition.outOffset.seconds * rate.value)
    return "\(transition.type) \(before.decimalText)+\(after.decimalText)"
  }
}

public import PegCore

/// A new version of a cut with the work that was done on an older one.
public struct CutCarry: Sendable {
  /// One clip of the old cut and what of it stands in the new one.
  public struct Entry: Hashable, Sendable {
    public var name: String
    public var old: CutChange.Place
    /// `nil` where the new cut does not have it.
    public var new: CutChange.Place?
    /// What was carried, or lost: `grade`, `step`, `placement`, `takes`, `link`, `markers`, `origin`, ….
    public var work: [String]
    /// Whether the clip plays other media than before, so that the work should be looked at.
    public var isRetaken = false
  }

  public var timeline: Timeline
  /// Clips that are one clip in both cuts.
  public var carried: [Entry]
  /// Clips of the old cut of which the new one has several parts: an entry for each part.
  public var split: [Entry]
  /// Clips of the old cut that the new one does not have.
  public var orphaned: [Entry]
  /// What could not be carried with a clip: a marker outside of what it plays now, a grade that the new cut brings itself.
  public var findings: [Finding]
}

extension Timeline {
  /// This cut with the work of an older version: grades, steps, placements and all other settings, takes and links, markers,
  /// origins and metadata, carried to clips that play the same media and have source time in common, and to shots that go on
  /// with other media, whose new media play and whose old ones become takes.
  ///
  /// Where the clip's head has moved, keys and steps stay with their pictures. What the new cut says itself stays, but for a
  /// grade: the old cut's goes before the one that a list brings. Settings of tracks are carried by their labels, those of the
  /// programme where the new cut does not say them.
  ///
  /// - Throws: ``PegError`` (bad input) where something has no duration, a cut has no rate, or settings are not understood.
  public func carrying(from old: Timeline) throws(PegError) -> CutCarry {
    var carrier = Carrier(old: try CutVersion(old), new: try CutVersion(self))
    return try carrier.carry()
  }
}

private struct Carrier {
  let old: CutVersion
  let new: CutVersion
  private var findings: [Finding] = []

  init(old: CutVersion, new: CutVersion) {
    self.old = old
    self.new = new
  }

  mutating func carry() throws(PegError) -> CutCarry {
    let (matches, unmatched) = old.matches(in: new)
    let parts = Set(matches.filter { $0.kind == .part }.map(\.old))
    var clips: [Int: Clip] = [:]
    var result = CutCarry(timeline: new.timeline, carried: [], split: [], orphaned: [], findings: [])
    for match in matches.sorted(by: { $0.new < $1.new }) {
      let (clip, work) = try self.clip(match)
      clips[match.new] = clip
      let entry = CutCarry.Entry(
        name: old.items[match.old].place.clip.item.info.name, old: place(old.items[match.old]),
        new: place(new.items[match.new]), work: work, isRetaken: match.kind == .retaken)
      if parts.contains(match.old) { result.split.append(entry) } else { result.carried.append(entry) }
    }
    for index in unmatched.sorted() {
      let item = old.items[index]
      result.orphaned.append(
        CutCarry.Entry(
          name: item.place.clip.item.info.name, old: place(item), new: nil, work: try work(of: item.place.clip)))
    }
    var index = 0
    try result.timeline.updateEveryClip { (_, clip) throws(PegError) in
      if let changed = clips[index] { clip = changed }
      index += 1
    }
    try carryTracks(&result.timeline)
    result.findings = findings
    return result
  }

  private func place(_ item: CutVersion.Item) -> CutChange.Place {
    CutChange.Place(address: item.place.address, record: item.record)
  }

  // MARK: Clips

  private mutating func clip(_ match: ClipMatching.Match) throws(PegError) -> (clip: Clip, work: [String]) {
    let (before, after) = (old.items[match.old], new.items[match.new])
    let source = before.place.clip
    var clip = after.place.clip
    var work = try self.work(of: source)
    try carrySettings(from: source, to: &clip, before, after)
    if match.kind == .retaken {
      addTakes(of: source, to: &clip)
    } else {
      clip.references = source.references
      clip.activeKey = source.activeKey
    }
    let lost = carryMarkers(from: source, to: &clip, after)
    if lost == source.item.markers.count { work.removeAll { $0 == "markers" } }
    for effect in source.item.effects {
      if case .other = effect, !clip.item.effects.contains(effect) { clip.item.effects.append(effect) }
    }
    for pair in source.item.info.metadata.pairs where clip.item.info.metadata[pair.key] == nil && pair.key != "pegbar" {
      clip.item.info.metadata[pair.key] = pair.value
    }
    return (clip, work)
  }

  private mutating func carrySettings(
    from source: Clip, to clip: inout Clip, _ before: CutVersion.Item, _ after: CutVersion.Item
  ) throws(PegError) {
    let (own, said) = (try source.settings().shifted(by: head(before, after)), try clip.settings())
    var settings = own
    if !said.grade.isEmpty {
      if own.grade.isEmpty {
        settings.grade = said.grade
      } else if !own.grade.starts(with: said.grade) {
        findings.append(
          Finding(
            "carry.grade", .warning, "The new cut brings a grade of its own", at: after.place.name,
            range: after.record, instead: "the old cut's is kept"))
      }
    }
    settings.step = said.step ?? own.step
    settings.placement = said.placement ?? own.placement
    settings.opacity = said.opacity ?? own.opacity
    settings.blend = said.blend ?? own.blend
    settings.gain = said.gain ?? own.gain
    settings.rateMode = said.rateMode ?? own.rateMode
    clip.set(settings)
  }

  /// Record frames that are off the clip's head in the new cut; negative where it has grown.
  private mutating func head(_ before: CutVersion.Item, _ after: CutVersion.Item) -> Int {
    guard let a = before.identity.source, let b = after.identity.source else { return 0 }
    let speed = before.identity.speed
    guard speed != .zero else { return 0 }
    // Reverse shows the end of its range first.
    let seconds = speed < .zero ? a.end - b.end : b.start - a.start
    guard let record = seconds.multipliedChecked(speed.magnitude.reciprocal) else { return 0 }
    let frames = record * new.rate.value
    if !frames.isWhole || old.rate != new.rate, hasKeys(before.place.clip) {
      findings.append(
        Finding(
          "carry.keys", .warning, "The clip's head has moved by \(frames.decimalText) frames", at: after.place.name,
          range: after.record, instead: "its keys are on the nearest frames"))
    }
    return frames.rounded
  }

  private func hasKeys(_ clip: Clip) -> Bool {
    guard let settings = try? clip.settings() else { return false }
    return settings != settings.shifted(by: 1)
  }

  /// The old takes beside the new one, which plays.
  private func addTakes(of source: Clip, to clip: inout Clip) {
    for take in source.references where !clip.references.contains(where: { $0.reference == take.reference }) {
      var key = take.key
      var number = 2
      // Most clips call their only take alike.
      if clip.references.contains(where: { $0.key == key }) { key = key == Clip.defaultKey ? "previous" : key }
      let stem = key
      while clip.references.contains(where: { $0.key == key }) {
        key = "\(stem)_\(number)"
        number += 1
      }
      clip.references.append((key, take.reference))
    }
  }

  /// - Returns: how many markers lie outside of what plays now.
  private mutating func carryMarkers(from source: Clip, to clip: inout Clip, _ after: CutVersion.Item) -> Int {
    var lost = 0
    for marker in source.item.markers where !clip.item.markers.contains(marker) {
      let start = marker.range.start.seconds
      if let span = after.identity.source, after.identity.speed != .zero, start < span.start || start >= span.end {
        lost += 1
        continue
      }
      clip.item.markers.append(marker)
    }
    if lost > 0 {
      findings.append(
        Finding(
          "carry.marker", .note,
          "\(lost) \(lost == 1 ? "marker lies" : "markers lie") outside of what the clip plays now",
          at: after.place.name, range: after.record, instead: "they are left out"))
    }
    return lost
  }

  /// What somebody did to a clip: its settings, takes beside the first, media that were found, markers, origins.
  private func work(of clip: Clip) throws(PegError) -> [String] {
    var work = (clip.item.info.metadata["pegbar"]?.object?.keys ?? [])
    if clip.references.count > 1 { work.append("takes") }
    if let active = clip.activeReference, !active.isMissing { work.append("link") }
    if !clip.item.markers.isEmpty { work.append("markers") }
    for take in clip.references where try take.reference.settings().origin != nil {
      work.append("origin")
      break
    }
    if clip.item.effects.contains(where: { if case .other = $0 { true } else { false } }) { work.append("effects") }
    return work
  }

  // MARK: Tracks

  /// Settings that the new cut does not have itself.
  private func carryTracks(_ timeline: inout Timeline) throws(PegError) {
    func fill(_ metadata: inout JSONObject, from old: JSONObject) {
      guard let said = old["pegbar"]?.object else { return }
      var own = metadata["pegbar"]?.object ?? JSONObject()
      for pair in said.pairs where own[pair.key] == nil { own[pair.key] = pair.value }
      metadata["pegbar"] = .object(own)
    }
    fill(&timeline.info.metadata, from: old.timeline.info.metadata)
    for (label, track) in old.tracks where track.item.info.metadata["pegbar"] != nil {
      let address = CutAddress([CutAddress.Step(label)])
      guard case .track? = timeline[address] else { continue }
      try timeline.update(at: address) { (layer) throws(PegError) in
        guard case .track(var own) = layer else { return }
        fill(&own.item.info.metadata, from: track.item.info.metadata)
        layer = .track(own)
      }
    }
  }
}

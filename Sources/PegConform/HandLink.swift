public import PegCore
public import PegMedia
public import PegTimeline

/// A clip's media, decided by hand.
public struct HandLink: Sendable {
  public var timeline: Timeline
  public var address: CutAddress
  public var clip: Clip
  /// Which of the media's frames the clip asks for, and what is wrong with that.
  public var findings: [Finding]

  /// Links the clip at `address` to media.
  ///
  /// What the cut says of other media (colour, alpha) goes with them. Media that bear no timecode of their own take the
  /// place of what was there: their first frame stands where its first frame stood.
  ///
  /// - Parameters:
  ///   - take: the take's key; the one that plays where it is `nil`.
  ///   - resolver: where the cut's media are looked for as it lies now.
  ///   - folder: where the cut will lie.
  ///   - name: what findings call the cut.
  /// - Throws: ``PegError`` (bad input) where no clip stands at the address.
  public init(
    _ timeline: Timeline, at address: CutAddress, to facts: MediaFacts, take: String? = nil,
    resolver: MediaResolver, folder: String, name: String
  ) throws(PegError) {
    let home = CutFolder(path: folder)
    self.timeline = home.isSame(as: resolver.cutFolder) ? timeline : try home.moved(timeline, from: resolver)
    self.address = address
    guard let place = self.timeline.everyClip.first(where: { $0.address == address }) else {
      throw PegError(.badInput, "What stands at \(address) of \(name) is no clip", hint: "pegbar cut list shows clips")
    }
    var clip = place.clip
    let settings = try timeline.settings()
    let key = take ?? clip.activeKey
    let old = clip.references.first { $0.key == key }?.reference.common?.availableRange
    var reference = home.reference(
      to: facts, rate: old?.duration.rate ?? clip.item.sourceRange?.duration.rate ?? settings.rate ?? FrameRate(24))
    let bearsTime = facts.kind == .sequence || facts.video?.startTimecode != nil
    if !bearsTime, let old, var common = reference.common {
      common.availableRange?.start = old.start
      reference.common = common
    }
    if key == clip.activeKey, let start = clip.item.sourceRange?.start,
      let isDrop = clip.labelsAreDrop(record: settings.dropFrame ?? false)
    {
      clip.item.sourceRange?.start = facts.labelled(start, isDrop: isDrop)
    }
    clip.link(to: reference, take: take)
    self.clip = clip
    try self.timeline.updateClip(at: address) { (linked) throws(PegError) in linked = clip }

    // What a cut of this clip alone would say of it.
    var alone = clip
    alone.activeKey = key
    let track = Track(
      name: "", kind: place.kind == .audio ? .audio : .video, children: [.clip(alone)])
    var catalogue = MediaCatalogue()
    if let spelling = reference.spelling { catalogue[spelling] = .known(facts) }
    findings = FramePlanner.check(
      Timeline(name: name, start: timeline.globalStart, settings: settings, tracks: [track]), media: catalogue,
      options: PlanOptions(name: name, cutFolder: folder))
    if !findings.contains(where: { $0.severity > .note }), let range = clip.item.sourceRange {
      findings.insert(
        Finding(
          "link.covers", .note,
          "\(reference.spelling ?? facts.path) covers the clip's range, \(range.duration.value) frames from "
            + "\(range.start.value) at \(range.duration.rate.spoken)", at: place.name), at: 0)
    }
  }
}

public import PegCore
import PegTimeline

extension ImportResult {
  /// One cut of several that were made at once, such as a list for each video track: the tracks of each lie above those of
  /// the one before, at their record times.
  ///
  /// The programme begins at the earliest start. Black on a track above is nothing there, so that what lies below shows. A
  /// sound track that another list has alike is taken once.
  ///
  /// - Parameter cuts: at least one, the lowest first, each with what messages call it.
  /// - Throws: ``PegError`` (bad input) where their rates differ, or a start is missing in some of them.
  public static func merged(_ cuts: [(name: String, result: ImportResult)]) throws(PegError) -> ImportResult {
    precondition(!cuts.isEmpty, "there is nothing to merge")
    var merger = try Merger(cuts)
    return try merger.result()
  }
}

private struct Merger {
  private let cuts: [(name: String, result: ImportResult)]
  private let rate: FrameRate
  private let start: Rational
  private var pictures: [Track] = []
  private var sounds: [Track] = []
  private var findings: [Finding] = []

  init(_ cuts: [(name: String, result: ImportResult)]) throws(PegError) {
    self.cuts = cuts
    let first = cuts[0]
    guard let rate = try first.result.timeline.settings().rate else {
      throw PegError(.badInput, "\(first.name) has no rate")
    }
    self.rate = rate
    var starts: [Rational] = []
    for (name, result) in cuts {
      let settings = try result.timeline.settings()
      guard settings.rate == rate else {
        throw PegError(
          .badInput,
          "\(name) has \(settings.rate?.spoken ?? "no") frames per second, and \(first.name) has \(rate.spoken)",
          hint: "lists of one cut have one rate: say --rate")
      }
      guard let start = result.timeline.globalStart?.seconds else {
        throw PegError(.badInput, "\(name) does not say when it starts, so that it cannot lie over another cut")
      }
      starts.append(start)
    }
    start = starts.min() ?? .zero
  }

  mutating func result() throws(PegError) -> ImportResult {
    var timeline = cuts[0].result.timeline
    var markers: [Marker] = []
    for (index, cut) in cuts.enumerated() {
      findings += cut.result.findings
      let own = cut.result.timeline
      let offset = (own.globalStart?.seconds ?? start) - start
      for child in own.tracks.children {
        guard case .track(let track) = child else { continue }
        add(track, from: cut.name, offset: offset, isAbove: index > 0)
      }
      markers += own.tracks.item.markers.map { marker in
        var marker = marker
        marker.range.start = RationalTime((marker.range.start.seconds + offset) * rate.value, rate)
        return marker
      }
      if try own.settings().dropFrame != timeline.settings().dropFrame {
        findings.append(
          Finding(
            "merge.drop_frame", .warning, "\(cut.name) counts its timecode otherwise than \(cuts[0].name)",
            at: cut.name,
            instead: "labels are those of \(cuts[0].name)"))
      }
    }
    timeline.globalStart = RationalTime(start * rate.value, rate)
    timeline.tracks.children = (pictures + sounds).map { .track($0) }
    timeline.tracks.item.markers = markers
    var result = ImportResult(timeline: timeline, findings: findings)
    result.kind = cuts[0].result.kind
    return result
  }

  private mutating func add(_ track: Track, from name: String, offset: Rational, isAbove: Bool) {
    var track = track
    if isAbove, track.kind != .audio { track.children = track.children.map(Self.withoutBlack) }
    if offset > .zero { track.children.insert(.gap(Gap(duration: RationalTime(offset * rate.value, rate))), at: 0) }
    guard track.kind == .audio else {
      let number = pictures.count + 1
      if track.item.info.name == "V1" { track.item.info.name = "V\(number)" }
      pictures.append(track)
      return
    }
    if sounds.contains(where: { $0.children == track.children }) {
      findings.append(
        Finding(
          "merge.same_sound", .note, "The sound track \(track.item.info.name) is in another list alike", at: name,
          instead: "it is taken once"))
      return
    }
    // Channels are counted on where two lists have one of a number.
    let taken = Set(sounds.map(\.item.info.name))
    var number = 1
    while taken.contains(track.item.info.name) {
      track.item.info.name = "A\(number)"
      number += 1
    }
    sounds.append(track)
  }

  private static func withoutBlack(_ child: Composable) -> Composable {
    guard case .clip(let clip) = child, case .generator(_, "black", _)? = clip.activeReference,
      let duration = clip.item.sourceRange?.duration
    else { return child }
    return .gap(Gap(duration: duration))
  }
}

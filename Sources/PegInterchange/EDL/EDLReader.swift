import PegCore
import PegTimeline

extension Importer {
  /// CMX 3600 edit decision lists and the dialects of them.
  static let edl = Importer(
    title: "CMX 3600 EDL", suffixes: ["edl"],
    recognises: { head in EDLReader.recognises(head) },
    read: { (bytes, options) throws(PegError) in try EDLReader.read(bytes, options) })
}

/// From an EDL to a cut: one video track for each picture channel, one audio track for each set of sound channels by its
/// lowest one, and what keys lay over pictures on tracks above, disabled.
///
/// `global_start_time` is the lowest record in. A transition begins at its event's record in, as the list has it: the cut
/// lies there, and all of the transition after it.
enum EDLReader {
  /// A title, a frame code mode or an event at the start of a line.
  static func recognises(_ head: ArraySlice<UInt8>) -> Bool {
    guard let text = try? SourceText(Array(head), name: "") else { return false }
    for line in text where !line.isBlank {
      let start = line.text.trimmed
      if start.hasPrefix("TITLE:") || start.hasPrefix("FCM:") { return true }
      if let event = try? EDLEvent(line.words), EDLTime.isLabel(event.recordIn.text) { return true }
      // Comments may come first.
      if !start.hasPrefix("*") && !start.hasPrefix("REM") { return false }
    }
    return false
  }

  static func read(_ bytes: [UInt8], _ options: ImportOptions) throws(PegError) -> ImportResult {
    var findings = FindingList(file: options.name)
    let list = try EDLList(bytes, options, &findings)
    let rate = try EDLRate.decide(list, options, &findings)
    let clock = EDLClock(list, rate: rate, file: options.name, &findings)
    let shots = try EDLShotReader.read(list, clock: clock, &findings)
    guard let start = shots.map(\.record.start).min() else {
      throw PegError(.badInput, "\(options.name) has no event that takes record time")
    }
    var tracks: [TrackKey: [EDLShot]] = [:]
    for shot in shots {
      for number in shot.channels.video {
        tracks[TrackKey(.video, number, isKey: !shot.isEnabled), default: []].append(shot)
      }
      // Media play all their channels: a clip on each of two tracks would be twice as loud.
      if let number = shot.channels.audio.first { tracks[TrackKey(.audio, number), default: []].append(shot) }
    }
    var layers: [Track] = []
    for (key, shots) in tracks.sorted(by: { $0.key < $1.key }) {
      var builder = EDLTrackBuilder(clock: clock, kind: key.kind, start: start)
      let children = builder.children(of: shots, &findings)
      layers.append(Track(name: key.name, kind: key.kind, children: children))
    }
    var settings = TimelineSettings()
    settings.rate = rate
    // A show's defaults do not relabel a list.
    if rate.allowsDropFrame { settings.dropFrame = clock.isDropRecord }
    var timeline = Timeline(
      name: list.title?.nonEmpty ?? options.stem, start: RationalTime(Rational(start), rate), settings: settings,
      tracks: layers)
    if !list.header.isEmpty {
      timeline.info.metadata["cmx_3600"] = ["comments": .array(list.header.map { .string($0) })]
    }
    timeline.tracks.item.markers = strayMarkers(shots, start: start, rate: rate)
    return ImportResult(timeline: timeline, findings: findings.sorted)
  }

  /// Locators that lie outside of their events, in programme time.
  private static func strayMarkers(_ shots: [EDLShot], start: Int, rate: FrameRate) -> [Marker] {
    shots.flatMap { shot in
      shot.locators.filter { !shot.record.contains($0.frame) }.map {
        Marker($0, at: RationalTime(Rational($0.frame - start), rate))
      }
    }
  }

  /// Which track, and where it stands among them.
  private struct TrackKey: Hashable, Comparable {
    var kind: Track.Kind
    var number: Int
    var isKey: Bool

    init(_ kind: Track.Kind, _ number: Int, isKey: Bool = false) {
      self.kind = kind
      self.number = number
      self.isKey = isKey
    }

    /// `V1`, `V1 key`, `A2`.
    var name: String { (kind == .video ? "V" : "A") + "\(number)" + (isKey ? " key" : "") }

    static func < (a: Self, b: Self) -> Bool {
      (a.kind == .video ? 0 : 1, a.number, a.isKey ? 1 : 0) < (b.kind == .video ? 0 : 1, b.number, b.isKey ? 1 : 0)
    }
  }
}

extension ImportOptions {
  /// The file's name without folders and extension.
  var stem: String {
    let file = name.split(separator: "/").last ?? ""
    guard let dot = file.lastIndex(of: "."), dot != file.startIndex else { return String(file) }
    return String(file[..<dot])
  }
}

import PegCore
import PegTimeline

/// From a cut to the lines of an EDL.
struct EDLWriter {
  let timeline: Timeline
  let options: EDLOptions
  let rate: FrameRate
  /// Record frame since midnight at which the programme begins.
  let start: Int
  let isDrop: Bool
  var findings: FindingList
  var reels: EDLReels
  private var lines: [(line: EDLLine, track: Int)] = []
  /// Channels that tracks are named for, by their labels; empty where two have one name.
  private var named: [TrackLabel: Int] = [:]

  init(_ timeline: Timeline, _ options: EDLOptions) throws(PegError) {
    self.timeline = timeline
    self.options = options
    findings = FindingList(file: options.name)
    reels = EDLReels(length: options.reelLength)
    let settings = try timeline.settings()
    let clips = timeline.everyClip.lazy.compactMap { $0.clip.item.sourceRange?.duration.rate }
    guard let rate = settings.rate ?? timeline.globalStart?.rate ?? clips.first else {
      throw PegError(.badInput, "The cut has no rate", hint: "conform it with --rate")
    }
    self.rate = rate
    isDrop = settings.dropFrame == true && rate.allowsDropFrame
    let begin = timeline.globalStart.map { $0.seconds * rate.value } ?? .zero
    start = begin.floor
    if !begin.isWhole {
      findings.add(
        "edl.rounded", .warning, "The programme begins between two frames", instead: "it begins on the earlier one")
    }
  }

  mutating func write() throws(PegError) -> EDLExport {
    named = Self.named(timeline)
    for (index, (label, child)) in zip(timeline.trackLabels, timeline.tracks.children).enumerated() {
      let address = CutAddress([CutAddress.Step(label)])
      guard case .track(let track) = child else {
        lose("edl.no_track", "What lies at \(address) is no track", at: address.description, "it is left out")
        continue
      }
      guard let channels = channels(label, track) else { continue }
      guard track.item.isEnabled else {
        lose("edl.disabled", "The track is disabled", at: address.description, "it is left out")
        continue
      }
      loseSettings(of: track, at: address)
      var writer = EDLTrackWriter(track: track, address: address, channels: channels, kind: label.kind)
      for line in try writer.lines(&self) { lines.append((line, index)) }
    }
    let order = lines.indices.sorted {
      (lines[$0].line.record.start, lines[$0].track, $0) < (lines[$1].line.record.start, lines[$1].track, $1)
    }
    if order.isEmpty { lose("edl.empty", "The cut has nothing that an event could show", at: nil, "the list is empty") }
    addProgrammeMarkers(order)
    loseProgrammeSettings()
    var text = ["TITLE:   \(timeline.info.name.oneLine)", isDrop ? "FCM: DROP FRAME" : "FCM: NON-DROP FRAME"]
    var isDropSource = isDrop
    for (number, index) in order.enumerated() {
      let line = lines[index].line
      if rate.allowsDropFrame, line.isDropSource != isDropSource {
        isDropSource = line.isDropSource
        text.append(isDropSource ? "FCM: DROP FRAME" : "FCM: NON-DROP FRAME")
      }
      text += line.lines(number: number + 1, rate: rate, isDropRecord: isDrop)
    }
    return EDLExport(text: text.map { $0 + "\r\n" }.joined(), findings: findings.findings)
  }

  // MARK: Tracks

  /// `A3` for a track of that name, which may be the second one that there is.
  private static func named(_ timeline: Timeline) -> [TrackLabel: Int] {
    var named: [TrackLabel: Int] = [:]
    for (label, child) in zip(timeline.trackLabels, timeline.tracks.children) {
      guard case .track(let track) = child, let channels = EDLChannels(track.item.info.name) else { continue }
      let numbers = label.kind == .video ? channels.video : channels.audio
      if numbers.count == 1, channels.video.count + channels.audio.count == 1 { named[label] = numbers[0] }
    }
    for kind in [TrackLabel.Kind.video, .audio] {
      let tracks = timeline.trackLabels.filter { $0.kind == kind }
      let numbers = tracks.map { named[$0] ?? $0.number }
      if Set(numbers).count < numbers.count { for label in tracks { named[label] = nil } }
    }
    return named
  }

  /// What events of a track are recorded on; `nil` for a track that does not go into the list.
  private mutating func channels(_ label: TrackLabel, _ track: Track) -> EDLChannels? {
    var channels = EDLChannels()
    switch label.kind {
    case .audio: channels.audio = [min(named[label] ?? label.number, EDLChannels.limit)]
    case .other:
      lose("edl.no_track", "\(label) holds neither pictures nor sound", at: label.description, "it is left out")
      return nil
    case .video:
      switch options.pictures {
      case .all:
        channels.video = [min(named[label] ?? label.number, EDLChannels.limit)]
        if label.number > 1 {
          findings.addOnce(
            "edl.more_video", .note, "Channels above V are written, which few editing systems read",
            hint: "write a list for each track")
        }
      case .track(let number):
        guard number == label.number else {
          lose("edl.other_track", "The list holds V\(number) alone", at: label.description, "\(label) is left out")
          return nil
        }
        channels.video = [1]
      }
    }
    return channels
  }

  private mutating func loseSettings(of track: Track, at address: CutAddress) {
    let lost = (track.item.info.metadata["pegbar"]?.object?.keys ?? []).sorted()
    if !lost.isEmpty {
      lose(
        "edl.settings", "The track has \(lost.joined(separator: ", "))", at: address.description, "they are left out")
    }
    if !track.item.effects.isEmpty {
      lose("edl.effect", "The track has effects", at: address.description, "they are left out")
    }
  }

  private mutating func loseProgrammeSettings() {
    let kept: Set<String> = ["rate", "drop_frame"]
    let lost = (timeline.info.metadata["pegbar"]?.object?.keys ?? []).filter { !kept.contains($0) }.sorted()
    if !lost.isEmpty {
      lose("edl.settings", "The cut has \(lost.joined(separator: ", "))", at: nil, "they are left out")
    }
    if timeline.tracks.item.sourceRange != nil {
      lose("edl.trimmed", "The whole cut is trimmed", at: nil, "the list holds all of it")
    }
  }

  /// Markers of the programme and of tracks, each under an event that does not hold its frame where there is one: so they are
  /// the programme's again when the list is read.
  private mutating func addProgrammeMarkers(_ order: [Int]) {
    var markers = timeline.tracks.item.markers
    for case .track(let track) in timeline.tracks.children { markers += track.item.markers }
    for marker in markers {
      let frame = start + (marker.range.start.seconds * rate.value).floor
      guard let index = order.first(where: { !lines[$0].line.record.contains(frame) }) ?? order.first else { continue }
      lines[index].line.notes.append(locator(marker, frame: frame))
    }
  }

  // MARK: Words

  /// `* LOC: 01:00:01:14 RED     TEXT`.
  mutating func locator(_ marker: Marker, frame: Int) -> String {
    let label = Timecode(frames: frame, rate: rate, dropFrame: isDrop)
    let color = marker.info.metadata["cmx_3600"]?["color"]?.string?.oneLine.nonEmpty ?? marker.color.oneLine
    let text = marker.info.name.nonEmpty ?? marker.comment ?? ""
    if marker.range.duration.value > .zero {
      lose("edl.marker", "The marker \(text) has a duration", at: "\(label)", "its first frame is marked")
    }
    return "* LOC: \(label) \(color.isEmpty ? "RED" : color)     \(text.oneLine)".trimmed
  }

  mutating func lose(_ code: String, _ message: String, at place: String?, _ instead: String) {
    findings.add(code, .warning, message, place: place, instead: instead)
  }
}

extension String {
  /// Line ends become spaces: they would end a statement.
  var oneLine: String {
    contains { $0.isNewline } ? split(whereSeparator: \.isNewline).joined(separator: " ") : self
  }
}

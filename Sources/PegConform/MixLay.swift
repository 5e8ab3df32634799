import PegCore
public import PegMedia
public import PegTimeline

/// A finished mix under a cut: a track of its own at the time that the file's `bext` chunk says (EBU Tech 3285: samples since
/// midnight), in the place of the cut's own sound.
public struct MixLay: Sendable {
  public var timeline: Timeline
  /// What stands for the mix in a report's list of clips; `nil` where it could not be laid.
  public private(set) var entry: LinkEntry?
  /// Where it lies, and what of it or of the cut's sound does not play for that.
  public private(set) var findings: [Finding] = []

  /// What libav calls the `TimeReference` of a `bext` chunk.
  private static let key = "time_reference"

  /// - Parameters:
  ///   - facts: of the mix.
  ///   - isAlone: whether the cut's own tracks of sound are switched off; `false` for the second of several mixes.
  ///   - folder: where the cut will lie.
  /// - Throws: ``PegError`` (bad input) for a file without sound, or a cut without rate or durations.
  public init(
    laying facts: MediaFacts, under timeline: Timeline, isAlone: Bool, folder: String
  ) throws(PegError) {
    self.timeline = timeline
    guard let sound = facts.audio.first, sound.sampleRate > 0, sound.sampleCount > 0 else {
      throw PegError(.badInput, "\(facts.path) has no sound to lay")
    }
    let home = CutFolder(path: folder)
    let name = home.name(of: facts.path)
    let clips = timeline.everyClip.lazy.compactMap { $0.clip.item.sourceRange?.duration.rate }
    guard let rate = try timeline.settings().rate ?? clips.first ?? timeline.globalStart?.rate else {
      throw PegError(.badInput, "the cut has no rate to lay \(name) by", hint: "say --rate")
    }
    let programme = try timeline.duration()
    let samples = Rational(sound.sampleRate)
    var offset = Rational.zero
    if let text = facts.metadata.first(where: { $0.key.lowercased() == Self.key })?.value, let reference = Int(text),
      reference >= 0
    {
      offset = Rational(reference) / samples - (timeline.globalStart?.seconds ?? .zero)
    } else {
      findings.append(
        Finding(
          "sound.no_time", .warning, "\(name) does not say its time", at: name,
          instead: "it lies from the programme's first frame on",
          hint: "export it as a broadcast WAV, whose bext chunk says it"))
    }
    let length = Rational(sound.sampleCount) / samples
    guard offset < programme, offset + length > .zero else {
      findings.append(
        Finding(
          "sound.outside", .error,
          "\(name) lies wholly outside of the programme: it begins \(Self.frames(offset, rate)) from its first frame",
          at: name, instead: "it is not laid", hint: "check the cut's start timecode and the file's bext chunk"))
      return
    }
    // Items begin on whole frames; the sound that plays there is exact to the sample.
    let first = max(0, (offset * rate.value).ceil)
    let head = Rational(first) / rate.value - offset
    let (sounding, room) = (length - head, programme - Rational(first) / rate.value)
    let frames = (min(sounding, room) * rate.value).floor
    guard frames > 0 else {
      findings.append(
        Finding(
          "sound.outside", .error, "Less than a frame of \(name) lies in the programme", at: name,
          instead: "it is not laid"))
      return
    }
    var children: [Composable] = []
    if first > 0 { children.append(.gap(Gap(duration: RationalTime(Rational(first), rate)))) }
    let title = MediaName(file: MediaNames.last(facts.path)).title
    children.append(
      .clip(
        Clip(
          name: title, reference: home.reference(to: facts, rate: rate),
          range: TimeRange(
            start: RationalTime(head * samples, FrameRate(sound.sampleRate)),
            duration: RationalTime(Rational(frames), rate)))))
    let tracks = timeline.trackLabels.filter { $0.kind == .audio }.count
    if isAlone { muteOthers(name) }
    self.timeline.tracks.children.append(.track(Track(name: "A\(tracks + 1)", kind: .audio, children: children)))
    let begin = Rational(first) + (timeline.globalStart.map { $0.seconds * rate.value } ?? .zero)
    let drop = (try timeline.settings().dropFrame ?? false) && rate.allowsDropFrame
    let label = Timecode(frames: max(0, begin.floor), rate: rate, dropFrame: drop)
    note(name, head: head, offset: offset, rate)
    if sounding > room {
      findings.append(
        Finding(
          "sound.tail", .note, "\(name) is \(Self.frames(sounding - room, rate)) longer than the programme", at: name,
          instead: "that part does not play"))
    } else if sounding * rate.value != Rational(frames) {
      findings.append(
        Finding(
          "sound.between_frames", .note, "\(name) ends between two frames", at: name,
          instead: "its last \(Self.frames(sounding - Rational(frames) / rate.value, rate)) do not play"))
    }
    entry = LinkEntry(
      address: CutAddress([CutAddress.Step(TrackLabel(.audio, tracks + 1), children.count - 1)]), clip: title,
      take: Clip.defaultKey, isActive: true, outcome: .linked(.sound),
      path: home.reference(to: facts, rate: rate).spelling,
      reason: "it lies from \(label) on", candidates: [])
  }

  private mutating func note(_ name: String, head: Rational, offset: Rational, _ rate: FrameRate) {
    if offset < .zero {
      findings.append(
        Finding(
          "sound.head", .note, "\(name) begins \(Self.frames(-offset, rate)) before the programme", at: name,
          instead: "that part does not play"))
    } else if head > .zero {
      findings.append(
        Finding(
          "sound.between_frames", .note, "\(name) begins between two frames", at: name,
          instead: "the \(Self.frames(head, rate)) before the second one do not play"))
    }
  }

  /// `12.5 frames`, with at most three decimals.
  private static func frames(_ seconds: Rational, _ rate: FrameRate) -> String {
    let thousandths = (seconds * rate.value * 1000).rounded
    return "\(Rational(thousandths, 1000).decimalText) frames"
  }

  /// A mix is the whole sound: what the editor cut with would play once more under it.
  private mutating func muteOthers(_ name: String) {
    var muted = 0
    for index in timeline.tracks.children.indices {
      guard case .track(var track) = timeline.tracks.children[index], track.kind == .audio, track.item.isEnabled,
        !track.children.isEmpty
      else { continue }
      track.item.isEnabled = false
      timeline.tracks.children[index] = .track(track)
      muted += 1
    }
    guard muted > 0 else { return }
    findings.append(
      Finding(
        "sound.replaced", .note,
        "\(name) takes the place of the cut's \(muted == 1 ? "track" : "\(muted) tracks") of sound", at: name,
        instead: "\(muted == 1 ? "it is" : "they are") switched off"))
  }
}

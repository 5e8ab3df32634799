import PegColor
import PegCore
import PegMedia
import PegPlan
import PegTimeline

/// From what a reference and a catalogue say to ``ReferencedMedia``.
struct MediaReader {
  let catalogue: MediaCatalogue
  let options: PlanOptions
  let gaps: GapPolicy
  /// The record rate, where the cut or the command says one.
  let rate: FrameRate?
  let working: WorkingSpace

  /// Throws missing input for media that are not there, bad input for what cannot be read or says what is not understood.
  func media(of reference: MediaReference) throws(PegError) -> ReferencedMedia {
    guard let spelling = reference.spelling, let shared = reference.common else {
      if case .unknown(let object) = reference {
        throw PegError(
          .badInput,
          "its media reference is a \(object["OTIO_SCHEMA"]?.string ?? "thing without schema"), which is not "
            + "understood", hint: "link it by hand: pegbar cut link")
      }
      guard options.knowledge == .references, reference.isMissing else {
        throw PegError(
          .missingInput, "it is linked to no media", hint: "link it with `pegbar conform --media FOLDER`")
      }
      return unlinked(reference.common?.availableRange, "")
    }
    let settings = try reference.settings()
    switch catalogue[spelling] {
    case .known(let facts): return try read(reference, spelling, settings, facts)
    case .failed(let error):
      guard options.knowledge == .references else { throw error }
      guard let range = shared.availableRange else {
        guard error.kind == .missingInput else { throw error }
        return unlinked(nil, spelling)
      }
      return try assume(reference, spelling, range, settings)
    case nil:
      guard options.knowledge == .references, let range = shared.availableRange else {
        throw PegError(.missingInput, "nothing is known of \(spelling)")
      }
      return try assume(reference, spelling, range, settings)
    }
  }

  // MARK: By the reference alone

  private func assume(
    _ reference: MediaReference, _ spelling: String, _ range: TimeRange, _ settings: ReferenceSettings
  ) throws(PegError) -> ReferencedMedia {
    let kind: PlannedSource.Kind =
      switch reference {
      case .sequence: .sequence
      default: Self.kind(ofName: spelling, isMoving: range.duration.value > 1)
      }
    let source = PlannedSource(
      kind: kind, name: spelling, path: spelling, raster: Raster(0, 0), tags: .unspecified, alpha: .opaque,
      layer: settings.layer, isIntra: true, pictureCount: 0)
    var media = ReferencedMedia(source, rate: range.duration.rate.value)
    if case .sequence(_, let sequence) = reference { try number(&media, by: sequence) }
    media.start = .seconds(range.start.seconds)
    if kind != .still { media.count = try frames(in: range, of: media) }
    return media
  }

  /// Media that nobody has found, by what the cut says of them: frames are counted from where they are said to begin, or
  /// else from media time 0.
  private func unlinked(_ range: TimeRange?, _ name: String) -> ReferencedMedia {
    let source = PlannedSource(
      kind: .movie, name: name, path: name, raster: Raster(0, 0), tags: .unspecified, alpha: .opaque, isIntra: true,
      pictureCount: 0)
    var media = ReferencedMedia(source, rate: range?.duration.rate.value)
    media.start = .seconds(range?.start.seconds ?? .zero)
    // Longer than any timecode counts.
    media.count = 1 << 40
    media.isUnlinked = true
    return media
  }

  /// What a file of this name is taken for when it is not opened.
  private static func kind(ofName name: String, isMoving: Bool) -> PlannedSource.Kind {
    let suffix = MediaNames.suffix(of: name)
    if MediaNames.sound.contains(suffix) { return .audio }
    // WebP is as often animated as not: how long it is says which.
    guard MediaNames.pictures.contains(suffix), suffix != "webp" || !isMoving else { return .movie }
    return SequencePattern(parsing: name) == nil ? .still : .sequence
  }

  // MARK: By its facts

  private func read(
    _ reference: MediaReference, _ spelling: String, _ settings: ReferenceSettings, _ facts: MediaFacts
  ) throws(PegError) -> ReferencedMedia {
    var findings = facts.findings
    var source = PlannedSource(
      kind: PlannedSource.Kind(facts.kind), name: relativeName(facts.path), path: facts.path, raster: Raster(0, 0),
      tags: .unspecified, alpha: .opaque, layer: settings.layer, isIntra: true, pictureCount: 0)
    source.generator = facts.generator?.tool
    source.origin = settings.origin?.id
    if let video = facts.video {
      let decision = try ColorDecision(
        of: video, kind: facts.kind, container: facts.container, at: spelling, color: settings.color,
        range: settings.range, alpha: settings.alpha, working: working)
      findings += decision.findings
      source.raster = video.raster
      source.pixelAspect = video.pixelAspect
      source.tags = decision.tags
      source.alpha = decision.alpha
      source.space = decision.space
      source.view = decision.view
      source.isIntra = video.isIntra
      source.pixelFormat = video.pixelFormat
      source.pictureCount = video.frameCount
    }
    var media = ReferencedMedia(source, rate: facts.video?.rate?.value)
    media.storedRate = facts.video?.storedRate
    media.hasPictures = facts.video != nil
    if let stream = facts.audio.first, stream.sampleRate > 0 {
      media.sound = (stream.stream, Rational(stream.sampleCount, stream.sampleRate))
      if facts.audio.count > 1 {
        findings.append(
          Finding(
            "sound.streams", .warning,
            "\(spelling) has \(facts.audio.count) sound streams: the first (stream \(stream.stream)) plays",
            at: spelling))
      }
    }
    try time(&media, reference, facts, &findings)
    let covered: GapPolicy = if case .sequence(_, let sequence) = reference { policy(of: sequence) } else { gaps }
    media.findings = findings.map { finding in
      var finding = finding
      // By the cut's name of it, not by where it lies here.
      if finding.place == facts.path { finding.place = media.source.name }
      guard finding.code == "sequence.gaps" else { return finding }
      // A gap that the cut fills is no fault; one that it does not is thrown where a frame falls into it.
      finding.severity = covered == .error ? .warning : .note
      guard covered != .error else { return finding }
      finding.hint = nil
      finding.message += "; the cut fills them (\(covered))"
      return finding
    }
    return media
  }

  private func time(
    _ media: inout ReferencedMedia, _ reference: MediaReference, _ facts: MediaFacts, _ findings: inout [Finding]
  ) throws(PegError) {
    let range = reference.common?.availableRange
    if let label = facts.video?.startTimecode {
      media.start = .seconds(try Exact.quotient(Rational(label.frames), label.rate.value))
    }
    switch (reference, facts.kind) {
    case (.sequence(_, let sequence), .sequence), (.sequence(_, let sequence), .still):
      media.source.kind = .sequence
      try number(&media, by: sequence)
      try fill(&media, facts.files, policy: policy(of: sequence), range: range)
    case (_, .sequence):
      media.firstNumber = facts.video?.firstNumber ?? facts.files.first?.number ?? 0
      // A sequence's header speaks for its scanner; the cut's own range speaks for the cut.
      media.rate = range?.duration.rate.value ?? media.rate
      media.start = .frames(Rational(media.firstNumber))
      try fill(&media, facts.files, policy: gaps, range: range)
    case (_, .still):
      media.rate = range?.duration.rate.value
      media.source.files = [facts.path]
      media.source.pictureCount = 1
    case (_, .movie):
      if let video = facts.video {
        media.count = video.frameCount
        if case .variable(let pictures) = video.timing {
          media.count = pictures.count
          media.grid = .table(pictures)
        }
      }
    case (_, .audio): break
    }
    guard let range else { return }
    media.start = .seconds(try media.seconds(range.start))
    guard facts.kind == .movie, let rate = media.rate, let count = media.count,
      let said = try frames(in: range, of: media)
    else { return }
    let own = range.duration.rate.value
    if own != rate, media.storedRate.map({ !MediaRates.areAlike(own, $0) }) ?? true {
      findings.append(
        Finding(
          "time.rate_differs", .warning,
          "\(media.source.name) runs at \(FrameRate(rate).spoken) frames per second, its reference says "
            + "\(range.duration.rate.spoken): the media's own rate holds", at: media.source.name))
    }
    if said > count {
      findings.append(
        Finding(
          "media.shorter", .warning,
          "\(media.source.name) has \(count) frames, its reference says \(said)", at: media.source.name))
    }
    media.count = min(count, said)
  }

  // MARK: Sequences

  private func policy(of sequence: ImageSequence) -> GapPolicy {
    switch sequence.missingFramePolicy {
    case .hold: .hold
    case .black: .black
    // The schema's default: the cut's own word on gaps is more.
    case .error: gaps
    }
  }

  private func number(_ media: inout ReferencedMedia, by sequence: ImageSequence) throws(PegError) {
    guard sequence.frameStep > 0 else {
      throw PegError(.badInput, "\(sequence.pattern) has the frame step \(sequence.frameStep)", hint: "it is 1 or more")
    }
    media.firstNumber = sequence.startFrame
    media.numberStep = sequence.frameStep
    // A step of 2 at rate 24 names every other frame: each stands for two of the 24.
    media.rate = try Exact.quotient(sequence.rate.value, Rational(sequence.frameStep))
    media.start = .seconds(try Exact.quotient(Rational(sequence.startFrame), sequence.rate.value))
  }

  /// The files of a sequence by picture index, and what plays where one is missing.
  private func fill(
    _ media: inout ReferencedMedia, _ numbered: [NumberedFile], policy: GapPolicy, range: TimeRange?
  ) throws(PegError) {
    let (first, step) = (media.firstNumber, media.numberStep)
    let last = numbered.map(\.number).max() ?? first
    let (distance, overflow) = last.subtractingReportingOverflow(first)
    var count = overflow ? Int.max : distance < 0 ? 0 : distance / step + 1
    if let range, let said = try frames(in: range, of: media) { count = said }
    guard count <= ReferencedMedia.maximumSpan else {
      throw PegError(
        .badInput, "the numbers of \(media.source.name) span \(count) frames",
        hint: "name the ones that are meant, as name.[1001-1100].exr")
    }
    var files = [String](repeating: "", count: count)
    for file in numbered {
      let (offset, overflow) = file.number.subtractingReportingOverflow(first)
      guard !overflow, offset >= 0, offset % step == 0, offset / step < count else { continue }
      // Of duplicates (shot.1.png, shot.0001.png) the first in the facts' order stays.
      if files[offset / step].isEmpty { files[offset / step] = file.path }
    }
    media.source.files = files
    media.source.pictureCount = count
    media.count = count
    guard files.contains("") else { return }
    let table = GapTable.pictures(of: files.map { !$0.isEmpty }, policy: policy)
    media.grid = .table(table)
    media.hasAbsent = table.contains(ReferencedMedia.absent)
  }

  /// Grid positions that begin within `range`; `nil` for a range of no length, which says nothing.
  private func frames(in range: TimeRange, of media: ReferencedMedia) throws(PegError) -> Int? {
    guard range.duration.value > .zero else { return nil }
    return try Exact.product(try media.seconds(range.duration), media.rate ?? range.duration.rate.value).ceil
  }

  private func relativeName(_ path: String) -> String {
    let folder = options.cutFolder
    guard !folder.isEmpty, path.hasPrefix(folder + "/") else { return path }
    return String(path.dropFirst(folder.count + 1))
  }
}

extension PlannedSource.Kind {
  init(_ kind: MediaFacts.Kind) {
    switch kind {
    case .movie: self = .movie
    case .sequence: self = .sequence
    case .still: self = .still
    case .audio: self = .audio
    }
  }
}

import PegCore
import PegMedia
import PegPlan
import PegTimeline

/// Media as a clip's map needs them: a grid of frames with a rate, a start and an end.
struct ReferencedMedia {
  /// Media time of the grid's first position.
  enum Start {
    case seconds(Rational)
    /// In frames of whatever rate the clip plays it at.
    case frames(Rational)
  }

  var source: PlannedSource
  /// Grid positions per second; `nil` where neither the media nor the reference say.
  var rate: Rational?
  var start: Start
  /// Grid positions; `nil` for what has no end: stills.
  var count: Int?
  var grid = FrameMap.Grid.direct
  var hasPictures = true
  /// Numbers of a sequence's frames: `first + index · step`.
  var firstNumber = 0
  var numberStep = 1
  /// Whether the grid has positions that must not play (``absent``).
  var hasAbsent = false
  /// Seconds of sound, and the stream it is in.
  var sound: (stream: Int, seconds: Rational)?
  var findings: [Finding] = []

  /// What a grid's table holds for a frame that no file holds, where that is an error if it plays.
  static let absent: Int32 = -2
  /// A sequence's numbers may span no more than this: 46 hours at 24 frames per second.
  static let maximumSpan = 4_000_000

  /// Seconds into media time at `rate` where the grid begins.
  func startSeconds(at rate: Rational) throws(PegError) -> Rational {
    switch start {
    case .seconds(let seconds): seconds
    case .frames(let frames): try Exact.quotient(frames, rate)
    }
  }

  func number(at index: Int) -> Int { firstNumber + index * numberStep }
}

/// From what a reference and a catalogue say to ``ReferencedMedia``.
struct MediaReader {
  let catalogue: MediaCatalogue
  let options: PlanOptions
  let gaps: CutSettings.Gaps

  func media(of reference: MediaReference) throws(PegError) -> ReferencedMedia {
    guard let spelling = reference.spelling, let shared = reference.shared else {
      throw PegError(
        .missingInput, "it is linked to no media", hint: "link it with `pegbar conform --media FOLDER`")
    }
    let settings = try SourceSettings(shared.info, at: spelling)
    switch catalogue[spelling] {
    case .known(let facts): return try read(reference, spelling, settings, facts)
    case .failed(let error):
      guard options.knowledge == .references, shared.availableRange != nil else { throw error }
      return try assume(reference, spelling, settings)
    case nil:
      guard options.knowledge == .references, shared.availableRange != nil else {
        throw PegError(.missingInput, "nothing is known of \(spelling)")
      }
      return try assume(reference, spelling, settings)
    }
  }

  // MARK: By the reference alone

  private func assume(
    _ reference: MediaReference, _ spelling: String, _ settings: SourceSettings
  ) throws(PegError) -> ReferencedMedia {
    guard let range = reference.availableRange else { preconditionFailure("only references with a range come here") }
    let kind: PlannedSource.Kind =
      switch reference {
      case .sequence: .sequence
      default: Self.kind(ofName: spelling, isMoving: (try frames(in: range, at: range.duration.rate.value) ?? 2) > 1)
      }
    let source = PlannedSource(
      kind: kind, name: spelling, path: spelling, raster: Raster(0, 0), tags: .unspecified, alpha: .opaque,
      layer: settings.layer, isIntra: true, pictureCount: 0)
    var media = ReferencedMedia(source: source, rate: range.duration.rate.value, start: .seconds(0))
    if case .sequence(_, let sequence) = reference { try number(&media, by: sequence) }
    media.start = .seconds(try Exact.seconds(range.start))
    if kind != .still { media.count = try frames(in: range, at: media.rate) }
    return media
  }

  /// What a file of this name is taken for when it is not opened.
  private static func kind(ofName name: String, isMoving: Bool) -> PlannedSource.Kind {
    let file = name.split(separator: "/").last ?? ""
    let suffix = file.split(separator: ".").last.map { $0.lowercased() } ?? ""
    if MediaNames.sound.contains(suffix) { return .audio }
    // WebP is as often animated as not: how long it is says which.
    guard MediaNames.pictures.contains(suffix), suffix != "webp" || !isMoving else { return .movie }
    return SequencePattern(String(file)) == nil ? .still : .sequence
  }

  // MARK: By its facts

  private func read(
    _ reference: MediaReference, _ spelling: String, _ settings: SourceSettings, _ facts: MediaFacts
  ) throws(PegError) -> ReferencedMedia {
    var findings = facts.findings
    var source = PlannedSource(
      kind: PlannedSource.Kind(facts.kind), name: relativeName(facts.path), path: facts.path, raster: Raster(0, 0),
      tags: .unspecified, alpha: .opaque, layer: settings.layer, isIntra: true, pictureCount: 0)
    source.generator = facts.generator?.tool
    source.origin = settings.origin
    if let video = facts.video {
      let decision = try ColorDecision(
        of: video, kind: facts.kind, container: facts.container, at: spelling, color: settings.color,
        range: settings.range, alpha: settings.alpha)
      findings += decision.findings
      source.raster = video.raster
      source.pixelAspect = video.pixelAspect
      source.tags = decision.tags
      source.alpha = decision.alpha
      source.view = decision.view
      source.isIntra = video.isIntra
      source.pixelFormat = video.pixelFormat
      source.pictureCount = video.frameCount
    }
    var media = ReferencedMedia(source: source, rate: facts.video?.rate?.value, start: .seconds(0))
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
    // A gap that the cut says what to do with is no error; one that it does not is thrown where a frame falls into it.
    let covered: CutSettings.Gaps =
      if case .sequence(_, let sequence) = reference { policy(of: sequence) } else { gaps }
    media.findings = findings.map { finding in
      guard finding.code == "sequence.gaps", covered != .error else { return finding }
      var finding = finding
      finding.severity = .note
      finding.hint = nil
      finding.message += "; the cut fills them (\(covered))"
      return finding
    }
    return media
  }

  private func time(
    _ media: inout ReferencedMedia, _ reference: MediaReference, _ facts: MediaFacts, _ findings: inout [Finding]
  ) throws(PegError) {
    let range = reference.availableRange
    if let label = facts.video?.startTimecode {
      media.start = .seconds(try Exact.quotient(Rational(label.frames), label.rate.value))
    }
    switch (reference, facts.kind) {
    case (.sequence(_, let sequence), .sequence), (.sequence(_, let sequence), .still):
      media.source.kind = .sequence
      try number(&media, by: sequence)
      let pattern = SequencePattern(prefix: sequence.prefix, suffix: sequence.suffix, padding: max(sequence.padding, 1))
      let files = facts.files.map {
        NumberedFile(number: pattern.number(of: MediaResolver.split($0.path).name) ?? $0.number, path: $0.path)
      }
      try fill(&media, files, policy: policy(of: sequence), range: range)
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
    media.start = .seconds(try Exact.seconds(range.start))
    guard let rate = media.rate, let count = media.count, facts.kind == .movie,
      let said = try frames(in: range, at: rate)
    else { return }
    if rate != range.duration.rate.value {
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

  private func policy(of sequence: ImageSequence) -> CutSettings.Gaps {
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
    _ media: inout ReferencedMedia, _ numbered: [NumberedFile], policy: CutSettings.Gaps, range: TimeRange?
  ) throws(PegError) {
    let (first, step) = (media.firstNumber, media.numberStep)
    let last = numbered.map(\.number).max() ?? first
    let (distance, overflow) = last.subtractingReportingOverflow(first)
    var count = overflow ? Int.max : distance < 0 ? 0 : distance / step + 1
    if let range, let said = try frames(in: range, at: media.rate) { count = said }
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
    let table = Self.table(for: files, policy: policy)
    media.grid = .table(table)
    media.hasAbsent = table.contains(ReferencedMedia.absent)
  }

  /// For each index the picture that plays: itself, or by `policy` another one, black, or ``ReferencedMedia/absent``.
  static func table(for files: [String], policy: CutSettings.Gaps) -> [Int32] {
    var table = files.indices.map { files[$0].isEmpty ? ReferencedMedia.absent : Int32($0) }
    guard policy != .error else { return table }
    guard policy != .black else { return table.map { $0 < 0 ? -1 : $0 } }
    var before: Int?
    var index = 0
    while index < files.count {
      guard files[index].isEmpty else {
        before = index
        index += 1
        continue
      }
      let after = files[index...].firstIndex { !$0.isEmpty }
      for gap in index..<(after ?? files.count) {
        // A gap at the head has nothing to hold but what comes.
        let nearest: Int? =
          switch (before, after) {
          case (let before?, let after?): policy == .nearest && after - gap < gap - before ? after : before
          default: before ?? after
          }
        table[gap] = nearest.map { Int32($0) } ?? ReferencedMedia.absent
      }
      index = after ?? files.count
    }
    return table
  }

  /// Grid positions that begin within `range`; `nil` for a range of no length, which says nothing.
  private func frames(in range: TimeRange, at rate: Rational?) throws(PegError) -> Int? {
    guard range.duration.value > .zero else { return nil }
    return try Exact.product(try Exact.seconds(range.duration), rate ?? range.duration.rate.value).ceil
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

public import PegCore
import PegColor
import PegMedia
public import PegPlan
public import PegTimeline

/// From a cut and what is known of its media to its frame plan: a pure function (DESIGN §6).
public enum FramePlanner {
  /// Plans `timeline`.
  ///
  /// What the material leaves open is decided and said in the plan's findings; what cannot be rendered by this version is
  /// carried and listed by ``FramePlan/unbuilt``. Throws bad input, with clip and place, for what has no meaning: a range
  /// wholly outside its media, offsets longer than their clip, frames that are missing where the cut says error; missing
  /// input for media that are not there. Costs time with the number of edits, and with frames only where a sequence has
  /// gaps.
  public static func plan(
    _ timeline: Timeline, media catalogue: MediaCatalogue, options: PlanOptions
  ) throws(PegError) -> FramePlan {
    let settings = try timeline.settings()
    guard timeline.tracks.item.info.metadata["pegbar"] == nil else {
      throw PegError(
        .badInput, "the stack of \(options.name) has pegbar metadata, which is not understood there",
        hint: "settings of the whole programme stand in the timeline's metadata")
    }
    let reader = MediaReader(
      catalogue: catalogue, options: options, gaps: settings.gaps ?? .error, rate: options.rate ?? settings.rate,
      working: try WorkingSpace(named: settings.workingSpace ?? "bt709"))
    let timeline = try reader.completed(timeline)
    var defaults = CutDefaults(timeline: timeline, settings: settings, options: options, reader: reader)
    let rate = try defaults.rate()
    let start = try defaults.start(at: rate)
    let (raster, pixelAspect) = try defaults.raster()
    var builder = PlanBuilder(
      timeline: timeline, options: options, cut: settings, rate: rate, start: start, reader: reader)
    for finding in defaults.findings { builder.note(finding) }
    return try builder.plan(raster: raster, pixelAspect: pixelAspect)
  }

  /// What is wrong with a cut: the findings of its plan, and an error for each clip that cannot play, the others going on.
  ///
  /// Media that are not there are not among them: that is what a ``LinkReport`` says.
  public static func check(
    _ timeline: Timeline, media catalogue: MediaCatalogue, options: PlanOptions
  ) -> [Finding] {
    var options = options
    options.keepsGoing = true
    do throws(PegError) { return try plan(timeline, media: catalogue, options: options).findings } catch {
      return [Finding("cut.no_plan", .error, error.sentence, at: options.name, hint: error.hint)]
    }
  }
}

/// The work of one planning: what has been decided and found so far.
struct PlanBuilder {
  let timeline: Timeline
  let options: PlanOptions
  let cut: TimelineSettings
  let rate: FrameRate
  let start: Timecode
  let reader: MediaReader

  private(set) var sources: [PlannedSource] = []
  private var sourceIndices: [PlannedSource: Int] = [:]
  private var media: [MediaKey: Result<ReferencedMedia, PegError>] = [:]
  private var indices: [MediaKey: Int] = [:]
  private(set) var findings: [Finding] = []
  private var noted: Set<Finding> = []
  private(set) var refusals: [Finding] = []
  private(set) var looks: [PlannedLook] = []
  /// Clips whose media nobody has found, by the names that messages give them, and the first that was planned.
  private var unlinked: (first: String, all: Set<String>)?

  init(
    timeline: Timeline, options: PlanOptions, cut: TimelineSettings, rate: FrameRate, start: Timecode,
    reader: MediaReader
  ) {
    self.timeline = timeline
    self.options = options
    self.cut = cut
    self.rate = rate
    self.start = start
    self.reader = reader
  }

  var overrun: OverrunPolicy { cut.overrun ?? .hold }

  mutating func plan(raster: Raster, pixelAspect: Rational) throws(PegError) -> FramePlan {
    let stack = timeline.tracks
    let root = Place()
    let length = try edge(try timeline.duration())
    guard length > 0 else { throw PegError(.badInput, "\(options.name) has no frames") }
    let record = Level(time: TimeMap(), window: FrameRange(0, length))
    let inner = try level(inside: stack.item, step: nil, start: 0, end: length, of: record, at: root)
    var runs = stack.item.isEnabled ? try composed(stack, in: inner, at: root) : []
    if !cut.grade.isEmpty {
      var whole = TrackSettings()
      do throws(PegError) { whole.grade = try graded(cut.grade) } catch {
        throw PegError(error.kind, "the grade of \(options.name): \(error.sentence)", hint: error.hint)
      }
      runs = grouped(runs, name: timeline.info.name, whole, start: 0, in: record)
    }
    try noteEmptyEnd(runs, length: length)
    if let (first, all) = unlinked {
      let who = all.count == 1 ? "\(first) has" : "\(first) and \(all.count - 1) more have"
      note(
        Finding(
          "media.unlinked", .warning, "\(who) no media: the frames are counted from media time 0", at: options.name,
          hint: "link them with `pegbar conform --media FOLDER`, or `pegbar cut link`"))
    }
    let sound = try sound(length: length, in: inner)
    return FramePlan(
      name: options.name, rate: rate, raster: raster, pixelAspect: pixelAspect,
      workingSpace: cut.workingSpace ?? "bt709", transform: cut.transform ?? .display,
      start: start, duration: length, sources: sources, looks: looks, spans: Self.spans(runs, length: length),
      sound: sound,
      items: try items(of: stack, in: inner, at: root), findings: findings, refusals: refusals)
  }

  /// Fills the gaps between runs, so that spans are contiguous.
  private static func spans(_ runs: [LayeredRun], length: Int) -> [PlanSpan] {
    var spans: [PlanSpan] = []
    var frame = 0
    for run in runs {
      if run.range.start > frame { spans.append(PlanSpan(range: FrameRange(frame, run.range.start), layers: [])) }
      spans.append(PlanSpan(range: run.range, layers: run.layers))
      frame = run.range.end
    }
    if frame < length { spans.append(PlanSpan(range: FrameRange(frame, length), layers: [])) }
    return spans
  }

  /// Remembers a clip that is planned by its own words.
  mutating func noteUnlinked(_ name: String) {
    if unlinked == nil { unlinked = (name, []) }
    unlinked?.all.insert(name)
  }

  /// Says where a cut goes on only because of what is switched off in it.
  private mutating func noteEmptyEnd(_ runs: [LayeredRun], length: Int) throws(PegError) {
    let stack = timeline.tracks
    guard stack.item.sourceRange == nil else { return }
    var longest = Rational.zero
    for (label, child) in zip(stack.labels, stack.children) where Self.plays(child) {
      longest = max(longest, try child.duration(at: CutAddress([.init(label)])))
    }
    let end = try edge(longest)
    guard end < length else { return }
    note(
      Finding(
        "cut.empty_end", .warning,
        "\(options.name) ends with \(length - end) empty frames: only what is switched off is that long",
        at: options.name, range: FrameRange(end, length), hint: "trim it, or give the stack a source_range"))
  }

  // MARK: What is found

  /// Keeps a finding once.
  mutating func note(_ finding: Finding) {
    if noted.insert(finding).inserted { findings.append(finding) }
  }

  /// Keeps what is asked for and not built, once: it stands in the findings and in the plan's refusals.
  mutating func refuse(_ finding: Finding) {
    if noted.insert(finding).inserted { refusals.append(finding) }
  }

  /// Ends the planning for a clip that cannot play, or notes it where the others go on.
  mutating func fail(_ error: PegError, of name: String, at frame: Int, in range: FrameRange?) throws(PegError) {
    let sentence = "\(name) at \(label(frame)): \(error.sentence)"
    guard options.keepsGoing else { throw PegError(error.kind, sentence, hint: error.hint) }
    guard error.kind != .missingInput else { return }
    note(Finding("clip.unplayable", .error, sentence, at: name, range: range, hint: error.hint))
  }

  /// `01:00:10:05`.
  func label(_ frame: Int) -> String { start.advanced(by: frame).description }

  // MARK: Looks

  /// A grade with its files by content. Where a plan is made from references alone, they stay names.
  ///
  /// - Throws: missing input for a file that is not there, bad input for one that cannot be read.
  mutating func graded(_ grade: [GradeOperation]) throws(PegError) -> [GradeOperation] {
    guard case .full = options.knowledge else { return grade }
    var list: [GradeOperation] = []
    for operation in grade {
      guard let name = MediaCatalogue.LookName(operation) else {
        list.append(operation)
        continue
      }
      guard let entry = reader.catalogue.looks[name] else {
        throw PegError(.missingInput, "nothing is known of the look \(name.file)")
      }
      do throws(PegError) {
        let look = try entry.get()
        if !looks.contains(look) { looks.append(look) }
        list.append(operation.knowing(look))
      } catch {
        throw PegError(error.kind, "the grade operation \(operation.op): \(error.sentence)", hint: error.hint)
      }
    }
    return list
  }

  // MARK: Sources

  /// The media of a reference, read once.
  mutating func media(of reference: MediaReference) throws(PegError) -> ReferencedMedia {
    let key = try MediaKey(reference)
    let result: Result<ReferencedMedia, PegError>
    if let known = media[key] {
      result = known
    } else {
      do throws(PegError) { result = .success(try reader.media(of: reference)) } catch { result = .failure(error) }
      media[key] = result
    }
    return try result.get()
  }

  /// The index of a reference's source in the plan; its findings become the plan's.
  mutating func index(of media: ReferencedMedia, for reference: MediaReference) throws(PegError) -> Int {
    let key = try MediaKey(reference)
    if let index = indices[key] { return index }
    for finding in media.findings { note(finding) }
    let index: Int
    if let known = sourceIndices[media.source] {
      index = known
    } else {
      index = sources.count
      sources.append(media.source)
      sourceIndices[media.source] = index
    }
    indices[key] = index
    return index
  }
}

/// What of a reference decides on its media: two clips of one source have equal keys, whatever else their references say.
private struct MediaKey: Hashable {
  private let spelling: String?
  private let sequence: ImageSequence?
  private let range: TimeRange?
  private let settings: ReferenceSettings

  init(_ reference: MediaReference) throws(PegError) {
    spelling = reference.spelling
    sequence = if case .sequence(_, let sequence) = reference { sequence } else { nil }
    range = reference.common?.availableRange
    settings = try reference.settings()
  }
}

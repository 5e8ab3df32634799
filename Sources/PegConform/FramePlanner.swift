public import PegCore
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
    let settings = try CutSettings(timeline.info, at: options.name)
    let reader = MediaReader(catalogue: catalogue, options: options, gaps: settings.gaps)
    var defaults = CutDefaults(timeline: timeline, settings: settings, options: options, reader: reader)
    let rate = try defaults.rate()
    var builder = PlanBuilder(timeline: timeline, options: options, cut: settings, rate: rate, reader: reader)
    builder.start = defaults.start(at: rate)
    let (raster, pixelAspect) = try defaults.raster()
    for finding in defaults.findings { builder.note(finding) }
    return try builder.plan(raster: raster, pixelAspect: pixelAspect)
  }
}

/// The work of one planning: what has been decided and found so far.
struct PlanBuilder {
  let timeline: Timeline
  let options: PlanOptions
  let cut: CutSettings
  let rate: FrameRate
  let reader: MediaReader
  var start: Timecode

  private(set) var sources: [PlannedSource] = []
  private var sourceIndices: [PlannedSource: Int] = [:]
  private var media: [MediaReference: Result<ReferencedMedia, PegError>] = [:]
  private var indices: [MediaReference: Int] = [:]
  private(set) var findings: [Finding] = []
  private var noted: Set<Finding> = []
  private(set) var refusals: [Finding] = []

  init(timeline: Timeline, options: PlanOptions, cut: CutSettings, rate: FrameRate, reader: MediaReader) {
    self.timeline = timeline
    self.options = options
    self.cut = cut
    self.rate = rate
    self.reader = reader
    start = Timecode(frames: 0, rate: rate)
  }

  mutating func plan(raster: Raster, pixelAspect: Rational) throws(PegError) -> FramePlan {
    let stack = timeline.tracks
    let root = Place(track: 0, address: "#", depth: 0)
    let length = try edge(try duration(of: .stack(stack), at: root))
    guard length > 0 else { throw PegError(.badInput, "\(options.name) has no frames") }
    let record = Level(time: TimeMap(), window: FrameRange(0, length))
    let own = try ItemSettings(stack.item.info, at: "the stack of \(options.name)")
    let inner = try level(inside: stack.item, own, start: 0, end: length, of: record, at: root)
    var runs = try composed(stack, in: inner, at: root, isTop: true)
    if !own.changesNoPixel { runs = grouped(runs, name: stack.item.info.name, own, start: 0, in: record) }
    if !cut.grade.isEmpty {
      var whole = ItemSettings()
      whole.grade = cut.grade
      runs = grouped(runs, name: timeline.info.name, whole, start: 0, in: record)
    }
    let items = try planItems(in: inner)
    let sound = try sound(length: length, in: inner)
    return FramePlan(
      name: options.name, rate: rate, raster: raster, pixelAspect: pixelAspect, workingSpace: cut.workingSpace,
      start: start, duration: length, sources: sources, spans: Self.spans(runs, length: length), sound: sound,
      items: items, findings: findings, refusals: refusals)
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

  /// The items of the cut's own tracks, switched off ones included.
  private func planItems(in level: Level) throws(PegError) -> [PlanItem] {
    var items: [PlanItem] = []
    for (index, child) in timeline.tracks.children.enumerated() {
      guard case .track(let track) = child else { continue }
      let name = timeline.trackName(index)
      let place = Place(track: index, address: name, depth: 1)
      let layout = try layout(track.children, at: place)
      let own = try ItemSettings(track.item.info, at: "track \(name)")
      let end = try edge(try duration(of: child, at: place))
      let inner = try self.level(inside: track.item, own, start: 0, end: end, of: level, at: place)
      for item in layout.items {
        guard let (kind, info) = Self.planKind(of: item.child) else { continue }
        items.append(
          PlanItem(
            kind: kind, track: index, trackName: name, index: item.index, name: info.info.name,
            range: inner.records(item.start, item.end) ?? FrameRange(0, 0)))
      }
    }
    return items
  }

  private static func planKind(of child: Composable) -> (PlanItem.Kind, ItemInfo)? {
    switch child {
    case .clip(let clip): (.clip, clip.item)
    case .gap(let gap): (.gap, gap.item)
    case .stack(let stack): (.stack, stack.item)
    case .track(let track): (.track, track.item)
    case .transition, .unknown: nil
    }
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

  /// `01:00:10:05`.
  func label(_ frame: Int) -> String { start.advanced(by: frame).description }

  // MARK: Sources

  /// The media of a reference, read once.
  mutating func media(of reference: MediaReference) throws(PegError) -> ReferencedMedia {
    let result: Result<ReferencedMedia, PegError>
    if let known = media[reference] {
      result = known
    } else {
      do { result = .success(try reader.media(of: reference)) } catch { result = .failure(error) }
      media[reference] = result
    }
    return try result.get()
  }

  /// The index of a reference's source in the plan; its findings become the plan's.
  mutating func index(of source: PlannedSource, _ media: ReferencedMedia, for reference: MediaReference) -> Int {
    if let index = indices[reference] { return index }
    for finding in media.findings { note(finding) }
    let index: Int
    if let known = sourceIndices[source] {
      index = known
    } else {
      index = sources.count
      sources.append(source)
      sourceIndices[source] = index
    }
    indices[reference] = index
    return index
  }
}

public import PegCore
public import PegTimeline

/// What each record frame shows and what each record sample sounds like: a pure function of a cut and its media.
///
/// Stored by spans between edit points, so that its size follows the number of edits and not the length; the recipe of
/// one frame is worked out when it is asked for.
public struct FramePlan: Sendable {
  public var name: String
  public var rate: FrameRate
  /// 0x0 in a plan that was made from references alone and whose cut names none (``Raster/isUsable`` is false).
  public var raster: Raster
  public var pixelAspect: Rational
  public var workingSpace: String
  public var transform: TransformMode
  /// The label of record frame 0.
  public var start: Timecode
  /// Record frames.
  public var duration: Int
  /// What recipes refer to by index.
  public var sources: [PlannedSource]
  /// The files that grades name, each once.
  public var looks: [PlannedLook]
  /// Contiguous from 0 to ``duration``.
  public var spans: [PlanSpan]
  public var sound: SoundPlan
  /// The items of the cut's tracks, track by track, in their order; what a nest holds stands behind it.
  public var items: [PlanItem]
  public var findings: [Finding]
  /// What the cut asks for that no layer can say and that is not built, such as a wipe: see ``unbuilt``.
  public var refusals: [Finding]

  public init(
    name: String, rate: FrameRate, raster: Raster, pixelAspect: Rational = 1, workingSpace: String = "bt709",
    transform: TransformMode = .display, start: Timecode, duration: Int, sources: [PlannedSource],
    looks: [PlannedLook] = [], spans: [PlanSpan],
    sound: SoundPlan,
    items: [PlanItem] = [], findings: [Finding] = [], refusals: [Finding] = []
  ) {
    self.name = name
    self.rate = rate
    self.raster = raster
    self.pixelAspect = pixelAspect
    self.workingSpace = workingSpace
    self.transform = transform
    self.start = start
    self.duration = duration
    self.sources = sources
    self.looks = looks
    self.spans = spans
    self.sound = sound
    self.items = items
    self.findings = findings
    self.refusals = refusals
  }

  /// The span that record frame `frame` lies in. O(log spans).
  ///
  /// - Precondition: `frame` lies in 0..<duration.
  public func span(at frame: Int) -> PlanSpan {
    var (low, high) = (0, spans.count)
    while low < high {
      let middle = (low + high) / 2
      if spans[middle].range.end <= frame { low = middle + 1 } else { high = middle }
    }
    return spans[low]
  }

  /// The picture of record frame `frame`.
  public func picture(at frame: Int) -> PictureRecipe {
    PictureRecipe(
      raster: raster, pixelAspect: pixelAspect, workingSpace: workingSpace, transform: transform,
      layers: span(at: frame).layers.map { $0.recipe(at: frame) })
  }

  /// What is visible in record frame `frame`, bottom first.
  ///
  /// Of each layer's grade, files stand by name and by content.
  public func trace(at frame: Int) -> [LayerTrace] {
    var traces = span(at: frame).layers.flatMap { $0.traces(at: frame) }
    for index in traces.indices {
      traces[index].grade = traces[index].grade.map { step in
        guard let hash = step.parameters["look"]?.string, let look = looks.first(where: { $0.hash == hash }) else {
          return step
        }
        var named = step
        named.parameters["file"] = .string(look.name)
        return named
      }
    }
    return traces
  }
}

/// A run of record frames over which the same layers play.
public struct PlanSpan: Sendable {
  public var range: FrameRange
  /// Bottom first; none is a gap.
  public var layers: [PlannedLayer]

  public init(range: FrameRange, layers: [PlannedLayer]) {
    self.range = range
    self.layers = layers
  }
}

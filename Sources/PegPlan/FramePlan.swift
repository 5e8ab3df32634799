public import PegCore

/// What each record frame shows and what each record sample sounds like: a pure function of a cut and its media.
///
/// Stored by spans between edit points, so that its size follows the number of edits and not the length; the recipe of
/// one frame is worked out when it is asked for.
public struct FramePlan: Sendable {
  public var name: String
  public var rate: FrameRate
  public var raster: Raster
  public var pixelAspect: Rational
  public var workingSpace: String
  /// The label of record frame 0.
  public var start: Timecode
  /// Record frames.
  public var duration: Int
  /// What recipes refer to by index.
  public var sources: [PlannedSource]
  /// Contiguous from 0 to ``duration``.
  public var spans: [PlanSpan]
  public var sound: SoundPlan
  public var findings: [Finding]

  public init(
    name: String, rate: FrameRate, raster: Raster, pixelAspect: Rational = 1, workingSpace: String = "bt709",
    start: Timecode, duration: Int, sources: [PlannedSource], spans: [PlanSpan], sound: SoundPlan,
    findings: [Finding] = []
  ) {
    self.name = name
    self.rate = rate
    self.raster = raster
    self.pixelAspect = pixelAspect
    self.workingSpace = workingSpace
    self.start = start
    self.duration = duration
    self.sources = sources
    self.spans = spans
    self.sound = sound
    self.findings = findings
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
      raster: raster, pixelAspect: pixelAspect, workingSpace: workingSpace,
      layers: span(at: frame).layers.map { $0.recipe(at: frame) })
  }

  /// What is visible in record frame `frame`, bottom first.
  public func trace(at frame: Int) -> [LayerTrace] { span(at: frame).layers.flatMap { $0.traces(at: frame) } }
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

/// A layer over a span: a recipe whose media frames follow their maps.
public struct PlannedLayer: Sendable {
  public indirect enum Content: Sendable {
    case media(source: Int, map: FrameMap)
    case solid(red: Rational, green: Rational, blue: Rational, alpha: Rational)
    case group([PlannedLayer])
    /// The incoming side weighs (j + 1)/(length + 1) at frame j from `start` (DESIGN §6).
    case dissolve(from: PlannedLayer?, to: PlannedLayer?, start: Int, length: Int)
  }

  public var track: Int
  public var clip: String
  public var take: String
  public var source: String
  public var content: Content
  public var placement: Placement
  /// Opacity at each record frame from the span's layer's start: constant, or keys.
  public var opacity: Envelope
  public var blend: String
  public var grade: [JSON]

  public init(
    track: Int, clip: String, take: String, source: String, content: Content, placement: Placement = .fit,
    opacity: Envelope = Envelope(1), blend: String = "over", grade: [JSON] = []
  ) {
    self.track = track
    self.clip = clip
    self.take = take
    self.source = source
    self.content = content
    self.placement = placement
    self.opacity = opacity
    self.blend = blend
    self.grade = grade
  }

  /// The layer at record frame `frame`.
  public func recipe(at frame: Int) -> LayerRecipe {
    let now: LayerContent
    switch content {
    case .media(let source, let map): now = .media(source: source, picture: map.picture(at: frame))
    case .solid(let red, let green, let blue, let alpha):
      now = .solid(red: red, green: green, blue: blue, alpha: alpha)
    case .group(let layers): now = .group(layers.map { $0.recipe(at: frame) })
    case .dissolve(let from, let to, let start, let length):
      now = .mix(
        from: from?.recipe(at: frame), to: to?.recipe(at: frame), weight: Rational(frame - start + 1, length + 1))
    }
    return LayerRecipe(
      content: now, placement: placement, opacity: opacity.value(at: frame), blend: blend, grade: grade)
  }

  /// The media and generators in this layer at record frame `frame`, bottom first.
  public func traces(at frame: Int) -> [LayerTrace] {
    switch content {
    case .media(_, let map):
      [LayerTrace(track: track, clip: clip, take: take, source: source, frame: map.picture(at: frame))]
    case .solid: [LayerTrace(track: track, clip: clip, take: take, source: source, frame: nil)]
    case .group(let layers): layers.flatMap { $0.traces(at: frame) }
    case .dissolve(let from, let to, _, _):
      (from?.traces(at: frame) ?? []) + (to?.traces(at: frame) ?? [])
    }
  }
}

/// A value over record frames: constant, or linear between keys and held outside them.
public struct Envelope: Hashable, Sendable {
  public struct Key: Hashable, Sendable {
    public var frame: Int
    public var value: Rational
    public init(frame: Int, value: Rational) {
      self.frame = frame
      self.value = value
    }
  }
  /// In the order of their record frames, at least one.
  public var keys: [Key]

  public init(_ constant: Rational) { keys = [Key(frame: 0, value: constant)] }

  /// - Precondition: `keys` is not empty and ascends.
  public init(keys: [Key]) {
    precondition(!keys.isEmpty, "an envelope has a value")
    self.keys = keys
  }

  public func value(at frame: Int) -> Rational {
    guard let after = keys.firstIndex(where: { $0.frame > frame }) else { return keys[keys.count - 1].value }
    guard after > 0 else { return keys[0].value }
    let (a, b) = (keys[after - 1], keys[after])
    return a.value + (b.value - a.value) * Rational(frame - a.frame, b.frame - a.frame)
  }
}

import PegColor
public import PegCore
public import PegTimeline

/// A layer over a span: a recipe whose media frames follow their maps.
public struct PlannedLayer: Sendable {
  public indirect enum Content: Sendable {
    case media(source: Int, map: FrameMap)
    case solid(red: Rational, green: Rational, blue: Rational, alpha: Rational)
    /// What stands for media that are missing: the lines of a slate.
    case slate([String])
    case group([PlannedLayer])
    /// The incoming side weighs (j + 1)/(length + 1) at frame j from `start` of the grid that `time` leads to (DESIGN §6).
    case dissolve(from: PlannedLayer?, to: PlannedLayer?, time: TimeMap, start: Int, length: Int)
    /// A generator that is not built: carried for `map`, listed by ``FramePlan/unbuilt``, transparent if rendered all the same.
    case generator(kind: String)
  }

  /// The OTIO track's index in the timeline's stack.
  public var track: Int
  public var clip: String
  public var take: String
  /// As in the cut; `generator:KIND` for generators; empty for groups and dissolves.
  public var source: String
  public var content: Content
  public var placement: PlacementSetting
  /// 0…1.
  public var opacity: Animated
  public var blend: BlendMode
  public var grade: [GradeOperation]
  /// From record frames to the item's own, from 0 at its start: what keys count in. Empty where nothing follows keys.
  public private(set) var time: TimeMap

  public init(
    track: Int, clip: String, take: String, source: String, content: Content,
    placement: PlacementSetting = .fit, opacity: Animated = .constant(1), blend: BlendMode = .over,
    grade: [GradeOperation] = [], time: TimeMap = TimeMap()
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
    let followsKeys =
      !opacity.isConstant || placement.followsKeys
      || grade.contains { $0.followsKeys(points: GradeOperations.points(of: $0.op)) }
    self.time = followsKeys ? time : TimeMap()
  }

  /// The layer at record frame `frame`. A media frame that is black by policy is a black solid here.
  public func recipe(at frame: Int) -> LayerRecipe {
    let now: LayerContent
    switch content {
    case .media(let source, let map):
      let picture = map.picture(at: frame)
      now =
        picture < 0 ? .solid(red: 0, green: 0, blue: 0, alpha: 1) : .media(source: source, picture: picture)
    case .solid(let red, let green, let blue, let alpha):
      now = .solid(red: red, green: green, blue: blue, alpha: alpha)
    case .slate(let lines): now = .slate(lines)
    case .group(let layers): now = .group(layers.map { $0.recipe(at: frame) })
    case .dissolve(let from, let to, let time, let start, let length):
      let j = time.position(at: frame) - Rational(start)
      let weight = min(max((j + 1) / Rational(length + 1), .zero), .one)
      now = .mix(from: from?.recipe(at: frame), to: to?.recipe(at: frame), weight: weight)
    case .generator: now = .solid(red: 0, green: 0, blue: 0, alpha: 0)
    }
    let moment = time.stages.isEmpty ? .zero : time.position(at: frame)
    return LayerRecipe(
      content: now, placement: Placement(placement, at: moment), opacity: opacity.value(at: moment), blend: blend,
      grade: grade.map { GradeStep($0, at: moment) })
  }

  /// The media and generators in this layer at record frame `frame`, bottom first.
  public func traces(at frame: Int) -> [LayerTrace] {
    let inner = innerTraces(at: frame)
    guard !grade.isEmpty else { return inner }
    let moment = time.stages.isEmpty ? .zero : time.position(at: frame)
    let steps = grade.map { GradeStep($0, at: moment) }
    return inner.map { trace in
      var graded = trace
      graded.grade += steps
      return graded
    }
  }

  private func innerTraces(at frame: Int) -> [LayerTrace] {
    switch content {
    case .media(let index, let map):
      let picture = map.picture(at: frame)
      return [
        LayerTrace(
          track: track, clip: clip, take: take, source: source, frame: picture < 0 ? nil : picture, media: index)
      ]
    case .solid, .slate, .generator:
      return [LayerTrace(track: track, clip: clip, take: take, source: source, frame: nil)]
    case .group(let layers): return layers.flatMap { $0.traces(at: frame) }
    case .dissolve(let from, let to, _, _, _):
      return (from?.traces(at: frame) ?? []) + (to?.traces(at: frame) ?? [])
    }
  }

  /// The layer as it stands at the nearest of `frames`, for record frames outside them: a handle that holds its edge.
  public func held(_ frames: ClosedRange<Int>) -> PlannedLayer {
    var layer = self
    layer.time.held = frames
    switch content {
    case .media(let source, var map):
      map.time.held = frames
      layer.content = .media(source: source, map: map)
    case .solid, .slate, .generator: break
    case .group(let layers): layer.content = .group(layers.map { $0.held(frames) })
    case .dissolve(let from, let to, var time, let start, let length):
      time.held = frames
      layer.content = .dissolve(
        from: from?.held(frames), to: to?.held(frames), time: time, start: start, length: length)
    }
    return layer
  }
}

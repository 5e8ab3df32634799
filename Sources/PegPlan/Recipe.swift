import PegColor
public import PegCore
public import PegTimeline

/// The picture of one record frame: layers composited at the cut's raster in the working space.
///
/// Everything in it changes pixels, and nothing that changes pixels is missing; what a person calls the frame (clip, take,
/// track) is in ``LayerTrace``, beside it.
public struct PictureRecipe: Hashable, Sendable {
  public var raster: Raster
  /// Width of a raster pixel divided by its height.
  public var pixelAspect: Rational
  public var workingSpace: String
  /// How code values of one space become another's.
  public var transform: TransformMode
  /// Bottom first. None is black, transparent where the deliverable has alpha.
  public var layers: [LayerRecipe]

  public init(
    raster: Raster, pixelAspect: Rational, workingSpace: String, transform: TransformMode = .display,
    layers: [LayerRecipe]
  ) {
    self.raster = raster
    self.transform = transform
    self.pixelAspect = pixelAspect
    self.workingSpace = workingSpace
    self.layers = layers
  }
}

/// One layer of a picture. What follows keys in the cut stands here as it is at this frame.
public struct LayerRecipe: Hashable, Sendable {
  public var content: LayerContent
  public var placement: Placement
  /// 0…1.
  public var opacity: Rational
  public var blend: BlendMode
  /// In order.
  public var grade: [GradeStep]

  public init(
    content: LayerContent, placement: Placement = .fit, opacity: Rational = 1, blend: BlendMode = .over,
    grade: [GradeStep] = []
  ) {
    self.content = content
    self.placement = placement
    self.opacity = opacity
    self.blend = blend
    self.grade = grade
  }
}

public indirect enum LayerContent: Hashable, Sendable {
  /// Picture `picture` (from 0, in presentation order) of `FramePlan.sources[source]`.
  case media(source: Int, picture: Int)
  /// `black`, or `solid` with a colour in the working space, 0…1.
  case solid(red: Rational, green: Rational, blue: Rational, alpha: Rational)
  /// What stands for media that are missing: the lines of a slate.
  case slate([String])
  /// A nested stack: its layers are composited by themselves first.
  case group([LayerRecipe])
  /// A dissolve: `from` · (1 − weight) + `to` · weight, on associated alpha. `nil` is transparent.
  case mix(from: LayerRecipe?, to: LayerRecipe?, weight: Rational)
}

/// How a layer lies in the raster at one frame.
public enum Placement: Hashable, Sendable {
  /// The whole picture, as large as fits, centred.
  case fit
  /// The whole raster covered, centred, the rest cut off.
  case fill
  /// Both edges of the raster, whatever the shape.
  case stretch
  /// Pixel for pixel, centred.
  case none
  /// Position, scale, rotation and anchor, in raster pixels; what is `nil` is as `fit` has it.
  case transform(PlacementSetting.Pose, filter: PlacementSetting.Filter?)

  /// What the cut says, at a frame of the item.
  public init(_ setting: PlacementSetting, at frame: Rational) {
    switch setting {
    case .fit: self = .fit
    case .fill: self = .fill
    case .stretch: self = .stretch
    case .none: self = .none
    case .transform(let transform): self = .transform(transform.pose(at: frame), filter: transform.filter)
    }
  }
}

/// One operation of a grade at one frame.
public struct GradeStep: Hashable, Sendable {
  /// Such as `cdl`.
  public var op: String
  /// The colour space that it works in; `nil` is the working space.
  public var space: String?
  /// 0…1: how much of it.
  public var amount: Rational
  /// The operation's own, as the cut says them.
  public var parameters: JSONObject

  public init(op: String, space: String? = nil, amount: Rational = 1, parameters: JSONObject = JSONObject()) {
    self.op = op
    self.space = space
    self.amount = amount
    self.parameters = parameters
  }

  /// What the cut says, at a frame of the item.
  public init(_ operation: GradeOperation, at frame: Rational) {
    self.init(
      op: operation.op, space: operation.space, amount: operation.amount?.value(at: frame) ?? 1,
      parameters: operation.parameters(at: frame, points: GradeOperations.points(of: operation.op)))
  }

  /// As a cut would say it.
  public var json: JSON {
    var object: JSONObject = ["op": .string(op)]
    object["space"] = space.map { .string($0) }
    if amount != 1 { object["amount"] = .number(amount) }
    return .object(JSONObject(object.pairs + parameters.pairs))
  }
}

/// What a person calls a layer: beside the recipe, never part of it.
public struct LayerTrace: Hashable, Sendable {
  /// The OTIO track's index in the timeline's stack.
  public var track: Int
  public var clip: String
  public var take: String
  /// As in the cut; `generator:KIND` for generators.
  public var source: String
  /// The index in the source, from 0; `nil` for generators, and where media are black by policy.
  public var frame: Int?
  /// Index into `FramePlan.sources`; `nil` for generators.
  public var media: Int?
  /// The operations that it went through, its own first, then those of what it stands in.
  public var grade: [GradeStep]

  public init(
    track: Int, clip: String, take: String, source: String, frame: Int?, media: Int? = nil, grade: [GradeStep] = []
  ) {
    self.grade = grade
    self.track = track
    self.clip = clip
    self.take = take
    self.source = source
    self.frame = frame
    self.media = media
  }
}

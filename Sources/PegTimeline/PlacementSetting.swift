public import PegCore

/// How a picture lies in the raster, as the cut says it.
public enum PlacementSetting: Hashable, Sendable {
  /// The whole picture, as large as fits, centred.
  case fit
  /// The whole raster covered, centred, the rest cut off.
  case fill
  /// Both edges of the raster, whatever the shape.
  case stretch
  /// Pixel for pixel, centred.
  case none
  case transform(Transform)

  /// Where the picture lies, in raster pixels; what is `nil` is left as `fit` has it.
  public struct Transform: Hashable, Sendable {
    public var pose: Pose
    public var filter: Filter?
    /// Frames ascend; empty for a picture that stays.
    public var keys: [Key]

    public init(pose: Pose = Pose(), filter: Filter? = nil, keys: [Key] = []) {
      self.pose = pose
      self.filter = filter
      self.keys = keys
    }
  }

  /// Position, scale, rotation and anchor at a moment.
  public struct Pose: Hashable, Sendable {
    /// Raster pixels from the top left, of the anchor.
    public var position: Point?
    /// 1 is pixel for pixel; negative mirrors.
    public var scale: Point?
    /// Degrees, clockwise.
    public var rotation: Rational?
    /// Pixels of the picture from its top left.
    public var anchor: Point?

    public init(position: Point? = nil, scale: Point? = nil, rotation: Rational? = nil, anchor: Point? = nil) {
      self.position = position
      self.scale = scale
      self.rotation = rotation
      self.anchor = anchor
    }
  }

  public struct Point: Hashable, Sendable {
    public var x: Rational
    public var y: Rational

    public init(_ x: Rational, _ y: Rational) {
      self.x = x
      self.y = y
    }
  }

  public struct Key: Hashable, Sendable {
    /// Relative to the item's first frame.
    public var frame: Int
    public var pose: Pose
    public var ease: Ease

    public init(frame: Int, pose: Pose, ease: Ease = .linear) {
      self.frame = frame
      self.pose = pose
      self.ease = ease
    }
  }

  /// The resampling kernel.
  public enum Filter: String, Sendable, CaseIterable {
    case point, bilinear, bicubic, spline36, lanczos
  }
}

extension PlacementSetting {
  public var followsKeys: Bool { if case .transform(let transform) = self { !transform.keys.isEmpty } else { false } }
}

extension PlacementSetting.Transform {
  /// The pose at a frame of the item, or between two: each property follows the keys that name it, and is what it is
  /// without keys where none does.
  public func pose(at frame: Rational) -> PlacementSetting.Pose {
    guard !keys.isEmpty else { return pose }
    var now = pose
    if let position = point(\.position, at: frame) { now.position = position }
    if let scale = point(\.scale, at: frame) { now.scale = scale }
    if let anchor = point(\.anchor, at: frame) { now.anchor = anchor }
    let turns = keys.filter { $0.pose.rotation != nil }
    if !turns.isEmpty { now.rotation = moment(turns, at: frame).mix { turns[$0].pose.rotation ?? 0 } }
    return now
  }

  private func point(
    _ path: KeyPath<PlacementSetting.Pose, PlacementSetting.Point?>, at frame: Rational
  ) -> PlacementSetting.Point? {
    let named = keys.filter { $0.pose[keyPath: path] != nil }
    guard !named.isEmpty else { return nil }
    let moment = moment(named, at: frame)
    return PlacementSetting.Point(
      moment.mix { named[$0].pose[keyPath: path]?.x ?? 0 }, moment.mix { named[$0].pose[keyPath: path]?.y ?? 0 })
  }

  private func moment(_ keys: [PlacementSetting.Key], at frame: Rational) -> KeyMoment {
    KeyMoment(at: frame, count: keys.count, frame: { keys[$0].frame }, ease: { keys[$0].ease })
  }
}

extension PlacementSetting {
  init(_ value: JSON) throws(Problem) {
    switch value {
    case .string("fit"): self = .fit
    case .string("fill"): self = .fill
    case .string("stretch"): self = .stretch
    case .string("none"): self = .none
    case .string(let word):
      throw Problem("\"\(word)\" is not understood", hint: "one of fit, fill, stretch, none, or an object")
    case .object:
      var reader = try SettingsReader(value)
      let pose = try Pose(&reader)
      let filter: Filter? = try reader.value("filter", SettingsValue.word)
      let keys = try reader.value("keys") { (value) throws(Problem) in
        try KeyList.read(value) { (value) throws(Problem) -> Pose in
          var reader = try SettingsReader(value)
          let pose = try Pose(&reader)
          try reader.finish()
          return pose
        }
      }
      try reader.finish()
      self = .transform(
        Transform(
          pose: pose, filter: filter,
          keys: (keys ?? []).map { Key(frame: $0.frame, pose: $0.value, ease: $0.ease) }))
    default: throw Problem("\(value.kindName) stands where a placement should")
    }
  }

  var json: JSON {
    switch self {
    case .fit: "fit"
    case .fill: "fill"
    case .stretch: "stretch"
    case .none: "none"
    case .transform(let transform):
      .object(
        JSONObject(
          transform.pose.pairs + (transform.filter.map { [("filter", .string($0.rawValue))] } ?? [])
            + (transform.keys.isEmpty
              ? []
              : [
                (
                  "keys",
                  .array(
                    transform.keys.map {
                      KeyList.json(frame: $0.frame, value: .object(JSONObject($0.pose.pairs)), ease: $0.ease)
                    })
                )
              ])))
    }
  }
}

extension PlacementSetting.Pose {
  private static let pixels = Rational(-1_000_000)...Rational(1_000_000)
  private static let factors = Rational(-10_000)...Rational(10_000)

  fileprivate init(_ reader: inout SettingsReader) throws(Problem) {
    func point(_ value: JSON) throws(Problem) -> PlacementSetting.Point {
      let (x, y) = try SettingsValue.pair(value, SettingsValue.number(Self.pixels))
      return PlacementSetting.Point(x, y)
    }
    position = try reader.value("position", point)
    scale = try reader.value("scale") { (value) throws(Problem) in
      // One number scales both ways.
      if value.array == nil {
        let factor = try SettingsValue.number(Self.factors)(value)
        return PlacementSetting.Point(factor, factor)
      }
      let (x, y) = try SettingsValue.pair(value, SettingsValue.number(Self.factors))
      return PlacementSetting.Point(x, y)
    }
    rotation = try reader.value("rotation", SettingsValue.number(Self.pixels))
    anchor = try reader.value("anchor", point)
  }

  fileprivate var pairs: [(key: String, value: JSON)] {
    func json(_ point: PlacementSetting.Point) -> JSON { [.number(point.x), .number(point.y)] }
    var pairs: [(key: String, value: JSON)] = []
    if let position { pairs.append(("position", json(position))) }
    if let scale { pairs.append(("scale", scale.x == scale.y ? .number(scale.x) : json(scale))) }
    if let rotation { pairs.append(("rotation", .number(rotation))) }
    if let anchor { pairs.append(("anchor", json(anchor))) }
    return pairs
  }
}

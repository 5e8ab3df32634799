public import PegCore

/// How a picture lies in a raster: scaled along its own axes about an anchor, turned, and put down.
public struct PicturePose: Hashable, Sendable {
  public struct Point: Hashable, Sendable {
    public var x: Double
    public var y: Double

    public init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// Where the anchor lies: raster pixels from the top left corner, to 1/65536.
  public var position: Point
  /// Raster pixels that a pixel of the picture takes; 1 is pixel for pixel, negative mirrors, 0 shows nothing.
  public var scale: Point
  /// Degrees, clockwise.
  public var rotation: Double
  /// Pixels of the picture from its top left corner, to 1/65536.
  public var anchor: Point
  public var filter: PictureFilter

  public init(
    position: Point, scale: Point = Point(1, 1), rotation: Double = 0, anchor: Point, filter: PictureFilter = .lanczos
  ) {
    // On a grid, so that what moves by whole pixels does: 10.1 − 0.1 is 10 there.
    self.position = Self.snapped(position)
    self.scale = scale
    self.rotation = rotation
    self.anchor = Self.snapped(anchor)
    self.filter = filter
  }

  /// The pose that ``Fit/fit`` is, with what is said instead of it: an anchor stays where `fit` has that point of the picture.
  ///
  /// - Parameters:
  ///   - source: the picture's size; `pixelAspect`: width of its pixels divided by their height.
  ///   - anchor: without one, the picture's centre.
  /// - Throws: bad input for a pixel aspect outside 1/100…100.
  public init(
    of source: Raster, pixelAspect: Rational, in raster: Raster, rasterPixelAspect: Rational, position: Point?,
    scale: Point?, rotation: Double?, anchor: Point?, filter: PictureFilter?
  ) throws(PegError) {
    let placed = try PlacedPicture(
      source, pixelAspect: pixelAspect, in: raster, rasterPixelAspect: rasterPixelAspect, fit: .fit)
    let fitted = Point(
      (placed.x.length / Rational(source.width)).double, (placed.y.length / Rational(source.height)).double)
    let anchor = anchor ?? Point(Double(source.width) / 2, Double(source.height) / 2)
    self.init(
      position: position
        ?? Point(placed.x.start.double + anchor.x * fitted.x, placed.y.start.double + anchor.y * fitted.y),
      scale: scale ?? fitted, rotation: rotation ?? 0, anchor: anchor, filter: filter ?? .lanczos)
  }

  private static func snapped(_ point: Point) -> Point { Point(snapped(point.x), snapped(point.y)) }

  /// To 1/65536 of a pixel.
  static func snapped(_ value: Double) -> Double { (value * 65536).rounded() / 65536 }

  /// Whether nothing is turned but by half turns: each axis of the picture is one of the raster.
  var isUpright: Bool { rotation.truncatingRemainder(dividingBy: 180) == 0 }

  /// Along one axis of an upright pose.
  func axis(_ path: KeyPath<Point, Double>) -> AxisPose {
    let sign: Double = rotation.truncatingRemainder(dividingBy: 360) == 0 ? 1 : -1
    return AxisPose(
      position: position[keyPath: path], scale: scale[keyPath: path] * sign, anchor: anchor[keyPath: path])
  }

  /// Whether a picture of this size is too small to leave a trace.
  func vanishes(_ size: Raster) -> Bool {
    min(abs(scale.x) * Double(size.width), abs(scale.y) * Double(size.height)) < 1.0 / 256
  }
}

/// One axis: raster coordinate = position + scale · (picture coordinate − anchor).
struct AxisPose: Hashable, Sendable {
  var position: Double
  var scale: Double
  var anchor: Double

  /// The picture's edges in the raster, the lower one first.
  func span(_ length: Int) -> (start: Double, end: Double) {
    let a = PicturePose.snapped(position - scale * anchor)
    let b = PicturePose.snapped(position + scale * (Double(length) - anchor))
    return (min(a, b), max(a, b))
  }

  /// The picture coordinate of a pixel's centre in the raster: exact where the scale is a power of two.
  func source(_ pixel: Int) -> Double { anchor + (Double(pixel) + 0.5 - position) / scale }
}

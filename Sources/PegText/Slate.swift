public import PegCore

/// A picture that says what is missing: nobody takes it for a part of the film.
///
/// Stripes of orange and black around dark grey, a heading, and lines of text. Drawn with lines of our own, so that it has the
/// same values on every machine; ``version`` is part of the identity of what shows it.
public struct Slate: Hashable, Sendable {
  /// Raised whenever a slate of the same lines has other values.
  public static let version = 1

  /// The heading, and what stands below it.
  public var lines: [String]

  public init(lines: [String]) { self.lines = lines }

  /// Whether every character of a text is drawn as itself; others stand as their code points in braces.
  public static func draws(_ text: String) -> Bool { text.allSatisfy(StrokeFont.draws) }

  /// Colours as display code values of BT.709, 0…1.
  private static let orange = (1.0, 0.55, 0.0)
  private static let black = (0.0, 0.0, 0.0)
  private static let ground = (0.09, 0.09, 0.1)
  private static let ink = (0.92, 0.92, 0.92)

  /// Draws the slate over all of a picture.
  ///
  /// - Parameter view: four planes of 32-bit floats: green, blue, red, alpha.
  /// - Precondition: the format is so.
  public func draw(into view: MutablePictureView) {
    precondition(view.format.isFloat && view.planes.count == 4, "a slate is drawn in floats")
    drawGround(view)
    let (width, height) = (Double(view.raster.width), Double(view.raster.height))
    let border = Self.border(view.raster)
    let room = (width: width - 4 * border, height: height - 4 * border)
    guard room.width > 0, room.height > 0, !lines.isEmpty else { return }
    // The heading is twice as large as the rest, and all fits.
    let sizes = lines.indices.map { $0 == 0 ? 2.0 : 1.0 }
    let tall = room.height / (sizes.reduce(0, +) * StrokeFont.leading)
    let large = height / 140
    var top = 2 * border
    let units = sizes.map { $0 * min(tall, large) }
    top += (room.height - zip(units, sizes).reduce(0) { $0 + $1.0 * StrokeFont.leading }) / 2
    for (index, line) in lines.enumerated() {
      let wide = StrokeFont.width(of: line)
      let unit = min(units[index], wide > 0 ? room.width / wide : units[index])
      let middle = top + units[index] * StrokeFont.leading / 2
      draw(
        line, x: (width - wide * unit) / 2, y: middle - StrokeFont.height * unit / 2, unit: unit,
        index == 0 ? Self.orange : Self.ink, view)
      top += units[index] * StrokeFont.leading
    }
  }

  /// Pixels of the stripes on each side.
  private static func border(_ raster: Raster) -> Double { Double(min(raster.width, raster.height)) * 0.05 }

  private func drawGround(_ view: MutablePictureView) {
    let (width, height) = (view.raster.width, view.raster.height)
    let border = Int(Self.border(view.raster))
    let stripe = max(1, border)
    for y in 0..<height {
      for x in 0..<width {
        let isInside = x >= border && x < width - border && y >= border && y < height - border
        let color = isInside ? Self.ground : (x + y) / stripe % 2 == 0 ? Self.orange : Self.black
        Self.put(color, 1, x, y, view)
      }
    }
  }

  // MARK: Text

  private func draw(
    _ text: String, x: Double, y: Double, unit: Double, _ color: (Double, Double, Double), _ view: MutablePictureView
  ) {
    var left = x
    let radius = max(0.5, unit * 0.45)
    for glyph in StrokeFont.glyphs(of: text) {
      let strokes = glyph.strokes.map { stroke in
        stroke.map { StrokeFont.Point(x: left + $0.x * unit, y: y + $0.y * unit) }
      }
      draw(strokes, radius: radius, color, view)
      left += glyph.advance * unit
    }
  }

  /// Lines of a width, by how much of each pixel lies within it.
  private func draw(
    _ strokes: [[StrokeFont.Point]], radius: Double, _ color: (Double, Double, Double), _ view: MutablePictureView
  ) {
    let points = strokes.flatMap { $0 }
    guard let first = points.first else { return }
    let box = points.reduce((first.x, first.y, first.x, first.y)) {
      (min($0.0, $1.x), min($0.1, $1.y), max($0.2, $1.x), max($0.3, $1.y))
    }
    let columns = max(0, Int(box.0 - radius - 1))...max(0, Int(box.2 + radius + 1))
    let rows = max(0, Int(box.1 - radius - 1))...max(0, Int(box.3 + radius + 1))
    let segments = strokes.flatMap { stroke in zip(stroke, stroke.dropFirst()) }
    for row in rows where row < view.raster.height {
      for column in columns where column < view.raster.width {
        let (x, y) = (Double(column) + 0.5, Double(row) + 0.5)
        var nearest = Double.infinity
        for (a, b) in segments { nearest = min(nearest, Self.squaredDistance(x, y, a, b)) }
        let coverage = min(max(radius + 0.5 - nearest.squareRoot(), 0), 1)
        if coverage > 0 { Self.put(color, coverage, column, row, view) }
      }
    }
  }

  private static func squaredDistance(
    _ x: Double, _ y: Double, _ a: StrokeFont.Point, _ b: StrokeFont.Point
  ) -> Double {
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    let length = dx * dx + dy * dy
    let along = length == 0 ? 0 : min(max(((x - a.x) * dx + (y - a.y) * dy) / length, 0), 1)
    let (ex, ey) = (x - (a.x + along * dx), y - (a.y + along * dy))
    return ex * ex + ey * ey
  }

  /// Lays a colour over a pixel, whose alpha becomes 1.
  private static func put(
    _ color: (Double, Double, Double), _ coverage: Double, _ x: Int, _ y: Int, _ view: MutablePictureView
  ) {
    // Planes lie G, B, R, A.
    for (plane, value) in [color.1, color.2, color.0].enumerated() {
      let at = view.planes[plane].base + y * view.planes[plane].stride + x * 4
      let below = coverage < 1 ? Double(at.load(as: Float.self)) : 0
      at.storeBytes(of: Float(below + (value - below) * coverage), as: Float.self)
    }
    (view.planes[3].base + y * view.planes[3].stride + x * 4).storeBytes(of: 1, as: Float.self)
  }
}

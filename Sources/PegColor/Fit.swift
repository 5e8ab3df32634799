import PegCore

/// How a picture lies in a raster of another size.
public enum Fit: String, Hashable, Sendable, CaseIterable {
  /// The whole picture, as large as fits, centred.
  case fit
  /// The whole raster covered, centred, the rest cut off.
  case fill
  /// Both edges of the raster, whatever the shape.
  case stretch
  /// Pixel for pixel, centred; pixel aspects are left out of account.
  case none
}

/// Where a picture lies in a raster, exactly, in raster pixels.
///
/// Centred to the fraction of a pixel where it is scaled, and on whole pixels (towards the top left) where it is not, so that
/// nothing is softened for half a pixel's sake. Sizes of pictures are whole numbers, so their shape is known no better than
/// to a pixel: where the picture misses an edge of the raster by less than one of its own pixels, it is taken to reach it
/// (854x480 fills 1920x1080).
struct PlacedPicture: Hashable, Sendable {
  struct Span: Hashable, Sendable {
    var start: Rational
    var length: Rational
    var end: Rational { start + length }
  }

  let source: Raster
  let raster: Raster
  let x: Span
  let y: Span

  /// Throws bad input for a pixel aspect that is not above 0.
  init(_ source: Raster, pixelAspect: Rational, in raster: Raster, rasterPixelAspect: Rational, fit: Fit)
    throws(PegError)
  {
    for aspect in [pixelAspect, rasterPixelAspect] where aspect < Rational(1, 100) || aspect > 100 {
      throw PegError(.badInput, "cannot place a picture with pixels of \(aspect): the aspect must lie in 1/100…100")
    }
    self.source = source
    self.raster = raster
    let (width, height) = Self.size(source, pixelAspect / rasterPixelAspect, in: raster, fit)
    let isUnscaled = width == Rational(source.width) && height == Rational(source.height)
    func centred(_ length: Rational, _ edge: Int) -> Span {
      let start = (Rational(edge) - length) / 2
      return Span(start: isUnscaled ? Rational(start.floor) : start, length: length)
    }
    x = centred(width, raster.width)
    y = centred(height, raster.height)
  }

  private static func size(
    _ source: Raster, _ aspect: Rational, in raster: Raster, _ fit: Fit
  ) -> (width: Rational, height: Rational) {
    let (edgeX, edgeY) = (Rational(raster.width), Rational(raster.height))
    let (shapeX, shapeY) = (Rational(source.width) * aspect, Rational(source.height))
    switch fit {
    case .none: return (Rational(source.width), Rational(source.height))
    case .stretch: return (edgeX, edgeY)
    case .fit, .fill:
      let (scaleX, scaleY) = (edgeX / shapeX, edgeY / shapeY)
      let scale = (scaleX < scaleY) == (fit == .fit) ? scaleX : scaleY
      return (
        snapped(shapeX * scale, to: edgeX, pixels: source.width),
        snapped(shapeY * scale, to: edgeY, pixels: source.height)
      )
    }
  }

  private static func snapped(_ length: Rational, to edge: Rational, pixels: Int) -> Rational {
    let missing = (edge - length).magnitude
    if missing * Rational(pixels) < length { return edge }
    return length < 1 ? 1 : length
  }

  /// Whether each pixel of the picture is one of the raster, on whole pixels.
  var isUnscaled: Bool {
    x.length == Rational(source.width) && y.length == Rational(source.height) && x.start.isWhole && y.start.isWhole
  }

  /// Columns of the raster that the picture touches.
  var columns: Range<Int> { Self.touched(x, raster.width) }
  /// Rows of the raster that the picture touches.
  var rows: Range<Int> { Self.touched(y, raster.height) }

  private static func touched(_ span: Span, _ edge: Int) -> Range<Int> {
    let start = min(max(span.start.floor, 0), edge)
    return start..<max(start, min(span.end.ceil, edge))
  }

  /// How much of each touched column the picture covers, 0…1.
  var columnCoverage: [Float] { columns.map { Self.coverage(x, $0) } }
  /// How much of each touched row.
  var rowCoverage: [Float] { rows.map { Self.coverage(y, $0) } }

  private static func coverage(_ span: Span, _ pixel: Int) -> Float {
    let start = max(span.start, Rational(pixel))
    let end = min(span.end, Rational(pixel + 1))
    return end > start ? Float((end - start).double) : 0
  }

  /// Whether every pixel of the raster is wholly covered.
  var coversRaster: Bool {
    x.start <= 0 && y.start <= 0 && x.end >= Rational(raster.width) && y.end >= Rational(raster.height)
  }

  /// What the touched part of the raster shows of the source, in source pixels.
  var region: (left: Double, top: Double, width: Double, height: Double) {
    func part(_ span: Span, _ range: Range<Int>, _ pixels: Int) -> (Double, Double) {
      let perPixel = Rational(pixels) / span.length
      return (
        ((Rational(range.lowerBound) - span.start) * perPixel).double, (Rational(range.count) * perPixel).double
      )
    }
    let (left, width) = part(x, columns, source.width)
    let (top, height) = part(y, rows, source.height)
    return (left, top, width, height)
  }
}

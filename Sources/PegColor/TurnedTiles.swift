import PegCore
import PegKernels

/// A picture of its own size that is turned: what the raster shows of it is kept as interleaved floats, and each pixel is
/// filtered along the picture's own axes.
///
/// Where the picture ends inside the raster its edge is as wide as a pixel.
final class TurnedTiles: TileSource {
  private let source: any TileSource
  private let size: Raster
  private let map: Map
  private let filter: FilterTable
  private let program: TileProgram
  private let kernels: Kernels
  /// What of the picture is kept, in its own pixels; it may reach past its edges.
  private let region: (x: Range<Int>, y: Range<Int>)
  private var picture: FloatBuffer?
  private let coversRaster: Bool
  let isOpaque: Bool

  /// From the centres of raster pixels to picture coordinates: u = u0 + x · ux + y · uy, and v.
  private struct Map {
    let origin: (u: Double, v: Double)
    let x: (u: Double, v: Double)
    let y: (u: Double, v: Double)
    /// Raster pixels that one of the picture's takes along each of its axes.
    let scale: (u: Double, v: Double)

    init(_ pose: PicturePose, pixelAspect: Double) {
      let (cos, sin) = Turn.direction(degrees: pose.rotation)
      let (sx, sy) = (pose.scale.x, pose.scale.y)
      // Turned where pixels are square.
      x = (cos / sx, -(sin * pixelAspect) / sy)
      y = (sin / (pixelAspect * sx), cos / sy)
      let from = (x: 0.5 - pose.position.x, y: 0.5 - pose.position.y)
      origin = (
        pose.anchor.x + (from.x * x.u + from.y * y.u), pose.anchor.y + (from.x * x.v + from.y * y.v)
      )
      let along = (cos * cos + pixelAspect * pixelAspect * (sin * sin)).squareRoot()
      let across = (cos * cos + sin * sin / (pixelAspect * pixelAspect)).squareRoot()
      scale = (abs(sx) * along, abs(sy) * across)
    }

    func at(_ column: Int, _ row: Int) -> (u: Double, v: Double) {
      (
        origin.u + Double(column) * x.u + Double(row) * y.u, origin.v + Double(column) * x.v + Double(row) * y.v
      )
    }
  }

  /// - Parameters:
  ///   - size: of the picture that `source` gives.
  ///   - raster: in which it lies; `pixelAspect`: width of its pixels divided by their height.
  init(
    _ source: any TileSource, size: Raster, pose: PicturePose, raster: Raster, pixelAspect: Double,
    program: ColorProgram, kernels: Kernels
  ) {
    precondition(pose.scale.x != 0 && pose.scale.y != 0)
    self.source = source
    self.size = size
    self.program = TileProgram(program, kernels)
    self.kernels = kernels
    let map = Map(pose, pixelAspect: pixelAspect)
    self.map = map
    let filter = pose.filter.table
    self.filter = filter
    let corners = [(0, 0), (raster.width - 1, 0), (0, raster.height - 1), (raster.width - 1, raster.height - 1)]
      .map { map.at($0.0, $0.1) }
    func range(_ values: [Double], _ length: Int, _ scale: Double) -> Range<Int> {
      let edge = 0.5 / scale
      let low = max(values.min() ?? 0, -edge)
      let high = min(values.max() ?? 0, Double(length) + edge)
      let reach = Double(filter.radius) / min(1, scale) + 1.5
      let begin = Int((low - reach).rounded(.down))
      return begin..<max(begin, Int((high + reach).rounded(.up)) + 1)
    }
    region = (range(corners.map(\.u), size.width, map.scale.u), range(corners.map(\.v), size.height, map.scale.v))
    coversRaster = corners.allSatisfy { corner in
      let (u, v) = (corner.u * map.scale.u, corner.v * map.scale.v)
      return u >= 0.5 && v >= 0.5 && u <= Double(size.width) * map.scale.u - 0.5
        && v <= Double(size.height) * map.scale.v - 0.5
    }
    isOpaque = source.isOpaque && coversRaster
  }

  func fill(_ tile: Tile, row: Int, columns: Range<Int>) {
    for part in [tile.r, tile.g, tile.b, tile.a] { kernels.fill(part, with: 0, count: columns.count) }
    let visible = visible(row, columns)
    guard !visible.isEmpty else { return }
    let part = tile.advanced(by: visible.lowerBound - columns.lowerBound)
    let start = map.at(visible.lowerBound, row)
    let rows = (part.r, part.g, part.b, part.a)
    kernels.turn(
      pixels, stride: region.x.count * 4, filter,
      TurnedRow(
        u: start.u - 0.5 - Double(region.x.lowerBound), v: start.v - 0.5 - Double(region.y.lowerBound), du: map.x.u,
        dv: map.x.v, step: (min(1, map.scale.u), min(1, map.scale.v))), into: rows, count: visible.count)
    kernels.settle(part.r, part.g, part.b, alpha: part.a, count: visible.count)
    if coversRaster {
      if source.isOpaque { kernels.fill(part.a, with: 1, count: visible.count) }
    } else {
      cover(part, row, visible)
    }
    program.apply(to: tile, count: columns.count, isOpaque ? .straight : .premultiplied)
  }

  // MARK: Edges

  /// How much of a pixel the picture covers along an axis, from its distances to both edges in raster pixels.
  private func share(_ at: Double, _ length: Int, _ scale: Double) -> Double {
    func held(_ distance: Double) -> Double { min(max(distance + 0.5, 0), 1) }
    return max(0, held(at * scale) + held((Double(length) - at) * scale) - 1)
  }

  private func coverage(_ column: Int, _ row: Int) -> Double {
    let at = map.at(column, row)
    return share(at.u, size.width, map.scale.u) * share(at.v, size.height, map.scale.v)
  }

  /// The columns of a row that the picture touches: one run, for it has no dents.
  private func visible(_ row: Int, _ columns: Range<Int>) -> Range<Int> {
    if coversRaster { return columns }
    guard let first = columns.first(where: { coverage($0, row) > 0 }),
      let last = columns.last(where: { coverage($0, row) > 0 })
    else { return columns.lowerBound..<columns.lowerBound }
    return first..<last + 1
  }

  private func cover(_ tile: Tile, _ row: Int, _ columns: Range<Int>) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: columns.count) { weights in
      guard let base = weights.baseAddress else { return }
      for (index, column) in columns.enumerated() { base[index] = Float(coverage(column, row)) }
      for part in [tile.r, tile.g, tile.b, tile.a] {
        kernels.cover(part, columns: base, weight: 1, count: columns.count)
      }
    }
  }

  // MARK: The picture

  /// The region, four floats a pixel; past the picture's edges lie its edge pixels again.
  private var pixels: FloatRow {
    if let picture { return picture.base }
    let width = region.x.count
    let made = FloatBuffer(max(width * region.y.count * 4, 4))
    let memory = TileMemory()
    let inside = (
      x: region.x.clamped(to: 0..<size.width), y: region.y.clamped(to: 0..<size.height)
    )
    func line(_ row: Int) -> FloatRow { made.base + (row - region.y.lowerBound) * width * 4 }
    for row in inside.y {
      let target = line(row) - region.x.lowerBound * 4
      for columns in Tile.runs(inside.x) {
        source.fill(memory.tile, row: row, columns: columns)
        kernels.interleave(
          (memory.tile.r, memory.tile.g, memory.tile.b, memory.tile.a), into: target + columns.lowerBound * 4,
          count: columns.count)
      }
      guard !inside.x.isEmpty else { continue }
      for column in region.x.lowerBound..<inside.x.lowerBound {
        (target + column * 4).update(from: target + inside.x.lowerBound * 4, count: 4)
      }
      for column in inside.x.upperBound..<max(inside.x.upperBound, region.x.upperBound) {
        (target + column * 4).update(from: target + (inside.x.upperBound - 1) * 4, count: 4)
      }
    }
    if let first = inside.y.first, let last = inside.y.last {
      for row in region.y.lowerBound..<first { line(row).update(from: line(first), count: width * 4) }
      for row in last + 1..<max(last + 1, region.y.upperBound) {
        line(row).update(from: line(last), count: width * 4)
      }
    }
    picture = made
    return made.base
  }
}

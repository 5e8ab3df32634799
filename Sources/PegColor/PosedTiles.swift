import PegCore
import PegKernels

/// A picture of its own size under an upright pose: rows of it are filtered down, then across, a few of them at a time.
///
/// A move by whole pixels copies samples. Where the picture ends inside the raster its edge is as wide as a pixel.
final class PosedTiles: TileSource {
  private let source: any TileSource
  private let down: AxisFilter
  private let across: AxisFilter
  private let coversRaster: Bool
  private let width: Int
  private let program: TileProgram
  private let kernels: Kernels
  /// Samples of a row that the raster shows.
  private let samples: Range<Int>
  // Rows of the picture in a ring, then one row filtered down, then one row of the raster: R, G, B, A each.
  private let memory: FloatBuffer
  private let stride: Int
  private let capacity: Int
  private var held: [Int]
  private let line: FloatBuffer
  private let lineStride: Int
  private let scratch = TileMemory()
  private var prepared = -1
  let isOpaque: Bool

  /// - Parameters:
  ///   - size: of the picture that `source` gives.
  ///   - raster: in which it lies.
  init(
    _ source: any TileSource, size: Raster, pose: PicturePose, raster: Raster, program: ColorProgram, kernels: Kernels
  ) {
    precondition(pose.isUpright && pose.scale.x != 0 && pose.scale.y != 0)
    self.source = source
    self.program = TileProgram(program, kernels)
    self.kernels = kernels
    width = raster.width
    across = AxisFilter(pose.axis(\.x), length: size.width, edge: raster.width, filter: pose.filter)
    down = AxisFilter(pose.axis(\.y), length: size.height, edge: raster.height, filter: pose.filter)
    samples = across.samples
    capacity = down.taps
    held = Array(repeating: -1, count: capacity)
    stride = FloatBuffer.stride(samples.count)
    memory = FloatBuffer((capacity + 1) * 4 * stride)
    lineStride = FloatBuffer.stride(raster.width)
    line = FloatBuffer(4 * lineStride)
    coversRaster =
      across.coverage.count == raster.width && down.coverage.count == raster.height
      && (across.coverage + down.coverage).allSatisfy { $0 == 1 }
    isOpaque = source.isOpaque && coversRaster
  }

  func fill(_ tile: Tile, row: Int, columns: Range<Int>) {
    if prepared != row {
      prepared = row
      prepare(row)
    }
    for (component, target) in [tile.r, tile.g, tile.b, tile.a].enumerated() {
      target.update(from: line.base + component * lineStride + columns.lowerBound, count: columns.count)
    }
    if isOpaque { kernels.fill(tile.a, with: 1, count: columns.count) }
    program.apply(to: tile, count: columns.count, isOpaque ? .straight : .premultiplied)
  }

  private func slot(_ slot: Int, _ component: Int) -> FloatRow { memory.base + (slot * 4 + component) * stride }

  /// Row `row` of the picture, from column `samples.lowerBound` on.
  private func rows(_ row: Int) -> Int {
    let at = row % capacity
    guard held[at] != row else { return at }
    held[at] = row
    for columns in Tile.runs(samples) {
      source.fill(scratch.tile, row: row, columns: columns)
      for (component, part) in [scratch.tile.r, scratch.tile.g, scratch.tile.b, scratch.tile.a].enumerated() {
        (slot(at, component) + columns.lowerBound - samples.lowerBound).update(from: part, count: columns.count)
      }
    }
    return at
  }

  private func prepare(_ row: Int) {
    let targets = (0..<4).map { line.base + $0 * lineStride }
    guard down.pixels.contains(row), !across.pixels.isEmpty else {
      for target in targets { kernels.fill(target, with: 0, count: width) }
      return
    }
    let index = row - down.pixels.lowerBound
    let (first, weights) = down.taps(at: index)
    let slots = (first..<first + weights.count).map(rows)
    let begin = across.pixels.lowerBound
    for (component, target) in targets.enumerated() {
      var mixed = slot(slots[0], component)
      if weights != [1] {
        mixed = slot(capacity, component)
        kernels.blendRows(slots.map { slot($0, component) }, weights, into: mixed, count: samples.count)
      }
      kernels.fill(target, with: 0, count: begin)
      kernels.fill(target + across.pixels.upperBound, with: 0, count: width - across.pixels.upperBound)
      if let shift = across.shift {
        (target + begin).update(from: mixed + (begin + shift - samples.lowerBound), count: across.pixels.count)
      } else {
        kernels.gather(
          mixed - samples.lowerBound, first: across.first, weights: across.weights, taps: across.taps,
          into: target + begin)
      }
    }
    let parts = targets.map { $0 + begin }
    let count = across.pixels.count
    if weights != [1] || across.shift == nil {
      kernels.settle(parts[0], parts[1], parts[2], alpha: parts[3], count: count)
    }
    guard !coversRaster else { return }
    across.coverage.withUnsafeBufferPointer { coverage in
      guard let base = coverage.baseAddress else { return }
      for part in parts { kernels.cover(part, columns: base, weight: down.coverage[index], count: count) }
    }
  }
}

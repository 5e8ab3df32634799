import PegCore
import PegKernels

/// Means of blocks of a picture's pixels: the first step where a picture shrinks a lot, so that no filter has to reach over
/// hundreds of samples. Blocks at the far edges are cut off with the picture.
final class ReducedTiles: TileSource {
  private let source: any TileSource
  private let size: Raster
  private let factor: (x: Int, y: Int)
  private let memory = TileMemory()
  var isOpaque: Bool { source.isOpaque }

  init(_ source: any TileSource, size: Raster, factor: (x: Int, y: Int)) {
    (self.source, self.size, self.factor) = (source, size, factor)
  }

  /// Of the reduced picture.
  var reduced: Raster {
    Raster((size.width + factor.x - 1) / factor.x, (size.height + factor.y - 1) / factor.y)
  }

  func fill(_ tile: Tile, row: Int, columns: Range<Int>) {
    let rows = row * factor.y..<min((row + 1) * factor.y, size.height)
    let targets = [tile.r, tile.g, tile.b, tile.a]
    for target in targets { target.update(repeating: 0, count: columns.count) }
    for line in rows {
      for samples in Tile.runs(columns.lowerBound * factor.x..<min(columns.upperBound * factor.x, size.width)) {
        source.fill(memory.tile, row: line, columns: samples)
        for (target, part) in zip(targets, [memory.tile.r, memory.tile.g, memory.tile.b, memory.tile.a]) {
          for sample in samples { target[sample / factor.x - columns.lowerBound] += part[sample - samples.lowerBound] }
        }
      }
    }
    for column in columns {
      let width = min((column + 1) * factor.x, size.width) - column * factor.x
      let share = 1 / Float(width * rows.count)
      for target in targets { target[column - columns.lowerBound] *= share }
    }
  }
}

/// A picture of its own size in a raster.
enum PosedPicture {
  /// The picture that `source` gives under a pose, as tiles of the raster; `pixelAspect` is the raster's.
  static func tiles(
    _ source: any TileSource, size: Raster, pose: PicturePose, raster: Raster, pixelAspect: Double,
    program: ColorProgram, kernels: Kernels
  ) -> any TileSource {
    if pose.vanishes(size) { return SolidTiles([0, 0, 0, 0], kernels: kernels) }
    if pose.isUpright {
      return PosedTiles(source, size: size, pose: pose, raster: raster, program: program, kernels: kernels)
    }
    var (source, size, pose) = (source, size, pose)
    // What is left to the filter shrinks by 8 to 16.
    let factor = (x: Int(max(1, 1 / (8 * abs(pose.scale.x)))), y: Int(max(1, 1 / (8 * abs(pose.scale.y)))))
    if factor.x > 1 || factor.y > 1 {
      let reduced = ReducedTiles(source, size: size, factor: factor)
      (source, size) = (reduced, reduced.reduced)
      pose.scale = .init(pose.scale.x * Double(factor.x), pose.scale.y * Double(factor.y))
      pose.anchor = .init(pose.anchor.x / Double(factor.x), pose.anchor.y / Double(factor.y))
    }
    return TurnedTiles(
      source, size: size, pose: pose, raster: raster, pixelAspect: pixelAspect, program: program, kernels: kernels)
  }
}

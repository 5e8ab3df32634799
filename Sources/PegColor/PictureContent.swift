public import PegCore
import PegKernels

/// What a picture of the raster is made of: evaluated tile by tile, so that nothing between a decoded frame and an encoder's
/// input is ever a whole picture of floats, unless it has to change its size.
///
/// Views are borrowed: they must outlive the call that they are handed to.
public indirect enum PictureContent {
  /// A picture as its decoder gave it, whose conformer is ``LayerConformer/isDirect``.
  case source(PictureView, LayerConformer)
  /// Working floats of the raster; `isOpaque` when alpha is 1 everywhere.
  case working(PictureView, isOpaque: Bool)
  /// Straight colour in working code values, and alpha in 0…1.
  case solid(red: Float, green: Float, blue: Float, alpha: Float)
  /// Bottom first; none is transparent.
  case stack([PictureLayer])
  /// A picture of its own size under a pose; `pixelAspect` is the width of a raster pixel divided by its height.
  case posed(PictureLayer, size: Raster, pose: PicturePose, pixelAspect: Double)
  /// from · (1 − weight) + to · weight on associated colour; `nil` is transparent; weight in 0…1.
  case mix(from: PictureLayer?, to: PictureLayer?, weight: Float)
}

/// One layer: content, graded, then laid over what is below it.
public struct PictureLayer {
  public var content: PictureContent
  /// Runs on colour that is not multiplied by alpha, in the working space.
  public var grade: ColorProgram
  /// 0…1.
  public var opacity: Float
  public var blend: LayerBlend

  public init(
    _ content: PictureContent, grade: ColorProgram = ColorProgram(), opacity: Float = 1, blend: LayerBlend = .over
  ) {
    self.content = content
    self.grade = grade
    self.opacity = opacity
    self.blend = blend
  }

  /// Whether it lies in its stack as it is: alone there, a blend has nothing to act on, and a matte nothing to show.
  private var isPlain: Bool { opacity == 1 && !blend.isMatte }

  func tiles(_ raster: Raster, _ kernels: Kernels) -> any TileSource {
    switch content {
    case .source(let view, let conformer): return conformer.tiles(view, grade: grade)
    case .working(let view, let isOpaque):
      precondition(view.raster == raster && view.format == .workingFloat, "a working picture has the cut's raster")
      return WorkingTiles(view, program: grade, isOpaque: isOpaque, kernels: kernels)
    case .solid(let red, let green, let blue, let alpha):
      var color = (red, green, blue)
      if !grade.isIdentity { color = grade.applied(to: color) }
      return SolidTiles([color.0 * alpha, color.1 * alpha, color.2 * alpha, alpha], kernels: kernels)
    case .stack(let layers):
      if layers.count == 1, grade.isIdentity, layers[0].isPlain { return layers[0].tiles(raster, kernels) }
      return StackTiles(
        layers.map { .init(source: $0.tiles(raster, kernels), opacity: $0.opacity, blend: $0.blend) }, program: grade,
        kernels: kernels)
    case .posed(let layer, let size, let pose, let pixelAspect):
      return PosedPicture.tiles(
        PictureLayer(.stack([layer])).tiles(size, kernels), size: size, pose: pose, raster: raster,
        pixelAspect: pixelAspect, program: grade, kernels: kernels)
    case .mix(let from, let to, let weight):
      func side(_ layer: PictureLayer?) -> (any TileSource)? {
        layer.map { PictureLayer(.stack([$0])).tiles(raster, kernels) }
      }
      return MixTiles(side(from), side(to), weight: weight, program: grade, kernels: kernels)
    }
  }

  /// The source, its conformer and its whole grade, where there is nothing but one source.
  var onlySource: (view: PictureView, conformer: LayerConformer, grade: ColorProgram)? {
    switch content {
    case .source(let view, let conformer): return (view, conformer, grade)
    case .stack(let layers) where layers.count == 1 && layers[0].isPlain:
      guard let inner = layers[0].onlySource, inner.conformer.isOpaque || grade.isIdentity else { return nil }
      return (inner.view, inner.conformer, inner.grade + grade)
    default: return nil
    }
  }

  /// Writes the whole raster as working floats.
  public func render(into target: MutablePictureView) {
    precondition(target.format == .workingFloat, "layers are rendered as working floats")
    let source = tiles(target.raster, .best)
    let memory = TileMemory()
    for row in 0..<target.raster.height {
      for columns in Tile.runs(0..<target.raster.width) {
        source.fill(memory.tile, row: row, columns: columns)
        // Planes lie G, B, R, A.
        for (plane, part) in [memory.tile.g, memory.tile.b, memory.tile.r, memory.tile.a].enumerated() {
          let line = target.planes[plane].base + row * target.planes[plane].stride
          (line.assumingMemoryBound(to: Float.self) + columns.lowerBound).update(from: part, count: columns.count)
        }
      }
    }
  }
}

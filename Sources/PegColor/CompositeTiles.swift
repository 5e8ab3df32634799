import PegCore
import PegKernels

/// A picture of working floats, graded on the way.
final class WorkingTiles: TileSource {
  private let view: PictureView
  private let program: TileProgram
  private let kernels: Kernels
  let isOpaque: Bool

  init(_ view: PictureView, program: ColorProgram, isOpaque: Bool, kernels: Kernels) {
    self.view = view
    self.program = TileProgram(program, kernels)
    self.isOpaque = isOpaque
    self.kernels = kernels
  }

  func fill(_ tile: Tile, row: Int, columns: Range<Int>) {
    // Planes lie G, B, R, A.
    for (plane, target) in [tile.g, tile.b, tile.r, tile.a].enumerated() {
      let line = view.planes[plane].base + row * view.planes[plane].stride
      target.update(
        from: line.assumingMemoryBound(to: Float.self) + columns.lowerBound, count: columns.count)
    }
    program.apply(to: tile, count: columns.count, isOpaque ? .straight : .premultiplied)
  }
}

/// One colour all over.
final class SolidTiles: TileSource {
  private let color: [Float]
  private let kernels: Kernels
  var isOpaque: Bool { color[3] == 1 }

  /// - Parameter color: associated red, green, blue, and alpha.
  init(_ color: [Float], kernels: Kernels) {
    self.color = color
    self.kernels = kernels
  }

  func fill(_ tile: Tile, row: Int, columns: Range<Int>) {
    kernels.fill(tile.r, with: color[0], count: columns.count)
    kernels.fill(tile.g, with: color[1], count: columns.count)
    kernels.fill(tile.b, with: color[2], count: columns.count)
    kernels.fill(tile.a, with: color[3], count: columns.count)
  }
}

/// Layers over one another, bottom first; graded as one when all are laid down.
final class StackTiles: TileSource {
  struct Layer {
    let source: any TileSource
    let opacity: Float
    let blend: LayerBlend

    /// Whether nothing below it is seen.
    var hides: Bool { blend == .over && isOpaque }
    var isOpaque: Bool { source.isOpaque && opacity == 1 }
  }

  private let layers: [Layer]
  private let program: TileProgram
  private let kernels: Kernels
  private let scratch = TileMemory()
  let isOpaque: Bool

  init(_ layers: [Layer], program: ColorProgram, kernels: Kernels) {
    // What an opaque layer hides is not made.
    let first = layers.lastIndex { $0.hides } ?? 0
    self.layers = Array(layers[first...])
    self.program = TileProgram(program, kernels)
    self.kernels = kernels
    // Whatever the blend, two alphas become their union; a matte takes away.
    isOpaque = self.layers.reduce(false) { opaque, layer in
      layer.blend.isMatte ? false : opaque || layer.isOpaque
    }
  }

  func fill(_ tile: Tile, row: Int, columns: Range<Int>) {
    let count = columns.count
    var rest = layers[...]
    // On nothing, every blend is the layer itself.
    if let bottom = layers.first, bottom.opacity == 1, !bottom.blend.isMatte {
      bottom.source.fill(tile, row: row, columns: columns)
      rest = rest.dropFirst()
    } else {
      for part in [tile.r, tile.g, tile.b, tile.a] { kernels.fill(part, with: 0, count: count) }
    }
    let (over, below) = (scratch.tile.rows, tile.rows)
    for layer in rest {
      layer.source.fill(scratch.tile, row: row, columns: columns)
      switch layer.blend {
      case .over: kernels.over(over, onto: below, opacity: layer.opacity, count: count)
      case .blend(let kernel): kernels.blend(over, onto: below, by: kernel, opacity: layer.opacity, count: count)
      case .matte(let weights, let isInverted):
        kernels.matte(
          over, onto: below, weights: weights, inverted: isInverted, opacity: layer.opacity, count: count)
      }
    }
    program.apply(to: tile, count: count, isOpaque ? .straight : .premultiplied)
  }
}

/// A dissolve: from · (1 − weight) + to · weight on associated colour and alpha; `nil` is transparent.
final class MixTiles: TileSource {
  private let from: (any TileSource)?
  private let to: (any TileSource)?
  private let weight: Float
  private let program: TileProgram
  private let kernels: Kernels
  private let scratch = TileMemory()
  let isOpaque: Bool

  init(
    _ from: (any TileSource)?, _ to: (any TileSource)?, weight: Float, program: ColorProgram, kernels: Kernels
  ) {
    self.from = from
    self.to = to
    self.weight = weight
    self.program = TileProgram(program, kernels)
    self.kernels = kernels
    isOpaque = from?.isOpaque == true && to?.isOpaque == true
  }

  func fill(_ tile: Tile, row: Int, columns: Range<Int>) {
    let count = columns.count
    func rows(_ tile: Tile) -> [FloatRow] { [tile.r, tile.g, tile.b, tile.a] }
    switch (from, to) {
    case (let from?, let to?):
      from.fill(tile, row: row, columns: columns)
      to.fill(scratch.tile, row: row, columns: columns)
      for (a, b) in zip(rows(tile), rows(scratch.tile)) {
        kernels.mix(a, 1 - weight, b, weight, into: a, count: count)
      }
      // 1 − w + w is not 1 for every w in float32.
      if isOpaque { kernels.fill(tile.a, with: 1, count: count) }
    case (let only?, nil), (nil, let only?):
      let share = from == nil ? weight : 1 - weight
      only.fill(tile, row: row, columns: columns)
      for row in rows(tile) { kernels.scale(row, by: share, into: row, count: count) }
    case (nil, nil): for row in rows(tile) { kernels.fill(row, with: 0, count: count) }
    }
    program.apply(to: tile, count: count, isOpaque ? .straight : .premultiplied)
  }
}

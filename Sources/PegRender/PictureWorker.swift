import PegColor
import PegCore
import PegMedia
import PegPlan

/// Turns recipes into pictures at the cut's raster; one for each lane.
final class PictureWorker {
  private let readers: LaneReaders
  private let shelf: SourceShelf
  private let pool: FramePool
  private let cache: LayerCache
  private var conformers: [(key: ConformerKey, conformer: LayerConformer)] = []
  private static let conformersAtMost = 12

  private struct ConformerKey: Hashable {
    let shape: PictureShape
    let pixelAspect: Rational
    let view: String?
    let raster: Raster
    let rasterPixelAspect: Rational
    let fit: Fit
  }

  init(shelf: SourceShelf, pool: FramePool, cache: LayerCache) {
    self.shelf = shelf
    self.pool = pool
    self.cache = cache
    readers = LaneReaders(shelf: shelf, pool: pool)
  }

  /// The source picture that a recipe shows as it is, if that is all the recipe does.
  func untouched(_ recipe: PictureRecipe) throws -> Frame? {
    guard recipe.layers.count == 1, let layer = recipe.layers.first, layer.opacity == 1, layer.grade.isEmpty,
      layer.blend == "over", case .media(let source, let picture) = layer.content, picture >= 0
    else { return nil }
    let planned = shelf.source(source)
    guard planned.raster == recipe.raster, planned.pixelAspect == recipe.pixelAspect, planned.view == nil else {
      return nil
    }
    let frame = try readers.picture(source: source, picture: picture)
    return frame.raster == recipe.raster ? frame : nil
  }

  /// The picture of a recipe in the working format, alpha associated.
  func picture(_ recipe: PictureRecipe) throws -> Frame {
    try composed(recipe.layers, recipe, shared: recipe.layers.count > 1)
  }

  private func composed(_ layers: [LayerRecipe], _ recipe: PictureRecipe, shared: Bool) throws -> Frame {
    if layers.count == 1, let only = layers.first, only.opacity == 1 { return try content(only, recipe, shared) }
    var draft = try workingDraft(recipe.raster)
    var rest = layers[...]
    if let first = rest.first, first.opacity == 1, case .solid(let red, let green, let blue, let alpha) = first.content
    {
      draft.withMutableView {
        Composite.fill(
          $0, red: Float(red.double), green: Float(green.double), blue: Float(blue.double), alpha: Float(alpha.double))
      }
      rest = rest.dropFirst()
    } else {
      draft.withMutableView { Composite.clear($0) }
    }
    for layer in rest {
      let frame = try content(layer, recipe, shared)
      frame.withView { source in
        draft.withMutableView { Composite.over(source, onto: $0, opacity: Float(layer.opacity.double)) }
      }
    }
    return draft.freeze()
  }

  /// One layer over the whole raster, before its opacity.
  private func content(_ layer: LayerRecipe, _ recipe: PictureRecipe, _ shared: Bool) throws -> Frame {
    guard layer.grade.isEmpty else { throw PegError(.badInput, "grades cannot be rendered yet") }
    guard layer.blend == "over" else {
      throw PegError(.badInput, "the blend mode \(layer.blend) cannot be rendered yet", hint: "over can")
    }
    // Opacity is applied where the layer is laid down, so that a fade shares one conformed picture.
    var key = layer
    key.opacity = 1
    if shared, let frame = cache.frame(for: key) { return frame }
    let frame: Frame
    switch layer.content {
    case .media(let source, let picture):
      guard picture >= 0 else {
        var draft = try workingDraft(recipe.raster)
        draft.withMutableView { Composite.clear($0) }
        return draft.freeze()
      }
      frame = try conformed(source: source, picture: picture, layer.placement, recipe)
    case .solid(let red, let green, let blue, let alpha):
      var draft = try workingDraft(recipe.raster)
      draft.withMutableView {
        Composite.fill(
          $0, red: Float(red.double), green: Float(green.double), blue: Float(blue.double), alpha: Float(alpha.double))
      }
      frame = draft.freeze()
    case .group(let layers):
      frame = try composed(layers, recipe, shared: true)
    case .mix(let from, let to, let weight):
      frame = try mixed(from, to, weight, recipe)
    }
    if shared { cache.keep(frame, for: key) }
    return frame
  }

  private func mixed(
    _ from: LayerRecipe?, _ to: LayerRecipe?, _ weight: Rational, _ recipe: PictureRecipe
  ) throws -> Frame {
    let outgoing = try from.map { try composed([$0], recipe, shared: true) }
    let incoming = try to.map { try composed([$0], recipe, shared: true) }
    var draft = try workingDraft(recipe.raster)
    let amount = Float(weight.double)
    switch (outgoing, incoming) {
    case (let a?, let b?):
      a.withView { a in b.withView { b in draft.withMutableView { Composite.mix(a, b, weight: amount, into: $0) } } }
    case (let a?, nil): a.withView { a in draft.withMutableView { Composite.mix(a, nil, weight: amount, into: $0) } }
    case (nil, let b?): b.withView { b in draft.withMutableView { Composite.mix(nil, b, weight: amount, into: $0) } }
    case (nil, nil): draft.withMutableView { Composite.clear($0) }
    }
    return draft.freeze()
  }

  private func conformed(
    source index: Int, picture: Int, _ placement: Placement, _ recipe: PictureRecipe
  ) throws -> Frame {
    let frame = try readers.picture(source: index, picture: picture)
    let source = shelf.source(index)
    let conformer = try conformer(
      ConformerKey(
        shape: PictureShape(format: frame.format, raster: frame.raster, tags: frame.tags, alpha: frame.alpha),
        pixelAspect: source.pixelAspect, view: source.view, raster: recipe.raster,
        rasterPixelAspect: recipe.pixelAspect, fit: try fit(placement)))
    var draft = try workingDraft(recipe.raster)
    try frame.withView { view in try draft.withMutableView { try conformer.conform(view, into: $0) } }
    return draft.freeze()
  }

  private func fit(_ placement: Placement) throws -> Fit {
    switch placement {
    case .fit: .fit
    case .fill: .fill
    case .stretch: .stretch
    case .none: .none
    case .transform:
      throw PegError(.badInput, "placement by position, scale and rotation cannot be rendered yet")
    }
  }

  private func conformer(_ key: ConformerKey) throws -> LayerConformer {
    if let at = conformers.firstIndex(where: { $0.key == key }) {
      let entry = conformers.remove(at: at)
      conformers.append(entry)
      return entry.conformer
    }
    if conformers.count >= Self.conformersAtMost { conformers.removeFirst() }
    let conformer = try LayerConformer(
      source: key.shape, pixelAspect: key.pixelAspect, view: key.view, raster: key.raster,
      rasterPixelAspect: key.rasterPixelAspect, fit: key.fit)
    conformers.append((key, conformer))
    return conformer
  }

  private func workingDraft(_ raster: Raster) throws(MediaError) -> FrameDraft {
    try FrameDraft(
      format: .workingFloat, raster: raster,
      tags: ColorTags(primaries: .bt709, transfer: .bt709, matrix: .rgb, range: .full), alpha: .premultiplied,
      pool: pool)
  }
}

import PegColor
import PegCore
import PegMedia
import PegPlan
import PegTimeline

/// Turns recipes into pictures at the cut's raster; one for each lane.
///
/// What is decoded stays as it was decoded until it is composited, tile by tile; only a picture that changes its size becomes a
/// picture of floats first.
final class PictureWorker {
  private let readers: LaneReaders
  private let shelf: SourceShelf
  private let pool: FramePool
  private let cache: LayerCache
  private var conformers: [(key: ConformerKey, conformer: LayerConformer)] = []
  private static let conformersAtMost = 12
  private var grades: [(operations: [JSON], program: ColorProgram)] = []
  private static let gradesAtMost = 32

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
      layer.blend == .over, case .media(let source, let picture) = layer.content, picture >= 0
    else { return nil }
    if case .transform = layer.placement { return nil }
    let planned = shelf.source(source)
    guard planned.raster == recipe.raster, planned.pixelAspect == recipe.pixelAspect, planned.view == nil else {
      return nil
    }
    let frame = try readers.picture(source: source, picture: picture)
    return frame.raster == recipe.raster ? frame : nil
  }

  /// Brings the picture of a recipe into a deliverable's shape.
  func deliver(_ recipe: PictureRecipe, through conformer: OutputConformer, into draft: inout FrameDraft) throws {
    let (layer, frames) = try prepared(recipe)
    try Self.withViews(frames) { views in
      try draft.withMutableView { try conformer.deliver(layer.borrowing(views), into: $0) }
    }
  }

  // MARK: What a recipe is made of

  /// A layer whose pictures are frames that are held, by their index.
  private struct Prepared {
    indirect enum Content {
      case source(Int, LayerConformer)
      case working(Int, isOpaque: Bool)
      case solid(red: Float, green: Float, blue: Float, alpha: Float)
      case stack([Prepared])
      case mix(Prepared?, Prepared?, Float)
    }

    var content: Content
    var grade = ColorProgram()
    var opacity: Float = 1

    func borrowing(_ views: [PictureView]) -> PictureLayer {
      let content: PictureContent =
        switch self.content {
        case .source(let index, let conformer): .source(views[index], conformer)
        case .working(let index, let isOpaque): .working(views[index], isOpaque: isOpaque)
        case .solid(let red, let green, let blue, let alpha): .solid(red: red, green: green, blue: blue, alpha: alpha)
        case .stack(let layers): .stack(layers.map { $0.borrowing(views) })
        case .mix(let from, let to, let weight):
          .mix(from: from?.borrowing(views), to: to?.borrowing(views), weight: weight)
        }
      return PictureLayer(content, grade: grade, opacity: opacity)
    }
  }

  /// Lends the bytes of all frames for the length of `body`.
  private static func withViews(
    _ frames: some RandomAccessCollection<Frame>, _ views: [PictureView] = [], _ body: ([PictureView]) throws -> Void
  ) throws {
    guard let first = frames.first else { return try body(views) }
    try first.withView { try withViews(frames.dropFirst(), views + [$0], body) }
  }

  private func prepared(_ recipe: PictureRecipe) throws -> (Prepared, [Frame]) {
    var frames: [Frame] = []
    let shared = recipe.layers.count > 1
    let layers = try recipe.layers.map { try prepared($0, recipe, shared: shared, &frames) }
    return (Prepared(content: .stack(layers)), frames)
  }

  private func prepared(
    _ layer: LayerRecipe, _ recipe: PictureRecipe, shared: Bool, _ frames: inout [Frame]
  ) throws -> Prepared {
    guard layer.blend == .over else {
      throw PegError(.badInput, "the blend mode \(layer.blend.rawValue) cannot be rendered yet", hint: "over can")
    }
    var made = Prepared(content: try content(layer, recipe, shared: shared, &frames))
    made.grade = try grade(layer.grade.map(\.json))
    made.opacity = Float(layer.opacity.double)
    return made
  }

  private func content(
    _ layer: LayerRecipe, _ recipe: PictureRecipe, shared: Bool, _ frames: inout [Frame]
  ) throws -> Prepared.Content {
    switch layer.content {
    case .media(let source, let picture):
      guard picture >= 0 else { return .stack([]) }
      return try media(source, picture, layer.placement, recipe, shared: shared, &frames)
    case .solid(let red, let green, let blue, let alpha):
      return .solid(
        red: Float(red.double), green: Float(green.double), blue: Float(blue.double), alpha: Float(alpha.double))
    case .group(let layers):
      return .stack(try layers.map { try prepared($0, recipe, shared: true, &frames) })
    case .mix(let from, let to, let weight):
      return .mix(
        try from.map { try prepared($0, recipe, shared: true, &frames) },
        try to.map { try prepared($0, recipe, shared: true, &frames) }, Float(weight.double))
    }
  }

  /// A picture of a source: as it was decoded, or conformed where it changes its size.
  private func media(
    _ index: Int, _ picture: Int, _ placement: Placement, _ recipe: PictureRecipe, shared: Bool, _ frames: inout [Frame]
  ) throws -> Prepared.Content {
    // Opacity and grade are applied where the layer is laid down, so that a fade shares one picture. What is kept is what was
    // decoded, or what was conformed where that changes the size: two kinds, told apart by the opacity of their keys.
    let content = LayerContent.media(source: index, picture: picture)
    let key = LayerRecipe(content: content, placement: placement)
    let decodedKey = LayerRecipe(content: content, placement: .none, opacity: 0)
    let source = shelf.source(index)
    if shared, let conformed = cache.frame(for: key) {
      frames.append(conformed)
      return .working(frames.count - 1, isOpaque: false)
    }
    let kept = shared ? cache.frame(for: decodedKey) : nil
    let frame = try kept ?? readers.picture(source: index, picture: picture)
    let conformer = try conformer(
      ConformerKey(
        shape: PictureShape(format: frame.format, raster: frame.raster, tags: frame.tags, alpha: frame.alpha),
        pixelAspect: source.pixelAspect, view: source.view, raster: recipe.raster,
        rasterPixelAspect: recipe.pixelAspect, fit: try fit(placement)))
    if conformer.isDirect {
      if shared, kept == nil { cache.keep(frame, for: decodedKey) }
      frames.append(frame)
      return .source(frames.count - 1, conformer)
    }
    var draft = try workingDraft(recipe.raster)
    try frame.withView { view in try draft.withMutableView { try conformer.conform(view, into: $0) } }
    let conformed = draft.freeze()
    if shared { cache.keep(conformed, for: key) }
    frames.append(conformed)
    return .working(frames.count - 1, isOpaque: conformer.isOpaque)
  }

  /// The program of a grade; the same operations come again for picture after picture.
  private func grade(_ operations: [JSON]) throws -> ColorProgram {
    guard !operations.isEmpty else { return ColorProgram() }
    if let known = grades.first(where: { $0.operations == operations }) { return known.program }
    let program = try Grade.program(operations)
    if grades.count >= Self.gradesAtMost { grades.removeFirst() }
    grades.append((operations, program))
    return program
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

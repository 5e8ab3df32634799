import PegColor
import PegCore
import PegMedia
import PegPlan
import PegText
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
  private var grades: [(operations: [JSON], working: ColorSpace, program: ColorProgram)] = []
  private static let gradesAtMost = 32

  private struct ConformerKey: Hashable {
    let shape: PictureShape
    let space: String?
    let working: WorkingSpace
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
    guard planned.raster == recipe.raster, planned.pixelAspect == recipe.pixelAspect, planned.view == nil,
      planned.space == nil
    else {
      return nil
    }
    let frame = try readers.picture(source: source, picture: picture)
    return frame.raster == recipe.raster ? frame : nil
  }

  /// Brings the picture of a recipe into a deliverable's shape.
  ///
  /// - Parameter isLast: whether nobody asks again for what the recipe shows. A single picture of the deliverable's format is then
  ///   written over: the caches hold one picture instead of two.
  func deliver(_ recipe: PictureRecipe, through conformer: OutputConformer, isLast: Bool) throws -> Frame {
    var (layer, frames) = try prepared(recipe)
    if isLast, let made = try overwriting(&frames, layer, recipe, conformer) { return made }
    let shape = conformer.output
    var draft = try FrameDraft(
      format: shape.format, raster: shape.raster, tags: shape.tags, alpha: shape.alpha, pool: pool)
    try Self.withViews(frames) { views in
      try draft.withMutableView { try conformer.deliver(layer.borrowing(views), into: $0) }
    }
    return draft.freeze()
  }

  /// The picture written over the only one it is made of, or `nil`, and `frames` as they were, where that cannot be or
  /// somebody else has it.
  private func overwriting(
    _ frames: inout [Frame], _ layer: Prepared, _ recipe: PictureRecipe, _ conformer: OutputConformer
  ) throws -> Frame? {
    guard frames.count == 1, case .media(let source, _)? = recipe.layers.first?.content,
      frames[0].withView({ conformer.mayWriteOver(layer.borrowing([$0])) })
    else { return nil }
    readers.letGo(of: source)
    let (tags, alpha) = (frames[0].tags, frames[0].alpha)
    var only: Frame? = frames.removeLast()
    guard
      var draft = try FrameDraft.reclaiming(&only, tags: conformer.output.tags, alpha: conformer.output.alpha)
    else {
      if let only { frames.append(only) }
      return nil
    }
    try draft.withMutableView { view in
      try conformer.deliver(layer.borrowing([view.readOnly(tags: tags, alpha: alpha)]), into: view)
    }
    return draft.freeze()
  }

  // MARK: What a recipe is made of

  /// A layer whose pictures are frames that are held, by their index.
  private struct Prepared {
    indirect enum Content {
      case source(Int, LayerConformer)
      case working(Int, isOpaque: Bool)
      case solid(red: Float, green: Float, blue: Float, alpha: Float)
      case stack([Prepared])
      case posed(Prepared, Raster, PicturePose, pixelAspect: Double)
      case mix(Prepared?, Prepared?, Float)
    }

    var content: Content
    var grade = ColorProgram()
    var opacity: Float = 1
    var blend = LayerBlend.over

    func borrowing(_ views: [PictureView]) -> PictureLayer {
      let content: PictureContent =
        switch self.content {
        case .source(let index, let conformer): .source(views[index], conformer)
        case .working(let index, let isOpaque): .working(views[index], isOpaque: isOpaque)
        case .solid(let red, let green, let blue, let alpha): .solid(red: red, green: green, blue: blue, alpha: alpha)
        case .stack(let layers): .stack(layers.map { $0.borrowing(views) })
        case .posed(let layer, let size, let pose, let aspect):
          .posed(layer.borrowing(views), size: size, pose: pose, pixelAspect: aspect)
        case .mix(let from, let to, let weight):
          .mix(from: from?.borrowing(views), to: to?.borrowing(views), weight: weight)
        }
      return PictureLayer(content, grade: grade, opacity: opacity, blend: blend)
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
    var made = Prepared(content: try content(layer, recipe, shared: shared, &frames))
    let working = try ColorSpace.named(recipe.workingSpace)
    made.grade = try grade(layer.grade.map(\.json), working)
    made.opacity = Float(layer.opacity.double)
    made.blend = LayerBlend(layer.blend, in: working)
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
      return try posed(
        .solid(
          red: Float(red.double), green: Float(green.double), blue: Float(blue.double), alpha: Float(alpha.double)),
        layer.placement, recipe)
    case .slate(let lines): return try slate(lines, recipe.raster, shared: shared, &frames)
    case .group(let layers):
      return try posed(
        .stack(try layers.map { try prepared($0, recipe, shared: true, &frames) }), layer.placement, recipe)
    case .mix(let from, let to, let weight):
      return try posed(
        .mix(
          try from.map { try prepared($0, recipe, shared: true, &frames) },
          try to.map { try prepared($0, recipe, shared: true, &frames) }, Float(weight.double)), layer.placement,
        recipe)
    }
  }

  /// What fills the raster, under a pose where it has one: every other placement leaves it as it is.
  private func posed(
    _ content: Prepared.Content, _ placement: Placement, _ recipe: PictureRecipe
  ) throws -> Prepared.Content {
    guard case .transform(let pose, let filter) = placement else { return content }
    return .posed(
      Prepared(content: content), recipe.raster,
      try PicturePose(pose, filter, of: recipe.raster, pixelAspect: recipe.pixelAspect, in: recipe),
      pixelAspect: recipe.pixelAspect.double)
  }

  /// A slate at the cut's raster.
  private func slate(
    _ lines: [String], _ raster: Raster, shared: Bool, _ frames: inout [Frame]
  ) throws -> Prepared.Content {
    let key = LayerRecipe(content: .slate(lines))
    if let drawn = shared ? cache.frame(for: key) : nil {
      frames.append(drawn)
    } else {
      var draft = try workingDraft(raster)
      draft.withMutableView { Slate(lines: lines).draw(into: $0) }
      let drawn = draft.freeze()
      if shared { cache.keep(drawn, for: key) }
      frames.append(drawn)
    }
    return .working(frames.count - 1, isOpaque: true)
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
    // Under a pose a picture is read at its own size, and resampled where it is laid down.
    let fit = Fit(placement)
    let conformer = try conformer(
      ConformerKey(
        shape: PictureShape(format: frame.format, raster: frame.raster, tags: frame.tags, alpha: frame.alpha),
        space: source.space, working: try WorkingSpace(of: recipe), pixelAspect: source.pixelAspect, view: source.view,
        raster: fit == nil ? frame.raster : recipe.raster,
        rasterPixelAspect: recipe.pixelAspect, fit: fit ?? .none))
    if conformer.isDirect {
      if shared, kept == nil { cache.keep(frame, for: decodedKey) }
      frames.append(frame)
      let read = Prepared.Content.source(frames.count - 1, conformer)
      guard case .transform(let pose, let filter) = placement else { return read }
      return .posed(
        Prepared(content: read), frame.raster,
        try PicturePose(pose, filter, of: frame.raster, pixelAspect: source.pixelAspect, in: recipe),
        pixelAspect: recipe.pixelAspect.double)
    }
    var draft = try workingDraft(recipe.raster)
    try frame.withView { view in try draft.withMutableView { try conformer.conform(view, into: $0) } }
    let conformed = draft.freeze()
    if shared { cache.keep(conformed, for: key) }
    frames.append(conformed)
    return .working(frames.count - 1, isOpaque: conformer.isOpaque)
  }

  /// The program of a grade; the same operations come again for picture after picture.
  private func grade(_ operations: [JSON], _ working: ColorSpace) throws -> ColorProgram {
    guard !operations.isEmpty else { return ColorProgram() }
    if let known = grades.first(where: { $0.operations == operations && $0.working == working }) {
      return known.program
    }
    let program = try Grade.program(operations, working: working, looks: shelf.looks.finder)
    if grades.count >= Self.gradesAtMost { grades.removeFirst() }
    grades.append((operations, working, program))
    return program
  }

  private func conformer(_ key: ConformerKey) throws -> LayerConformer {
    if let at = conformers.firstIndex(where: { $0.key == key }) {
      let entry = conformers.remove(at: at)
      conformers.append(entry)
      return entry.conformer
    }
    if conformers.count >= Self.conformersAtMost { conformers.removeFirst() }
    let conformer = try LayerConformer(
      source: key.shape, space: try key.space.map { name throws(PegError) in try ColorSpace.named(name) },
      pixelAspect: key.pixelAspect, view: key.view, raster: key.raster, rasterPixelAspect: key.rasterPixelAspect,
      fit: key.fit, working: key.working)
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

extension WorkingSpace {
  init(of recipe: PictureRecipe) throws(PegError) {
    try self.init(named: recipe.workingSpace, isColorimetric: recipe.transform == .colorimetric)
  }
}

extension Fit {
  /// `nil` for a pose.
  fileprivate init?(_ placement: Placement) {
    switch placement {
    case .fit: self = .fit
    case .fill: self = .fill
    case .stretch: self = .stretch
    case .none: self = .none
    case .transform: return nil
    }
  }
}

extension PicturePose {
  /// What a cut says of a picture of `size`; what it does not say is as `fit` has it.
  fileprivate init(
    _ pose: PlacementSetting.Pose, _ filter: PlacementSetting.Filter?, of size: Raster, pixelAspect: Rational,
    in recipe: PictureRecipe
  ) throws(PegError) {
    func point(_ point: PlacementSetting.Point?) -> Point? { point.map { Point($0.x.double, $0.y.double) } }
    try self.init(
      of: size, pixelAspect: pixelAspect, in: recipe.raster, rasterPixelAspect: recipe.pixelAspect,
      position: point(pose.position), scale: point(pose.scale), rotation: pose.rotation?.double,
      anchor: point(pose.anchor), filter: filter.flatMap { PictureFilter(rawValue: $0.rawValue) })
  }
}

extension LayerBlend {
  /// Luma by the working space's weights, of colours that are multiplied by alpha.
  fileprivate init(_ mode: BlendMode, in working: ColorSpace) {
    let luma = working.luma.map { Float($0) } + [0]
    self =
      switch mode {
      case .over: .over
      case .add: .blend(.add)
      case .multiply: .blend(.multiply)
      case .screen: .blend(.screen)
      case .overlay: .blend(.overlay)
      case .difference: .blend(.difference)
      case .alphaMatte: .matte(weights: [0, 0, 0, 1], isInverted: false)
      case .alphaMatteInverted: .matte(weights: [0, 0, 0, 1], isInverted: true)
      case .lumaMatte: .matte(weights: luma, isInverted: false)
      case .lumaMatteInverted: .matte(weights: luma, isInverted: true)
      }
  }
}

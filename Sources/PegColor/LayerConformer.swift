public import PegCore
import PegKernels

/// Brings pictures of one source into the cut's raster and working space: one layer, ready for compositing.
///
/// Where the picture keeps its size, the work is done tile by tile: unpacked to float, Y′CbCr with its chroma at full size by the
/// siting that is tagged, converted to the working space (``WorkingSpace`` says how), graded, associated once.
/// Pictures that change their size are resampled with Lanczos in the working code values on associated alpha, antialiased when
/// they shrink; opaque Y′CbCr is resampled before its matrix, which is linear, so that chroma is resampled once. Floats that
/// are no numbers are 0, and infinities are held to ±65504.
///
/// One conformer serves one thread and keeps a few rows of memory; a straight Y′CbCr picture that is scaled takes a picture more.
public final class LayerConformer {
  public let source: PictureShape
  public let raster: Raster
  private let placed: PlacedPicture
  private let kernels: Kernels
  private let way: Way

  private enum Way {
    case direct(Direct)
    case scaled(ScaledLayer)
    /// At its own size in working space first, for what cannot be done in one pass.
    case twice(LayerConformer, WorkingPicture, ScaledLayer)
  }

  /// What every picture of a source at its own size shares.
  private struct Direct {
    let reader: RowReader
    let matrix: AffineMatrix?
    let toWorking: ColorProgram
  }

  /// The grade of the last picture and what it became: grades change rarely.
  private var fused: (grade: ColorProgram, after: ColorProgram, program: ColorProgram)?

  /// - Parameters:
  ///   - source: what each picture will be, its tags complete.
  ///   - pixelAspect: width of a source pixel divided by its height, 1/100…100.
  ///   - space: what the code values mean, where tags cannot say it.
  ///   - view: `sdr` for scene-linear sources, `nil` for others.
  ///   - raster: the cut's.
  ///   - rasterPixelAspect: of the cut's raster.
  ///   - working: what layers are composited in.
  /// - Throws: bad input for tags, layouts and views that are not handled, by name.
  public convenience init(
    source: PictureShape, space: ColorSpace? = nil, pixelAspect: Rational, view: String?, raster: Raster,
    rasterPixelAspect: Rational, fit: Fit, working: WorkingSpace = WorkingSpace()
  ) throws(PegError) {
    try self.init(
      source: source, space: space, pixelAspect: pixelAspect, view: view, raster: raster,
      rasterPixelAspect: rasterPixelAspect, fit: fit, working: working, kernels: .best)
  }

  init(
    source: PictureShape, space: ColorSpace? = nil, pixelAspect: Rational, view: String?, raster: Raster,
    rasterPixelAspect: Rational, fit: Fit, working: WorkingSpace = WorkingSpace(), kernels: Kernels
  ) throws(PegError) {
    self.source = source
    self.raster = raster
    self.kernels = kernels
    guard raster.isUsable else {
      throw PegError(.badInput, "cannot place a picture in a raster of \(raster)")
    }
    try source.requireComplete()
    let placed = try PlacedPicture(
      source.raster, pixelAspect: pixelAspect, in: raster, rasterPixelAspect: rasterPixelAspect, fit: fit)
    self.placed = placed
    if placed.isUnscaled {
      let reader = try RowReader(source, kernels: kernels)
      let isYCC = source.format.family == .ycbcr
      way = .direct(
        Direct(
          reader: reader, matrix: isYCC ? AffineMatrix(try YCbCrMatrix(source.tags.matrix).toRGB) : nil,
          toWorking: try working.program(from: source.tags, named: space, view: view)))
    } else if source.format.family == .ycbcr, source.hasAlpha, source.alpha == .straight {
      // Straight alpha is associated before it is resampled, and R′G′B′ is what it is associated with: subsampled chroma
      // has to grow first.
      let own = try LayerConformer(
        source: source, space: space, pixelAspect: 1, view: view, raster: source.raster, rasterPixelAspect: 1,
        fit: .none, working: working, kernels: kernels)
      way = .twice(
        own, WorkingPicture(source.raster),
        try ScaledLayer(.working(source.raster), ColorProgram(), placed: placed, kernels: kernels))
    } else {
      let program = try working.program(from: source.tags, named: space, view: view)
      way = .scaled(try ScaledLayer(source, program, placed: placed, kernels: kernels))
    }
  }

  /// Whether each pixel of the raster lies wholly inside the picture.
  public var coversRaster: Bool { placed.coversRaster }
  /// Whether the layer hides all that lies below: covers the raster and has no alpha.
  public var isOpaque: Bool { coversRaster && !source.hasAlpha }
  /// Whether the picture keeps its size: it is read where it is composited, and costs no picture of floats.
  public var isDirect: Bool {
    if case .direct = way { return true }
    return false
  }
  /// Whether any sample is made of more than one: the picture changes its size, or its chroma does.
  public var resamples: Bool { !isDirect || source.format.isSubsampled }

  /// Names the third-party arithmetic that conforming and delivering depend on: `zimg 3.0.4 avx2`.
  public static var arithmetic: String { Resampling.arithmetic }

  /// Writes the whole raster of `target`, which is ``PictureShape/working(_:)``: the layer, and nothing around it.
  ///
  /// - Throws: bad input when `source` is not of the shape the conformer was made for.
  public func conform(_ source: PictureView, into target: MutablePictureView) throws(PegError) {
    try require(source)
    try PictureShape.working(raster).requireSame(as: target.shape, "the working picture")
    switch way {
    case .direct: PictureLayer(.source(source, self)).render(into: target)
    case .scaled(let layer): try layer.run(source, into: target)
    case .twice(let own, let picture, let layer):
      try own.conform(source, into: picture.mutableView)
      try layer.run(picture.view, into: target)
    }
  }

  /// Throws bad input when a picture is not of the shape the conformer was made for.
  public func require(_ source: PictureView) throws(PegError) {
    try self.source.requireSame(as: source.shape, "a picture")
  }

  // MARK: Tiles

  /// Of a direct conformer.
  var reader: RowReader {
    guard case .direct(let direct) = way else {
      preconditionFailure("a picture that is scaled is read by its resampler")
    }
    return direct.reader
  }

  /// The picture as tiles of the raster; `after` follows the grade, and only an opaque picture may have it: the tiles are then
  /// in whatever space it leads to. Alpha is left as it is where `fillsAlpha` is not asked for and the picture has none.
  func tiles(
    _ view: PictureView, grade: ColorProgram, after: ColorProgram = ColorProgram(), fillsAlpha: Bool = true
  ) -> PictureTiles {
    guard case .direct(let direct) = way else { preconditionFailure("a picture that is scaled is conformed first") }
    precondition(after.isIdentity || isOpaque)
    precondition(
      view.format == source.format && view.raster == source.raster, "a conformer is for one shape of picture")
    // A matrix on associated colour is linear, and costs no division by alpha: it stays outside the program there.
    let isFolded = !source.hasAlpha
    let program: ColorProgram
    if let fused, fused.grade == grade, fused.after == after {
      program = fused.program
    } else {
      let first = isFolded ? direct.matrix.map { ColorProgram([.affine($0)]) } ?? ColorProgram() : ColorProgram()
      program = (first + direct.toWorking + grade + after).optimised()
      fused = (grade, after, program)
    }
    // Rows of its own: two pictures of one source may lie in one stack.
    let chroma = source.format.family == .ycbcr ? ChromaSource(source, direct.reader, kernels) : nil
    return PictureTiles(
      view, direct.reader, chroma: chroma, matrix: isFolded ? nil : direct.matrix?.linear, program: program,
      fillsAlpha: fillsAlpha, origin: (placed.x.start.floor, placed.y.start.floor), raster: raster, kernels: kernels)
  }
}

public import PegCore
import PegKernels

/// Brings pictures of the raster into what an encoder takes: one deliverable's raster, format, colour and alpha.
///
/// An opaque deliverable is the picture over black, which on associated colour is the colour itself. A straight one is divided
/// by its alpha, a premultiplied one passes. R′G′B′ goes to the deliverable's transfer and primaries
/// (``WorkingSpace`` says how), through the tagged matrix, chroma is filtered to the tagged siting (of straight
/// pictures weighted by alpha, so that what is transparent does not bleed), and each sample is rounded once, with dither where it is asked for.
/// Legal range is held to 1…254 (of 8 bits), which are the codes that video has. A grey deliverable is Y′ by its matrix, by
/// BT.709's where that is `rgb` or none.
///
/// A single opaque source and its grade become one program with the deliverable's: the matrix to Y′CbCr moves into a lattice's
/// nodes, and what cancels goes. Chroma whose place and colour nothing changes is not filtered twice but passed.
///
/// One conformer serves one thread. It keeps a few rows, and two pictures more when the deliverable has another raster.
public final class OutputConformer {
  public let raster: Raster
  public let output: PictureShape
  private let kernels: Kernels
  private let program: ColorProgram
  private let toOutput: TileProgram
  private let hasAlpha: Bool
  private let isStraight: Bool
  /// Whether chroma is made smaller weighted by alpha.
  private let weighsChroma: Bool
  private let writer: RowWriter
  private let chroma: ChromaTarget?
  /// One code value of luma or colours, and of chroma.
  private let dither: (luma: Float, chroma: Float)?
  private let memory = TileMemory()
  private let scaled: (conformer: LayerConformer, picture: WorkingPicture, source: WorkingPicture)?

  /// - Parameters:
  ///   - raster: of the working pictures.
  ///   - output: the deliverable, its tags complete.
  ///   - fit: how the working picture lies in the deliverable's raster where that is another one.
  ///   - pixelAspect: of the working raster; `outputPixelAspect`: of the deliverable's.
  ///   - working: what the working pictures are in.
  ///   - dither: whether noise of one code value, the same for the same place, is added before rounding; alpha has none.
  /// - Throws: bad input for formats and tags that cannot be written, by name.
  public convenience init(
    from raster: Raster, to output: PictureShape, fit: Fit, pixelAspect: Rational = 1, outputPixelAspect: Rational = 1,
    working: WorkingSpace = WorkingSpace(), dither: Bool = false
  ) throws(PegError) {
    try self.init(
      from: raster, to: output, fit: fit, pixelAspect: pixelAspect, outputPixelAspect: outputPixelAspect,
      working: working, dither: dither, kernels: .best)
  }

  init(
    from raster: Raster, to output: PictureShape, fit: Fit, pixelAspect: Rational, outputPixelAspect: Rational,
    working: WorkingSpace = WorkingSpace(), dither: Bool = false, kernels: Kernels
  ) throws(PegError) {
    self.raster = raster
    self.output = output
    self.kernels = kernels
    let coding = SampleCoding(output)
    self.dither = dither && !output.format.isFloat ? (1 / coding.luma.span, 1 / coding.chroma.span) : nil
    guard output.alpha == .opaque || output.format.hasAlpha else {
      throw PegError(.badInput, "cannot write \(output.alpha.rawValue) alpha as \(output.format): it has no alpha")
    }
    writer = try RowWriter(output, kernels: kernels)
    var program = try working.program(to: output.tags)
    switch output.format.family {
    case .ycbcr: program.append(.affine(AffineMatrix(try YCbCrMatrix(output.tags.matrix).fromRGB)))
    case .gray:
      let known = YCbCrMatrix.weights(output.tags.matrix) == nil ? Matrix.bt709 : output.tags.matrix
      program.append(.affine(AffineMatrix(try YCbCrMatrix(known).fromRGB)))
    case .rgb, .palette: break
    }
    self.program = program.optimised()
    toOutput = TileProgram(self.program, kernels)
    hasAlpha = output.hasAlpha
    isStraight = hasAlpha && output.alpha == .straight
    weighsChroma = isStraight && output.format.isSubsampled
    chroma = output.format.family == .ycbcr ? ChromaTarget(output, isWeighted: weighsChroma, kernels) : nil
    if raster != output.raster || pixelAspect != outputPixelAspect {
      scaled = (
        try LayerConformer(
          source: .working(raster), pixelAspect: pixelAspect, view: nil, raster: output.raster,
          rasterPixelAspect: outputPixelAspect, fit: fit, kernels: kernels),
        WorkingPicture(output.raster), WorkingPicture(raster)
      )
    } else {
      scaled = nil
    }
  }

  /// Writes the whole of `target` from a working picture.
  ///
  /// - Throws: bad input when either picture is not of the shape the conformer was made for.
  public func deliver(_ working: PictureView, into target: MutablePictureView) throws(PegError) {
    try PictureShape.working(raster).requireSame(as: working.shape, "the working picture")
    try deliver(PictureLayer(.working(working, isOpaque: false)), into: target)
  }

  /// Whether layers may be delivered into the only picture that they show: row by row it is read before it is written, and nothing
  /// is read of a row that was.
  public func mayWriteOver(_ layer: PictureLayer) -> Bool {
    guard scaled == nil, output.format.isPlanar, output.format.chromaShift.y == 0, let only = layer.onlySource else {
      return false
    }
    return only.conformer.isOpaque && only.view.format == output.format && only.view.raster == output.raster
  }

  /// Writes the whole of `target` from layers, tile by tile.
  ///
  /// - Throws: bad input when a picture is not of the shape that its conformer, or this one, was made for.
  public func deliver(_ layer: PictureLayer, into target: MutablePictureView) throws(PegError) {
    try output.requireSame(as: target.shape, "the picture to write")
    if let scaled {
      layer.render(into: scaled.source.mutableView)
      try scaled.conformer.conform(scaled.source.view, into: scaled.picture.mutableView)
      let view = PictureLayer(.working(scaled.picture.view, isOpaque: false))
      return run(view.tiles(output.raster, kernels), toOutput, isOpaque: false, target)
    }
    if let only = layer.onlySource, only.conformer.isOpaque {
      try only.conformer.require(only.view)
      let tiles = only.conformer.tiles(only.view, grade: only.grade, after: program, fillsAlpha: hasAlpha)
      if tiles.isUntouched, passesChroma(only.conformer.source) { return repack(only.view, only.conformer, target) }
      return run(tiles, nil, isOpaque: true, target)
    }
    let tiles = layer.tiles(raster, kernels)
    run(tiles, toOutput, isOpaque: tiles.isOpaque, target)
  }

  // MARK: Rows

  /// `program`: what the tiles lack yet.
  private func run(_ source: any TileSource, _ program: TileProgram?, isOpaque: Bool, _ target: MutablePictureView) {
    // Taken out of the loops: what a tile asks of a class is counted in and out again.
    let (own, chroma) = (memory.tile, chroma)
    let writeChroma = { (cb: FloatRow, cr: FloatRow, line: Int) in self.writeChroma(cb, cr, line, target) }
    var tile = own
    chroma?.begin()
    for row in 0..<output.raster.height {
      for columns in Tile.runs(0..<output.raster.width) {
        if let chroma {
          let rows = chroma.rows(from: columns.lowerBound)
          (tile.g, tile.b, tile.a) = (rows.cb, rows.cr, rows.alpha ?? own.a)
        }
        source.fill(tile, row: row, columns: columns)
        if let program { convert(tile, columns.count, program, isOpaque) }
        write(tile, row, columns, target)
      }
      chroma?.finish(row, write: writeChroma)
    }
  }

  private func convert(_ tile: Tile, _ count: Int, _ program: TileProgram, _ isOpaque: Bool) {
    if isStraight, !isOpaque { kernels.unassociate(tile.r, tile.g, tile.b, alpha: tile.a, count: count) }
    // Over black, the colour is what it is: an opaque deliverable is not divided.
    let mode: AlphaMode = isStraight || !hasAlpha || isOpaque ? .straight : .premultiplied
    program.apply(to: tile, count: count, mode)
  }

  private func write(_ tile: Tile, _ row: Int, _ columns: Range<Int>, _ target: MutablePictureView) {
    func noise(_ part: FloatRow, _ plane: Int) {
      guard let dither else { return }
      kernels.dither(
        part, count: columns.count, x: columns.lowerBound, y: row, plane: plane, amplitude: dither.luma)
    }
    noise(tile.r, 0)
    guard chroma != nil else {
      noise(tile.g, 1)
      noise(tile.b, 2)
      return writer.writeColors(tile, row, columns, to: target)
    }
    writer.writeLuma(tile.r, row, columns, to: target)
    writer.writeAlpha(tile.a, row, columns, to: target)
    if weighsChroma {
      kernels.cover(tile.g, columns: tile.a, weight: 1, count: columns.count)
      kernels.cover(tile.b, columns: tile.a, weight: 1, count: columns.count)
    }
  }

  private func writeChroma(_ cb: FloatRow, _ cr: FloatRow, _ line: Int, _ target: MutablePictureView) {
    if let dither {
      let width = output.format.planeSize(1, of: output.raster).width
      kernels.dither(cb, count: width, x: 0, y: line, plane: 1, amplitude: dither.chroma)
      kernels.dither(cr, count: width, x: 0, y: line, plane: 2, amplitude: dither.chroma)
    }
    writer.writeChroma(cb, cr, line, to: target)
  }

  // MARK: Chroma that passes

  private func passesChroma(_ source: PictureShape) -> Bool {
    source.format.family == .ycbcr && output.format.family == .ycbcr && source.raster == output.raster
      && source.format.chromaShift == output.format.chromaShift
      && (!output.format.isSubsampled || source.tags.siting == output.tags.siting) && dither == nil
  }

  /// Another depth, range or layout of the same samples.
  private func repack(_ view: PictureView, _ conformer: LayerConformer, _ target: MutablePictureView) {
    let tile = memory.tile
    let reader = conformer.reader
    for row in 0..<output.raster.height {
      for columns in Tile.runs(0..<output.raster.width) {
        reader.readLuma(view.planes, row, columns, into: tile.r)
        writer.writeLuma(tile.r, row, columns, to: target)
        if output.format.hasAlpha {
          kernels.fill(tile.a, with: 1, count: columns.count)
          writer.writeAlpha(tile.a, row, columns, to: target)
        }
      }
    }
    let size = output.format.planeSize(1, of: output.raster)
    let cb = FloatBuffer(size.width)
    let cr = FloatBuffer(size.width)
    for row in 0..<size.height {
      reader.readChroma(view.planes, 1, row, into: cb.base)
      reader.readChroma(view.planes, 2, row, into: cr.base)
      writer.writeChroma(cb.base, cr.base, row, to: target)
    }
  }
}

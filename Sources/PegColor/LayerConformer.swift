public import PegCore
import PegKernels

/// Brings pictures of one source into the cut's raster and working space: one layer, ready for compositing.
///
/// The work is a stream of rows: unpacked to float; Y′CbCr with its chroma at full size by the siting that is tagged; converted to
/// the working space (``ColorProgram/toWorking(_:view:)`` says how); associated once; resampled where the size changes, with
/// Lanczos in the working code values on associated alpha, antialiased when it shrinks; placed. Opaque Y′CbCr is resampled
/// before its matrix, which is linear, so that chroma is resampled once. Pictures whose size does not change are not
/// resampled. Floats that are no numbers are 0, and infinities are held to ±65504.
///
/// One conformer serves one thread and keeps a few rows of memory; a straight Y′CbCr picture that is scaled takes a picture more.
public final class LayerConformer {
  public let source: PictureShape
  public let raster: Raster
  private let placed: PlacedPicture
  private let pass: LayerPass
  private let engine: any RowEngine
  /// The picture at its own size in working space, for what cannot be done in one pass.
  private let first: (conformer: LayerConformer, picture: WorkingPicture)?

  /// - Parameters:
  ///   - source: what each picture will be, its tags complete.
  ///   - pixelAspect: width of a source pixel divided by its height, 1/100…100.
  ///   - view: `sdr` for scene-linear sources, `nil` for others.
  ///   - raster: the cut's.
  ///   - rasterPixelAspect: of the cut's raster.
  /// - Throws: bad input for tags, layouts and views that are not handled, by name.
  public convenience init(
    source: PictureShape, pixelAspect: Rational, view: String?, raster: Raster, rasterPixelAspect: Rational, fit: Fit
  ) throws(PegError) {
    try self.init(
      source: source, pixelAspect: pixelAspect, view: view, raster: raster, rasterPixelAspect: rasterPixelAspect,
      fit: fit, kernels: .best)
  }

  init(
    source: PictureShape, pixelAspect: Rational, view: String?, raster: Raster, rasterPixelAspect: Rational, fit: Fit,
    kernels: Kernels
  ) throws(PegError) {
    self.source = source
    self.raster = raster
    guard raster.isUsable else {
      throw PegError(.badInput, "cannot place a picture in a raster of \(raster)")
    }
    try source.requireComplete()
    placed = try PlacedPicture(
      source.raster, pixelAspect: pixelAspect, in: raster, rasterPixelAspect: rasterPixelAspect, fit: fit)
    // Straight alpha is associated before it is resampled, and R′G′B′ is what it is associated with: subsampled chroma
    // has to grow first.
    if source.format.family == .ycbcr, source.hasAlpha, source.alpha == .straight, !placed.isUnscaled {
      let own = PictureShape.working(source.raster)
      first = (
        try LayerConformer(
          source: source, pixelAspect: 1, view: view, raster: source.raster, rasterPixelAspect: 1, fit: .none,
          kernels: kernels),
        WorkingPicture(source.raster)
      )
      pass = try LayerPass(own, view: nil, placed: placed, kernels: kernels)
    } else {
      first = nil
      pass = try LayerPass(source, view: view, placed: placed, kernels: kernels)
    }
    engine = try Resampling.engine(pass.geometry)
  }

  /// Whether each pixel of the raster lies wholly inside the picture.
  public var coversRaster: Bool { placed.coversRaster }
  /// Whether the layer hides all that lies below: covers the raster and has no alpha.
  public var isOpaque: Bool { coversRaster && !source.hasAlpha }
  /// Whether any sample is made of more than one: the picture changes its size, or its chroma does.
  public var resamples: Bool { pass.geometry.needsResampling }

  /// Names the third-party arithmetic that conforming and delivering depend on: `zimg 3.0.4 avx2`.
  public static var arithmetic: String { Resampling.arithmetic }

  /// Writes the whole raster of `target`, which is ``PictureShape/working(_:)``: the layer, and nothing around it.
  ///
  /// - Throws: bad input when `source` is not of the shape the conformer was made for.
  public func conform(_ source: PictureView, into target: MutablePictureView) throws(PegError) {
    try self.source.requireSame(as: source.shape, "a picture")
    try PictureShape.working(raster).requireSame(as: target.shape, "the working picture")
    if let first {
      try first.conformer.conform(source, into: first.picture.mutableView)
      try pass.run(engine, first.picture.view, into: target)
    } else {
      try pass.run(engine, source, into: target)
    }
  }
}

/// One pass of rows from a source into a layer.
private final class LayerPass: RowPass {
  let geometry: ResampleGeometry
  private let shape: PictureShape
  private let placed: PlacedPicture
  private let reader: RowReader
  private let matrix: [Float]?
  private let program: ColorProgram
  private let kernels: Kernels
  /// Where row and column 0 of the result lie in the raster.
  private let origin: (x: Int, y: Int)
  private let columnCoverage: [Float]
  private let rowCoverage: [Float]
  private let isPartlyCovered: Bool
  private var views: (source: PictureView, target: MutablePictureView)?

  init(_ shape: PictureShape, view: String?, placed: PlacedPicture, kernels: Kernels) throws(PegError) {
    self.shape = shape
    self.placed = placed
    self.kernels = kernels
    reader = try RowReader(shape, kernels: kernels)
    matrix = shape.format.family == .ycbcr ? try YCbCrMatrix(shape.tags.matrix).toRGB.floats : nil
    program = try ColorProgram.toWorking(shape.tags, view: view)
    if placed.isUnscaled {
      geometry = ResampleGeometry(
        unscaled: shape.raster, planeCount: reader.planeCount, from: shape.format.chromaShift, to: (0, 0),
        siting: shape.tags.siting)
      origin = (placed.x.start.floor, placed.y.start.floor)
    } else {
      let (columns, rows) = (placed.columns, placed.rows)
      geometry = ResampleGeometry(
        source: shape.raster, target: Raster(columns.count, rows.count), planeCount: reader.planeCount,
        chroma: shape.format.chromaShift, siting: shape.tags.siting, region: placed.region,
        placed: (
          (placed.x.start - Rational(columns.lowerBound)).double, (placed.y.start - Rational(rows.lowerBound)).double,
          placed.x.length.double, placed.y.length.double
        ))
      origin = (columns.lowerBound, rows.lowerBound)
    }
    columnCoverage = placed.columnCoverage
    rowCoverage = placed.rowCoverage
    isPartlyCovered = columnCoverage.contains { $0 != 1 } || rowCoverage.contains { $0 != 1 }
  }

  func run(_ engine: any RowEngine, _ source: PictureView, into target: MutablePictureView) throws(PegError) {
    clearAround(target)
    views = (source, target)
    defer { views = nil }
    try engine.run(self)
  }

  private func row(_ target: MutablePictureView, _ plane: Int, _ line: Int) -> FloatRow {
    (target.planes[plane].base + line * target.planes[plane].stride).assumingMemoryBound(to: Float.self)
  }

  private func clearAround(_ target: MutablePictureView) {
    let (columns, rows, raster) = (placed.columns, placed.rows, placed.raster)
    for plane in 0..<4 {
      for line in 0..<raster.height {
        let row = row(target, plane, line)
        guard rows.contains(line) else {
          kernels.fill(row, with: 0, count: raster.width)
          continue
        }
        kernels.fill(row, with: 0, count: columns.lowerBound)
        kernels.fill(row + columns.upperBound, with: 0, count: raster.width - columns.upperBound)
      }
    }
  }

  // MARK: Rows

  func read(row: Int, columns: Range<Int>, into window: RowWindow) {
    guard let views else { return }
    reader.read(views.source, row: row, columns: columns, into: window)
    if matrix == nil { finishColor(window.rows(row, from: columns.lowerBound), columns.count) }
  }

  /// To working space, associated.
  private func finishColor(_ rows: [FloatRow], _ count: Int) {
    let (r, g, b) = (rows[0], rows[1], rows[2])
    if let matrix { kernels.matrix(r, g, b, count: count, by: matrix) }
    guard shape.hasAlpha else { return program.apply(r, g, b, count: count, kernels) }
    if shape.alpha == .premultiplied {
      guard !program.isIdentity else { return }
      kernels.unassociate(r, g, b, alpha: rows[3], count: count)
      program.apply(r, g, b, count: count, kernels)
      // Light that was added where alpha is 0 was not divided, and is not multiplied.
      kernels.reassociate(r, g, b, alpha: rows[3], count: count)
    } else {
      program.apply(r, g, b, count: count, kernels)
      kernels.associate(r, g, b, alpha: rows[3], count: count)
    }
  }

  func write(row: Int, columns: Range<Int>, from window: RowWindow) {
    guard let views else { return }
    for line in row..<row + (1 << geometry.targetChroma.y) {
      write(line, columns, window, views.target)
    }
  }

  private func write(_ line: Int, _ columns: Range<Int>, _ window: RowWindow, _ target: MutablePictureView) {
    let y = line + origin.y
    guard placed.rows.contains(y) else { return }
    // What of these columns lies in the raster.
    let begin = max(columns.lowerBound + origin.x, placed.columns.lowerBound)
    let end = min(columns.upperBound + origin.x, placed.columns.upperBound)
    guard begin < end else { return }
    let count = end - begin
    let rows = window.rows(line, from: begin - origin.x)
    if matrix != nil { finishColor(rows, count) }
    if geometry.isScaled, shape.hasAlpha { kernels.settle(rows[0], rows[1], rows[2], alpha: rows[3], count: count) }
    // Planes lie G, B, R, A.
    for (plane, component) in [1, 2, 0, 3].enumerated() {
      let to = row(target, plane, y) + begin
      if component < rows.count {
        to.update(from: rows[component], count: count)
      } else {
        kernels.fill(to, with: 1, count: count)
      }
      guard isPartlyCovered else { continue }
      columnCoverage.withUnsafeBufferPointer { coverage in
        guard let base = coverage.baseAddress else { return }
        kernels.cover(
          to, columns: base + (begin - placed.columns.lowerBound), weight: rowCoverage[y - placed.rows.lowerBound],
          count: count)
      }
    }
  }
}

public import PegCore
import PegKernels

/// Brings working pictures into what an encoder takes: one deliverable's raster, format, colour and alpha.
///
/// An opaque deliverable is the picture over black, which on associated colour is the colour itself. A straight one is divided
/// by its alpha, a premultiplied one passes. R′G′B′ goes to the deliverable's transfer and primaries
/// (``ColorProgram/fromWorking(_:)``), through the tagged matrix, chroma is filtered to the tagged siting (of straight
/// pictures weighted by alpha, so that what is transparent does not bleed), and each sample is rounded once, without dither.
/// Legal range is held to 1…254 (of 8 bits), which are the codes that video has. A grey deliverable is Y′ by its matrix, by
/// BT.709's where that is `rgb` or none.
///
/// One conformer serves one thread. It keeps a few rows, and a picture more when the deliverable has another raster.
public final class OutputConformer {
  public let raster: Raster
  public let output: PictureShape
  private let pass: OutputPass
  private let engine: any RowEngine
  private let scaled: (conformer: LayerConformer, picture: WorkingPicture)?
  /// Alpha at the size of chroma, for straight deliverables whose chroma is subsampled.
  private let weights: (pass: ChromaAlphaPass, engine: any RowEngine)?

  /// - Parameters:
  ///   - raster: of the working pictures.
  ///   - output: the deliverable, its tags complete.
  ///   - fit: how the working picture lies in the deliverable's raster where that is another one.
  ///   - pixelAspect: of the working raster; `outputPixelAspect`: of the deliverable's.
  /// - Throws: bad input for formats and tags that cannot be written, by name.
  public convenience init(
    from raster: Raster, to output: PictureShape, fit: Fit, pixelAspect: Rational = 1, outputPixelAspect: Rational = 1
  ) throws(PegError) {
    try self.init(
      from: raster, to: output, fit: fit, pixelAspect: pixelAspect, outputPixelAspect: outputPixelAspect, kernels: .best
    )
  }

  init(
    from raster: Raster, to output: PictureShape, fit: Fit, pixelAspect: Rational, outputPixelAspect: Rational,
    kernels: Kernels
  ) throws(PegError) {
    self.raster = raster
    self.output = output
    guard output.alpha == .opaque || output.format.hasAlpha else {
      throw PegError(.badInput, "cannot write \(output.alpha.rawValue) alpha as \(output.format): it has no alpha")
    }
    if raster != output.raster || pixelAspect != outputPixelAspect {
      scaled = (
        try LayerConformer(
          source: .working(raster), pixelAspect: pixelAspect, view: nil, raster: output.raster,
          rasterPixelAspect: outputPixelAspect, fit: fit, kernels: kernels),
        WorkingPicture(output.raster)
      )
    } else {
      scaled = nil
    }
    let isWeighted = output.hasAlpha && output.alpha == .straight && output.format.isSubsampled
    if isWeighted {
      let pass = ChromaAlphaPass(output)
      weights = (pass, try Resampling.engine(pass.geometry))
    } else {
      weights = nil
    }
    pass = try OutputPass(output, weights: weights?.pass, kernels: kernels)
    engine = try Resampling.engine(pass.geometry)
  }

  /// Writes the whole of `target` from a working picture.
  ///
  /// - Throws: bad input when either picture is not of the shape the conformer was made for.
  public func deliver(_ working: PictureView, into target: MutablePictureView) throws(PegError) {
    try PictureShape.working(raster).requireSame(as: working.shape, "the working picture")
    try output.requireSame(as: target.shape, "the picture to write")
    var view = working
    if let scaled {
      try scaled.conformer.conform(working, into: scaled.picture.mutableView)
      view = scaled.picture.view
    }
    if let weights {
      weights.pass.source = view
      defer { weights.pass.source = nil }
      try weights.engine.run(weights.pass)
    }
    pass.views = (view, target)
    defer { pass.views = nil }
    try engine.run(pass)
  }
}

extension PictureView {
  /// A row of a working picture, from column 0.
  fileprivate func floats(_ plane: Int, _ line: Int) -> UnsafePointer<Float> {
    (planes[plane].base + line * planes[plane].stride).assumingMemoryBound(to: Float.self)
  }
}

/// One pass of rows from a working picture into a deliverable.
private final class OutputPass: RowPass {
  let geometry: ResampleGeometry
  private let shape: PictureShape
  private let writer: RowWriter
  private let program: ColorProgram
  private let matrix: [Float]?
  private let weights: ChromaAlphaPass?
  private let kernels: Kernels
  private let spare: FloatBuffer
  var views: (source: PictureView, target: MutablePictureView)?

  init(_ shape: PictureShape, weights: ChromaAlphaPass?, kernels: Kernels) throws(PegError) {
    self.shape = shape
    self.weights = weights
    self.kernels = kernels
    writer = try RowWriter(shape, kernels: kernels)
    program = try ColorProgram.fromWorking(shape.tags)
    switch shape.format.family {
    case .ycbcr: matrix = try YCbCrMatrix(shape.tags.matrix).fromRGB.floats
    case .gray:
      let known = YCbCrMatrix.weights(shape.tags.matrix) == nil ? Matrix.bt709 : shape.tags.matrix
      matrix = try YCbCrMatrix(known).fromRGB.floats
    case .rgb, .palette: matrix = nil
    }
    geometry = ResampleGeometry(
      unscaled: shape.raster, planeCount: shape.hasAlpha ? 4 : 3, from: (0, 0), to: shape.format.chromaShift,
      siting: shape.tags.siting)
    spare = FloatBuffer(geometry.target.width)
  }

  func read(row: Int, columns: Range<Int>, into window: RowWindow) {
    guard let views else { return }
    let rows = window.rows(row, from: columns.lowerBound)
    let line = min(row, shape.raster.height - 1)
    let begin = min(columns.lowerBound, shape.raster.width - 1)
    let count = max(1, min(columns.upperBound, shape.raster.width) - begin)
    // Planes lie G, B, R, A.
    for (component, plane) in [2, 0, 1, 3].prefix(rows.count).enumerated() {
      rows[component].update(from: views.source.floats(plane, line) + begin, count: count)
    }
    convert(rows, count)
    for row in rows where columns.count > count {
      kernels.fill(row + count, with: row[count - 1], count: columns.count - count)
    }
  }

  private func convert(_ rows: [FloatRow], _ count: Int) {
    let (r, g, b) = (rows[0], rows[1], rows[2])
    if shape.hasAlpha, shape.alpha == .straight {
      kernels.unassociate(r, g, b, alpha: rows[3], count: count)
      program.apply(r, g, b, count: count, kernels)
    } else if shape.hasAlpha, !program.isIdentity {
      kernels.unassociate(r, g, b, alpha: rows[3], count: count)
      program.apply(r, g, b, count: count, kernels)
      kernels.reassociate(r, g, b, alpha: rows[3], count: count)
    } else {
      program.apply(r, g, b, count: count, kernels)
    }
    if let matrix { kernels.matrix(r, g, b, count: count, by: matrix) }
    if weights != nil {
      kernels.cover(g, columns: rows[3], weight: 1, count: count)
      kernels.cover(b, columns: rows[3], weight: 1, count: count)
    }
  }

  func write(row: Int, columns: Range<Int>, from window: RowWindow) {
    guard let views else { return }
    if let weights {
      let shift = shape.format.chromaShift
      let begin = columns.lowerBound >> shift.x
      let count = ((columns.upperBound + (1 << shift.x) - 1) >> shift.x) - begin
      let line = row >> shift.y
      kernels.unassociate(
        window.row(1, line) + begin, window.row(2, line) + begin, spare.base, alpha: weights.row(line) + begin,
        count: count)
    }
    writer.write(window, row: row, columns: columns, to: views.target)
  }
}

/// Alpha filtered like chroma: what the sums of straight chroma are divided by.
private final class ChromaAlphaPass: RowPass {
  let geometry: ResampleGeometry
  private let shape: PictureShape
  private let plane: FloatBuffer
  private let stride: Int
  var source: PictureView?

  init(_ shape: PictureShape) {
    self.shape = shape
    geometry = ResampleGeometry(
      unscaled: shape.raster, planeCount: 3, from: (0, 0), to: shape.format.chromaShift, siting: shape.tags.siting)
    stride = geometry.target.width >> shape.format.chromaShift.x
    plane = FloatBuffer(stride * (geometry.target.height >> shape.format.chromaShift.y))
  }

  func row(_ line: Int) -> FloatRow { plane.base + line * stride }

  func read(row: Int, columns: Range<Int>, into window: RowWindow) {
    guard let source else { return }
    let alpha = source.floats(3, min(row, shape.raster.height - 1))
    let rows = window.rows(row, from: 0)
    for column in columns {
      let value = alpha[min(column, shape.raster.width - 1)]
      rows[0][column] = 0
      rows[1][column] = value
      rows[2][column] = 0
    }
  }

  func write(row: Int, columns: Range<Int>, from window: RowWindow) {
    let shift = shape.format.chromaShift
    let begin = columns.lowerBound >> shift.x
    let count = ((columns.upperBound + (1 << shift.x) - 1) >> shift.x) - begin
    let line = row >> shift.y
    self.row(line).advanced(by: begin).update(from: window.row(1, line) + begin, count: count)
  }
}

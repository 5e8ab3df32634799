import PegCore
import PegKernels

/// Turns runs of float, R′, G′, B′ or Y′, Cb, Cr, and alpha, into the rows of a picture: scaled, held to its codes, rounded once.
final class RowWriter {
  let shape: PictureShape
  private let coding: SampleCoding
  private let kind: SampleKind
  private let layout: PackedLayout?
  private let formatHasAlpha: Bool
  private let hasAlpha: Bool
  private let chromaWidth: Int
  private let kernels: Kernels
  private let ones: FloatBuffer
  private let codes: [SampleCode]

  /// Throws bad input for a layout that cannot be written, by name.
  init(_ shape: PictureShape, kernels: Kernels = .best) throws(PegError) {
    try shape.requireComplete()
    self.shape = shape
    self.kernels = kernels
    kind = SampleKind(shape.format)
    layout = PackedLayout(shape.format)
    formatHasAlpha = shape.format.hasAlpha
    hasAlpha = shape.hasAlpha
    chromaWidth = shape.format.planeSize(1, of: shape.raster).width
    let isWritable =
      shape.format.depth > 1 && shape.format.family != .palette && (shape.format.isPlanar || layout != nil)
      && !(shape.format.isFloat && shape.format.isBigEndian)
    guard isWritable else {
      throw PegError(.badInput, "cannot write \(shape.format): only read", hint: "gray, rgb24, rgba and others can be")
    }
    coding = SampleCoding(depth: shape.format.isFloat ? 16 : shape.format.depth, isFullRange: shape.isFullRange)
    let coding = coding
    codes = (layout?.order ?? []).map { ($0 ?? 3) == 3 ? coding.alpha : coding.luma }
    ones = FloatBuffer(Tile.width)
    kernels.fill(ones.base, with: 1, count: ones.count)
  }

  /// Y′ or grey of `columns` of row `line`.
  func writeLuma(_ row: FloatRow, _ line: Int, _ columns: Range<Int>, to view: MutablePictureView) {
    writePlane(row, 0, line, columns, view, coding.luma)
  }

  /// A planar alpha; opaque where alpha does not count.
  func writeAlpha(_ row: FloatRow, _ line: Int, _ columns: Range<Int>, to view: MutablePictureView) {
    guard formatHasAlpha else { return }
    writePlane(hasAlpha ? row : ones.base, 3, line, columns, view, coding.alpha)
  }

  /// The whole of row `line` of Cb and Cr.
  func writeChroma(_ cb: FloatRow, _ cr: FloatRow, _ line: Int, to view: MutablePictureView) {
    writePlane(cb, 1, line, 0..<chromaWidth, view, coding.chroma)
    writePlane(cr, 2, line, 0..<chromaWidth, view, coding.chroma)
  }

  private func writePlane(
    _ row: FloatRow, _ plane: Int, _ line: Int, _ columns: Range<Int>, _ view: MutablePictureView, _ code: SampleCode
  ) {
    let place = view.planes[plane]
    let target = place.base + line * place.stride + columns.lowerBound * kind.size
    switch kind {
    case .bytes: kernels.pack8(row, into: target, count: columns.count, code: code)
    case .words(let swapped): kernels.pack16(row, swapped: swapped, into: target, count: columns.count, code: code)
    case .floats: target.copyMemory(from: row, byteCount: columns.count * 4)
    }
  }

  /// R′, G′, B′ or grey, and alpha, of `columns` of row `line` of a picture that is not Y′CbCr.
  func writeColors(_ tile: Tile, _ line: Int, _ columns: Range<Int>, to view: MutablePictureView) {
    let format = shape.format
    let alpha = hasAlpha ? tile.a : ones.base
    if format.isPlanar {
      guard format.family == .rgb else { return writePlane(tile.r, 0, line, columns, view, coding.luma) }
      writePlane(tile.g, 0, line, columns, view, coding.luma)
      writePlane(tile.b, 1, line, columns, view, coding.luma)
      writePlane(tile.r, 2, line, columns, view, coding.luma)
      if formatHasAlpha { writePlane(alpha, 3, line, columns, view, coding.alpha) }
      return
    }
    guard let layout else { preconditionFailure("\(format) has no packed layout") }
    let place = view.planes[0]
    let target = place.base + line * place.stride + columns.lowerBound * layout.order.count * kind.size
    let components = [tile.r, tile.g, tile.b, alpha]
    // A byte that means nothing is written as opaque alpha.
    let sources = layout.order.map { $0.map { components[$0] } ?? ones.base }
    if case .words(let swapped) = kind {
      kernels.packPacked16(sources, swapped: swapped, into: target, count: columns.count, codes: codes)
    } else {
      kernels.packPacked8(sources, into: target, count: columns.count, codes: codes)
    }
  }
}

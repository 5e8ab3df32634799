import PegCore
import PegKernels

/// Turns rows of float, R′, G′, B′ or Y′, Cb, Cr, and alpha, into the rows of a picture: scaled, held to its codes, rounded once.
final class RowWriter {
  let shape: PictureShape
  private let coding: SampleCoding
  private let layout: PackedLayout?
  private let kernels: Kernels
  private let ones: FloatBuffer

  /// Throws bad input for a layout that cannot be written, by name.
  init(_ shape: PictureShape, kernels: Kernels = .best) throws(PegError) {
    try shape.requireComplete()
    self.shape = shape
    self.kernels = kernels
    layout = PackedLayout(shape.format)
    let isWritable =
      shape.format.depth > 1 && shape.format.family != .palette && (shape.format.isPlanar || layout != nil)
      && !(shape.format.isFloat && shape.format.isBigEndian)
    guard isWritable else {
      throw PegError(.badInput, "cannot write \(shape.format): only read", hint: "gray, rgb24, rgba and others can be")
    }
    coding = SampleCoding(depth: shape.format.isFloat ? 16 : shape.format.depth, isFullRange: shape.isFullRange)
    ones = FloatBuffer(shape.raster.width)
    kernels.fill(ones.base, with: 1, count: ones.count)
  }

  private var isSwapped: Bool { shape.format.isBigEndian == (Int(littleEndian: 1) == 1) }

  /// Writes `columns` of row `row` and of the luma rows that share its chroma; what lies past the picture's edge is dropped.
  func write(_ window: RowWindow, row: Int, columns: Range<Int>, to view: MutablePictureView) {
    let format = shape.format
    let raster = shape.raster
    let columns = columns.lowerBound..<min(columns.upperBound, raster.width)
    guard row < raster.height, !columns.isEmpty else { return }
    let shift = format.chromaShift
    guard format.family == .ycbcr else { return writePixels(window, row, columns, view) }
    for line in row..<min(row + (1 << shift.y), raster.height) {
      writePlane(window.row(0, line), 0, line, columns, view, coding.luma)
      if format.hasAlpha {
        writePlane(shape.hasAlpha ? window.row(3, line) : ones.base, 3, line, columns, view, coding.alpha)
      }
    }
    let chroma = (columns.lowerBound >> shift.x)..<((columns.upperBound + (1 << shift.x) - 1) >> shift.x)
    for plane in 1...2 {
      writePlane(window.row(plane, row >> shift.y), plane, row >> shift.y, chroma, view, coding.chroma)
    }
  }

  private func writePlane(
    _ row: FloatRow, _ plane: Int, _ line: Int, _ columns: Range<Int>, _ view: MutablePictureView, _ code: SampleCode
  ) {
    let format = shape.format
    let target =
      view.planes[plane].base + line * view.planes[plane].stride + columns.lowerBound * format.bytesPerSample
    let source = row + columns.lowerBound
    if format.isFloat {
      target.copyMemory(from: source, byteCount: columns.count * 4)
    } else if format.depth > 8 {
      kernels.pack16(source, swapped: isSwapped, into: target, count: columns.count, code: code)
    } else {
      kernels.pack8(source, into: target, count: columns.count, code: code)
    }
  }

  private func writePixels(_ window: RowWindow, _ row: Int, _ columns: Range<Int>, _ view: MutablePictureView) {
    let format = shape.format
    func component(_ index: Int) -> FloatRow {
      index == 3 && !shape.hasAlpha ? ones.base : window.row(index, row)
    }
    if format.isPlanar {
      let order = format.family == .gray ? [0] : format.hasAlpha ? [1, 2, 0, 3] : [1, 2, 0]
      for (plane, index) in order.enumerated() {
        writePlane(component(index), plane, row, columns, view, index == 3 ? coding.alpha : coding.luma)
      }
      return
    }
    guard let layout else { preconditionFailure("\(format) has no packed layout") }
    let target =
      view.planes[0].base + row * view.planes[0].stride
      + columns.lowerBound * layout.order.count * format.bytesPerSample
    // A byte that means nothing is written as opaque alpha.
    let sources = layout.order.map { ($0.map(component) ?? ones.base) + columns.lowerBound }
    let codes = layout.order.map { ($0 ?? 3) == 3 ? coding.alpha : coding.luma }
    if format.depth > 8 {
      kernels.packPacked16(sources, swapped: isSwapped, into: target, count: columns.count, codes: codes)
    } else {
      kernels.packPacked8(sources, into: target, count: columns.count, codes: codes)
    }
  }
}

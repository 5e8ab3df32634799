import PegCore
import PegKernels

/// Turns the rows of a picture in any of our formats into rows of float: R′, G′, B′ or Y′, Cb, Cr, and alpha where it counts.
///
/// Grey becomes three equal rows. Nothing is converted but the code: what the numbers mean is still the source's.
final class RowReader {
  /// Where a Y′CbCr picture lies: all of a view that its rows take, and far less to hand on.
  typealias Planes = PlaneList<PictureView.Plane>

  let shape: PictureShape
  private let coding: SampleCoding
  private let kind: SampleKind
  private let layout: PackedLayout?
  private let kernels: Kernels
  /// For components that are not wanted: three rows.
  private let spare: FloatBuffer
  /// Of Y′, Cb, Cr and alpha; empty for other pictures.
  private let components: [Component]
  /// R, G, B, A of the palette that was seen last.
  private var palettes: (source: [UInt32], components: [[Float]]) = ([], [])

  /// What reading a row of one component takes.
  private struct Component {
    let place: SamplePlace
    let width: Int
    let height: Int
    let code: SampleCode
  }

  /// Throws bad input for a layout that is not handled, by name.
  init(_ shape: PictureShape, kernels: Kernels = .best) throws(PegError) {
    try shape.requireComplete()
    self.shape = shape
    self.kernels = kernels
    let format = shape.format
    coding = SampleCoding(
      depth: format.isFloat ? 16 : max(format.depth, 8), isFullRange: shape.isFullRange, shift: format.shift)
    kind = SampleKind(format)
    layout = PackedLayout(format)
    let coding = coding
    components =
      format.family != .ycbcr
      ? []
      : (0..<4).map { component in
        let size = format.planeSize(component, of: shape.raster)
        return Component(
          place: SamplePlace(component, of: format), width: size.width, height: size.height,
          code: component == 0 ? coding.luma : component == 3 ? coding.alpha : coding.chroma)
      }
    spare = FloatBuffer(3 * shape.raster.width)
    let isKnown = format.isPlanar || format.depth == 1 || layout != nil || format.family == .ycbcr
    guard isKnown, !(format.isFloat && format.isBigEndian) else {
      throw PegError(.badInput, "cannot convert from \(format): its layout is not handled")
    }
  }

  /// 4 with alpha, else 3.
  var planeCount: Int { shape.hasAlpha ? 4 : 3 }

  /// Fills `columns` of row `row` and of the luma rows that share its chroma. Rows and columns past the picture's edge are
  /// its edge again.
  func read(_ view: PictureView, row: Int, columns: Range<Int>, into window: RowWindow) {
    let format = shape.format
    guard format.family == .ycbcr else {
      let rows = window.rows(row, from: columns.lowerBound)
      return readPixels(view, min(row, shape.raster.height - 1), columns, rows)
    }
    let shift = format.chromaShift
    for line in row..<row + (1 << shift.y) {
      readComponent(view.planes, 0, line, columns, into: window.row(0, line) + columns.lowerBound)
      if shape.hasAlpha { readComponent(view.planes, 3, line, columns, into: window.row(3, line) + columns.lowerBound) }
    }
    let chroma = (columns.lowerBound >> shift.x)..<((columns.upperBound + (1 << shift.x) - 1) >> shift.x)
    for component in 1...2 {
      let target = window.row(component, row >> shift.y) + chroma.lowerBound
      readComponent(view.planes, component, row >> shift.y, chroma, into: target)
    }
  }

  /// `columns` of luma row `line` of a Y′CbCr picture.
  func readLuma(_ planes: Planes, _ line: Int, _ columns: Range<Int>, into row: FloatRow) {
    readComponent(planes, 0, line, columns, into: row)
  }

  /// `columns` of row `line` of a planar alpha.
  func readAlpha(_ planes: Planes, _ line: Int, _ columns: Range<Int>, into row: FloatRow) {
    readComponent(planes, 3, line, columns, into: row)
  }

  /// The whole of row `line` of Cb (1) or Cr (2).
  func readChroma(_ planes: Planes, _ component: Int, _ line: Int, into row: FloatRow) {
    readComponent(planes, component, line, 0..<components[component].width, into: row)
  }

  /// `columns` of row `line` of a picture that is not Y′CbCr: R′, G′, B′, and alpha where it counts.
  func readColors(_ view: PictureView, _ line: Int, _ columns: Range<Int>, into tile: Tile) {
    readPixels(view, line, columns, planeCount == 4 ? [tile.r, tile.g, tile.b, tile.a] : [tile.r, tile.g, tile.b])
  }

  /// `columns` of one row of Y′ (0), Cb, Cr or alpha (3) of a Y′CbCr picture; past its edges lie its edges again.
  private func readComponent(
    _ planes: Planes, _ component: Int, _ line: Int, _ columns: Range<Int>, into row: FloatRow
  ) {
    let part = components[component]
    let (place, code) = (part.place, part.code)
    let plane = planes[place.plane]
    let source = plane.base + min(line, part.height - 1) * plane.stride
    guard place.step > 1 else { return unpack(source, columns, of: part.width, into: row, code: code) }
    let begin = min(columns.lowerBound, part.width - 1)
    let count = max(1, min(columns.upperBound, part.width) - begin)
    let first = source + begin * place.step * kind.size
    // The other components of the group go where nobody looks, each into a row of its own.
    let targets = (0..<place.step).map { at in
      at == place.offset ? row : spare.base + (at < place.offset ? at : at - 1) * shape.raster.width
    }
    let codes = Array(repeating: code, count: place.step)
    unpackPacked(first, into: targets, count, codes)
    if columns.count > count { kernels.fill(row + count, with: row[count - 1], count: columns.count - count) }
  }

  private func unpack(
    _ source: UnsafeRawPointer, _ columns: Range<Int>, of width: Int, into row: FloatRow, code: SampleCode
  ) {
    let begin = min(columns.lowerBound, width - 1)
    let count = max(1, min(columns.upperBound, width) - begin)
    let first = source + begin * kind.size
    switch kind {
    case .bytes: kernels.unpack8(first, into: row, count: count, code: code)
    case .words(let swapped): kernels.unpack16(first, swapped: swapped, into: row, count: count, code: code)
    case .floats: kernels.unpackFloat(first, into: row, count: count)
    }
    if columns.count > count { kernels.fill(row + count, with: row[count - 1], count: columns.count - count) }
  }

  // MARK: R′G′B′, grey, palettes: no subsampling, so one row at a time

  private func readPixels(_ view: PictureView, _ line: Int, _ columns: Range<Int>, _ rows: [FloatRow]) {
    let format = shape.format
    let width = shape.raster.width
    let count = columns.count
    func plane(_ index: Int) -> UnsafeRawPointer { view.planes[index].base + line * view.planes[index].stride }
    switch format.family {
    case .palette:
      readPalette(plane(0) + columns.lowerBound, view.palette, rows, count)
    case .gray where format.depth == 1:
      let isZeroBlack = format.name == "monob"
      kernels.unpackBits(
        plane(0), from: columns.lowerBound, zero: isZeroBlack ? 0 : 1, one: isZeroBlack ? 1 : 0, into: rows[0],
        count: count)
      spread(rows, count)
    case .gray where format.isPlanar:
      unpack(plane(0), columns, of: width, into: rows[0], code: coding.luma)
      spread(rows, count)
    case .gray:
      readPacked(plane(0), columns, rows)
      spread(rows, count)
    case .rgb where format.isPlanar:
      for (component, index) in [2, 0, 1].enumerated() {
        unpack(plane(index), columns, of: width, into: rows[component], code: coding.luma)
      }
      if shape.hasAlpha {
        unpack(plane(3), columns, of: width, into: rows[3], code: coding.alpha)
        if format.isFloat { kernels.clamp(rows[3], count: count, to: 0...1) }
      }
    case .rgb: readPacked(plane(0), columns, rows)
    case .ycbcr: preconditionFailure("Y′CbCr is read by planes")
    }
  }

  private func spread(_ rows: [FloatRow], _ count: Int) {
    rows[1].update(from: rows[0], count: count)
    rows[2].update(from: rows[0], count: count)
  }

  private func readPacked(_ source: UnsafeRawPointer, _ columns: Range<Int>, _ rows: [FloatRow]) {
    guard let layout else { preconditionFailure("\(shape.format) has no packed layout") }
    let first = source + columns.lowerBound * layout.order.count * kind.size
    let targets = layout.order.map { component in
      component.flatMap { $0 < rows.count ? rows[$0] : nil } ?? spare.base
    }
    let codes = layout.order.map { $0 == 3 ? coding.alpha : coding.luma }
    unpackPacked(first, into: targets, columns.count, codes)
  }

  private func unpackPacked(_ source: UnsafeRawPointer, into targets: [FloatRow], _ count: Int, _ codes: [SampleCode]) {
    if case .words(let swapped) = kind {
      kernels.unpackPacked16(source, swapped: swapped, into: targets, count: count, codes: codes)
    } else {
      kernels.unpackPacked8(source, into: targets, count: count, codes: codes)
    }
  }

  private func readPalette(_ source: UnsafeRawPointer, _ palette: [UInt32], _ rows: [FloatRow], _ count: Int) {
    if palette != palettes.source || palettes.components.isEmpty {
      let entries = palette + Array(repeating: 0, count: max(0, 256 - palette.count))
      palettes = (
        palette,
        [16, 8, 0, 24].map { shift in
          entries.prefix(256).map { Oracle.unpack(code: Int(($0 >> UInt32(shift)) & 255), coding.alpha) }
        }
      )
    }
    for (row, values) in zip(rows, palettes.components) {
      kernels.lookup(source, in: values, into: row, count: count)
    }
  }
}

import PegCore
import PegKernels

/// Pictures that change their size on the way into a layer: rows go through a resampler, whole pictures at a time.
final class ScaledLayer: RowPass {
  private let geometry: ResampleGeometry
  private let engine: any RowEngine
  private let shape: PictureShape
  private let placed: PlacedPicture
  private let reader: RowReader
  private let matrix: [Float]?
  private let program: TileProgram
  private let kernels: Kernels
  /// Where row and column 0 of the result lie in the raster.
  private let origin: (x: Int, y: Int)
  private let columnCoverage: [Float]
  private let rowCoverage: [Float]
  private let isPartlyCovered: Bool
  private var views: (source: PictureView, target: MutablePictureView)?

  /// - Parameter program: from the picture's code values, as R′G′B′, to the working space.
  init(
    _ shape: PictureShape, _ program: ColorProgram, placed: PlacedPicture, kernels: Kernels
  ) throws(PegError) {
    self.shape = shape
    self.placed = placed
    self.kernels = kernels
    reader = try RowReader(shape, kernels: kernels)
    matrix = shape.format.family == .ycbcr ? try YCbCrMatrix(shape.tags.matrix).toRGB.floats : nil
    self.program = TileProgram(program.optimised(), kernels)
    let (columns, rows) = (placed.columns, placed.rows)
    geometry = ResampleGeometry(
      source: shape.raster, target: Raster(columns.count, rows.count), planeCount: reader.planeCount,
      chroma: shape.format.chromaShift, siting: shape.tags.siting, region: placed.region,
      placed: (
        (placed.x.start - Rational(columns.lowerBound)).double, (placed.y.start - Rational(rows.lowerBound)).double,
        placed.x.length.double, placed.y.length.double
      ))
    origin = (columns.lowerBound, rows.lowerBound)
    columnCoverage = placed.columnCoverage
    rowCoverage = placed.rowCoverage
    isPartlyCovered = columnCoverage.contains { $0 != 1 } || rowCoverage.contains { $0 != 1 }
    engine = try Resampling.engine(geometry)
  }

  func run(_ source: PictureView, into target: MutablePictureView) throws(PegError) {
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
    guard shape.hasAlpha else { return program.apply(r, g, b, count: count) }
    program.apply(to: Tile(r: r, g: g, b: b, a: rows[3]), count: count, shape.alpha)
    if shape.alpha == .straight { kernels.associate(r, g, b, alpha: rows[3], count: count) }
  }

  func write(row: Int, columns: Range<Int>, from window: RowWindow) {
    guard let views else { return }
    let y = row + origin.y
    guard placed.rows.contains(y) else { return }
    // What of these columns lies in the raster.
    let begin = max(columns.lowerBound + origin.x, placed.columns.lowerBound)
    let end = min(columns.upperBound + origin.x, placed.columns.upperBound)
    guard begin < end else { return }
    let count = end - begin
    let rows = window.rows(row, from: begin - origin.x)
    if matrix != nil { finishColor(rows, count) }
    if shape.hasAlpha { kernels.settle(rows[0], rows[1], rows[2], alpha: rows[3], count: count) }
    // Planes lie G, B, R, A.
    for (plane, component) in [1, 2, 0, 3].enumerated() {
      let to = self.row(views.target, plane, y) + begin
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

import PegCore
import PegKernels

/// Gives tiles of a picture of the raster: associated colour in the working space, and alpha.
protocol TileSource: AnyObject {
  /// Whether every pixel hides what lies below: alpha is 1 everywhere, and is still written.
  var isOpaque: Bool { get }
  /// Fills `tile` with `columns` of row `row`, at most ``Tile/width`` of them. Rows in order cost least.
  func fill(_ tile: Tile, row: Int, columns: Range<Int>)
}

/// A source picture whose pixels are pixels of the raster: read, converted and graded tile by tile.
final class PictureTiles: TileSource {
  private let reader: RowReader
  private let shape: PictureShape
  private let view: PictureView
  private let chroma: ChromaSource?
  private let kernels: Kernels
  private let matrix: [Float]?
  private let program: ColorProgram
  // Where the picture lies in the raster.
  private let x: Range<Int>
  private let y: Range<Int>
  let isOpaque: Bool
  private var prepared = -1

  /// - Parameters:
  ///   - matrix: Y′CbCr to R′G′B′; `nil` where the program begins with it, or there is none.
  ///   - origin: the raster's column and row of the picture's first pixel.
  init(
    _ view: PictureView, _ reader: RowReader, chroma: ChromaSource?, matrix: [Float]?, program: ColorProgram,
    origin: (x: Int, y: Int), raster: Raster, kernels: Kernels
  ) {
    self.view = view
    self.reader = reader
    self.chroma = chroma
    self.matrix = matrix
    self.program = program
    self.kernels = kernels
    shape = reader.shape
    x = origin.x..<origin.x + shape.raster.width
    y = origin.y..<origin.y + shape.raster.height
    let covers = x.lowerBound <= 0 && y.lowerBound <= 0 && x.upperBound >= raster.width && y.upperBound >= raster.height
    isOpaque = covers && !shape.hasAlpha
  }

  /// Whether samples are handed on as they were read.
  var isUntouched: Bool { matrix == nil && program.isIdentity }

  func fill(_ tile: Tile, row: Int, columns: Range<Int>) {
    let inside = columns.clamped(to: x)
    guard y.contains(row), !inside.isEmpty else { return clear(tile, 0..<columns.count) }
    let begin = inside.lowerBound - columns.lowerBound
    let part = tile.advanced(by: begin)
    read(part, row - y.lowerBound, inside.lowerBound - x.lowerBound, inside.count)
    convert(part, inside.count)
    clear(tile, 0..<begin)
    clear(tile, begin + inside.count..<columns.count)
  }

  private func clear(_ tile: Tile, _ range: Range<Int>) {
    guard !range.isEmpty else { return }
    for row in [tile.r, tile.g, tile.b, tile.a] {
      kernels.fill(row + range.lowerBound, with: 0, count: range.count)
    }
  }

  private func read(_ tile: Tile, _ line: Int, _ column: Int, _ count: Int) {
    let columns = column..<column + count
    guard shape.format.family == .ycbcr else { return reader.readColors(view, line, columns, into: tile) }
    guard let chroma else { return }
    if prepared != line {
      prepared = line
      chroma.prepare(view, line)
    }
    chroma.read(columns, tile.g, tile.b)
    reader.readLuma(view, line, columns, into: tile.r)
    if shape.hasAlpha { reader.readAlpha(view, line, columns, into: tile.a) }
  }

  private func convert(_ tile: Tile, _ count: Int) {
    if let matrix { kernels.matrix(tile.r, tile.g, tile.b, count: count, by: matrix) }
    guard shape.hasAlpha else {
      program.apply(tile.r, tile.g, tile.b, count: count, kernels)
      return kernels.fill(tile.a, with: 1, count: count)
    }
    program.apply(to: tile, count: count, shape.alpha, kernels)
    if shape.alpha == .straight { kernels.associate(tile.r, tile.g, tile.b, alpha: tile.a, count: count) }
  }
}

extension ColorProgram {
  /// Over colours that are multiplied by alpha, or that are not: they are divided for it, and multiplied again.
  func apply(to tile: Tile, count: Int, _ alpha: AlphaMode, _ kernels: Kernels) {
    guard !isIdentity else { return }
    guard alpha == .premultiplied else { return apply(tile.r, tile.g, tile.b, count: count, kernels) }
    // A grade that lifts black makes no light where there is nothing.
    let black = applied(to: (0, 0, 0))
    guard black == (0, 0, 0) else {
      return withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { presence in
        guard let base = presence.baseAddress else { return }
        for index in 0..<count {
          let isThere = tile.a[index] > 0 || tile.r[index] != 0 || tile.g[index] != 0 || tile.b[index] != 0
          base[index] = isThere ? 1 : 0
        }
        applyUnassociated(to: tile, count: count, kernels)
        for row in [tile.r, tile.g, tile.b] { kernels.cover(row, columns: base, weight: 1, count: count) }
      }
    }
    applyUnassociated(to: tile, count: count, kernels)
  }

  private func applyUnassociated(to tile: Tile, count: Int, _ kernels: Kernels) {
    kernels.unassociate(tile.r, tile.g, tile.b, alpha: tile.a, count: count)
    apply(tile.r, tile.g, tile.b, count: count, kernels)
    // Light that was added where alpha is 0 was not divided, and is not multiplied.
    kernels.reassociate(tile.r, tile.g, tile.b, alpha: tile.a, count: count)
  }
}

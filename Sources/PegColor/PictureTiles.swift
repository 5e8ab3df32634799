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
  private let program: TileProgram
  // Where the picture lies in the raster.
  private let x: Range<Int>
  private let y: Range<Int>
  let isOpaque: Bool
  private let isYCbCr: Bool
  private let hasAlpha: Bool
  /// Whether alpha is written where every pixel is opaque.
  private let fillsAlpha: Bool
  private var prepared = -1

  /// - Parameters:
  ///   - matrix: Y′CbCr to R′G′B′; `nil` where the program begins with it, or there is none.
  ///   - fillsAlpha: whether the alpha of a picture that has none is written, as 1.
  ///   - origin: the raster's column and row of the picture's first pixel.
  init(
    _ view: PictureView, _ reader: RowReader, chroma: ChromaSource?, matrix: [Float]?, program: ColorProgram,
    fillsAlpha: Bool, origin: (x: Int, y: Int), raster: Raster, kernels: Kernels
  ) {
    self.view = view
    self.reader = reader
    self.chroma = chroma
    self.matrix = matrix
    self.program = TileProgram(program, kernels)
    self.kernels = kernels
    self.fillsAlpha = fillsAlpha
    shape = reader.shape
    isYCbCr = shape.format.family == .ycbcr
    hasAlpha = shape.hasAlpha
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
    guard isYCbCr else { return reader.readColors(view, line, columns, into: tile) }
    guard let chroma else { return }
    if prepared != line {
      prepared = line
      chroma.prepare(view.planes, line)
    }
    chroma.read(columns, tile.g, tile.b)
    reader.readLuma(view.planes, line, columns, into: tile.r)
    if hasAlpha { reader.readAlpha(view.planes, line, columns, into: tile.a) }
  }

  private func convert(_ tile: Tile, _ count: Int) {
    if let matrix { kernels.matrix(tile.r, tile.g, tile.b, count: count, by: matrix) }
    guard hasAlpha else {
      program.apply(tile.r, tile.g, tile.b, count: count)
      if fillsAlpha { kernels.fill(tile.a, with: 1, count: count) }
      return
    }
    program.apply(to: tile, count: count, shape.alpha)
    if shape.alpha == .straight { kernels.associate(tile.r, tile.g, tile.b, alpha: tile.a, count: count) }
  }
}

import PegKernels

/// A run of pixels of one row in the first cache: red, green, blue (or Y′, Cb, Cr), and alpha, a row of floats each.
struct Tile {
  /// Pixels that a tile holds at most: four rows of them are 15 KiB, half of the first cache. Half as many take the pass over a
  /// picture of HD 0.5 ms more, in calls.
  static let width = 960
  /// Floats that may be written before and after a run: filters work in whole groups.
  static let slack = 16

  var r: FloatRow
  var g: FloatRow
  var b: FloatRow
  var a: FloatRow

  var rows: ColorRows { (r, g, b, a) }

  /// The same from pixel `column` on.
  func advanced(by column: Int) -> Tile { Tile(r: r + column, g: g + column, b: b + column, a: a + column) }

  /// Columns `range` in runs of a tile.
  static func runs(_ range: Range<Int>) -> some Sequence<Range<Int>> {
    stride(from: range.lowerBound, to: range.upperBound, by: width).lazy.map { $0..<min($0 + width, range.upperBound) }
  }
}

/// The memory of one tile.
final class TileMemory {
  private let memory: FloatBuffer
  let tile: Tile

  init() {
    let stride = Tile.width + 2 * Tile.slack
    let memory = FloatBuffer(4 * stride)
    self.memory = memory
    func row(_ index: Int) -> FloatRow { memory.base + index * stride + Tile.slack }
    tile = Tile(r: row(0), g: row(1), b: row(2), a: row(3))
  }
}

import PegCore
import PegKernels

/// The chroma of a picture at luma's raster, row by row: a few rows of each plane as float, filtered down, then across.
final class ChromaSource {
  private let shape: PictureShape
  private let reader: RowReader
  private let kernels: Kernels
  private let width: Int
  private let height: Int
  private let across: ChromaFilter
  private let down: ChromaFilter
  private let expansion: [Float]
  private let downWeights: [[Float]]

  // Rows of a plane that were read last, as many as a filter down reaches over, and one row of each plane at luma's height; all
  // with slack on both sides. One where nothing is filtered down: eight would leave the first cache.
  private let ring: Int
  private let stride: Int
  private let memory: FloatBuffer
  private var held: [Int]
  private var current: (cb: FloatRow, cr: FloatRow)

  init(_ shape: PictureShape, _ reader: RowReader, _ kernels: Kernels) {
    self.shape = shape
    self.reader = reader
    self.kernels = kernels
    (width, height) = shape.format.planeSize(1, of: shape.raster)
    across = .across(shape.format.chromaShift.x, shape.tags.siting)
    down = .down(shape.format.chromaShift.y, shape.tags.siting)
    expansion = across.expansion
    // Luma rows repeat their phases.
    let down = down
    downWeights = (0..<down.factor).map { down.taps(ofLuma: $0).weights }
    ring = down.factor == 1 ? 1 : 8
    stride = FloatBuffer.stride(width + 2 * Tile.slack)
    memory = FloatBuffer(2 * (ring + 1) * stride)
    held = Array(repeating: -1, count: ring)
    current = (memory.base, memory.base)
  }

  private func row(_ plane: Int, _ slot: Int) -> FloatRow {
    memory.base + (plane * (ring + 1) + slot) * stride + Tile.slack
  }

  private func rows(_ planes: RowReader.Planes, _ line: Int) -> Int {
    let line = min(max(line, 0), height - 1)
    let slot = line % ring
    if held[slot] != line {
      held[slot] = line
      for plane in 0..<2 { reader.readChroma(planes, plane + 1, line, into: row(plane, slot)) }
    }
    return slot
  }

  /// Makes ready for luma row `line`, counted from the picture's top.
  func prepare(_ planes: RowReader.Planes, _ line: Int) {
    if down.factor == 1 {
      let slot = rows(planes, line)
      current = (row(0, slot), row(1, slot))
    } else {
      let first = down.taps(ofLuma: line).first
      let weights = downWeights[line % down.factor]
      if weights[1] == 1 {
        let slot = rows(planes, first + 1)
        current = (row(0, slot), row(1, slot))
      } else {
        let slots = (0..<4).map { rows(planes, first + $0) }
        current = (row(0, ring), row(1, ring))
        for plane in 0..<2 {
          kernels.blendRows(slots.map { row(plane, $0) }, weights, into: row(plane, ring), count: width)
        }
      }
    }
    guard across.factor > 1 else { return }
    extend(current.cb)
    extend(current.cr)
  }

  /// Past its ends lie its ends again.
  private func extend(_ row: FloatRow) {
    let (left, right) = (row[0], row[width - 1])
    for k in 1...3 { row[-k] = left }
    for k in 0..<6 { row[width + k] = right }
  }

  /// Cb and Cr of luma columns `columns`.
  func read(_ columns: Range<Int>, _ cb: FloatRow, _ cr: FloatRow) {
    guard across.factor > 1 else {
      cb.update(from: current.cb + columns.lowerBound, count: columns.count)
      cr.update(from: current.cr + columns.lowerBound, count: columns.count)
      return
    }
    let factor = across.factor
    let offset = columns.lowerBound - across.firstOfGroup
    // The group that the first column is in, rounded down below 0 as well.
    let group = offset >= 0 ? offset / factor : -((-offset + factor - 1) / factor)
    let before = offset - group * factor
    let groups = (before + columns.count + factor - 1) / factor
    func expand(_ row: FloatRow, into target: FloatRow) {
      // A whole group begins before the first column, where the pixels of another tile may lie.
      let kept = (target[-3], target[-2], target[-1])
      kernels.expand(row + group - 1, factor: factor, expansion, into: target - before, groups: groups)
      (target[-3], target[-2], target[-1]) = kept
    }
    expand(current.cb, into: cb)
    expand(current.cr, into: cr)
  }
}

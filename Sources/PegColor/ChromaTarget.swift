import PegCore
import PegKernels

/// Has rows for Cb and Cr at luma's raster to be filled and gives them at their own: filtered across, then down, to the tagged siting.
///
/// With weights, what comes is Cb and Cr times alpha, and what goes is divided by alpha filtered alike.
final class ChromaTarget {
  private let shape: PictureShape
  private let kernels: Kernels
  private let isWeighted: Bool
  private let width: Int
  private let height: Int
  private let across: ChromaFilter
  private let down: ChromaFilter
  private let acrossWeights: [Float]
  private let downWeights: [Float]
  private let ring: Int
  private let planes: Int
  // Of each plane: one row at luma's width, a ring of rows at chroma's, one row to write.
  private let memory: FloatBuffer
  private let fullStride: Int
  private let halfStride: Int
  private var next = 0

  init(_ shape: PictureShape, isWeighted: Bool, _ kernels: Kernels) {
    self.shape = shape
    self.kernels = kernels
    self.isWeighted = isWeighted
    (width, height) = shape.format.planeSize(1, of: shape.raster)
    across = .across(shape.format.chromaShift.x, shape.tags.siting)
    down = .down(shape.format.chromaShift.y, shape.tags.siting)
    acrossWeights = across.reduction
    downWeights = down.reduction
    planes = isWeighted ? 3 : 2
    ring = down.factor == 1 ? 1 : 8 * down.factor
    fullStride = FloatBuffer.stride(width * across.factor + 4 * Tile.slack)
    halfStride = FloatBuffer.stride(width)
    memory = FloatBuffer(planes * (fullStride + (ring + 1) * halfStride))
  }

  private func full(_ plane: Int) -> FloatRow { memory.base + plane * fullStride + 2 * Tile.slack }
  private func half(_ plane: Int, _ slot: Int) -> FloatRow {
    memory.base + planes * fullStride + (plane * (ring + 1) + slot) * halfStride
  }

  func begin() { next = 0 }

  /// Where Cb and Cr of the row that comes lie, and with weights alpha, from `column` on: filled in place.
  func rows(from column: Int) -> (cb: FloatRow, cr: FloatRow, alpha: FloatRow?) {
    (full(0) + column, full(1) + column, isWeighted ? full(2) + column : nil)
  }

  /// Luma row `line` is whole: `write` gets each chroma row that can be made now, Cb, Cr, and its number.
  func finish(_ line: Int, write: (FloatRow, FloatRow, Int) -> Void) {
    let slot = line % ring
    let lumaWidth = shape.raster.width
    for plane in 0..<planes {
      let row = full(plane)
      guard across.factor > 1 else {
        half(plane, slot).update(from: row, count: width)
        continue
      }
      let (left, right) = (row[0], row[lumaWidth - 1])
      for k in 1...across.lead { row[-k] = left }
      // Past the last luma sample that the last chroma sample's filter reads.
      let end = across.factor * (width - 1) - across.lead + 4 * across.factor
      if end > lumaWidth { for k in lumaWidth..<end { row[k] = right } }
      kernels.shrink(
        row - across.lead, step: across.factor, acrossWeights, into: half(plane, slot), count: width)
    }
    guard down.factor > 1 else { return give(slot, line, write) }
    let lastLine = shape.raster.height - 1
    while next < height {
      let first = down.factor * next - down.lead
      guard line == lastLine || line >= first + 4 * down.factor - 1 else { return }
      let slots = (0..<4 * down.factor).map { min(max(first + $0, 0), lastLine) % ring }
      for plane in 0..<planes {
        kernels.blendRows(slots.map { half(plane, $0) }, downWeights, into: half(plane, ring), count: width)
      }
      give(ring, next, write)
      next += 1
    }
  }

  private func give(_ slot: Int, _ line: Int, _ write: (FloatRow, FloatRow, Int) -> Void) {
    let (cb, cr) = (half(0, slot), half(1, slot))
    if isWeighted {
      let alpha = half(2, slot)
      // A third colour row is asked for; the spare one is as long.
      kernels.unassociate(cb, cr, full(0), alpha: alpha, count: width)
    }
    write(cb, cr, line)
  }
}

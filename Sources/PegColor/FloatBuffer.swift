import PegKernels

/// Float memory on a boundary of 64 bytes, freed with its owner; begins as zeros.
final class FloatBuffer {
  let base: FloatRow
  let count: Int

  init(_ count: Int) {
    self.count = count
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(count, 16) * 4, alignment: 64)
    base = memory.bindMemory(to: Float.self, capacity: max(count, 16))
    base.initialize(repeating: 0, count: max(count, 16))
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }

  /// Floats from one row to the next so that each row begins on a boundary of 64 bytes.
  static func stride(_ width: Int) -> Int { (width + 15) / 16 * 16 }
}

/// Some rows of a picture's float planes: all of them, or the last few in a ring.
struct RowWindow {
  struct Plane {
    let base: FloatRow
    /// Floats from one row to the next.
    let stride: Int
    /// Row i lies at i & mask.
    let mask: Int
  }

  let planes: [Plane]

  func row(_ plane: Int, _ index: Int) -> FloatRow {
    planes[plane].base + (index & planes[plane].mask) * planes[plane].stride
  }

  /// R, G, B (and A) or Y′, Cb, Cr of one row, from column `column` on.
  func rows(_ index: Int, from column: Int) -> [FloatRow] { planes.indices.map { row($0, index) + column } }
}

internal import CPegKernels

/// A function of one value as a table with an entry for each half float, by its bits: linear between two halves, held to its ends
/// past ±65504; NaN counts as 0.
public struct HalfCurve: Hashable, Sendable {
  /// 65536; those of infinities and NaN are not used.
  public let values: [Float]
  // Of the content, taken once: programs are compared for every picture.
  private let digest: Int

  public init(_ values: [Float]) {
    precondition(values.count == 65536)
    self.values = values
    digest = values.contentHash
  }

  public static func == (a: HalfCurve, b: HalfCurve) -> Bool { a.digest == b.digest && a.values == b.values }
  public func hash(into hasher: inout Hasher) { hasher.combine(digest) }

  /// The value of a half float by its bits; not for infinities and NaN.
  public static func value(ofHalf bits: UInt16) -> Float {
    let size = UInt32(bits & 0x7fff)
    let magnitude =
      size < 0x400 ? Float(size) * 0x1p-24 : Float(bitPattern: size << 13 &+ 0x3800_0000)
    return bits & 0x8000 == 0 ? magnitude : -magnitude
  }
}

extension Kernels {
  public func halfCurve(_ row: FloatRow, count: Int, _ curve: HalfCurve) {
    curve.values.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      table.pointee.half_curve(row, count, base)
    }
  }
}

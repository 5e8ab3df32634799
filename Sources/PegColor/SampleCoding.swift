import PegCore
import PegKernels

/// What code values a picture's components have (ITU-T H.273 eq. 26-31, BT.709-6 §4.6, BT.2100 table 9).
struct SampleCoding {
  /// R′, G′, B′, grey or Y′.
  let luma: SampleCode
  let chroma: SampleCode
  let alpha: SampleCode

  /// Legal range writes no code that video reserves for timing: 1…254 at 8 bits, 4…1019 at 10.
  ///
  /// - Parameter shift: bits that samples lie up in their words. Everything is a power of two more then, and (code − black) / span
  ///   the same to the bit.
  init(depth: Int, isFullRange: Bool, shift: Int = 0) {
    let unit = Float(1 << shift)
    let step = Float(1 << max(depth - 8, 0)) * unit
    let top = Float((1 << depth) - 1) * unit
    let half = Float(1 << (depth - 1)) * unit
    alpha = SampleCode(black: 0, span: top, low: 0, high: top)
    if isFullRange {
      luma = alpha
      chroma = SampleCode(black: half, span: top, low: 0, high: top)
    } else {
      let (low, high) = (step, top - step)
      luma = SampleCode(black: 16 * step, span: 219 * step, low: low, high: high)
      chroma = SampleCode(black: half, span: 224 * step, low: low, high: high)
    }
  }

  init(_ shape: PictureShape) { self.init(depth: shape.format.depth, isFullRange: shape.isFullRange) }
}

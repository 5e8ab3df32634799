/// The code values of PCM: whole multiples of 2^(1 − bits), from −1 to just below 1.
struct SampleGrid {
  private let scale: Double

  /// - Parameter bits: 8…24, so that a `Float` holds each value exactly.
  init(bits: Int) {
    precondition((8...24).contains(bits), "a grid of 8 to 24 bits")
    scale = Double(1 << (bits - 1))
  }

  /// The nearest value, halves to even, and whether full scale cut it off.
  func nearest(to sample: Double) -> (value: Float, isClipped: Bool) {
    let code = (sample * scale).rounded(.toNearestOrEven)
    let inside = min(max(code, -scale), scale - 1)
    return (Float(inside / scale), inside != code)
  }
}

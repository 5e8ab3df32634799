/// A scalar reference of every kernel: the same arithmetic, one sample at a time, in the order the kernels promise.
///
/// Tests hold every level of every kernel to it, bit for bit; what a person wants to know about a kernel is said here.
public enum Oracle {
  // MARK: Samples

  public static func unpack(code: Int, _ c: SampleCode) -> Float { (Float(code) - c.black) / c.span }

  public static func unpack(float value: Float) -> Float {
    if value.isNaN { return 0 }
    return min(max(value, -65504), 65504)
  }

  public static func pack(_ value: Float, _ c: SampleCode) -> Int {
    var code = value * c.span + c.black
    if !(code > c.low) { code = c.low }
    if !(code < c.high) { code = c.high }
    return Int(code + 0.5)
  }

  public static func bit(_ bytes: [UInt8], _ index: Int) -> Int { Int(bytes[index / 8] >> UInt8(7 - index % 8)) & 1 }

  // MARK: Colour

  public static func matrix(_ m: [Float], _ x: Float, _ y: Float, _ z: Float) -> (Float, Float, Float) {
    func row(_ i: Int) -> Float { (m[i] * x + m[i + 1] * y) + m[i + 2] * z }
    return (row(0), row(3), row(6))
  }

  public static func clamp(_ value: Float, _ low: Float, _ high: Float) -> Float {
    let raised = value > low ? value : low
    return raised < high ? raised : high
  }

  // MARK: Alpha

  public static func unassociate(_ value: Float, alpha: Float) -> Float { value / (alpha > 0 ? alpha : 1) }

  public static func reassociate(_ value: Float, alpha: Float) -> Float { value * (alpha > 0 ? alpha : 1) }

  public static func settle(_ value: Float, alpha: Float) -> Float {
    if alpha > 0 { return value / (alpha > 1 ? alpha : 1) }
    return value > 0 ? value : 0
  }

  public static func settle(alpha: Float) -> Float { clamp(alpha, 0, 1) }

  /// Colour, or alpha with `source` equal to `alpha`.
  public static func over(_ source: Float, alpha: Float, onto target: Float, opacity: Float) -> Float {
    source * opacity + target * (1 - alpha * opacity)
  }

  public static func mix(_ a: Float, _ wa: Float, _ b: Float, _ wb: Float) -> Float { a * wa + b * wb }
}

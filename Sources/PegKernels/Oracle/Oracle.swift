/// A scalar reference of every kernel: the same arithmetic, one sample at a time, in the order the kernels promise.
///
/// Tests hold every level of every kernel to it, bit for bit; what a person wants to know about a kernel is said here.
public enum Oracle {
  // MARK: Samples

  public static func unpack(code: Int, _ c: SampleCode) -> Float { (Float(code) - c.black) * (1 / c.span) }

  public static func unpack(float value: Float) -> Float {
    if value.isNaN { return 0 }
    return min(max(value, -65504), 65504)
  }

  /// A half float by its bits.
  public static func unpack(half bits: UInt16) -> Float {
    let exponent = Int(bits >> 10) & 31
    let fraction = Int(bits & 1023)
    if exponent == 31, fraction != 0 { return bits & 0x8000 == 0 ? 0 : -0.0 }
    let size: Float =
      exponent == 31
      ? 65504
      : exponent == 0
        ? Float(fraction) / 16_777_216
        : Float(1024 + fraction) * Float(sign: .plus, exponent: exponent - 25, significand: 1)
    return bits & 0x8000 == 0 ? size : -size
  }

  /// −1…1 with a triangle's density, by a hash of the place.
  public static func noise(x: Int, y: Int, plane: Int) -> Float {
    let line = UInt32(truncatingIfNeeded: y) &* 0x85EB_CA77 &+ UInt32(truncatingIfNeeded: plane) &* 0xC2B2_AE3D
    var h = UInt32(truncatingIfNeeded: x) &* 0x9E37_79B1 ^ line
    h = (h ^ (h >> 15)) &* 0x2C1B_3C6D
    h = (h ^ (h >> 12)) &* 0x297A_2D39
    h ^= h >> 15
    return (Float(h & 0xffff) + Float(h >> 16)) * (1 / 65536) - 1
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

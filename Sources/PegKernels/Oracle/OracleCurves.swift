/// Transfer functions in the kernels' own arithmetic; see `curves.h` for where each error bound comes from.
extension Oracle {
  private static let smallest = Float.leastNormalMagnitude

  /// log2((1 + t)/(1 − t)).
  static func log2Ratio(_ t: Float) -> Float {
    let s = t * t
    let low: Float = 2.88539004 + 0.961798847 * s
    let high: Float = 0.576714396 + 0.431735933 * s
    return t * (low + (s * s) * high)
  }

  /// (2^f − 1)/f for |f| ≤ ½.
  static func exp2Slope(_ f: Float) -> Float {
    let f2 = f * f
    let low: Float = 0.693147182 + 0.240226477 * f
    let mid: Float = 0.0555033237 + 0.00961843599 * f
    let high: Float = 0.00133988517 + 0.000153535992 * f
    return (low + f2 * mid) + (f2 * f2) * high
  }

  /// 2^(a + b), the sum held to −126…127.
  static func exp2(_ a: Float, _ b: Float) -> Float {
    let shifted = clamp(a + b, -126, 127) + 12_582_912
    let f = clamp((a - (shifted - 12_582_912)) + b, -1, 1)
    let p = exp2Slope(f) * f + 1
    return Float(bitPattern: p.bitPattern &+ shifted.bitPattern << 23)
  }

  private static func parts(_ x: Float) -> (exponent: Float, log: Float) {
    let bits = Int32(bitPattern: x.bitPattern)
    let e = (bits &- 0x3f35_04f3) >> 23
    let m = Float(bitPattern: UInt32(bitPattern: bits &- e &* 8_388_608))
    return (Float(e), log2Ratio((m - 1) / (m + 1)))
  }

  /// x^y for x ≥ 0; 0 below the smallest normal number.
  static func powPositive(_ x: Float, _ y: Float) -> Float {
    guard x > smallest else { return 0 }
    let high = Float(bitPattern: y.bitPattern & ~0xfff)
    let low = y - high
    let (e, l) = parts(x)
    return exp2(high * e, low * e + (high + low) * l)
  }

  static func log2Positive(_ x: Float) -> Float {
    let (e, l) = parts(x)
    return e + l
  }

  private static func signed(_ size: Float, as x: Float) -> Float {
    Float(bitPattern: size.bitPattern | (x.bitPattern & 0x8000_0000))
  }

  public static func power(_ x: Float, _ exponent: Float) -> Float {
    signed(powPositive(x.magnitude, exponent), as: x)
  }

  public static func srgbDecode(_ x: Float) -> Float {
    let a = x.magnitude
    return signed(a <= 0.04045 ? a / 12.92 : powPositive((a + 0.055) / 1.055, 2.4), as: x)
  }

  public static func srgbEncode(_ x: Float) -> Float {
    let a = x.magnitude
    let root = powPositive(a, 1 / 2.4)
    return signed(a <= 0.0031308 ? a * 12.92 : root + 0.055 * (root - 1), as: x)
  }

  public static func pqDecode(_ x: Float, white: Float) -> Float {
    let z = log2Positive(clamp(x, smallest, 1)) * (32 / 2523)
    let held: Float = z > -0.5 ? z : -0.5
    let delta = -(held * exp2Slope(held))
    let top = 0.1640625 - delta > 0 ? 0.1640625 - delta : 0
    return powPositive(top / (0.1640625 + 18.6875 * delta), 16384 / 2610) * (10000 / white)
  }

  public static func pqEncode(_ x: Float, white: Float) -> Float {
    let y = powPositive(clamp(x * white / 10000, 0, 1), 2610 / 16384)
    let delta = 0.1640625 * (1 - y) / (1 + 18.6875 * y)
    let log = 78.84375 * log2Ratio(-delta / (2 - delta))
    return exp2(log, 0)
  }

  static func hlgScene(_ v: Float) -> Float {
    let a = v.magnitude
    if a <= 0.5 { return signed(a * a / 3, as: v) }
    let wanted: Float = (a - 0.55991073) / 0.17883277 * 1.44269504
    let power = wanted < 120 ? wanted : 120
    return signed((exp2(power, 0) + 0.28466892) / 12, as: v)
  }

  static func hlgSignal(_ e: Float) -> Float {
    let a = e.magnitude
    if a <= 1 / 12 { return signed((3 * a).squareRoot(), as: e) }
    let inner = 12 * a - 0.28466892
    return signed(0.17883277 * (log2Positive(inner > 0.5 ? inner : 0.5) * 0.693147181) + 0.55991073, as: e)
  }

  private static func luma2020(_ r: Float, _ g: Float, _ b: Float) -> Float { (0.2627 * r + 0.6780 * g) + 0.0593 * b }

  public static func hlgDecode(_ r: Float, _ g: Float, _ b: Float, white: Float) -> (Float, Float, Float) {
    let (x, y, z) = (hlgScene(r), hlgScene(g), hlgScene(b))
    let gain = powPositive(luma2020(x, y, z), 0.2) * (1000 / white)
    return (x * gain, y * gain, z * gain)
  }

  public static func hlgEncode(_ r: Float, _ g: Float, _ b: Float, white: Float) -> (Float, Float, Float) {
    let unit = white / 1000
    let (x, y, z) = (r * unit, g * unit, b * unit)
    let root = powPositive(luma2020(x, y, z), 1 / 6)
    let divisor = root > 0 ? root : 1
    return (hlgSignal(x / divisor), hlgSignal(y / divisor), hlgSignal(z / divisor))
  }
}

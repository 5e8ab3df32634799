/// Transfer functions in the kernels' own arithmetic; see `curves.h` for where each error bound comes from.
extension Oracle {
  private static let smallest = Float.leastNormalMagnitude

  /// log2((1 + t)/(1 − t)).
  static func log2Ratio(_ t: Float) -> Float {
    let s = t * t
    var p: Float = 0.320598898
    for coefficient: Float in [0.412198583, 0.577078016, 0.961796694, 2.88539008] { p = p * s + coefficient }
    return t * p
  }

  /// (2^f − 1)/f for |f| ≤ ½.
  static func exp2Slope(_ f: Float) -> Float {
    var p: Float = 1.52527338e-5
    for coefficient: Float in [
      1.54035304e-4, 1.33335581e-3, 9.61812911e-3, 5.55041087e-2, 2.40226507e-1, 6.93147181e-1,
    ] { p = p * f + coefficient }
    return p
  }

  /// 2^(whole + part), the sum held to −126…127.
  static func exp2(_ whole: Float, _ part: Float) -> Float {
    let sum = clamp(whole + part, -126, 127)
    let n = Int32(sum + (sum < 0 ? -0.5 : 0.5))
    let f = clamp((whole - Float(n)) + part, -1, 1)
    let p = exp2Slope(f) * f + 1
    return Float(bitPattern: UInt32(bitPattern: Int32(bitPattern: p.bitPattern) &+ n &* 8_388_608))
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
    let exact = high * e
    let whole = exact.rounded(.towardZero)
    return exp2(whole, (exact - whole) + (low * e + (high + low) * l))
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
    let whole = log.rounded(.towardZero)
    return exp2(whole, log - whole)
  }

  static func hlgScene(_ v: Float) -> Float {
    let a = v.magnitude
    if a <= 0.5 { return signed(a * a / 3, as: v) }
    let wanted: Float = (a - 0.55991073) / 0.17883277 * 1.44269504
    let power = wanted < 120 ? wanted : 120
    let whole = power.rounded(.towardZero)
    return signed((exp2(whole, power - whole) + 0.28466892) / 12, as: v)
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

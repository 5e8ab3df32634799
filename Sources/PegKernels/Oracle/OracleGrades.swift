/// Grades and chroma filters in the kernels' own arithmetic.
extension Oracle {
  public static func affine(_ m: [Float], _ x: Float, _ y: Float, _ z: Float) -> (Float, Float, Float) {
    func row(_ i: Int) -> Float { ((m[i] * x + m[i + 1] * y) + m[i + 2] * z) + m[i + 3] }
    return (row(0), row(4), row(8))
  }

  /// NaN is 0.
  static func unit(_ x: Float) -> Float { clamp(x, 0, 1) }
  static func number(_ x: Float) -> Float { x.isNaN ? 0 : x }

  /// x^y as the CDL has it, x ≥ 0; `grade.h` says what its error is made of.
  static func cdlPower(_ x: Float, _ y: Float) -> Float {
    let above = Int32(bitPattern: x.bitPattern) &- 0x3f35_04f3
    let m = Float(bitPattern: UInt32(bitPattern: (above & 0x7f_ffff) &+ 0x3f35_04f3))
    let whole: Float = x > .leastNormalMagnitude ? y * Float(above >> 23) : -16384
    let t = (m - 1) / (m + 1)
    let s = t * t
    let log: Float = (2.88539052 + 0.961588323 * s) + 0.595781326 * (s * s)
    let p = clamp(whole + (y * t) * log, -127, 127)
    let shifted = p + 12_582_912
    let f = p - (shifted - 12_582_912)
    let f2 = f * f
    let low: Float = 1 + 0.693147004 * f
    let mid: Float = 0.240222424 + 0.0555073358 * f
    let high: Float = 0.00967151299 + 0.00132647273 * f
    let value = (low + f2 * mid) + (f2 * f2) * high
    return Float(bitPattern: value.bitPattern &+ shifted.bitPattern << 23)
  }

  public static func cdl(_ v: CDLValues, _ r: Float, _ g: Float, _ b: Float) -> (Float, Float, Float) {
    func channel(_ x: Float, _ i: Int) -> Float {
      let moved = x * v.slope[i] + v.offset[i]
      if v.clamps { return v.power[i] == 1 ? unit(moved) : cdlPower(unit(moved), v.power[i]) }
      let value = number(moved)
      return v.power[i] == 1 || !(value > 0) ? value : cdlPower(value, v.power[i])
    }
    let (x, y, z) = (channel(r, 0), channel(g, 1), channel(b, 2))
    if v.saturation == 1 { return (x, y, z) }
    let luma: Float = (0.2126 * x + 0.7152 * y) + 0.0722 * z
    func saturated(_ x: Float) -> Float {
      let value = luma + v.saturation * (x - luma)
      return v.clamps ? unit(value) : value
    }
    return (saturated(x), saturated(y), saturated(z))
  }

  /// The cell and the fraction in it of a position among `size` nodes.
  private static func cell(_ position: Float, _ size: Int) -> (Int, Float) {
    let p = clamp(position, 0, Float(size - 1))
    let k = min(Int(p), size - 2)
    return (k, p - Float(k))
  }

  public static func curve(_ curve: CurveTable, _ x: Float) -> Float {
    let (k, f) = cell(x * curve.scale + curve.offset, curve.values.count)
    return curve.values[k] + f * (curve.values[k + 1] - curve.values[k])
  }

  public static func lattice(
    _ lattice: ColorLattice, through places: LatticePlaces? = nil, _ r: Float, _ g: Float, _ b: Float
  ) -> [Float] {
    let (places, size) = (places ?? lattice.places, lattice.size)
    let m = places.rows
    let position =
      places.mixes ? affine(m, r, g, b) : (r * m[0] + m[3], g * m[5] + m[7], b * m[10] + m[11])
    let (kr, fr) = cell(position.0, size)
    let (kg, fg) = cell(position.1, size)
    let (kb, fb) = cell(position.2, size)
    func node(_ i: Int, _ j: Int, _ k: Int, _ c: Int) -> Float {
      lattice.nodes[3 * ((kr + i) + size * ((kg + j) + size * (kb + k))) + c]
    }
    if lattice.interpolation == .trilinear {
      return (0..<3).map { c in
        func edge(_ j: Int, _ k: Int) -> Float { node(0, j, k, c) * (1 - fr) + node(1, j, k, c) * fr }
        let near = edge(0, 0) * (1 - fg) + edge(1, 0) * fg
        let far = edge(0, 1) * (1 - fg) + edge(1, 1) * fg
        return near * (1 - fb) + far * fb
      }
    }
    // The axes, largest fraction first; which of two equal ones comes first does not matter, the weight between them is 0.
    var axes = [(fr, 0), (fg, 1), (fb, 2)]
    axes.sort { $0.0 > $1.0 }
    var corner = [0, 0, 0]
    corner[axes[0].1] = 1
    let first = corner
    corner[axes[1].1] = 1
    let second = corner
    let weights = [1 - axes[0].0, axes[0].0 - axes[1].0, axes[1].0 - axes[2].0, axes[2].0]
    return (0..<3).map { c in
      ((node(0, 0, 0, c) * weights[0] + node(first[0], first[1], first[2], c) * weights[1])
        + node(second[0], second[1], second[2], c) * weights[2]) + node(1, 1, 1, c) * weights[3]
    }
  }

  public static func logEncode(_ l: LogCurve, _ x: Float) -> Float {
    let value = number(x)
    guard value > l.cut else { return l.e * value + l.f }
    let inner = l.b * value + l.c
    return l.a * log2Positive(clamp(inner, .leastNormalMagnitude, .greatestFiniteMagnitude)) + l.d
  }

  public static func logDecode(_ l: LogCurve, _ code: Float) -> Float {
    let v = number(code)
    guard v > l.cutCode else { return (v - l.f) / l.e }
    return (exp2((v - l.d) * (1 / l.a), 0) - l.c) / l.b
  }

  public static func halfCurve(_ curve: HalfCurve, _ x: Float) -> Float {
    let value = number(x)
    let sign = Int(value.bitPattern >> 16) & 0x8000
    let a = clamp(value.magnitude, 0, 65504)
    var (k, f): (Int, Float)
    if a < 0x1p-14 {
      let multiple = a * 0x1p24
      k = Int(multiple)
      f = multiple - Float(k)
    } else {
      let bits = Int(a.bitPattern) - 0x3800_0000
      k = bits >> 13
      f = Float(bits & 0x1fff) * 0x1p-13
    }
    if k >= 0x7bff { (k, f) = (0x7bfe, 1) }
    let (low, high) = (curve.values[sign + k], curve.values[sign + k + 1])
    return low + f * (high - low)
  }

  public static func choose(_ x: Float, below: Float, above: Float, edge: Float) -> Float { x > edge ? above : below }

  public static func compress(
    _ c: GamutCompression, _ r: Float, _ g: Float, _ b: Float
  ) -> (Float, Float, Float) {
    let warm = r > g ? r : g
    let top = warm > b ? warm : b
    let size = top.magnitude
    func bent(_ x: Float, _ i: Int) -> Float {
      let distance = (top - x) / (size > .leastNormalMagnitude ? size : 1)
      guard distance > c.threshold[i] else { return x }
      let n = clamp((distance - c.threshold[i]) / c.scale[i], 0, 1e30)
      let divisor = powPositive(1 + powPositive(n, c.power), 1 / c.power)
      return top - (c.threshold[i] + c.scale[i] * (n / divisor)) * size
    }
    return (bent(r, 0), bent(g, 1), bent(b, 2))
  }

  // MARK: Chroma

  public static func blend(_ rows: [[Float]], _ weights: [Float], _ i: Int) -> Float {
    var sum = rows[0][i] * weights[0]
    for k in 1..<rows.count { sum += rows[k][i] * weights[k] }
    return sum
  }

  public static func expand(_ source: [Float], factor: Int, _ weights: [Float], _ i: Int) -> Float {
    let (at, p) = (i / factor, i % factor)
    if factor == 2, weights[..<4] == [0, 1, 0, 0] {
      if p == 0 { return source[at + 1] }
      if weights[4] == weights[7], weights[5] == weights[6] {
        return (source[at] + source[at + 3]) * weights[4] + (source[at + 1] + source[at + 2]) * weights[5]
      }
    }
    var sum = source[at] * weights[4 * p]
    for k in 1..<4 { sum += source[at + k] * weights[4 * p + k] }
    return sum
  }

  public static func shrink(_ source: [Float], step: Int, _ w: [Float], _ i: Int) -> Float {
    let s = source[(step * i)...].prefix(w.count).map { $0 }
    guard step == 2 else {
      var sum = s[0] * w[0]
      for k in 1..<w.count { sum += s[k] * w[k] }
      return sum
    }
    if w[1] == 0, w[5] == 0, w[7] == 0, w[0] == w[6], w[2] == w[4] {
      return ((s[0] + s[6]) * w[0] + (s[2] + s[4]) * w[2]) + s[3] * w[3]
    }
    let even = (s[0] * w[0] + s[2] * w[2]) + (s[4] * w[4] + s[6] * w[6])
    return even + ((s[1] * w[1] + s[3] * w[3]) + (s[5] * w[5] + s[7] * w[7]))
  }
}

import PegKernels

extension ICCTags.Curve {
  private static func affine(_ scale: Double, _ sum: Double) -> ColorStep {
    .affine(AffineMatrix(scale: [scale, scale, scale], offset: [sum, sum, sum]))
  }

  /// Code values to light: exactly what the profile says, odd about 0 for a gamma.
  var decode: ColorProgram {
    switch self {
    case .gamma(let g): return g == 1 ? ColorProgram() : ColorProgram([.power(Float(g))])
    case .table(let values):
      let table = CurveTable(values.map { Float($0) })
      return ColorProgram([.curves(red: table, green: table, blue: table)])
    case .parametric(let g, let a, let b, let c, let d, let e, let f):
      return ColorProgram([
        .split(
          at: Float(d).nextDown, below: ColorProgram([Self.affine(c, f)]),
          above: ColorProgram([Self.affine(a, b), .power(Float(g)), Self.affine(1, e)]))
      ])
    }
  }

  /// Light to code values. Where many codes have one light, the first of them.
  var encode: ColorProgram {
    switch self {
    case .gamma(let g): return g == 1 ? ColorProgram() : ColorProgram([.power(Float(1 / g))])
    case .table(let values):
      let curve = Self.inverse(of: values)
      return ColorProgram([.halfCurves(red: curve, green: curve, blue: curve)])
    case .parametric(let g, let a, let b, let c, let d, let e, let f):
      // A line without a slope leads back to where it ends.
      let line = c == 0 ? Self.affine(0, d) : Self.affine(1 / c, -f / c)
      return ColorProgram([
        .split(
          at: Float(c * d + f), below: ColorProgram([line]),
          above: ColorProgram([Self.affine(1, -e), .power(Float(1 / g)), Self.affine(1 / a, -b / a)]))
      ])
    }
  }

  /// By bisection, for every half float; a table that falls somewhere is read up to there.
  private static func inverse(of values: [Double]) -> HalfCurve {
    var rising = values
    for k in 1..<rising.count { rising[k] = max(rising[k], rising[k - 1]) }
    let last = rising.count - 1
    return HalfCurve(
      (0..<65536).map { bits in
        let isFinite = bits & 0x7c00 != 0x7c00
        let light = Double(HalfCurve.value(ofHalf: UInt16(isFinite ? bits : (bits & 0x8000) | 0x7bff)))
        guard light > rising[0] else { return 0 }
        guard light < rising[last] else { return 1 }
        var (low, high) = (0, last)
        while high - low > 1 {
          let middle = (low + high) / 2
          if rising[middle] < light { low = middle } else { high = middle }
        }
        return Float((Double(low) + (light - rising[low]) / (rising[high] - rising[low])) / Double(last))
      })
  }
}

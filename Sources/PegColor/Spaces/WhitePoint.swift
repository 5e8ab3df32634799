import Foundation

/// A white by its colour temperature: a point on the locus of black bodies or of daylight, and how far beside it.
enum WhitePoint {
  enum Locus: Hashable, Sendable {
    /// Black bodies: Kang et al. 2002, 1667…25000 K.
    case planckian
    /// CIE 015: the D illuminants, 4000…25000 K.
    case daylight
    /// Black bodies to 4000 K, daylight from 5000 K on, and on a straight line of CIE 1960 u, v between them.
    case mixed
  }

  /// x and y of a temperature, moved `duv` in CIE 1960 u, v at a right angle to the locus: above 0 is greener.
  static func xy(kelvin: Double, duv: Double, on locus: Locus) -> (x: Double, y: Double) {
    let here = uv(kelvin, locus)
    var moved = here
    if duv != 0 {
      // Along the locus from hot to cold, where u grows; a right angle to the left of that goes up in v.
      let (hot, cold) = (uv(kelvin * 1.0005, locus), uv(kelvin * 0.9995, locus))
      let (du, dv) = (cold.u - hot.u, cold.v - hot.v)
      let length = (du * du + dv * dv).squareRoot()
      moved = (here.u - duv * dv / length, here.v + duv * du / length)
    }
    let divisor = 2 * moved.u - 8 * moved.v + 4
    return (3 * moved.u / divisor, 2 * moved.v / divisor)
  }

  private static func uv(_ kelvin: Double, _ locus: Locus) -> (u: Double, v: Double) {
    func of(_ p: (x: Double, y: Double)) -> (u: Double, v: Double) {
      let divisor = -2 * p.x + 12 * p.y + 3
      return (4 * p.x / divisor, 6 * p.y / divisor)
    }
    switch locus {
    case .planckian: return of(planckian(kelvin))
    case .daylight: return of(daylight(kelvin))
    case .mixed:
      let share = min(max((kelvin - 4000) / 1000, 0), 1)
      if share == 0 { return of(planckian(kelvin)) }
      let day = of(daylight(kelvin))
      if share == 1 { return day }
      let body = of(planckian(kelvin))
      return (body.u + share * (day.u - body.u), body.v + share * (day.v - body.v))
    }
  }

  // Kang, Moon, Hong, Lee, Cho, Kim: Design of advanced color temperature control system for HDTV applications, 2002.
  private static func planckian(_ t: Double) -> (x: Double, y: Double) {
    let x =
      t <= 4000
      ? -0.2661239e9 / (t * t * t) - 0.2343589e6 / (t * t) + 0.8776956e3 / t + 0.179910
      : -3.0258469e9 / (t * t * t) + 2.1070379e6 / (t * t) + 0.2226347e3 / t + 0.24039
    let c: (Double, Double, Double, Double) =
      switch t {
      case ...2222: (-1.1063814, -1.34811020, 2.18555832, -0.20219683)
      case ...4000: (-0.9549476, -1.37418593, 2.09137015, -0.16748867)
      default: (3.0817580, -5.87338670, 3.75112997, -0.37001483)
      }
    return (x, ((c.0 * x + c.1) * x + c.2) * x + c.3)
  }

  // CIE 015:2018, 4.1.2.
  private static func daylight(_ t: Double) -> (x: Double, y: Double) {
    let x =
      t <= 7000
      ? -4.6070e9 / (t * t * t) + 2.9678e6 / (t * t) + 0.09911e3 / t + 0.244063
      : -2.0064e9 / (t * t * t) + 1.9018e6 / (t * t) + 0.24748e3 / t + 0.237040
    return (x, -3 * x * x + 2.870 * x - 0.275)
  }
}

import Foundation
import PegKernels
import PegTestSupport
import Testing

/// The curves against their standards: published values, and float64 arithmetic by the C library.
@Suite struct CurveTests {
  @Test func powersAreRightToHalfAMillionth() {
    for exponent in [2.4, 1 / 2.4, 2.2, 2.6, 0.2, 1.0 / 6, 6.2774, 0.0127] {
      for step in 1...4000 {
        let x = Float(step) / 1000
        let wanted = pow(Double(x), Double(Float(exponent)))
        let got = Double(Oracle.power(x, Float(exponent)))
        #expect(abs(got / wanted - 1) < 5e-7, "\(x)^\(exponent)")
      }
    }
    #expect(Oracle.power(0, 2.4) == 0)
    #expect(Oracle.power(1, 2.4) == 1)
    #expect(Oracle.power(-0.25, 2.4) == -Oracle.power(0.25, 2.4))
    #expect(Oracle.power(.nan, 2.4).isFinite)
  }

  @Test func srgbAgreesWithPublishedValues() {
    // colour-science 0.4.7: eotf_inverse of IEC 61966-2-1.
    for (light, code) in [(0.01, 0.0998528), (0.18, 0.46135613), (0.5, 0.735356983)] {
      #expect(abs(Double(Oracle.srgbEncode(Float(light))) - code) < 1e-6)
      #expect(abs(Double(Oracle.srgbDecode(Float(code))) - light) < 1e-6)
    }
    #expect(Oracle.srgbEncode(1) == 1)
    #expect(Oracle.srgbDecode(1) == 1)
    #expect(abs(Oracle.srgbDecode(0.04) - 0.04 / 12.92) < 1e-9)
  }

  @Test func pqAgreesWithPublishedValues() {
    // colour-science 0.4.7: eotf_inverse_ST2084.
    let values = [
      (0.005, 0.0150764), (0.1, 0.0623369), (1, 0.1499457), (10, 0.2996991), (48, 0.4364080), (100, 0.5080784),
      (203, 0.5806889), (400, 0.6525786), (1000, 0.7518271), (2000, 0.8274246), (4000, 0.9025724),
    ]
    for (nits, code) in values {
      #expect(abs(Double(Oracle.pqEncode(Float(nits), white: 1)) - code) < 1e-6)
    }
    #expect(abs(Double(Oracle.pqDecode(0.5, white: 1)) / 92.245709 - 1) < 5e-6)
    #expect(abs(Double(Oracle.pqDecode(0.75, white: 1)) / 983.377856 - 1) < 5e-6)
    #expect(Oracle.pqDecode(1, white: 1) == 10000)
    #expect(Oracle.pqEncode(1e30, white: 1) == 1)
  }

  @Test func pqIsWithinATwentiethOfA16BitCodeOfFloat64() {
    let (m1, m2) = (2610.0 / 16384, 2523.0 / 32)
    let (c1, c2, c3) = (3424.0 / 4096, 2413.0 / 128, 2392.0 / 128)
    for step in 0...5000 {
      let light = Float(step) / 5000
      let y = pow(Double(light), m1)
      let wanted = pow((c1 + c2 * y) / (1 + c3 * y), m2)
      #expect(abs(Double(Oracle.pqEncode(light, white: 10000)) - wanted) < 0.05 / 65535)
    }
  }

  @Test func hlgAgreesWithPublishedValues() {
    // BT.2100 on a display of 1000 cd/m², grey: colour-science 0.4.7, eotf_BT2100_HLG.
    for (code, nits) in [(0.5, 50.6970), (0.75, 203.152), (0.38, 26.2383)] {
      let grey = Oracle.hlgDecode(Float(code), Float(code), Float(code), white: 1)
      #expect(abs(Double(grey.0) / nits - 1) < 5e-6)
      #expect(grey.0 == grey.1 && grey.1 == grey.2)
      let back = Oracle.hlgEncode(grey.0, grey.1, grey.2, white: 1)
      #expect(abs(Double(back.1) - code) < 2e-6)
    }
  }
}

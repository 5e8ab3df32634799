import PegCore
import Testing

@Suite struct RationalTests {
  @Test func decimalsAreExact() {
    #expect(Rational(decimal: "23.976") == Rational(23976, 1000))
    #expect(Rational(decimal: "86400.000000") == 86400)
    #expect(Rational(decimal: "-1.5e2") == -150)
    #expect(Rational(decimal: "nan") == nil)
    #expect(Rational(decimal: "") == nil)
    #expect(Rational(decimal: "1.") == 1)
    #expect(Rational(decimal: "1e99") == nil)
  }

  @Test func floorCeilAndRoundedFollowTheSign() {
    #expect(Rational(-7, 2).floor == -4)
    #expect(Rational(-7, 2).ceil == -3)
    #expect(Rational(-7, 2).rounded == -4)
    #expect(Rational(7, 2).rounded == 4)
  }

  @Test func comparisonSurvivesWideFractions() {
    let big = Int128.max
    #expect(Rational(big - 1, big) < Rational(big, big - 1))
    #expect(!(Rational(big, big - 1) < Rational(big - 1, big)))
  }
}

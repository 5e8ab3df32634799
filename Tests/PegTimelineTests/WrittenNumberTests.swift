import PegCore
import Testing

@testable import PegTimeline

@Suite struct WrittenNumberTests {
  /// Python prints these: `24000/1001`, `0.1 + 0.2`, `100/3`, `1001/24000`, `86400.1 * 24 - 0.1 * 24`, `4.1 - 4 - 0.1`.
  @Test(arguments: [
    ("23.976023976023978", Rational(24000, 1001)), ("0.30000000000000004", Rational(3, 10)),
    ("33.333333333333336", Rational(100, 3)), ("0.041708333333333333", Rational(1001, 24000)),
    ("2073600.0000000002", Rational(2_073_600)), ("-3.608224830031759e-16", 0), ("0.9999999999999999", 1),
    ("1001.0000000000001", 1001), ("-33.333333333333336", Rational(-100, 3)),
  ])
  func printedDoublesMeanWhatWasPrinted(text: String, value: Rational) {
    #expect(WrittenNumber.time(text) == value)
  }

  @Test(arguments: [
    ("24", Rational(24)), ("86400.0", 86400), ("100.25", Rational(401, 4)), ("0.333333", Rational(333333, 1_000_000)),
    ("1e3", 1000), ("23.976", Rational(23976, 1000)), ("-12", -12), ("0", 0),
    ("0.1000000000000000055511151231257827", Rational(1, 10)),
  ])
  func shortNumbersMeanExactlyWhatTheySay(text: String, value: Rational) {
    #expect(WrittenNumber.time(text) == value)
  }

  @Test func absurdTimesHaveNoMeaning() {
    #expect(WrittenNumber.time("1e300") == nil)
    #expect(WrittenNumber.time("1e30") == nil)
  }

  @Test(arguments: [
    ("24", Rational(24)), ("23.98", Rational(24000, 1001)), ("23.976", Rational(24000, 1001)),
    ("23.976024", Rational(24000, 1001)), ("23.976023976023978", Rational(24000, 1001)),
    ("29.97", Rational(30000, 1001)), ("47.952", Rational(48000, 1001)), ("59.94005994005994", Rational(60000, 1001)),
    ("119.88", Rational(120000, 1001)), ("12.5", Rational(25, 2)), ("16.129032258064516", Rational(500, 31)),
    ("48000.0", 48000), ("1", 1), ("11.988011988011989", Rational(12000, 1001)),
  ])
  func ratesMeanExactFractions(text: String, value: Rational) {
    #expect(WrittenNumber.rate(text)?.value == value)
  }

  @Test(arguments: ["0", "0.0", "-24", "1e-9", "1e12", "-0.0"])
  func whatIsNoRateHasNone(text: String) { #expect(WrittenNumber.rate(text) == nil) }

  /// DESIGN §6: exact, unless p/q with q ≤ 1001 agrees within 1e-6 and there are 6 significant digits.
  @Test(arguments: [
    ("2", Rational(2)), ("0.5", Rational(1, 2)), ("0.333", Rational(333, 1000)), ("0.33333", Rational(33333, 100_000)),
    ("0.333333", Rational(1, 3)), ("-0.666667", Rational(-2, 3)), ("1.001001", Rational(1000, 999)),
    ("1.25000", Rational(5, 4)), ("0.0333333", Rational(1, 30)),
    ("1.0004567", Rational(10_004_567, 10_000_000)), ("0.9590409590409591", Rational(960, 1001)),
    ("1.234", Rational(617, 500)),
  ])
  func speedsMeanSmallFractionsOrExactDecimals(text: String, value: Rational) {
    #expect(WrittenNumber.speed(text) == value)
  }

  @Test func theSmallestDenominatorIsFoundByTryingAll() throws {
    // The rule by exhaustion, for a spread of texts; the code finds it by continued fractions.
    for k in 0..<300 {
      let text = "\(Double(1000 + k * 7919) / 777_777)"
      guard WrittenNumber.significantDigits(text) >= 6, let exact = Rational(decimal: text) else { continue }
      var expected = exact
      for q in 1...1001 {
        let p = (exact * Rational(q)).rounded
        if (Rational(p, q) - exact).magnitude <= Rational(1, 1_000_000) {
          expected = Rational(p, q)
          break
        }
      }
      #expect(WrittenNumber.speed(text) == expected, "\(text)")
    }
  }

  @Test func writtenTimesReadBackAsMeant() {
    for denominator in [1, 2, 3, 7, 11, 24, 25, 30, 1001, 24000, 48000, 2002] {
      for numerator in [-100_000_007, -5, 0, 1, 2, 23, 999, 86_399, 2_073_601, 100_000_007] {
        let value = Rational(numerator, denominator)
        let text = WrittenNumber.text(value, WrittenNumber.time)
        #expect(WrittenNumber.time(text) == value, "\(value) as \(text)")
      }
    }
    #expect(WrittenNumber.text(24, WrittenNumber.time) == "24.0")
    #expect(WrittenNumber.text(Rational(24000, 1001)) { WrittenNumber.rate($0)?.value } == "23.976023976023978")
  }

  @Test func writtenRatesAndSpeedsReadBackAsMeant() {
    for (p, q) in [(24000, 1001), (30000, 1001), (25, 2), (1000, 41), (500, 31), (48000, 1), (12000, 1001)] {
      let rate = Rational(p, q)
      let text = WrittenNumber.text(rate) { WrittenNumber.rate($0)?.value }
      #expect(WrittenNumber.rate(text)?.value == rate, "\(text)")
    }
    for q in 1...1001 {
      let speed = Rational(q + 17, q)
      #expect(WrittenNumber.speed(WrittenNumber.text(speed, WrittenNumber.speed)) == speed, "\(speed)")
    }
  }
}

import Foundation
import PegCore
import Testing

private let limits = JSONLimits(bytes: 1 << 20)

private func parse(_ text: String) throws -> JSON { try JSON(parsing: Array(text.utf8), limits: limits) }

private let hostile =
  (ProcessInfo.processInfo.environment["PEGBAR_SHARED"] ?? "../shared") + "/media/hostile/json"

@Suite struct JSONTests {
  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: hostile), "no shared media"))
  func everyBrokenTextOfTheSuiteIsRefusedWithItsPlace() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: hostile)
    #expect(names.count == 94)
    for name in names {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(hostile)/\(name)"))
      #expect(throws: JSONError.self, "\(name)") { try JSON(parsing: Array(bytes), limits: limits) }
    }
  }

  @Test func valuesComeBackAsTheyStood() throws {
    let text = #"{"b":[1,2.50,-0.0,1e3,1E-2],"a":{"x":null,"y":true,"z":false},"é":"\"\\ü\n😀","e":[],"o":{}}"#
    #expect(try parse(text).text(.compact) == text)
    #expect(try parse(try parse(text).text(.pretty)) == parse(text))
  }

  @Test func prettyIsLaidOutAsOpenTimelineIODoes() throws {
    let expected = """
      {
          "a": [
              1,
              {}
          ],
          "b": {
              "c": []
          }
      }
      """
    #expect(try parse(#"{"a":[1,{}],"b":{"c":[]}}"#).text(.pretty) == expected)
  }

  @Test func escapesAreUnderstoodAndWritten() throws {
    #expect(try parse(#""\u00e9\ud83d\ude00\/\b\f\t\u0000""#) == .string("é😀/\u{8}\u{c}\t\0"))
    #expect(JSON.string("\u{1}\u{1f}\t\"\\").text(.compact) == #""\u0001\u001f\t\"\\""#)
    #expect(throws: JSONError.self) { try parse(#""\ude00""#) }
    #expect(throws: JSONError.self) { try parse(#""\ud83d\u0041""#) }
  }

  @Test(arguments: [
    ("", 1, 1), ("{\n  \"a\": nul\n}", 2, 8), ("[1,\n 2,\n 3", 3, 3), ("{\"é\": 01}", 1, 7), ("[\"a\" \"b\"]", 1, 6),
    ("{\"a\":1,\n\"a\":2}", 2, 1), ("[NaN]", 1, 2), ("[-Infinity]", 1, 2), ("[1] x", 1, 5), ("\"abc", 1, 1),
  ])
  func errorsNameLineAndColumn(text: String, line: Int, column: Int) throws {
    let error = #expect(throws: JSONError.self) { try parse(text) }
    #expect(error?.position == TextPosition(line: line, column: column), "\(text)")
  }

  @Test func nestingAndSizeAreBounded() throws {
    let deep = String(repeating: "[", count: 256) + String(repeating: "]", count: 256)
    #expect(throws: Never.self) { try parse(deep) }
    #expect(throws: JSONError.self) { try parse("[" + deep + "]") }
    #expect(throws: JSONError.self) { try parse(String(repeating: "[", count: 1_000_000)) }
    #expect(throws: JSONError.self) { try JSON(parsing: Array("[1,2]".utf8), limits: JSONLimits(bytes: 4)) }
  }

  @Test func aKeyThatStandsTwiceIsRefusedInLargeObjectsToo() throws {
    let many = (0..<100).map { "\"k\($0)\":0" }.joined(separator: ",")
    #expect(try parse("{\(many)}").object?.count == 100)
    #expect(throws: JSONError.self) { try parse("{\(many),\"k50\":1}") }
    #expect(throws: JSONError.self) { try parse("{\(many),\"k99\":1}") }
    #expect(throws: JSONError.self) { try parse("{\"k0\":1,\(many)}") }
  }

  @Test func objectsAreEqualInWhateverOrder() throws {
    #expect(try parse(#"{"a":1,"b":[{"c":2,"d":3}]}"#) == parse(#"{"b":[{"d":3,"c":2}],"a":1}"#))
    #expect(try parse(#"{"a":1,"b":2}"#) != parse(#"{"a":1,"c":2}"#))
    let many = (0..<40).map { (key: "k\($0)", value: JSON.number($0)) }
    #expect(JSONObject(many) == JSONObject(many.reversed()))
    #expect(JSONObject(many).hashValue == JSONObject(many.reversed()).hashValue)
  }

  @Test func placesAreFoundAgain() throws {
    let text = "{\n \"a\": [0,\n  {\"b\": 7}]\n}"
    let place = TextPosition(of: [.key("a"), .index(1), .key("b")], in: Array(text.utf8), limits: limits)
    #expect(place == TextPosition(line: 3, column: 9))
    let missing = TextPosition(of: [.key("a"), .index(1), .key("c")], in: Array(text.utf8), limits: limits)
    #expect(missing == TextPosition(line: 3, column: 3))
  }

  @Test func accessorsReadNumbersHoweverTheyAreWritten() throws {
    #expect(try parse("24.0").int == 24)
    #expect(try parse("2.4e1").int == 24)
    #expect(try parse("24.5").int == nil)
    #expect(try parse("24.5").rational == Rational(49, 2))
    #expect(try parse("\"24\"").int == nil)
  }

  @Test(arguments: [
    (Rational(24), "24"), (Rational(1, 8), "0.125"), (Rational(-5, 2), "-2.5"), (Rational(1, 3), "0.33333333333333333"),
    (Rational(2, 3), "0.66666666666666667"), (Rational(24000, 1001), "23.976023976023976"),
    (Rational(-1, 1000), "-0.001"),
    (Rational(1_999_999_999_999_999_999, 2_000_000_000_000_000_000), "1.00000000000000000"),
  ])
  func decimalsAreExactOrSeventeenDigits(value: Rational, text: String) {
    #expect(value.decimalText == text)
  }

  @Test func theSimplestFractionOfAnInterval() {
    #expect(Rational.simplest(from: Rational(314, 100), through: Rational(315, 100)) == Rational(22, 7))
    #expect(Rational.simplest(from: Rational(-1, 2), through: Rational(1, 3)) == 0)
    #expect(Rational.simplest(from: Rational(7, 10), through: Rational(8, 10)) == Rational(3, 4))
    #expect(Rational.simplest(from: Rational(-8, 10), through: Rational(-7, 10)) == Rational(-3, 4))
    #expect(Rational.simplest(from: 3, through: Rational(7, 2)) == 3)
    #expect(Rational.simplest(from: Rational(5, 2), through: 3) == 3)
  }
}

import PegCore
import PegTestSupport
import PegTimeline
import Testing

@testable import PegInterchange

@Suite struct EDLRefusalTests {
  private static let good = "001  A  V  C  00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00"

  @Test(arguments: [
    ("001  A  V  C  00:00:01:00 00:00:02:00 01:00:01:00 01:00:00:00", "1:51", "the record ends"),
    ("001  A  V  C  00:00:02:00 00:00:01:00 01:00:00:00 01:00:01:00", "1:27", "the source ends"),
    ("001  A  V  C  25:00:00:00 25:00:01:00 01:00:00:00 01:00:01:00", "1:15", "no time of day"),
    ("001  A  V  C  00:61:00:00 00:00:01:00 01:00:00:00 01:00:01:00", "1:15", "no time of day"),
    ("001  A  V     00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00", "1:15", "no edit type"),
    ("001  A  Q  C  00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00", "1:9", "no record channel"),
    ("001  A  V  C  00:00:01:00 00:00:02:00 01:00:00:00", "1:15", "no four times"),
    ("001  A  V  D 99999999  00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00", "1:14", "absurd"),
  ])
  func whatCannotBePlacedIsRefusedWithItsPlace(line: String, place: String, words: String) {
    let error = #expect(throws: PegError.self) { try Cuts.edl([line]) }
    #expect(error?.kind == .badInput)
    #expect(error?.sentence.hasPrefix("cut.edl:\(place): ") == true, "\(error?.sentence ?? "")")
    #expect(error?.sentence.contains(words) == true, "\(error?.sentence ?? "")")
  }

  @Test func aListWithoutEventsIsRefused() {
    let error = #expect(throws: PegError.self) { try Cuts.edl(["TITLE: NOTHING", "FCM: NON-DROP FRAME", "* REM"]) }
    #expect(error?.sentence == "cut.edl:1:1: there is no event in the list")
  }

  @Test func noMoreIsReadThanTheLimitsAllow() {
    let lines = [String](repeating: "* A COMMENT", count: 60_000)
    let error = #expect(throws: PegError.self) { try Cuts.edl([Self.good] + lines) }
    // The 50,001st line.
    #expect(error?.sentence == "cut.edl:50001:1: the list has more than the 50000 lines that are read")
    let long = #expect(throws: PegError.self) { try Cuts.edl([String(repeating: "x", count: 1_100_000)]) }
    #expect(long?.sentence.hasPrefix("cut.edl:1:1: the line has more than") == true)
    let binary = #expect(throws: PegError.self) {
      try ImportResult.parse(Array("TITLE: x\nab\u{0}c\n".utf8), Cuts.options("cut.edl"))
    }
    #expect(binary?.sentence == "cut.edl:2:3: a zero byte stands here: this is no text")
  }

  /// Each line is in the loss list once, under its code.
  @Test func everythingThatIsNotCarriedIsInTheLossList() throws {
    var lines: [String] = []
    func event(_ number: Int, _ rest: String = "C", source: String = "00:00:01:00 00:00:02:00") -> String {
      "\(100 + number)  R\(number)  V  \(rest)  \(source) 01:00:\(10 + number):00 01:00:\(11 + number):00"
    }
    lines += [event(0), "* AVX2 EFFECT, RESIZE", "EFFECTS NAME IS BLUR"]
    lines += [event(1), "EFFECTS NAME IS GLOW"]
    lines += [event(2, "K B"), "102  F  V  K 012  00:00:01:00 00:00:02:00 01:00:12:00 01:00:13:00"]
    lines += [event(3, source: "00:00:01:00 00:00:02:12")]
    lines += [event(4, source: "00:00:01:00 00:00:03:00"), "M2   R4   030.0   00:00:01:00"]
    lines += [event(5), "M2   OTHER   030.0   00:00:01:00"]
    lines += [event(6, source: "00:00:01:00 00:00:01:00").replacing("01:00:17:00", with: "01:00:16:00")]
    lines += ["108  R8  A  C  00:00:01:00 00:00:02:00 01:00:18:00 01:00:19:00", "* A1 VOL = +3.0 DB PAN R50"]
    lines += [event(7), "* FROM CLIP NAME: ONE", "* TO CLIP NAME: TWO"]
    lines += ["109  R9  NONE  C  00:00:01:00 00:00:02:00 01:00:19:00 01:00:20:00", "* ASC_SOP (1 1 1)"]
    lines += ["SPLIT:    AUDIO DELAY=  00:00:00:10", "* NOTHING FOLLOWS", "SPLIT:    VIDEO DELAY=  00:00:00:10"]
    let cut = try Cuts.edl(lines)
    let codes = Dictionary(grouping: cut.losses, by: \.code).mapValues(\.count)
    #expect(
      codes == [
        "edl.effect": 3, "edl.key": 1, "edl.duration_mismatch": 1, "edl.speed_mismatch": 1, "edl.speed_orphan": 1,
        "edl.no_length": 1, "edl.other_clip": 1, "edl.pan": 1, "edl.no_channels": 1, "edl.cdl_unreadable": 1,
        "edl.split_orphan": 2,
      ])
    #expect(cut.losses.allSatisfy { $0.position != nil && $0.place.hasPrefix("cut.edl:") })
    #expect(cut.findings == cut.losses)
  }

  /// Lists with bytes changed, taken out and doubled are read or refused; nothing else happens.
  @Test func brokenListsAreReadOrRefused() throws {
    let lines = [
      "TITLE: X", "FCM: DROP FRAME", Self.good, "* FROM CLIP NAME:  A", "M2   A       048.0     00:00:01:00",
      "002  A  V  C      00:00:02:00 00:00:02:00 01:00:01:00 01:00:01:00",
      "002  B  V  D  010 00:00:10:00 00:00:11:00 01:00:01:00 01:00:02:00", "* LOC: 01:00:01:10 RED  X",
      "*ASC_SOP (1 1 1)(0 0 0)(1 1 1)", "AUD  3  4", "003  C  AA/V K B 00:00:10;00 00:00:11;00 01:00:02;00 01:00:03;00",
    ]
    let text = Array(lines.joined(separator: "\n").utf8)
    var chance = SplitMix(seed: 11)
    var outcomes = (read: 0, refused: 0)
    for _ in 0..<1000 {
      var broken = text
      for _ in 0..<chance.next(in: 1...4) {
        let index = chance.next(in: 0...(broken.count - 1))
        switch chance.next(in: 0...3) {
        case 0: broken[index] = UInt8(chance.next(in: 9...126))
        case 1: broken.remove(at: index)
        case 2: broken.insert(broken[index], at: index)
        default: broken[index] = UInt8(ascii: "9")
        }
      }
      do throws(PegError) {
        _ = try ImportResult.parse(broken, Cuts.options("x.edl", rate: nil))
        outcomes.read += 1
      } catch {
        #expect(error.kind == .badInput)
        outcomes.refused += 1
      }
    }
    #expect(outcomes.read > 50 && outcomes.refused > 100)
  }
}

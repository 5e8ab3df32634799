import PegCore
import Testing

@Suite struct TimecodeTests {
  /// ST 12-1: labels at 29.97 and 59.94 drop-frame around the minutes.
  @Test(arguments: [
    (0, "00:00:00;00"), (1799, "00:00:59;29"), (1800, "00:01:00;02"), (3597, "00:01:59;29"), (3598, "00:02:00;02"),
    (17981, "00:09:59;29"), (17982, "00:10:00;00"), (19781, "00:10:59;29"), (19782, "00:11:00;02"),
    (107892, "01:00:00;00"), (2_589_407, "23:59:59;29"), (2_589_408, "00:00:00;00"),
  ])
  func dropFrameAt2997(frames: Int, label: String) throws {
    let rate = FrameRate(30000, 1001)
    #expect(Timecode(frames: frames, rate: rate, dropFrame: true).description == label)
    if frames < 2_589_408 { #expect(try Timecode(parsing: label, rate: rate).frames == frames) }
  }

  @Test(arguments: [
    (3599, "00:00:59;59"), (3600, "00:01:00;04"), (7195, "00:01:59;59"), (7196, "00:02:00;04"),
    (35963, "00:09:59;59"), (35964, "00:10:00;00"), (215784, "01:00:00;00"), (5_178_815, "23:59:59;59"),
  ])
  func dropFrameAt5994(frames: Int, label: String) throws {
    let rate = FrameRate(60000, 1001)
    #expect(Timecode(frames: frames, rate: rate, dropFrame: true).description == label)
    #expect(try Timecode(parsing: label, rate: rate).frames == frames)
  }

  @Test func labelsThatCannotExistAreRefused() {
    #expect(throws: Timecode.ParseProblem.droppedLabel) {
      try Timecode(parsing: "00:01:00;00", rate: FrameRate(30000, 1001))
    }
    #expect(throws: Timecode.ParseProblem.fieldOutOfRange) { try Timecode(parsing: "01:00:00:24", rate: FrameRate(24)) }
    #expect(throws: Timecode.ParseProblem.noDropFrameAtThisRate) {
      try Timecode(parsing: "01:00:00;00", rate: FrameRate(25))
    }
    #expect(throws: Timecode.ParseProblem.notATimecode) { try Timecode(parsing: "1:2", rate: FrameRate(24)) }
  }

  @Test func ratesMeanWhatFilesRound() {
    for text in ["23.98", "23.976", "23.976024", "24000/1001", "23976/1000"] {
      #expect(FrameRate(text)?.value == Rational(24000, 1001), "\(text)")
    }
    #expect(FrameRate("29.97")?.value == Rational(30000, 1001))
    #expect(FrameRate("119.88")?.value == Rational(120000, 1001))
    #expect(FrameRate("47.952")?.value == Rational(48000, 1001))
    #expect(FrameRate("24")?.value == 24)
    #expect(FrameRate("0") == nil)
    #expect(FrameRate("24/") == nil)
  }
}

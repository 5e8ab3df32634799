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

  /// ST 12-3: at 119.88 eight labels are skipped where 29.97 skips two. 10 minutes hold 600 · 120 − 9 · 8 = 71,928 frames.
  @Test(arguments: [
    (7199, "00:00:59;119"), (7200, "00:01:00;08"), (14391, "00:01:59;119"), (14392, "00:02:00;08"),
    (71_927, "00:09:59;119"), (71_928, "00:10:00;00"), (431_568, "01:00:00;00"), (10_357_631, "23:59:59;119"),
  ])
  func dropFrameAt11988(frames: Int, label: String) throws {
    let rate = FrameRate(120_000, 1001)
    #expect(Timecode(frames: frames, rate: rate, dropFrame: true).description == label)
    #expect(try Timecode(parsing: label, rate: rate).frames == frames)
  }

  /// Every label of two hours at each drop-frame rate, by counting as the standard says: up, and past those it skips.
  @Test(arguments: [FrameRate(30000, 1001), FrameRate(60000, 1001), FrameRate(120_000, 1001)])
  func labelsAreCountedAsTheStandardCounts(rate: FrameRate) throws {
    let base = rate.timebase
    var frames = 0
    for minute in 0..<120 {
      for second in 0..<60 {
        for frame in 0..<base {
          if minute % 10 != 0, second == 0, frame < base / 15 { continue }
          // Around the seconds, where labels could slip.
          if frame < 9 || frame == base - 1 {
            let timecode = Timecode(frames: frames, rate: rate, dropFrame: true)
            func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
            let label = "\(two(minute / 60)):\(two(minute % 60)):\(two(second));\(two(frame))"
            guard timecode.description == label else {
              Issue.record("frame \(frames) is \(timecode), not \(label)")
              return
            }
            guard try Timecode(parsing: label, rate: rate) == timecode else {
              Issue.record("\(label) is not read as \(frames)")
              return
            }
          }
          frames += 1
        }
      }
    }
    // Two hours of labels lack the skipped ones of 108 minutes.
    #expect(frames == 7200 * base - 108 * (base / 15))
  }

  @Test func dropFrameIsForItsRatesOnly() {
    for rate in [FrameRate(30000, 1001), FrameRate(60000, 1001), FrameRate(120_000, 1001)] {
      #expect(rate.allowsDropFrame)
    }
    for rate in [FrameRate(24000, 1001), FrameRate(48000, 1001), FrameRate(30), FrameRate(60), FrameRate(29999, 1001)] {
      #expect(!rate.allowsDropFrame)
    }
  }

  @Test func aSkippedLabelMeansTheFirstOfItsMinute() throws {
    let rate = FrameRate(60000, 1001)
    for label in ["00:01:00;00", "00:01:00;03"] {
      let (timecode, exists) = try Timecode.reading(label, rate: rate)
      #expect(timecode.description == "00:01:00;04" && !exists)
    }
    #expect(try Timecode.reading("00:01:00;04", rate: rate).exists)
    #expect(try Timecode.reading("00:10:00;00", rate: rate).exists)
    // Colons are drop-frame where a list says so, and are not where nothing does.
    #expect(try Timecode.reading("00:01:00:00", rate: rate, dropFrame: true).timecode.frames == 3600)
    #expect(try Timecode.reading("00:01:00:00", rate: rate).timecode.frames == 3600)
    #expect(try Timecode.reading("00:02:00:04", rate: rate, dropFrame: true).timecode.frames == 7196)
    #expect(try Timecode.reading("00:02:00:04", rate: rate).timecode.frames == 7204)
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

import Foundation
import PegAudio
import PegCore
import PegTestSupport
import Testing

/// A sine that is resampled, and where it has to be.
struct Tone: CustomTestStringConvertible, Sendable {
  let rate: Int
  let speed: Rational
  let start: Rational
  /// In the source.
  let hertz: Double
  var isReversed = false

  var testDescription: String { "\(hertz) Hz at \(rate), speed \(speed) from \(start)\(isReversed ? " reversed" : "")" }
  static let length = 9600

  /// Passband and beyond of everything that footage has, and of speeds and starts that fall between samples.
  static let all: [Tone] = [
    Tone(rate: 44100, speed: 1, start: 1, hertz: 997),
    Tone(rate: 44100, speed: 1, start: 1, hertz: 19001),
    Tone(rate: 44100, speed: 1, start: Rational(25025, 24000), hertz: 5003),
    Tone(rate: 44100, speed: Rational(1001, 1000), start: Rational(1, 3), hertz: 5003),
    Tone(rate: 48000, speed: Rational(1001, 1000), start: Rational(1001, 24000), hertz: 997),
    Tone(rate: 48000, speed: Rational(1001, 1000), start: Rational(1, 7), hertz: 15013),
    Tone(rate: 48000, speed: Rational(1, 2), start: Rational(1, 96001), hertz: 9001),
    Tone(rate: 48000, speed: 2, start: Rational(12345, 96000), hertz: 5003),
    Tone(rate: 48000, speed: 2, start: Rational(2, 3 * 48000), hertz: 9973),
    Tone(rate: 96000, speed: 1, start: Rational(1, 24), hertz: 18979),
    Tone(rate: 16000, speed: 1, start: Rational(5, 24), hertz: 6007),
    Tone(rate: 8000, speed: 1, start: Rational(5, 24), hertz: 997),
    Tone(rate: 22050, speed: 1, start: Rational(1, 16), hertz: 9001),
    Tone(rate: 11025, speed: Rational(3, 4), start: Rational(1, 11), hertz: 3001),
    Tone(rate: 192000, speed: Rational(5, 4), start: 1, hertz: 15013),
    // Terms that no filter has phases for.
    Tone(rate: 44100, speed: Rational(1_234_567, 1_000_000), start: Rational(1, 3), hertz: 5003),
    Tone(rate: 48000, speed: Rational(999_983, 1_000_003), start: Rational(10001, 48000), hertz: 15013),
    Tone(rate: 48000, speed: Rational(97_531, 100_000), start: Rational(1, 9), hertz: 997),
    Tone(rate: 44100, speed: 1, start: 2, hertz: 5003, isReversed: true),
    Tone(rate: 48000, speed: Rational(1001, 1000), start: Rational(12345, 7001), hertz: 5003, isReversed: true),
    // Far from 1.
    Tone(rate: 48000, speed: 16, start: Rational(1, 3), hertz: 997),
    Tone(rate: 48000, speed: Rational(1, 10), start: Rational(1, 3), hertz: 15013),
  ]
}

@Suite struct ResamplingTests {
  private func samples(of tone: Tone) throws -> [Float] {
    let sound = MadeSound.sine(tone.hertz, rate: tone.rate, count: tone.rate * 5)
    let event = Mix.event(
      sound, FrameRange(0, Tone.length), start: tone.start, speed: tone.speed, isReversed: tone.isReversed)
    return try Mix.all([event], length: Tone.length)[0]
  }

  /// numpy judges: sample k is the source's sine at start + k · speed / 48000, from the first sample to the last.
  @Test(arguments: Tone.all)
  func aSineIsWhereItHasToBe(_ tone: Tone) throws {
    guard Tool.hasPython("numpy") else {
      print("skipped: python has no numpy")
      return
    }
    let folder = try TempFolder()
    try samples(of: tone).withUnsafeBytes { try Data($0).write(to: URL(filePath: folder.file("x.f32"))) }
    // Times as exact fractions, so that their distance from the first sample is exact too.
    let script = """
      import sys, json, numpy as np
      from fractions import Fraction as F
      path, start, speed, hertz, rate, back = sys.argv[1:]
      got = np.fromfile(path, '<f4').astype(float)
      start, speed, hertz, back = F(start), F(speed), F(hertz), back == '1'
      k = range(len(got))
      at = [start - (i + 1) * speed / 48000 if back else start + i * speed / 48000 for i in k]
      if back: at = [t + (speed / 48000 - 1 / F(rate)) * 0 for t in at]
      turn = np.array([float((hertz * t) % 1) for t in at]) * 2 * np.pi
      want = np.sin(turn)
      c = np.linalg.lstsq(np.stack([np.sin(turn), np.cos(turn)], 1), got, rcond=None)[0]
      perSample = 2 * np.pi * float(hertz * speed) / 48000
      print(json.dumps({'error': float(np.abs(got - want).max()), 'shift': float(np.arctan2(c[1], c[0]) / perSample)}))
      """
    let output = try Tool.require(
      Tool.python,
      [
        "-c", script, folder.file("x.f32"), "\(tone.start)", "\(tone.speed)", "\(tone.hertz)", "\(tone.rate)",
        tone.isReversed ? "1" : "0",
      ])
    struct Verdict: Decodable {
      let error: Double
      let shift: Double
    }
    let verdict = try JSONDecoder().decode(Verdict.self, from: output)
    print(tone.testDescription, verdict)
    #expect(verdict.error < 1e-3)
    #expect(abs(verdict.shift) < 0.01)
  }
}

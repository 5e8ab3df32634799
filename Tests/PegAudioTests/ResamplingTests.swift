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
    Tone(rate: 48000, speed: Rational(1, 2), start: 1 + Rational(1, 96001), hertz: 9001),
    Tone(rate: 48000, speed: 2, start: Rational(12345, 96000), hertz: 5003),
    Tone(rate: 48000, speed: 2, start: 1 + Rational(2, 3 * 48000), hertz: 9973),
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
      path, start, speed, hertz, back = sys.argv[1:]
      got = np.fromfile(path, '<f4').astype(float)
      start, speed, hertz, back = F(start), F(speed), F(hertz), back == '1'
      k = range(len(got))
      at = [start - (i + 1) * speed / 48000 if back else start + i * speed / 48000 for i in k]
      turn = np.array([float((hertz * t) % 1) for t in at]) * 2 * np.pi
      want = np.sin(turn)
      c = np.linalg.lstsq(np.stack([np.sin(turn), np.cos(turn)], 1), got, rcond=None)[0]
      perSample = 2 * np.pi * float(hertz * speed) / 48000
      print(json.dumps({'error': float(np.abs(got - want).max()), 'shift': float(np.arctan2(c[1], c[0]) / perSample)}))
      """
    let output = try Tool.require(
      Tool.python,
      [
        "-c", script, folder.file("x.f32"), "\(tone.start)", "\(tone.speed)", "\(tone.hertz)",
        tone.isReversed ? "1" : "0",
      ])
    struct Verdict: Decodable {
      let error: Double
      let shift: Double
    }
    let verdict = try JSONDecoder().decode(Verdict.self, from: output)
    #expect(verdict.error < 1e-3)
    #expect(abs(verdict.shift) < 0.01)
  }

  /// What the programme's rate cannot hold is not folded into it: 40 kHz of a 96 kHz source would come out as 8 kHz.
  @Test func whatIsAboveTheRateIsGone() throws {
    let sound = MadeSound.sine(40000, rate: 96000, count: 96000)
    let samples = try Mix.all([Mix.event(sound, FrameRange(0, 4800), start: Rational(1, 4))], length: 4800)[0]
    // −120 dB.
    #expect(samples.allSatisfy { abs($0) < 1e-6 })
  }

  /// 1, 1, 1, … stays 1 for as long as the event lasts, to the sample, and is silence before and after.
  @Test(arguments: [
    (44100, Rational(1)), (48000, Rational(1001, 1000)), (16000, Rational(3, 7)),
    (96000, Rational(1_234_567, 1_000_000)),
  ])
  func anEventIsAsLongAsItsRange(rate: Int, speed: Rational) throws {
    let sound = MadeSound(rate: rate, count: rate * 4) { _, _ in 1 }
    let event = Mix.event(sound, FrameRange(1237, 5002), start: 1, speed: speed)
    let samples = try Mix.all([event], length: 8000)[0]
    #expect(samples[..<1237].allSatisfy { $0 == 0 })
    #expect(samples[1237..<5002].allSatisfy { abs($0 - 1) < 1e-6 })
    #expect(samples[5002...].allSatisfy { $0 == 0 })
  }

  /// Played forward and then backward, the same samples come in the other order.
  @Test func reverseIsForwardTurnedRound() throws {
    let sound = MadeSound.noise(rate: 44100, count: 88200)
    let (length, speed) = (4000, Rational(1001, 1000))
    let ahead = Mix.event(sound, FrameRange(0, length), start: Rational(1, 3), speed: speed)
    // DESIGN §6: k becomes d − 1 − k, so the edge is d samples on.
    let edge = Rational(1, 3) + speed * Rational(length, 48000)
    let back = Mix.event(sound, FrameRange(0, length), start: edge, speed: speed, isReversed: true)
    let (forward, reverse) = (try Mix.all([ahead], length: length)[0], try Mix.all([back], length: length)[0])
    for (a, b) in zip(forward, reverse.reversed()) { #expect(abs(a - b) < 1e-5) }
  }
}

@Suite struct PurityTests {
  /// Everything that could carry a state from one block to the next.
  static let programme: [(event: AudioEvent, sound: MadeSound)] = [
    Mix.event(.noise(rate: 48000, count: 20000), FrameRange(0, 9000), start: Rational(1, 24)),
    Mix.event(
      .noise(rate: 44100, layout: .stereo, count: 40000, seed: 1), FrameRange(1001, 14000), start: Rational(1, 7)),
    Mix.event(
      .noise(rate: 48000, count: 40000, seed: 2), FrameRange(2000, 12001), start: Rational(1001, 24000),
      speed: Rational(1001, 1000), gain: Rational(1, 3),
      fades: [GainCurve([.init(2000, 0), .init(4003, 1)]), GainCurve([.init(10000, 1), .init(12001, 0)])]),
    Mix.event(
      .noise(rate: 44100, count: 40000, seed: 3), FrameRange(500, 9500), start: Rational(1, 2),
      speed: Rational(1_234_567, 1_000_003), isReversed: true),
    Mix.event(.noise(rate: 22050, layout: .surround51, count: 9000, seed: 4), FrameRange(7000, 15000), speed: 2),
  ]
  static let length = 15000

  /// Bit for bit, however many samples are asked for at a time.
  @Test(arguments: [1, 7, 1601, 2002, 8192])
  func theSizeOfBlocksDoesNotShow(size: Int) throws {
    let whole = try Mix.all(Self.programme, length: Self.length, layout: .stereo, blocks: Self.length)
    #expect(try Mix.all(Self.programme, length: Self.length, layout: .stereo, blocks: size) == whole)
  }

  /// A chunk has the samples that the whole has there, whatever was made before it.
  @Test func aMixerThatBeginsAnywhereAgrees() throws {
    let whole = try Mix.all(Self.programme, length: Self.length, layout: .stereo, bits: 24, blocks: Self.length)
    for range in [FrameRange(3003, 5005), FrameRange(8999, 9002), FrameRange(12000, 15000), FrameRange(1, 2)] {
      var mixer = try AudioMixer(
        events: Self.programme.map(\.event), length: Self.length, layout: .stereo, bits: 24)
      let block = try mixer.block(range) { Self.programme[$0].sound.block($1) }
      #expect(block.channels == whole.map { Array($0[range.start..<range.end]) })
    }
    // And one mixer may jump back and forth.
    var mixer = try AudioMixer(events: Self.programme.map(\.event), length: Self.length, layout: .stereo, bits: 24)
    for range in [FrameRange(9000, 9100), FrameRange(500, 1500), FrameRange(9100, 9200), FrameRange(1500, 1600)] {
      let block = try mixer.block(range) { Self.programme[$0].sound.block($1) }
      #expect(block.channels == whole.map { Array($0[range.start..<range.end]) })
    }
  }
}

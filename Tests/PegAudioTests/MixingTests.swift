import Foundation
import PegAudio
import PegCore
import Testing

@Suite struct MixingTests {
  // MARK: Untouched samples

  @Test(arguments: [1, 7, 2002, 9000])
  func samplesAtTheProgrammesRatePassBitForBit(size: Int) throws {
    let sound = MadeSound.noise(rate: 48000, layout: .stereo, count: 30000)
    // 1/24 s is sample 2000.
    let event = Mix.event(sound, FrameRange(100, 8100), start: Rational(1, 24))
    let mixed = try Mix.all([event], length: 9000, layout: .stereo, bits: 24, blocks: size)
    let expected = sound.block(FrameRange(2000, 10000))
    for channel in 0..<2 {
      let silence = [Float](repeating: 0, count: 100)
      #expect(mixed[channel] == silence + expected.channels[channel] + [Float](repeating: 0, count: 900))
    }
  }

  /// Float sources keep what lies beyond full scale while nothing rounds them.
  @Test func floatSamplesPassBeyondFullScale() throws {
    let sound = MadeSound(rate: 48000, count: 4) { _, n in [0.1, -1.5, 2, .leastNonzeroMagnitude][n] }
    var mixer = try AudioMixer(events: [Mix.event(sound, FrameRange(0, 4)).event], length: 4, layout: .mono)
    #expect(try Mix.all(&mixer, sounds: [sound], blocks: 4) == [[0.1, -1.5, 2, .leastNonzeroMagnitude]])
    #expect(mixer.clippedSamples == 2)
  }

  @Test func aReverseAtTheProgrammesRateIsTheSameSamplesLastFirst() throws {
    let sound = MadeSound.noise(rate: 48000, count: 200_000)
    // Long enough that it is read in several pieces.
    let event = Mix.event(sound, FrameRange(0, 150_000), start: Rational(160_000, 48000), isReversed: true)
    let mixed = try Mix.all([event], length: 150_000, blocks: 48000)[0]
    #expect(mixed == sound.block(FrameRange(10_000, 160_000)).channels[0].reversed())
  }

  // MARK: Silence

  @Test func gapsAndWhatTheSourceDoesNotHaveAreSilent() throws {
    let sound = MadeSound(rate: 48000, count: 10) { _, n in Float(n + 1) / 16 }
    let events = [
      // Before the source's first sample, and beyond its last.
      Mix.event(sound, FrameRange(2, 6), start: Rational(-2, 48000)),
      Mix.event(sound, FrameRange(8, 12), start: Rational(8, 48000)),
      Mix.event(sound, FrameRange(13, 15), start: 1),
    ]
    let mixed = try Mix.all(events, length: 16, blocks: 3)[0]
    let sixteenths: [Float] = [0, 0, 0, 0, 1, 2, 0, 0, 9, 10, 0, 0, 0, 0, 0, 0]
    #expect(mixed == sixteenths.map { $0 / 16 })
    // Nothing is asked for that is not there.
    #expect(sound.ranges.allSatisfy { $0.start >= 0 && $0.end <= 10 && !$0.isEmpty })
  }

  @Test func aProgrammeWithoutEventsIsSilent() throws {
    #expect(try Mix.all([], length: 5, layout: .surround51) == Array(repeating: [0, 0, 0, 0, 0], count: 6))
  }

  // MARK: Gains

  @Test func gainsAreLinearAndMultiply() throws {
    let sound = MadeSound(rate: 48000, count: 100) { _, _ in 1 }
    let up = GainCurve([.init(10, 0), .init(14, 1)])
    let down = GainCurve([.init(12, 1), .init(16, Rational(1, 2))])
    let event = Mix.event(sound, FrameRange(9, 18), gain: Rational(1, 2), fades: [up, down])
    // By hand: 0 to 1 over samples 10…14, 1 to ½ over 12…16, half of all.
    let first: [Double] = [0, 0, 0.25, 0.5, 0.75, 1, 1, 1, 1]
    let second: [Double] = [1, 1, 1, 1, 0.875, 0.75, 0.625, 0.5, 0.5]
    let expected = zip(first, second).map { Float(0.5 * $0 * $1) }
    for size in [1, 2, 18] {
      #expect(try Mix.all([event], length: 18, blocks: size)[0] == [Float](repeating: 0, count: 9) + expected)
    }
  }

  /// Two linear fades over the same samples add up to 1 at each of them.
  @Test func aCrossfadeOfEqualSoundIsThatSound() throws {
    let sound = MadeSound.noise(rate: 48000, count: 4000)
    let out = GainCurve([.init(1000, 1), .init(2000, 0)])
    let into = GainCurve([.init(1000, 0), .init(2000, 1)])
    let events = [
      Mix.event(sound, FrameRange(0, 2000), fades: [out]),
      Mix.event(sound, FrameRange(1000, 3000), start: Rational(1000, 48000), fades: [into]),
    ]
    let mixed = try Mix.all(events, length: 3000, bits: 24)[0]
    #expect(mixed == sound.block(FrameRange(0, 3000)).channels[0])
  }

  // MARK: Rounding

  /// 1 + 2⁻⁴⁰ − 1 is 2⁻⁴⁰ in double precision and 0 in single.
  @Test func sumsAreDouble() throws {
    let values: [Float] = [1, 0x1p-40, -1]
    let events = values.map { value in
      Mix.event(MadeSound(rate: 48000, count: 1) { _, _ in value }, FrameRange(0, 1))
    }
    #expect(try Mix.all(events, length: 1)[0] == [0x1p-40])
  }

  /// Halves go to the even code, full scale cuts off, and what it cut off is counted with its place.
  @Test func samplesAreRoundedOnceAndClippingIsCounted() throws {
    let step: Double = 0x1p-15
    let values: [Double] = [
      0.5, 1.5, 2.5, -0.5, -1.5, 0.49, 32766.4, 32767.4, 32767.6, 40000, -32768, -32768.4, -40000,
    ]
    let expected: [Double] = [0, 2, 2, 0, -2, 0, 32766, 32767, 32767, 32767, -32768, -32768, -32768]
    let sound = MadeSound(rate: 48000, count: values.count) { _, n in Float(values[n] * step) }
    var mixer = try AudioMixer(
      events: [Mix.event(sound, FrameRange(0, values.count)).event], length: values.count, layout: .mono, bits: 16)
    let mixed = try Mix.all(&mixer, sounds: [sound], blocks: 4)[0]
    #expect(mixed == expected.map { Float($0 * step) })
    // 32767.6, 40000 and −40000; −32768.4 rounds onto what there is.
    #expect(mixer.clippedSamples == 3)
    let finding = try #require(mixer.findings(at: "x.mov").first)
    #expect(finding.code == "sound.clipped")
    #expect(finding.message == "3 samples are cut off at full scale, the first 0.000 s in")
    #expect(finding.place == "x.mov")
  }

  /// A sum that a single rounding takes one way and a rounding to single precision before it the other.
  @Test func aSumIsNotRoundedTwice() throws {
    // ½ + 2⁻²⁴ + 2⁻⁵⁰ lies above the half of a 24-bit step. Single precision would drop 2⁻⁵⁰, and halves go to even: down.
    let values: [Float] = [0.5, 0x1p-24, 0x1p-50]
    let events = values.map { value in
      Mix.event(MadeSound(rate: 48000, count: 1) { _, _ in value }, FrameRange(0, 1))
    }
    #expect(try Mix.all(events, length: 1, bits: 24)[0] == [0.5 + 0x1p-23])
  }

  // MARK: What it costs

  @Test func aSourceIsReadOnceAndInOrder() throws {
    for rate in [48000, 44100] {
      let sound = MadeSound.noise(rate: rate, count: 100_000)
      let event = Mix.event(sound, FrameRange(0, 60_000), start: Rational(1, 2))
      _ = try Mix.all([event], length: 60_000, blocks: 1601)
      let ranges = sound.ranges
      for (a, b) in zip(ranges, ranges.dropFirst()) { #expect(a.end == b.start) }
      #expect(ranges.allSatisfy { $0.count <= 8192 })
      // What is read beyond the event is what the filter reaches for.
      let read = ranges.map(\.count).reduce(0, +)
      #expect(read < 60_000 * rate / 48000 + 1000)
    }
  }

  @Test func aReverseIsReadInLongPieces() throws {
    let sound = MadeSound.noise(rate: 48000, count: 200_000)
    let event = Mix.event(sound, FrameRange(0, 150_000), start: 4, isReversed: true)
    _ = try Mix.all([event], length: 150_000)
    #expect(sound.ranges.count <= 3)
    #expect(sound.ranges.allSatisfy { $0.count <= 65536 })
  }
}

import PegAudio
import PegCore
import Testing

@Suite struct MixerRefusalTests {
  private func fault(of event: AudioEvent) throws -> PegError? {
    #expect(throws: PegError.self) { _ = try AudioMixer(events: [event], length: 100, layout: .stereo) }
  }

  @Test func anEventThatCannotBeMixedIsNamed() throws {
    let quad = ChannelLayout([.frontLeft, .frontRight, .backCenter])
    let odd = MadeSound(rate: 48000, layout: quad, count: 10) { _, _ in 0 }
    let layout = try fault(of: Mix.event(odd, FrameRange(0, 10)).event)
    #expect(layout?.sentence == "clip: the channel layout L+R+Cs cannot be mixed")
    let sound = MadeSound.noise(rate: 48000, count: 10)
    for speed in [Rational(0), Rational(-1), Rational(1, 257), Rational(257)] {
      let speed = try fault(of: Mix.event(sound, FrameRange(0, 10), speed: speed).event)
      #expect(speed?.kind == .badInput)
      #expect(speed?.sentence.hasPrefix("clip plays 48000 Hz at a speed of") == true)
    }
    let far = try fault(of: Mix.event(sound, FrameRange(0, 10), start: 100_000_000).event)
    #expect(far?.sentence.contains("where nothing can be") == true)
  }

  @Test func whatReadingThrowsIsThrown() throws {
    struct Broken: Error, Equatable {}
    let sound = MadeSound.noise(rate: 48000, count: 100)
    var mixer = try AudioMixer(events: [Mix.event(sound, FrameRange(0, 10)).event], length: 10, layout: .mono)
    do {
      _ = try mixer.block(FrameRange(0, 10)) { _, _ in throw Broken() }
      Issue.record("the error of the source came through")
    } catch {
      #expect(error is Broken)
    }
    // And the mixer goes on once the source can be read.
    let block = try mixer.block(FrameRange(0, 10)) { sound.block($1) }
    #expect(block.channels == sound.block(FrameRange(0, 10)).channels)
  }

  @Test(arguments: [
    (AudioBlock(silence: 10, channels: 2, sampleRate: 48000)), AudioBlock(silence: 10, channels: 1, sampleRate: 44100),
  ])
  func aSourceThatChangesIsRefused(block: AudioBlock) throws {
    let sound = MadeSound.noise(rate: 48000, count: 100)
    var mixer = try AudioMixer(events: [Mix.event(sound, FrameRange(0, 10)).event], length: 10, layout: .mono)
    do {
      _ = try mixer.block(FrameRange(0, 10)) { _, _ in block }
      Issue.record("a source of another kind was mixed")
    } catch let error as PegError {
      #expect(error.sentence.hasPrefix("the sound of clip changes at sample 0 from 1 channels at 48000 Hz to"))
    }
  }

  /// A file that says 1000 samples and has 600: the rest is silence, and a finding says from where.
  @Test func aSourceThatEndsEarlyIsAFinding() throws {
    let sound = MadeSound(rate: 48000, count: 1000) { _, _ in 0.5 }
    var mixer = try AudioMixer(events: [Mix.event(sound, FrameRange(0, 1000)).event], length: 1000, layout: .mono)
    let block = try mixer.block(FrameRange(0, 1000)) { _, range in
      sound.block(FrameRange(range.start, min(range.end, 600)))
    }
    #expect(block.channels[0] == [Float](repeating: 0.5, count: 600) + [Float](repeating: 0, count: 400))
    let finding = try #require(mixer.findings(at: "x.mov").first)
    #expect(finding.code == "sound.short")
    // 600 / 48000 s.
    #expect(finding.message.contains("ends at 0.013 s"))
  }

  @Test func samplesThatAreNoNumbersAreSilent() throws {
    let values: [Float] = [0.5, .nan, .infinity, -.infinity, 0.25]
    let sound = MadeSound(rate: 48000, count: 5) { _, n in values[n] }
    var mixer = try AudioMixer(events: [Mix.event(sound, FrameRange(0, 5)).event], length: 5, layout: .mono, bits: 16)
    #expect(try Mix.all(&mixer, sounds: [sound], blocks: 5) == [[0.5, 0, 0, 0, 0.25]])
    #expect(mixer.clippedSamples == 0)
    #expect(mixer.findings(at: "x").map(\.code) == ["sound.not-finite"])
  }
}

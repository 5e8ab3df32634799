import Foundation
import PegCore
import PegMedia
import PegTestSupport
import Testing

@Suite(.enabled(if: Tool.has("ffmpeg", "ffprobe"), "no ffmpeg")) struct AudioEncoderTests {
  private func movie(_ path: String, container: String, _ settings: AudioSettings, _ block: AudioBlock) throws {
    var encoder = try AudioEncoder(settings)
    var muxer = try Muxer(
      path: path, container: container, video: nil, audio: [.init(parameters: encoder.parameters)])
    for packet in try encoder.encode(block) + encoder.finish() { try muxer.write(packet, stream: 0) }
    try muxer.finish()
  }

  /// x · 2^(bits − 1), nearest, halves away from zero, clipped; written out for each sample.
  @Test func pcmRoundsOnceAndCountsWhatItClips() throws {
    let full16: [(Float, Int32)] = [
      (0, 0), (1 / 32768, 1), (0.5 / 32768, 1), (-0.5 / 32768, -1), (0.49 / 32768, 0), (1.5 / 32768, 2),
      (-2.5 / 32768, -3), (0.5, 16384), (-1, -32768), (32767 / 32768, 32767), (1, 32767), (2, 32767), (-1.5, -32768),
      (.infinity, 32767), (-.infinity, -32768), (.nan, 0),
    ]
    let full24: [(Float, Int32)] = [
      (0, 0), (1 / 8_388_608, 1), (0.5 / 8_388_608, 1), (-0.5 / 8_388_608, -1), (0.49 / 8_388_608, 0),
      (0.25, 2_097_152), (-1, -8_388_608), (1, 8_388_607), (-1.0000001, -8_388_608), (-2, -8_388_608),
    ]
    for (codec, bytes, table, clipped) in [("pcm_s16le", 2, full16, 6), ("pcm_s24le", 3, full24, 3)] {
      var encoder = try AudioEncoder(AudioSettings(codec: codec, layout: .mono))
      let packets = try encoder.encode(AudioBlock(channels: [table.map(\.0)], sampleRate: 48000)) + encoder.finish()
      let data = packets.flatMap { $0.withBytes { Array($0) } }
      let codes = stride(from: 0, to: data.count, by: bytes).map { at -> Int32 in
        let word = (0..<bytes).reduce(Int32(0)) { $0 | Int32(data[at + $1]) << Int32(8 * $1) }
        let unused = Int32(32 - 8 * bytes)
        return (word << unused) >> unused
      }
      #expect(codes == table.map(\.1), "\(codec)")
      #expect(encoder.clippedSamples == clipped, "\(codec)")
    }
  }

  @Test(arguments: [("mov", "pcm_s24le"), ("matroska", "pcm_s24le"), ("mov", "pcm_s16le"), ("matroska", "flac")])
  func losslessSoundComesBackSampleForSample(container: String, codec: String) throws {
    let folder = try TempFolder()
    let path = folder.file("sound.\(container)")
    let settings = AudioSettings(codec: codec, layout: .surround51)
    let bits = codec == "pcm_s16le" ? 16 : 24
    // Every channel its own ramp of whole codes, so that order and place show.
    let channels = (0..<6).map { channel in
      (0..<5001).map { sample -> Float in
        let code = (sample * 7 + channel * 1000) % 30000 - 15000
        return Float(code) / Float(1 << (bits - 1))
      }
    }
    try movie(path, container: container, settings, AudioBlock(channels: channels, sampleRate: 48000))
    let raw = try Tool.require("ffmpeg", ["-v", "error", "-i", path, "-f", "s32le", "-"])
    let samples = raw.withUnsafeBytes { Array($0.bindMemory(to: Int32.self)) }
    #expect(samples.count == 5001 * 6)
    let scale = Double(1 << (bits - 1))
    let expected = (0..<5001 * 6).map { index -> Int32 in
      let code = Int32(Double(channels[index % 6][index / 6]) * scale)
      return code << Int32(32 - bits)
    }
    #expect(samples == expected)
    let probe = try Probe(ffprobe: path)
    // Matroska has no layouts for PCM, and FLAC's own six channels are those with the back pair.
    if container == "mov" { #expect(probe["streams.0.channel_layout"] == "5.1(side)") }
    #expect(probe["streams.0.bits_per_raw_sample"] == "\(bits)" || probe["streams.0.bits_per_sample"] == "\(bits)")
  }

  @Test func aBlockOfPcmIsOnePacketAndTimesCountSamples() throws {
    var encoder = try AudioEncoder(AudioSettings(codec: "pcm_s24le", layout: .stereo), firstSample: 96000)
    var packets: [Packet] = []
    for count in [2002, 2002, 2001] {
      packets += try encoder.encode(AudioBlock(silence: count, channels: 2, sampleRate: 48000))
    }
    packets += try encoder.finish()
    #expect(packets.map(\.presentation) == [96000, 98002, 100004])
    #expect(packets.map(\.duration) == [2002, 2002, 2001])
    #expect(packets.map(\.size) == [12012, 12012, 12006])
  }

  /// The decoder's early start is told by the edit list: as many samples come out as went in, at their places.
  @Test(arguments: [48000, 47999, 6001])
  func aacKeepsItsLengthAndPlace(count: Int) throws {
    let folder = try TempFolder()
    let path = folder.file("sound.mp4")
    let settings = AudioSettings(codec: "aac", layout: .stereo, options: [.init("b", "256000")])
    let block = SoundSample.tone(0..<count, settings)
    // In pieces of many lengths: the encoder's frames of 1024 are its own business.
    var encoder = try AudioEncoder(settings)
    #expect(encoder.parameters.priming == 1024)
    var packets: [Packet] = []
    var (at, step) = (0, 1)
    while at < count {
      let end = min(count, at + step)
      packets += try encoder.encode(
        AudioBlock(channels: block.channels.map { Array($0[at..<end]) }, sampleRate: 48000))
      (at, step) = (end, step * 3 % 2011 + 1)
    }
    packets += try encoder.finish()
    #expect(packets.first?.presentation == -1024)
    var muxer = try Muxer(path: path, container: "mp4", video: nil, audio: [.init(parameters: encoder.parameters)])
    for packet in packets { try muxer.write(packet, stream: 0) }
    try muxer.finish()
    let raw = try Tool.require("ffmpeg", ["-v", "error", "-i", path, "-f", "f32le", "-"])
    let samples = raw.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    #expect(try Probe(ffprobe: path)["streams.0.duration_ts"] == "\(count)")
    #expect(samples.count / 2 >= count && samples.count / 2 < count + 1024)
    // A tone of 1 kHz a sample late would differ by 0.25 · 2π / 48 = 0.033 at its steepest.
    let middle = (count / 4)..<(count * 3 / 4)
    let worst = middle.map { abs(samples[$0 * 2] - block.channels[0][$0]) }.max() ?? 1
    #expect(worst < 0.015)
  }

  @Test func aacCarriesSixChannelsInTheirOrder() throws {
    let folder = try TempFolder()
    let path = folder.file("surround.mp4")
    let settings = AudioSettings(codec: "aac", layout: .surround51, options: [.init("b", "512000")])
    // One loud channel at a time, half a second each; LFE (3) hears low tones only.
    let channels = (0..<6).map { channel in
      (0..<144000).map { sample -> Float in
        let hertz: Double = channel == 3 ? 50 : 1000
        let angle = 2 * Double.pi * hertz * Double(sample) / 48000
        return sample / 24000 == channel ? Float(0.5 * sin(angle)) : 0
      }
    }
    try movie(path, container: "mp4", settings, AudioBlock(channels: channels, sampleRate: 48000))
    let raw = try Tool.require("ffmpeg", ["-v", "error", "-i", path, "-f", "f32le", "-"])
    let samples = raw.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    for channel in 0..<6 {
      let middle = channel * 24000 + 6000..<channel * 24000 + 18000
      let energy = (0..<6).map { place -> Float in
        middle.reduce(Float(0)) { sum, sample in sum + abs(samples[sample * 6 + place]) }
      }
      #expect(energy.indices.max { energy[$0] < energy[$1] } == channel)
    }
    #expect(try Probe(ffprobe: path)["streams.0.channels"] == "6")
  }

  @Test func whatCannotBeEncodedIsRefusedByName() {
    #expect(throws: MediaError.self) { _ = try AudioEncoder(AudioSettings(codec: "dat", layout: .mono)) }
    let unordered = ChannelLayout([.frontRight, .frontLeft])
    let error = #expect(throws: MediaError.self) {
      _ = try AudioEncoder(AudioSettings(codec: "pcm_s24le", layout: unordered))
    }
    #expect(error?.sentence.contains("R+L") == true)
    let option = #expect(throws: MediaError.self) {
      _ = try AudioEncoder(AudioSettings(codec: "aac", layout: .stereo, options: [.init("crf", "20")]))
    }
    #expect(option?.sentence.contains("it has no option crf") == true)
  }
}

import Foundation
import PegAudio
import PegCore
import Synchronization

/// Sound that is made where it is asked for, and remembers what was asked.
final class MadeSound: Sendable {
  let source: AudioSource
  private let make: @Sendable (_ channel: Int, _ sample: Int) -> Float
  private let asked = Mutex<[FrameRange]>([])

  init(
    rate: Int, layout: ChannelLayout = .mono, count: Int,
    _ make: @escaping @Sendable (_ channel: Int, _ sample: Int) -> Float
  ) {
    source = AudioSource(sampleRate: rate, layout: layout, sampleCount: count)
    self.make = make
  }

  /// sin(2π · `hertz` · n / rate).
  static func sine(_ hertz: Double, rate: Int, count: Int) -> MadeSound {
    MadeSound(rate: rate, count: count) { _, n in Float(sin(2 * .pi * (hertz * Double(n) / Double(rate)))) }
  }

  /// Samples that have nothing to do with each other, in −1…1: Knuth's multiplicative hash.
  static func noise(rate: Int, layout: ChannelLayout = .mono, count: Int, seed: Int = 0) -> MadeSound {
    MadeSound(rate: rate, layout: layout, count: count) { channel, n in
      var x = UInt64(bitPattern: Int64(n &* 64 &+ channel &+ seed &* 7_919)) &* 0x9E37_79B9_7F4A_7C15
      x ^= x >> 29
      x = x &* 0xBF58_476D_1CE4_E5B9
      x ^= x >> 32
      return Float(Int32(truncatingIfNeeded: x) >> 8) / 8_388_608
    }
  }

  var ranges: [FrameRange] { asked.withLock { $0 } }

  func block(_ range: FrameRange) -> AudioBlock {
    asked.withLock { $0.append(range) }
    return AudioBlock(
      channels: (0..<source.layout.count).map { channel in
        (range.start..<range.end).map { make(channel, $0) }
      }, sampleRate: source.sampleRate)
  }
}

/// Mixing for tests: events whose sounds are made.
enum Mix {
  /// The whole programme, asked for in blocks of `size`.
  static func all(
    _ events: [(event: AudioEvent, sound: MadeSound)], length: Int, layout: ChannelLayout = .mono, bits: Int? = nil,
    blocks size: Int = 2002
  ) throws -> [[Float]] {
    var mixer = try AudioMixer(events: events.map(\.event), length: length, layout: layout, bits: bits)
    return try all(&mixer, sounds: events.map(\.sound), blocks: size)
  }

  static func all(_ mixer: inout AudioMixer, sounds: [MadeSound], blocks size: Int) throws -> [[Float]] {
    var channels = Array(repeating: [Float](), count: mixer.layout.count)
    var start = 0
    while start < mixer.length {
      let range = FrameRange(start, min(start + size, mixer.length))
      let block = try mixer.block(range) { sounds[$0].block($1) }
      for channel in channels.indices { channels[channel] += block.channels[channel] }
      start = range.end
    }
    return channels
  }

  static func event(
    _ sound: MadeSound, _ range: FrameRange, start: Rational = 0, speed: Rational = 1, isReversed: Bool = false,
    gain: Rational = 1, fades: [GainCurve] = []
  ) -> (event: AudioEvent, sound: MadeSound) {
    (
      AudioEvent(
        name: "clip", source: sound.source, range: range, start: start, speed: speed, isReversed: isReversed,
        gain: gain,
        fades: fades), sound
    )
  }
}

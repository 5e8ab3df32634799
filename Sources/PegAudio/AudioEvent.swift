public import PegCore

/// The sound stream that an event plays.
public struct AudioSource: Hashable, Sendable {
  /// Samples per second, as stored.
  public var sampleRate: Int
  public var layout: ChannelLayout
  /// Samples per channel; beyond it is silence.
  public var sampleCount: Int

  public init(sampleRate: Int, layout: ChannelLayout, sampleCount: Int) {
    self.sampleRate = sampleRate
    self.layout = layout
    self.sampleCount = sampleCount
  }
}

/// A linear gain over record samples: linear between keys, held outside them.
public struct GainCurve: Hashable, Sendable {
  public struct Key: Hashable, Sendable {
    /// Record sample.
    public var sample: Int
    public var gain: Rational

    public init(_ sample: Int, _ gain: Rational) {
      self.sample = sample
      self.gain = gain
    }
  }

  /// In the order of their samples; never empty.
  public let keys: [Key]

  /// - Precondition: `keys` is not empty and ascends.
  public init(_ keys: [Key]) {
    precondition(!keys.isEmpty, "a gain curve has a value")
    precondition(zip(keys, keys.dropFirst()).allSatisfy { $0.sample < $1.sample }, "keys of a gain curve ascend")
    self.keys = keys
  }

  /// Multiplies `factors` with the gains of record samples from `start` on.
  func apply(to factors: inout [Double], from start: Int) {
    var next = keys.firstIndex { $0.sample > start } ?? keys.count
    for index in factors.indices {
      let sample = start + index
      while next < keys.count, keys[next].sample <= sample { next += 1 }
      factors[index] *= value(at: sample, before: next)
    }
  }

  /// - Parameter next: the first key after `sample`.
  private func value(at sample: Int, before next: Int) -> Double {
    guard next > 0 else { return keys[0].gain.double }
    let a = keys[next - 1]
    guard next < keys.count else { return a.gain.double }
    let b = keys[next]
    let share = Double(sample - a.sample) / Double(b.sample - a.sample)
    return a.gain.double + (b.gain - a.gain).double * share
  }
}

/// A piece of one sound stream on the record side.
public struct AudioEvent: Hashable, Sendable {
  /// What a person calls it, for messages.
  public var name: String
  public var source: AudioSource
  /// Record samples that it sounds over.
  public var range: FrameRange
  /// Seconds into the source, exact: the edge where it starts to play.
  ///
  /// Record sample k of the event (from 0) is the source at `start` + k · `speed` / record rate. In reverse that edge is
  /// the end of what plays: `start` − (k + 1) · `speed` / record rate, so that the same samples sound, last first.
  public var start: Rational
  /// Source seconds per record second, above 0. Pitch follows.
  public var speed: Rational
  public var isReversed: Bool
  /// Linear gain.
  public var gain: Rational
  /// Multiplied with ``gain``: fades, crossfades.
  public var fades: [GainCurve]

  public init(
    name: String, source: AudioSource, range: FrameRange, start: Rational, speed: Rational = 1,
    isReversed: Bool = false, gain: Rational = 1, fades: [GainCurve] = []
  ) {
    self.name = name
    self.source = source
    self.range = range
    self.start = start
    self.speed = speed
    self.isReversed = isReversed
    self.gain = gain
    self.fades = fades
  }
}

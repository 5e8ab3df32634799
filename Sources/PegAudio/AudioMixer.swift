public import PegCore

/// Mixes events into the sound of a programme, block by block.
///
/// Every sample is a pure function of the events and its own position: asked for one at a time, all at once, or from the
/// middle, it has the same bits. Events are added in their order, in double precision, and rounded once. An event at the
/// programme's rate and speed 1 passes bit for bit. What a block costs follows its length and the events that sound in it;
/// a voice that has ended holds nothing.
///
/// Loudness and true peak are measured on the blocks that come out.
public struct AudioMixer: ~Copyable {
  /// Reads samples of an event's source, in the source's own rate and channels: fewer than asked for only where the source
  /// ends.
  public typealias Pull = (_ event: Int, _ range: FrameRange) throws -> AudioBlock

  /// Names the third-party arithmetic that a mix depends on: `swresample 4.7.100`.
  public static var arithmetic: String { Resampler.arithmetic }

  public let events: [AudioEvent]
  /// Samples of the programme.
  public let length: Int
  /// Samples per second of the programme.
  public let sampleRate: Int
  public let layout: ChannelLayout
  /// Bits that samples are rounded to, or `nil` for float samples that are not clipped.
  public let bits: Int?

  private let maps: [ChannelMap]
  private let steps: [Rational]
  private let grid: SampleGrid?
  /// Events by their first sample, and the longest of them: what tells which sound in a block.
  private let order: [Int]
  private let longest: Int
  private var voices: [Int: AudioVoice] = [:]
  private var defects: [Int: SourceDefects] = [:]

  /// Samples of all channels beyond full scale so far: cut off where ``bits`` says to what, else passed on.
  public private(set) var clippedSamples = 0
  private var firstClipped: Int?

  private struct SourceDefects {
    var broken = 0
    var missingFrom: Int?
  }

  /// - Parameters:
  ///   - events: in any order.
  ///   - length: samples of the programme; what an event has beyond it is not asked for.
  ///   - bits: 8…24 for PCM, `nil` for float.
  /// - Throws: of kind `badInput`, naming the event, for a layout that cannot be mixed and for a speed that cannot be played.
  public init(
    events: [AudioEvent], length: Int, sampleRate: Int = 48000, layout: ChannelLayout, bits: Int? = nil
  ) throws(PegError) {
    precondition(length >= 0 && sampleRate > 0, "a programme has a length and a rate")
    var maps: [ChannelMap] = []
    var steps: [Rational] = []
    for event in events {
      do {
        maps.append(try ChannelMap(from: event.source.layout, to: layout))
      } catch {
        throw PegError(error.kind, "\(event.name): \(error.sentence)", hint: error.hint)
      }
      steps.append(try Self.step(of: event, at: sampleRate))
    }
    self.events = events
    self.length = length
    self.sampleRate = sampleRate
    self.layout = layout
    self.bits = bits
    self.maps = maps
    self.steps = steps
    grid = bits.map(SampleGrid.init(bits:))
    order = events.indices.sorted { (events[$0].range.start, $0) < (events[$1].range.start, $1) }
    longest = events.map(\.range.count).max() ?? 0
  }

  private static func step(of event: AudioEvent, at sampleRate: Int) throws(PegError) -> Rational {
    guard event.source.sampleRate > 0, event.speed > .zero,
      let rate = Rational(event.source.sampleRate, sampleRate).multipliedChecked(event.speed),
      Resampler.steps.contains(rate)
    else {
      throw PegError(
        .badInput,
        "\(event.name) plays \(event.source.sampleRate) Hz at a speed of \(event.speed), which is beyond what can be heard",
        hint: "from 1/256 to 256 source samples go into one")
    }
    // An hour is 10^8 samples; what lies beyond 10^12 is a broken file.
    guard let first = event.start.multipliedChecked(Rational(event.source.sampleRate)),
      first.magnitude < 1_000_000_000_000
    else { throw PegError(.badInput, "\(event.name) starts \(event.start) s into its sound, where nothing can be") }
    return rate
  }

  // MARK: Blocks

  /// Samples `range` of the programme.
  ///
  /// - Precondition: `range` lies in 0..<``length``.
  /// - Throws: what `pull` throws, and of kind `badInput` when a source changes its rate or channels.
  public mutating func block(_ range: FrameRange, pull: Pull) throws -> AudioBlock {
    precondition(range.start >= 0 && range.end <= length, "a block lies in the programme")
    var sums = Array(repeating: [Double](repeating: 0, count: range.count), count: layout.count)
    for index in sounding(in: range) {
      guard let part = events[index].range.intersection(range) else { continue }
      let voice = voices[index] ?? AudioVoice(events[index], index: index, step: steps[index])
      voices[index] = voice
      let start = events[index].range.start
      let samples = try voice.samples(FrameRange(part.start - start, part.end - start), pull: pull)
      Self.add(
        samples, through: maps[index], times: factors(of: events[index], in: part), to: &sums,
        at: part.start - range.start)
    }
    retire(before: range.end)
    return rounded(sums, from: range.start)
  }

  /// Events that share a sample with `range`, in the order in which they are added.
  private func sounding(in range: FrameRange) -> [Int] {
    // The first event that may still sound starts no earlier than the longest is long.
    var (low, high) = (0, order.count)
    while low < high {
      let middle = (low + high) / 2
      if events[order[middle]].range.start + longest <= range.start { low = middle + 1 } else { high = middle }
    }
    var found: [Int] = []
    for index in order[low...] {
      if events[index].range.start >= range.end { break }
      if events[index].range.intersection(range) != nil { found.append(index) }
    }
    return found.sorted()
  }

  /// The gain of each sample of `part`, or `nil` for 1 throughout.
  private func factors(of event: AudioEvent, in part: FrameRange) -> [Double]? {
    if event.gain == 1, event.fades.isEmpty { return nil }
    var factors = [Double](repeating: event.gain.double, count: part.count)
    for fade in event.fades { fade.apply(to: &factors, from: part.start) }
    return factors
  }

  private static func add(
    _ samples: [[Double]], through map: ChannelMap, times factors: [Double]?, to sums: inout [[Double]], at offset: Int
  ) {
    for (out, row) in map.gains.enumerated() {
      for (channel, gain) in row.enumerated() where gain != 0 {
        let samples = samples[channel]
        sums[out].withUnsafeMutableBufferPointer { sum in
          if let factors {
            for index in samples.indices { sum[offset + index] += gain * factors[index] * samples[index] }
          } else {
            for index in samples.indices { sum[offset + index] += gain * samples[index] }
          }
        }
      }
    }
  }

  /// Lets go of voices that end before `sample`.
  private mutating func retire(before sample: Int) {
    for (index, voice) in voices {
      if voice.brokenSamples > 0 || voice.missingFrom != nil {
        defects[index] = SourceDefects(broken: voice.brokenSamples, missingFrom: voice.missingFrom)
      }
      if events[index].range.end <= sample { voices[index] = nil }
    }
  }

  private mutating func rounded(_ sums: [[Double]], from start: Int) -> AudioBlock {
    var channels: [[Float]] = []
    channels.reserveCapacity(sums.count)
    for sum in sums {
      var samples = [Float](repeating: 0, count: sum.count)
      for (index, sample) in sum.enumerated() {
        let isClipped: Bool
        if let grid {
          (samples[index], isClipped) = grid.nearest(to: sample)
        } else {
          (samples[index], isClipped) = (Float(sample), sample.magnitude > 1)
        }
        guard isClipped else { continue }
        clippedSamples += 1
        firstClipped = min(firstClipped ?? .max, start + index)
      }
      channels.append(samples)
    }
    return AudioBlock(channels: channels, sampleRate: sampleRate)
  }

  // MARK: Findings

  /// What was wrong with the sound of the blocks made so far.
  ///
  /// - Parameter place: the deliverable, as a person would name it.
  public func findings(at place: String) -> [Finding] {
    var list: [Finding] = []
    if clippedSamples > 0, let firstClipped {
      let fate = bits == nil ? "pass" : "are cut off at"
      list.append(
        Finding(
          "sound.clipped", .warning,
          "\(clippedSamples) samples \(fate) full scale, the first \(Self.seconds(firstClipped, at: sampleRate)) s in",
          at: place, hint: "lower the gain of what sounds there"))
    }
    for (index, found) in defects.sorted(by: { $0.key < $1.key }) {
      let (name, rate) = (events[index].name, events[index].source.sampleRate)
      if let missing = found.missingFrom {
        list.append(
          Finding(
            "sound.short", .warning,
            "the sound of \(name) ends at \(Self.seconds(missing, at: rate)) s though its file says it goes on; silence follows",
            at: name))
      }
      if found.broken > 0 {
        list.append(
          Finding(
            "sound.not-finite", .warning, "\(found.broken) samples of \(name) are no numbers and are silent", at: name))
      }
    }
    return list
  }

  /// Seconds with three decimals.
  private static func seconds(_ sample: Int, at rate: Int) -> String {
    let thousandths = Rational(sample * 1000, rate).rounded
    let digits = String(thousandths % 1000)
    return "\(thousandths / 1000).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
  }
}

// Its voices are its own: none is ever handed out.
extension AudioMixer: @unchecked Sendable {}

import PegCore

/// One event while it sounds: its stream read at the programme's rate.
///
/// The *stream* is the source in the direction in which it plays, so that it always runs forward: stream sample i is source
/// sample i, or in reverse source sample −i. Outside the source it is silence.
final class AudioVoice {
  typealias Pull = (_ event: Int, _ range: FrameRange) throws -> AudioBlock

  let event: AudioEvent
  private let index: Int
  private let channels: Int
  /// The stream's position at the event's first sample.
  private let origin: Rational
  /// `nil` where stream samples pass as they are.
  private let resampler: Resampler?
  /// Stream samples from `pieceStart` on that were read last.
  private var piece: [[Double]] = []
  private var pieceStart = 0
  /// Stream samples that nothing of the event lies after.
  private let end: Int

  /// Samples of the source that were not finite, and are silence.
  private(set) var brokenSamples = 0
  /// The first source sample that the source did not have, though it said so.
  private(set) var missingFrom: Int?

  /// Samples per channel that a voice reads at once. Backwards each piece is a seek, so it is longer there.
  private static let forwardPiece = 8192
  private static let reversePiece = 65536

  /// - Parameter step: source samples per record sample.
  init(_ event: AudioEvent, index: Int, step: Rational) {
    self.event = event
    self.index = index
    channels = event.source.layout.count
    let position = event.start * Rational(event.source.sampleRate)
    origin = event.isReversed ? step - position : position
    if step == 1 {
      resampler = nil
      end = origin.rounded + event.range.count
    } else {
      let resampler = Resampler(origin: origin, step: step, channels: channels, name: event.name)
      self.resampler = resampler
      end = (origin + Rational(event.range.count) * step).ceil + resampler.taps
    }
  }

  /// Samples `range` of the event, counted from its first, for each channel of the source.
  func samples(_ range: FrameRange, pull: Pull) throws -> [[Double]] {
    guard let resampler else { return try stream(origin.rounded + range.start, count: range.count, pull: pull) }
    return try resampler.read(range.start, count: range.count) { try self.stretch(from: $0, pull: pull) }
  }

  // MARK: The stream

  private func stream(_ first: Int, count: Int, pull: Pull) throws -> [[Double]] {
    var samples = Array(repeating: [Double](), count: channels)
    for channel in 0..<channels { samples[channel].reserveCapacity(count) }
    var position = first
    while position < first + count {
      try load(position, pull: pull)
      let offset = position - pieceStart
      let taken = min(piece[0].count - offset, first + count - position)
      for channel in 0..<channels { samples[channel] += piece[channel][offset..<(offset + taken)] }
      position += taken
    }
    return samples
  }

  /// What follows stream sample `first`, as much of it as was read at once.
  private func stretch(from first: Int, pull: Pull) throws -> [[Double]] {
    try load(first, pull: pull)
    let offset = first - pieceStart
    return offset == 0 ? piece : piece.map { Array($0[offset...]) }
  }

  /// Sees to it that stream sample `position` is in the piece.
  private func load(_ position: Int, pull: Pull) throws {
    if let held = piece.first, position >= pieceStart, position < pieceStart + held.count { return }
    let size = event.isReversed ? Self.reversePiece : Self.forwardPiece
    // Past the event's end one sample at a time would do; nobody reads far there.
    let count = position < end ? min(size, end - position) : 64
    piece = try read(FrameRange(start: position, count: count), pull: pull)
    pieceStart = position
  }

  private func read(_ range: FrameRange, pull: Pull) throws -> [[Double]] {
    let wanted = event.isReversed ? FrameRange(1 - range.end, 1 - range.start) : range
    var samples = Array(repeating: [Double](repeating: 0, count: wanted.count), count: channels)
    if let there = wanted.intersection(FrameRange(0, max(0, event.source.sampleCount))) {
      let block = try pull(index, there)
      try take(block, of: there, into: &samples, at: there.start - wanted.start)
    }
    if event.isReversed { for channel in 0..<channels { samples[channel].reverse() } }
    return samples
  }

  private func take(
    _ block: AudioBlock, of range: FrameRange, into samples: inout [[Double]], at offset: Int
  ) throws(PegError) {
    let source = event.source
    guard block.channels.count == channels, block.sampleRate == source.sampleRate else {
      throw PegError(
        .badInput,
        "the sound of \(event.name) changes at sample \(range.start) from \(channels) channels at \(source.sampleRate) Hz "
          + "to \(block.channels.count) at \(block.sampleRate) Hz")
    }
    if block.count < range.count {
      let end = range.start + block.count
      missingFrom = min(missingFrom ?? end, end)
    }
    for channel in 0..<channels {
      for (index, sample) in block.channels[channel].prefix(range.count).enumerated() {
        if sample.isFinite { samples[channel][offset + index] = Double(sample) } else { brokenSamples += 1 }
      }
    }
  }
}

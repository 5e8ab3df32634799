internal import CFFmpeg
import PegCore

/// Decodes a sound stream from any sample on, and knows exactly which samples come out.
final class SoundStream {
  /// Decoded samples and where they lie.
  struct Block {
    var start: Int
    var channels: [[Float]]
    var count: Int { channels.first?.count ?? 0 }
    var end: Int { start + count }
  }

  let path: String
  let sampleRate: Int
  let channelCount: Int
  let layout: ChannelLayout?
  private let stream: Int
  private let tick: Rational
  /// The time that sample 0 has, in seconds.
  private let zero: Rational
  /// Samples that a decoder has to swallow before what it gives is right.
  private let preroll: Int
  /// Whether a tick is coarser than a sample (Matroska): then only counting from the start tells where samples lie.
  private let isCoarse: Bool
  private var demuxer: Demuxer
  private var decoder: Decoder
  /// Where the next block starts; `nil` right after a seek.
  private var expected: Int?
  /// Where blocks are known to start, by their time: learnt while reading from the start of a coarse stream.
  private var anchors: [(time: Int64, sample: Int)] = []
  /// A block that was decoded ahead.
  private var ahead: Block?
  private var isDrained = false
  /// Whether decoding began at the stream's start, so that counting is right.
  private var isFromStart = false
  /// Whether a seek led past its anchor.
  private var isLost = false
  /// The anchor that places the samples after a seek.
  private var anchor: (time: Int64, sample: Int)?

  init(path: String, stream wanted: Int?) throws(MediaError) {
    self.path = path
    var demuxer = try Demuxer(path: path)
    guard let stream = wanted ?? demuxer.streams.first(where: { $0.kind == .audio })?.index,
      demuxer.streams.indices.contains(stream), demuxer.streams[stream].kind == .audio
    else {
      throw MediaError(
        .badInput, .open, path, wanted.map { "its stream \($0) is no sound" } ?? "it has no sound")
    }
    let facts = demuxer.streams[stream]
    self.stream = stream
    tick = facts.timeBase
    demuxer.select([stream])
    let pool = FramePool(idleLimit: 0)
    decoder = try demuxer.decoder(stream: stream, threads: 1, pool: pool)
    preroll = Self.preroll(of: facts.codec, declared: Int(decoder.context.pointee.seek_preroll))
    // The clock is that of the pictures, where there are some.
    let own = facts.start.map { Rational(Int($0)) * facts.timeBase } ?? 0
    if let video = demuxer.pictureStream {
      let start = demuxer.streams[video].start.map { Rational(Int($0)) * demuxer.streams[video].timeBase }
      zero = start ?? own
    } else {
      zero = own
    }
    self.demuxer = demuxer
    // The decoder knows the rate better than the container (HE-AAC).
    var first: (rate: Int, channels: Int, layout: ChannelLayout?)?
    let context = decoder.context
    first = (
      Int(context.pointee.sample_rate), Int(context.pointee.ch_layout.nb_channels),
      ChannelLayout(context.pointee.ch_layout)
    )
    var failure: MediaError?
    do throws(MediaError) {
      try Self.decodeFirst(&self.demuxer, &decoder) { frame in
        first = (
          Int(frame.pointee.sample_rate), Int(frame.pointee.ch_layout.nb_channels),
          ChannelLayout(frame.pointee.ch_layout)
        )
      }
    } catch { failure = error }
    guard let first, first.rate > 0, (1...64).contains(first.channels) else {
      throw failure ?? MediaError(.badInput, .open, path, "its sound stream \(stream) has no rate or no channels")
    }
    sampleRate = first.rate
    channelCount = first.channels
    layout = first.layout
    isCoarse = facts.timeBase > Rational(1, first.rate)
    try restart()
  }

  private static func decodeFirst(
    _ demuxer: inout Demuxer, _ decoder: inout Decoder, _ look: (UnsafeMutablePointer<AVFrame>) -> Void
  ) throws(MediaError) {
    for _ in 0..<64 {
      if case .frame(let frame) = try decoder.receiveRaw() { return look(frame) }
      guard try demuxer.read() else { return }
      _ = try decoder.send(demuxer.current)
    }
  }

  /// Samples that the transform, the bit reservoir or the predictor of a codec reaches back.
  private static func preroll(of codec: String, declared: Int) -> Int {
    if codec.hasPrefix("pcm_") || ["flac", "alac", "wavpack", "tta"].contains(codec) { return 0 }
    return max(declared, 16 * 1152)
  }

  // MARK: Placing

  /// Gets ready to decode from at or before sample `sample`.
  func place(at sample: Int) throws(MediaError) {
    ahead = nil
    guard sample > preroll + sampleRate / 10 else { return try restart() }
    let target = sample - preroll
    if isCoarse {
      // Beyond the last anchor there is no short cut: what lies between is decoded, and leaves anchors.
      guard let known = anchors.last(where: { $0.sample <= target }) else { return try restart() }
      let before = max(0, known.sample - preroll)
      try seek(before)
      anchor = known
    } else {
      try seek(target)
    }
    guard let first = try decodeNext(ignoringDamageBefore: sample) else { return try restart() }
    guard first.start <= sample, !isLost else { return try restart() }
    ahead = first
  }

  private func seek(_ sample: Int) throws(MediaError) {
    let time = (Rational(sample, sampleRate) + zero) / tick
    guard (try? demuxer.seek(stream: stream, to: Int64(time.floor))) != nil else { return try restart() }
    decoder.flush()
    expected = nil
    anchor = nil
    isDrained = false
    isFromStart = false
    isLost = false
  }

  /// Starts over at the beginning of the file.
  private func restart() throws(MediaError) {
    ahead = nil
    demuxer = try Demuxer(path: path)
    demuxer.select([stream])
    decoder = try demuxer.decoder(stream: stream, threads: 1, pool: FramePool(idleLimit: 0))
    expected = nil
    anchor = nil
    isDrained = false
    isFromStart = true
    isLost = false
  }

  // MARK: Decoding

  /// The next samples in order, or `nil` at the end.
  ///
  /// - Parameter ignoringDamageBefore: packets before this sample may fail: they only warm the decoder up.
  func next(ignoringDamageBefore sample: Int) throws(MediaError) -> Block? {
    if let block = ahead {
      ahead = nil
      return block
    }
    return try decodeNext(ignoringDamageBefore: sample)
  }

  private func decodeNext(ignoringDamageBefore sample: Int) throws(MediaError) -> Block? {
    while true {
      switch try decoder.receiveRaw() {
      case .frame(let frame):
        guard Int(frame.pointee.sample_rate) == sampleRate, Int(frame.pointee.ch_layout.nb_channels) == channelCount
        else {
          throw MediaError(
            .badInput, .decode, path,
            "its sound changes to \(frame.pointee.sample_rate) Hz and "
              + "\(frame.pointee.ch_layout.nb_channels) channels on the way")
        }
        guard let start = position(of: frame) else { continue }
        let samples = try PlanarSamples.floats(frame, path: path)
        let block = Block(start: start, channels: samples)
        expected = block.end
        if block.count > 0 { return block }
      case .end: return nil
      case .wantsPacket:
        guard !isDrained else { return nil }
        guard try demuxer.read() else {
          isDrained = true
          _ = try decoder.send(nil as UnsafeMutablePointer<AVPacket>?)
          continue
        }
        do throws(MediaError) {
          _ = try decoder.send(demuxer.current)
        } catch {
          let time = MediaLimits.plausible(demuxer.current.pointee.pts, of: tick)
          let at = expected ?? time.map(sampleAt) ?? Int.max
          guard at < sample else { throw error }
        }
      }
    }
  }

  private func sampleAt(_ time: Int64) -> Int {
    // Within MediaLimits.seconds; what still leaves 128 bits is the time of no sample.
    (Rational(time) * tick).addingChecked(-zero)?.multipliedChecked(Rational(sampleRate))?.rounded ?? 0
  }

  /// Where the samples of a frame lie; `nil` while that is not known yet.
  private func position(of frame: UnsafeMutablePointer<AVFrame>) -> Int? {
    guard let time = MediaLimits.plausible(frame.pointee.pts, of: tick) else {
      return expected ?? (isFromStart ? 0 : nil)
    }
    let stated = sampleAt(time)
    if let anchor {
      // Samples before the anchor only warm the decoder up.
      guard time >= anchor.time else { return nil }
      self.anchor = nil
      isLost = time != anchor.time
      return anchor.sample
    }
    guard let expected else { return stated }
    // Rounding of ticks is no gap.
    let slack = max(2, (tick * Rational(sampleRate) * 2).ceil)
    let position = abs(stated - expected) <= slack ? expected : stated
    if isCoarse, isFromStart, anchors.last.map({ position >= $0.sample + sampleRate }) ?? true {
      anchors.append((time, position))
    }
    return position
  }
}

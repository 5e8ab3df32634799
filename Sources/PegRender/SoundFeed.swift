import PegAudio
import PegCore
import PegDelivery
import PegMedia
import PegPlan

/// The sound of a deliverable, written between its pictures: as many samples as the pictures that stand before it.
final class SoundFeed {
  /// The sound streams of the container, after the picture.
  let streams: [Muxer.AudioTrack]
  private let rate: FrameRate
  private let sampleRate: Int
  private let frames: FrameRange
  private let samples: FrameRange
  private var tracks: [TrackFeed]
  private let readers: SoundReaders
  /// Frames between two writes: half a second, as players like it.
  private let stride: Int
  private var position: Int

  private final class TrackFeed {
    var mixer: AudioMixer
    var encoder: AudioEncoder
    init(_ mixer: consuming AudioMixer, _ encoder: consuming AudioEncoder) {
      self.mixer = mixer
      self.encoder = encoder
    }
  }

  /// - Parameter range: the record frames of the file.
  init(plan: FramePlan, delivery: ResolvedDelivery, range: FrameRange) throws {
    guard let audio = delivery.deliverable.audio else { throw PegError(.bug, "a deliverable without sound has a feed") }
    guard audio.sampleRate == plan.sound.sampleRate else {
      throw PegError(
        .usage,
        "\(delivery.deliverable.name) has sound at \(audio.sampleRate) Hz, and the cut is mixed at "
          + "\(plan.sound.sampleRate)", hint: "set sample_rate in the cut")
    }
    rate = plan.rate
    sampleRate = audio.sampleRate
    frames = range
    samples = FrameRange(
      Self.edge(range.start, rate, sampleRate), min(Self.edge(range.end, rate, sampleRate), plan.sound.length))
    position = samples.start
    stride = max(1, (rate.value / 2).ceil)
    let readers = SoundReaders(plan: plan)
    self.readers = readers
    let events = try plan.sound.events.map { event in
      let reader = try readers.reader(event)
      guard let layout = reader.layout ?? ChannelLayout(guessingFrom: reader.channelCount) else {
        throw PegError(
          .badInput,
          "\(event.clip): the sound of \(plan.sources[event.source].name) has \(reader.channelCount) channels and "
            + "does not say which", hint: "mono, stereo and 5.1 are taken as such")
      }
      return AudioEvent(
        name: event.clip,
        // The reader answers with silence beyond the end: how long the source is makes no difference here.
        source: AudioSource(sampleRate: reader.sampleRate, layout: layout, sampleCount: 1 << 40), range: event.range,
        start: event.start, speed: event.speed, isReversed: event.isReversed, gain: event.gain,
        fades: event.fades)
    }
    var tracks: [TrackFeed] = []
    for layout in delivery.tracks {
      let options = audio.bitrate.map { [EncoderSettings.Option("b", "\($0)")] } ?? []
      tracks.append(
        TrackFeed(
          try AudioMixer(
            events: events, length: plan.sound.length, sampleRate: audio.sampleRate, layout: layout,
            bits: audio.codec.bits),
          try AudioEncoder(
            AudioSettings(
              codec: audio.codec.rawValue, sampleRate: audio.sampleRate, layout: layout, options: options,
              wantsGlobalHeader: delivery.encoder.wantsGlobalHeader))))
    }
    self.tracks = tracks
    streams = tracks.map { Muxer.AudioTrack(parameters: $0.encoder.parameters) }
    clip = plan.name
  }

  /// Record samples of the file.
  var sampleCount: Int { samples.count }

  private let clip: String

  /// Writes what belongs before the end of `written` frames.
  ///
  /// - Parameter emit: gets each packet and the number of its stream.
  func write(through written: Int, last: Bool, emit: (Packet, Int) throws -> Void) throws {
    guard last || written % stride == 0 else { return }
    let end = last ? samples.end : min(Self.edge(frames.start + written, rate, sampleRate), samples.end)
    guard end > position || last else { return }
    let block = FrameRange(position, max(position, end))
    position = block.end
    for (index, track) in tracks.enumerated() {
      if !block.isEmpty {
        let mixed = try track.mixer.block(block) { [readers] event, range in try readers.read(event, range) }
        for packet in try track.encoder.encode(mixed) { try emit(packet, index + 1) }
      }
      if last { for packet in try track.encoder.finish() { try emit(packet, index + 1) } }
    }
  }

  /// Record sample where record frame `frame` begins (DESIGN §6).
  private static func edge(_ frame: Int, _ rate: FrameRate, _ sampleRate: Int) -> Int {
    (Rational(frame) * Rational(sampleRate) / rate.value).rounded
  }

  var findings: [Finding] { tracks.flatMap { $0.mixer.findings(at: clip) } }
}

/// Sound streams that are open; few at a time, for a feature has many.
final class SoundReaders {
  private let plan: FramePlan
  private var open: [(event: SoundKey, reader: AudioReader)] = []
  private static let atMost = 16

  private struct SoundKey: Hashable {
    let path: String
    let stream: Int
    /// Two places in one stream are read by two readers: going back and forth would decode again and again.
    let lane: Int
  }

  init(plan: FramePlan) { self.plan = plan }

  func reader(_ event: SoundEvent) throws -> AudioReader {
    let key = SoundKey(path: plan.sources[event.source].path, stream: event.stream, lane: event.track)
    if let at = open.firstIndex(where: { $0.event == key }) {
      let entry = open.remove(at: at)
      open.append(entry)
      return entry.reader
    }
    if open.count >= Self.atMost { open.removeFirst() }
    let reader = try AudioReader(path: key.path, stream: event.stream)
    open.append((key, reader))
    return reader
  }

  func read(_ event: Int, _ range: FrameRange) throws -> AudioBlock {
    try reader(plan.sound.events[event]).read(range)
  }
}

import PegAudio
import PegCore
import PegDelivery
import PegLedger
import PegMedia
import PegPlan
import PegPreset

/// One block of sound of all streams, as packets.
struct SoundBlock {
  /// In the order of the file.
  var packets: [(packet: Packet, stream: Int)] = []
  /// What the ledger says of them; offsets are filled in from the finished file.
  var entries: [SoundEntry] = []
}

/// The sound of a deliverable, mixed and encoded block by block; once for all masters of a render that sound alike.
final class SoundMaker {
  let blocks: SoundBlocks
  /// The sound streams of the container, after the picture.
  let streams: [Muxer.AudioTrack]
  private let plan: FramePlan
  private var tracks: [SoundTrack]
  private let readers: SoundReaders
  private var next = 0
  /// Masters that take every block, and the blocks that some have not taken yet.
  private var takers = 0
  private var waiting: [Int: (block: SoundBlock, left: Int)] = [:]

  init(_ order: RenderOrder, _ master: MasterOrder, reuse: ReuseShelf) throws {
    let (plan, delivery) = (order.plans[master.variant], master.delivery)
    guard let audio = delivery.deliverable.audio else { throw PegError(.bug, "a deliverable without sound has a feed") }
    guard audio.sampleRate == plan.sound.sampleRate else {
      throw PegError(
        .usage,
        "\(delivery.deliverable.name) has sound at \(audio.sampleRate) Hz, and the cut is mixed at "
          + "\(plan.sound.sampleRate)", hint: "set sample_rate in the cut")
    }
    self.plan = plan
    blocks = SoundBlocks(plan, master)
    let readers = SoundReaders(plan: plan)
    self.readers = readers
    let events = try plan.sound.events.map { try Self.event($0, plan, readers) }
    let book = order.book
    tracks = try delivery.tracks.enumerated().map { index, layout in
      try SoundTrack(
        stream: index + 1, events: events, plan: plan, audio: audio, layout: layout,
        wantsGlobalHeader: delivery.encoder.wantsGlobalHeader, reuse: reuse
      ) { try book.sound(master, samples: $0)[index] }
    }
    streams = tracks.map { Muxer.AudioTrack(parameters: $0.encoder.parameters) }
  }

  private static func event(_ event: SoundEvent, _ plan: FramePlan, _ readers: SoundReaders) throws -> AudioEvent {
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

  /// Says that one more master takes every block.
  func join() { takers += 1 }

  /// Block `index`; each taker asks for each block once, in order.
  func block(_ index: Int) throws -> SoundBlock {
    while next <= index {
      let block = try make(next)
      if takers > 1 { waiting[next] = (block, takers) }
      next += 1
      if takers <= 1 { return block }
    }
    guard let (block, left) = waiting[index] else { throw PegError(.bug, "a block of sound was taken twice") }
    waiting[index] = left > 1 ? (block, left - 1) : nil
    return block
  }

  private func make(_ index: Int) throws -> SoundBlock {
    var made = SoundBlock()
    let (samples, isLast) = (blocks.samples(index), index == blocks.count - 1)
    for track in tracks {
      try track.add(samples, of: blocks.samples, isLast: isLast, to: &made) { [readers] event, range in
        try readers.read(event, range)
      }
    }
    return made
  }

  var findings: [Finding] { tracks.flatMap { $0.mixer.findings(at: plan.name) } }
}

/// One stream of a master's sound.
private final class SoundTrack {
  let stream: Int
  var mixer: AudioMixer
  var encoder: AudioEncoder
  private let isPCM: Bool
  private let reuse: ReuseShelf
  private let id: (FrameRange) throws -> LedgerID
  /// What was encoded so far of a stream that has one entry.
  private var whole: Digest? = Digest(.xxh128)
  private var bytes = 0

  /// - Parameter id: the id of the stream's sound over record samples.
  init(
    stream: Int, events: [AudioEvent], plan: FramePlan, audio: AudioSpec, layout: ChannelLayout,
    wantsGlobalHeader: Bool, reuse: ReuseShelf, id: @escaping (FrameRange) throws -> LedgerID
  ) throws {
    self.stream = stream
    self.reuse = reuse
    self.id = id
    isPCM = audio.codec.bits != nil
    mixer = try AudioMixer(
      events: events, length: plan.sound.length, sampleRate: audio.sampleRate, layout: layout, bits: audio.codec.bits)
    encoder = try AudioEncoder(
      AudioSettings(
        codec: audio.codec.rawValue, sampleRate: audio.sampleRate, layout: layout,
        options: audio.bitrate.map { [EncoderSettings.Option("b", "\($0)")] } ?? [],
        wantsGlobalHeader: wantsGlobalHeader))
  }

  func add(
    _ samples: FrameRange, of programme: FrameRange, isLast: Bool, to block: inout SoundBlock, pull: AudioMixer.Pull
  ) throws {
    if isPCM {
      if !samples.isEmpty { try addPCM(samples, of: programme, to: &block, pull) }
      return
    }
    var packets: [Packet] = []
    if !samples.isEmpty { packets += try encoder.encode(try mixer.block(samples, pull: pull)) }
    if isLast { packets += try encoder.finish() }
    for packet in packets {
      packet.withBytes { whole?.update($0) }
      bytes += packet.size
      block.packets.append((packet, stream))
    }
    guard isLast, let digest = whole.take() else { return }
    block.entries.append(
      SoundEntry(
        stream: stream, samples: programme, id: try id(programme), hash: LedgerID(digest.finish()), size: bytes,
        offset: -1, isFlawed: !mixer.findings(at: "").isEmpty))
  }

  /// A block of PCM depends on its own samples alone: one packet, from an earlier master where that has it.
  private func addPCM(
    _ samples: FrameRange, of programme: FrameRange, to block: inout SoundBlock, _ pull: AudioMixer.Pull
  ) throws {
    let id = try id(samples)
    let time = Int64(samples.start - programme.start)
    if let (packet, hash) = try reuse.sound(id, at: time, samples: samples.count) {
      block.packets.append((packet, stream))
      block.entries.append(
        SoundEntry(stream: stream, samples: samples, id: id, hash: hash, size: packet.size, offset: -1))
      return
    }
    let before = flaws
    let packets = try encoder.encode(try mixer.block(samples, pull: pull))
    for packet in packets {
      let packet = try packet.retimed(presentation: time, decode: time, duration: Int64(samples.count))
      block.packets.append((packet, stream))
      block.entries.append(
        SoundEntry(
          stream: stream, samples: samples, id: id, hash: packet.contentHash, size: packet.size, offset: -1,
          isFlawed: flaws != before))
    }
  }

  /// What a render would report so far: a block that adds to it is mixed anew each time, so that it is reported each time.
  private var flaws: Int { mixer.clippedSamples + mixer.findings(at: "").count }
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

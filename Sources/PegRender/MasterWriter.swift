import Foundation
import PegCore
import PegDelivery
import PegLedger
import PegMedia
import PegPlan

/// Writes one deliverable in record order: pictures, the sound between them, the journal behind them.
final class MasterWriter {
  let delivery: ResolvedDelivery
  let destination: Destination
  private let range: FrameRange
  private let sink: Sink
  private var sound: SoundFeed?
  private let segments: SegmentWork?
  private var digest: PlanDigest?
  private var lastFlush = Date()
  private(set) var entries: [LedgerEntry] = []
  private(set) var counts = FrameCounts()
  /// Bytes of a finished stream.
  private(set) var streamed = 0
  /// Packets written, in decode order.
  private var written = 0

  private enum Sink {
    case file(FileSink)
    case images(ImageFolder)
  }

  /// - Parameters:
  ///   - boundaries: where segments of a long-GOP encoder begin; empty for intra.
  ///   - seed: what an MXF file's package ids are made of.
  init(
    delivery: ResolvedDelivery, plan: FramePlan, destination: Destination, range: FrameRange, boundaries: [Int],
    sound soundID: LedgerID?, encoder: LedgerID, seed: [UInt8]
  ) throws {
    self.delivery = delivery
    self.destination = destination
    self.range = range
    digest = PlanDigest(plan: plan, range: range, container: delivery.container.muxer, sound: soundID)
    try destination.target?.journal.reset(
      Journal.Start(
        encoder: encoder, presetHash: LedgerID(delivery.presetHash), arithmetic: RecipeBook.arithmetic, range: range))
    if let target = destination.target, delivery.container.isSequence {
      segments = nil
      sink = .images(
        try ImageFolder(
          folder: target.partial,
          names: delivery.names ?? ImageNames(delivery.deliverable.naming, name: plan.name)))
      return
    }
    let parameters: CodecParameters
    if delivery.deliverable.video.isIntra {
      parameters = try VideoEncoder(delivery.encoder).parameters
      segments = nil
    } else {
      let work = try SegmentWork(settings: delivery.encoder, boundaries: boundaries, origin: range.start)
      parameters = work.parameters
      segments = work
    }
    let sound = delivery.tracks.isEmpty ? nil : try SoundFeed(plan: plan, delivery: delivery, range: range)
    self.sound = sound
    let video = Muxer.VideoTrack(
      parameters: parameters, rate: delivery.encoder.rate, reorderDepth: delivery.encoder.reorderDepth)
    let options = delivery.muxerOptions.map { EncoderSettings.Option($0.key, $0.value) }
    // PCM is written twice a second, other sound in packets of 1024 samples, and some to fill up its encoder.
    let packets = range.count + (sound?.sampleCount ?? 0) / 1024 + 64
    let room = Muxer.indexRoom(pictures: range.count, sound: delivery.tracks.map { _ in packets })
    switch destination {
    case .file(let target):
      sink = .file(
        FileSink(
          try Muxer(
            path: target.partial, container: delivery.container.muxer, video: video, audio: sound?.streams ?? [],
            timecode: delivery.timecode, options: options, umidSeed: seed, indexRoom: room)))
    case .stream(let descriptor, let name):
      sink = .file(
        FileSink(
          try Muxer(
            streamingTo: descriptor, name: name, container: delivery.container.muxer, video: video,
            audio: sound?.streams ?? [], timecode: delivery.timecode, options: options)))
    }
  }

  /// Writes a run: the picture once for each of its frames.
  func write(_ made: Made, _ run: FrameRange, layers: [LedgerLayer]) throws {
    switch made {
    case .packet(let made): try write(made, run, layers)
    case .frame(let picture, let recipe, let hash):
      guard let segments else { throw PegError(.bug, "a long-GOP deliverable has no encoder") }
      if segments.begins(run.start) { try closeSegment() }
      digest?.add(run.count, recipe)
      counts.encoded += run.count
      for frame in run.start..<run.end {
        for packet in try segments.encode(picture, frame: frame) { try write(packet) }
      }
      segments.note(run, recipe: recipe, picture: hash, layers: layers)
    case .segment(let entry, let packets):
      try copy(entry, packets, run)
    case .covered: break
    }
  }

  private func write(_ made: MadePacket, _ run: FrameRange, _ layers: [LedgerLayer]) throws {
    digest?.add(run.count, made.recipe)
    switch made.way {
    case .encoded:
      counts.encoded += 1
      counts.held += run.count - 1
    case .held: counts.held += run.count
    case .reused: counts.reused += run.count
    }
    var offsets: [Int] = []
    var names: [String] = []
    for frame in run.start..<run.end {
      let at = Int64(frame - range.start)
      switch sink {
      case .file: offsets.append(try write(made.packet.retimed(presentation: at, decode: at, duration: 1)))
      case .images(let folder):
        names.append(try folder.write(made.packet, frame: frame))
        written += 1
      }
    }
    switch sink {
    case .file:
      try journal(
        .picture(
          PictureEntry(
            range: run, recipe: made.recipe, picture: made.picture, hash: made.hash, size: made.packet.size,
            offsets: offsets, layers: layers)))
    case .images:
      try journal(
        .image(
          ImageEntry(
            range: run, recipe: made.recipe, picture: made.picture, hash: made.hash, size: made.packet.size,
            paths: names, layers: layers)))
    }
  }

  /// A segment of an earlier master, moved to where this one has it.
  private func copy(_ entry: SegmentEntry, _ packets: [Packet], _ run: FrameRange) throws {
    try closeSegment()
    var entry = entry
    entry.range = run
    for recipe in entry.recipes { digest?.add(recipe.count, recipe.recipe) }
    counts.reused += run.count
    for (index, packet) in packets.enumerated() {
      entry.packets[index].offset = try write(
        packet.retimed(
          presentation: packet.presentation + Int64(run.start - range.start),
          decode: Int64(written - delivery.encoder.reorderDepth), duration: 1))
    }
    segments?.skip(to: run.end, packets: packets.count)
    try journal(.segment(entry))
  }

  private func closeSegment() throws {
    guard let segments else { return }
    for packet in try segments.close() { try write(packet) }
    if let entry = segments.takeEntry() { try journal(.segment(entry)) }
  }

  /// Writes one packet of the picture and the sound that belongs beside it.
  @discardableResult
  private func write(_ packet: Packet) throws -> Int {
    guard case .file(let file) = sink else { throw PegError(.bug, "a sequence has no container") }
    let offset = try file.muxer.write(packet, stream: 0)
    segments?.wrote(packet, offset: offset)
    written += 1
    try sound?.write(through: written, last: written == range.count) { packet, stream in
      _ = try file.muxer.write(packet, stream: stream)
    }
    return offset
  }

  /// First the data, then the line that says it is there; both to the disk every two seconds.
  private func journal(_ entry: LedgerEntry) throws {
    // A stream is remembered by nobody.
    guard let target = destination.target else { return }
    entries.append(entry)
    let durable = Date().timeIntervalSince(lastFlush) >= 2
    switch sink {
    case .file(let file): try file.muxer.flush(durably: durable)
    case .images(let folder): if durable { try folder.flush() }
    }
    try target.journal.append(entry)
    if durable {
      try target.journal.sync()
      lastFlush = Date()
    }
  }

  /// Completes the file under its partial name.
  ///
  /// - Returns: the hash of the plan that was written.
  func complete() throws -> LedgerID {
    try closeSegment()
    switch sink {
    case .file(let file):
      try file.muxer.finish()
      if destination.target == nil { streamed = file.muxer.size }
      guard let target = destination.target else { break }
      var places = PacketPlaces(try PacketTable.read(path: target.partial))
      var areThere = true
      for index in entries.indices where areThere { areThere = places.fill(&entries[index]) }
      guard areThere, places.isUsedUp else {
        throw PegError(.bug, "\(target.path): the finished file does not hold the packets that were written")
      }
    case .images(let folder): try folder.flush()
    }
    guard let digest = digest.take() else { throw PegError(.bug, "\(delivery.path) was finished twice") }
    return digest.finish()
  }

  var findings: [Finding] { delivery.findings + (sound?.findings ?? []) }

  /// Closes the file and leaves what is in it.
  func stop() {
    if case .file(let file) = sink { try? file.muxer.flush(durably: false) }
  }
}

/// How the frames of a master came to be.
public struct FrameCounts: Hashable, Sendable {
  /// Frames whose picture was worked and encoded.
  public var encoded = 0
  /// Frames whose packet was written again because the picture is held or came again.
  public var held = 0
  /// Frames whose packet was taken from an earlier master.
  public var reused = 0
}

/// Holds the muxer, which has one owner, where a class needs it.
private final class FileSink {
  var muxer: Muxer
  init(_ muxer: consuming Muxer) { self.muxer = muxer }
}

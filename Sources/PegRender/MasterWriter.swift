import Foundation
import PegCore
import PegDelivery
import PegLedger
import PegMedia
import PegPlan

/// Writes one master in record order: pictures, the sound between them, the journal behind them.
final class MasterWriter {
  let order: MasterOrder
  let destination: Destination
  private let book: RecipeBook
  private let range: FrameRange
  private let sink: Sink
  private var sound: SoundFeed?
  private let segments: SegmentWork?
  private var digest: PlanDigest?
  private var lastFlush = Date()
  /// Whether anything of it is in the journal.
  private(set) var isBegun = false
  private(set) var counts = FrameCounts()
  /// What this master shows so far: a recipe that comes again is held, one that is new and exists is reused.
  private var shown: Set<UInt64> = []
  /// Pictures that were worked in this render. Both by eight bytes: a feature has two hundred thousand of each.
  private var worked: Set<UInt64> = []
  /// Bytes of a finished stream.
  private(set) var streamed = 0
  /// Packets written, in decode order.
  private var written = 0
  /// Gets each segment that was encoded here, with its packets timed by the segment's first frame; set where other masters
  /// write them too.
  var onSegment: ((SegmentEntry, [Packet]) throws -> Void)?
  private var packets: [Packet] = []
  /// Lines whose data is on its way to the system, and where it ends.
  private var unlanded: [(end: Int, entry: LedgerEntry)] = []

  private enum Sink {
    case file(FileSink)
    case images(ImageFolder)
  }

  init(_ order: MasterOrder, of render: RenderOrder, destination: Destination, sound: SoundMaker?) throws {
    let delivery = order.delivery
    let plan = render.plans[order.variant]
    let end = render.book.ends[order.end]
    self.order = order
    self.destination = destination
    book = render.book
    range = order.range
    digest = try book.digest(order)
    try destination.target?.journal.reset(
      Journal.Start(
        encoder: end.encoder, presetHash: LedgerID(delivery.presetHash), arithmetic: RecipeBook.arithmetic,
        range: range))
    if let target = destination.target, delivery.container.isSequence {
      segments = nil
      sink = .images(
        try ImageFolder(
          folder: target.partial,
          names: delivery.names ?? ImageNames(delivery.deliverable.naming, name: plan.name)))
      return
    }
    let parameters: CodecParameters
    if end.isIntra {
      parameters = try VideoEncoder(delivery.encoder).parameters
      segments = nil
    } else {
      let work = try SegmentWork(settings: delivery.encoder, boundaries: order.boundaries, origin: range.start)
      parameters = work.parameters
      segments = work
    }
    self.sound = sound.map { SoundFeed($0) }
    let video = Muxer.VideoTrack(
      parameters: parameters, rate: delivery.encoder.rate, reorderDepth: delivery.encoder.reorderDepth)
    let options = delivery.muxerOptions.map { EncoderSettings.Option($0.key, $0.value) }
    // PCM is written twice a second, other sound in packets of 1024 samples, and some to fill up its encoder.
    let packets = range.count + (self.sound?.sampleCount ?? 0) / 1024 + 64
    let room = Muxer.indexRoom(pictures: range.count, sound: delivery.tracks.map { _ in packets })
    switch destination {
    case .file(let target):
      sink = .file(
        FileSink(
          try Muxer(
            path: target.partial, container: delivery.container.muxer, video: video, audio: sound?.streams ?? [],
            timecode: delivery.timecode, options: options, indexRoom: room)))
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
    // Whatever comes, a segment that ends here is complete: other masters may be waiting for it.
    if segments?.begins(run.start) == true { try closeSegment() }
    switch made {
    case .packet(let made): try write(made, run, layers)
    case .frame(let made):
      guard let segments else { throw PegError(.bug, "a long-GOP deliverable has no encoder") }
      digest?.add(run.count, made.recipe)
      counts.encoded += run.count
      for frame in run.start..<run.end {
        for packet in try segments.encode(made.frame, frame: frame) { try write(packet) }
      }
      segments.note(run, recipe: made.recipe, picture: made.picture, layers: layers)
    case .segment(let entry, let packets): try take(entry, packets)
    case .covered: break
    }
    if run.end == range.end { try closeSegment() }
  }

  private func write(_ made: MadePacket, _ run: FrameRange, _ layers: [LedgerLayer]) throws {
    digest?.add(run.count, made.recipe)
    count(made, run.count)
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

  private func count(_ made: MadePacket, _ frames: Int) {
    let isNewRecipe = shown.insert(made.recipe.prefix).inserted
    switch made.way {
    case .encoded, .same:
      // Which of two lanes encoded a picture that both came to is chance: the frame that shows it first counts.
      let isNewPicture = worked.insert(made.picture.prefix).inserted
      counts.encoded += isNewPicture ? 1 : 0
      counts.held += isNewPicture ? frames - 1 : frames
    case .reused: counts.reused += frames
    case .held: if isNewRecipe { counts.reused += frames } else { counts.held += frames }
    }
  }

  /// Writes a segment that exists, moved to where this master has it; its packets are timed by its first frame.
  func take(_ given: SegmentEntry, _ packets: [Packet]) throws {
    try closeSegment()
    var entry = given
    counts.reused += entry.range.count
    var frame = entry.range.start
    // Its pictures are the same; what people call them may have changed.
    entry.layers = try entry.recipes.map { recipe in
      digest?.add(recipe.count, recipe.recipe)
      defer { frame += recipe.count }
      return try book.layers(variant: order.variant, frame: frame)
    }
    for (index, packet) in packets.enumerated() {
      entry.packets[index].offset = try write(
        packet.retimed(
          presentation: packet.presentation + Int64(entry.range.start - range.start),
          decode: Int64(written - order.delivery.encoder.reorderDepth), duration: 1))
    }
    segments?.skip(to: entry.range.end, packets: packets.count)
    try journal(.segment(entry))
  }

  private func closeSegment() throws {
    guard let segments else { return }
    for packet in try segments.close() { try write(packet) }
    guard let entry = segments.takeEntry() else { return }
    try journal(.segment(entry))
    guard let onSegment else { return }
    try onSegment(
      entry,
      zip(entry.packets, packets).map { facts, packet in
        let time = Int64(facts.presentation)
        return try packet.retimed(presentation: time, decode: time, duration: 1)
      })
    packets = []
  }

  /// Writes one packet of the picture and the sound that belongs beside it.
  @discardableResult
  private func write(_ packet: Packet) throws -> Int {
    guard case .file(let file) = sink else { throw PegError(.bug, "a sequence has no container") }
    let offset = try file.muxer.write(packet, stream: 0)
    if let segments, segments.wrote(packet, offset: offset), onSegment != nil { packets.append(packet) }
    written += 1
    file.muxer.expect(bytes: Int(Double(file.muxer.size) / Double(written) * Double(range.count)))
    try sound?.write(through: written) { packet, stream in _ = try file.muxer.write(packet, stream: stream) }
    return offset
  }

  /// First the data, then the line that says it is there; both to the disk every two seconds.
  private func journal(_ entry: LedgerEntry) throws {
    // A stream is remembered by nobody.
    guard let target = destination.target else { return }
    isBegun = true
    let durable = Date().timeIntervalSince(lastFlush) >= 2
    switch sink {
    case .file(let file):
      unlanded.append((file.muxer.size, entry))
      if durable { try file.muxer.flush(durably: true) }
      try journalWhatLanded(file)
    case .images(let folder):
      if durable { try folder.flush() }
      try target.journal.append(entry)
    }
    if durable {
      try target.journal.sync()
      lastFlush = Date()
    }
  }

  private func journalWhatLanded(_ file: FileSink) throws {
    guard let target = destination.target else { return }
    let landed = file.muxer.landed()
    let count = unlanded.prefix { $0.end <= landed }.count
    for (_, entry) in unlanded.prefix(count) { try target.journal.append(entry) }
    unlanded.removeFirst(count)
  }

  /// Completes the file under its partial name.
  ///
  /// - Returns: the hash of the plan that was written.
  func complete() throws -> LedgerID {
    guard let digest = digest.take() else { throw PegError(.bug, "\(order.delivery.path) was finished twice") }
    let plan = digest.finish()
    switch sink {
    case .file(let file):
      try file.muxer.flush(durably: false)
      try journalWhatLanded(file)
      // Package ids follow from what the file shows and how it is encoded, and from nothing else.
      try file.muxer.finish(umidSeed: plan.bytes + book.ends[order.end].encoder.bytes)
      if destination.target == nil { streamed = file.muxer.size }
    case .images(let folder): try folder.flush()
    }
    return plan
  }

  /// The lines of the ledger of the file that was completed.
  func lines(_ target: OutputTarget) throws -> LedgerLines {
    switch sink {
    case .images: try LedgerLines(of: target, range: range, sound: [], places: nil)
    case .file:
      try LedgerLines(
        of: target, range: range, sound: sound?.entries ?? [],
        places: PacketPlaces(try PacketTable.read(path: target.partial)))
    }
  }

  var findings: [Finding] { order.delivery.findings + (sound?.findings ?? []) }

  /// Leaves what was written for the next render.
  ///
  /// - Parameter sources: hashes of sources whose files changed while they were rendered: nothing of theirs is taken over.
  func leave(distrusting sources: [LedgerID]) {
    guard let target = destination.target else { return }
    var isTold = sources.isEmpty
    if !isTold { isTold = (try? target.journal.distrust(sources)) != nil }
    target.leave(worthKeeping: isTold && isBegun)
  }

  /// Closes the file and leaves what is in it.
  func stop() {
    guard case .file(let file) = sink else { return }
    try? file.muxer.flush(durably: false)
    // Of a full disk, as far as it went.
    try? journalWhatLanded(file)
  }
}

/// Holds the muxer, which has one owner, where a class needs it.
private final class FileSink {
  var muxer: Muxer
  init(_ muxer: consuming Muxer) { self.muxer = muxer }
}

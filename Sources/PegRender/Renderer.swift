import Foundation
import PegCore
import PegDelivery
import PegLedger
import PegMedia
public import PegPlan

/// Renders plans into files: several deliverables and variants in one pass, each picture worked once, no packet encoded that
/// exists.
public struct Renderer: Sendable {
  let variants: [RenderVariant]
  let options: RenderOptions

  public init(_ plan: FramePlan, options: RenderOptions) { self.init([RenderVariant(plan)], options: options) }

  /// - Parameter variants: outputs name them by index.
  public init(_ variants: [RenderVariant], options: RenderOptions) {
    self.variants = variants
    self.options = options
  }

  /// Renders; the calling thread writes, lanes of their own do the rest.
  ///
  /// Masters that are current are left alone.
  ///
  /// - Throws: the first error in record order. Nothing stays under an output's name that was not there before; what was
  ///   finished stays beside it for the next render.
  public func render(to outputs: [RenderOutput]) throws -> RenderReport {
    let began = Date()
    let order = try RenderOrder(variants: variants, options: options, outputs: outputs)
    var destinations: [Destination] = []
    defer { for target in destinations.compactMap(\.target) { target.leave(worthKeeping: false) } }
    for master in order.masters {
      if let stream = master.stream {
        destinations.append(.stream(stream, name: master.delivery.path))
      } else {
        destinations.append(
          .file(
            try OutputTarget(
              path: master.delivery.path, isSequence: master.delivery.container.isSequence, ledger: master.ledger,
              overwrite: options.overwrite)))
      }
    }
    let targets = destinations.compactMap(\.target)
    let volumes = options.reuses ? try targets.flatMap(\.volumes) + Self.volumes(options.reuseFiles) : []
    let shelf = try ReuseShelf(volumes, encoders: order.encoders)
    // What an interrupted render left, and others hold as well, need not lie there any longer.
    for (volume, count) in zip(volumes, shelf.contributions) where count == 0 {
      for target in targets { target.forget(volume.file) }
    }
    var outdated: [MasterOrder] = []
    for (master, destination) in zip(order.masters, destinations) {
      // A master that is current is left alone, whatever lies beside it.
      let isCurrent =
        try options.reuses && destination.target?.current.map { try order.isCurrent($0, master, shelf) } ?? false
      if isCurrent { destination.target?.discard() } else { outdated.append(master) }
    }
    let writers = try writers(for: outdated, order, destinations, shelf)
    do {
      if !writers.isEmpty { try run(order, outdated, writers, shelf) }
      // Pictures of a file that was replaced meanwhile may bear ids of what the file was.
      if let changed = order.book.watch.changed(readingAgain: true).first { throw SourceWatch.changed(changed.path) }
      var made: [Int: RenderReport.Master] = [:]
      for writer in writers {
        let planHash = try writer.complete()
        try options.cancellation.check()
        if let target = writer.destination.target {
          let header = try header(writer, target, planHash, order)
          try target.commit { path in
            var ledger = try LedgerWriter(path, header: header)
            var lines = try writer.lines(target)
            while let line = try lines.next() { try ledger.write(line) }
            try ledger.finish()
          }
        }
        made[writer.order.index] = report(writer.order, writer.destination, writer, shelf)
      }
      options.identities.save()
      return RenderReport(
        masters: zip(order.masters, destinations).map { made[$0.index] ?? report($0, $1, nil, shelf) },
        findings: order.findings + unused(outdated, order, shelf), seconds: Date().timeIntervalSince(began))
    } catch {
      let changed = order.book.watch.changed(readingAgain: false).map(\.hash)
      for writer in writers {
        writer.stop()
        writer.leave(distrusting: changed)
      }
      options.identities.save()
      throw error
    }
  }

  /// Masters that `--reuse` names in vain.
  private func unused(_ masters: [MasterOrder], _ order: RenderOrder, _ shelf: ReuseShelf) -> [Finding] {
    guard options.reuses, !masters.isEmpty else { return [] }
    return shelf.unused(
      of: options.reuseFiles, encoders: Set(masters.map { order.book.ends[$0.end].encoder }))
  }

  /// The writers of masters, those that sound alike sharing their sound.
  private func writers(
    for masters: [MasterOrder], _ order: RenderOrder, _ destinations: [Destination], _ shelf: ReuseShelf
  ) throws -> [MasterWriter] {
    struct Sound: Hashable {
      let ids: [LedgerID]
      let blocks: SoundBlocks
      let hasGlobalHeader: Bool
    }
    var makers: [Sound: SoundMaker] = [:]
    return try masters.map { master in
      var maker: SoundMaker?
      if !master.delivery.tracks.isEmpty {
        let blocks = SoundBlocks(order.plans[master.variant], master)
        let sound = Sound(
          ids: try order.book.sound(master, samples: blocks.samples), blocks: blocks,
          hasGlobalHeader: master.delivery.encoder.wantsGlobalHeader)
        maker = try makers[sound] ?? SoundMaker(order, master, reuse: shelf)
        makers[sound] = maker
      }
      return try MasterWriter(master, of: order, destination: destinations[master.index], sound: maker)
    }
  }

  private func run(
    _ order: RenderOrder, _ masters: [MasterOrder], _ writers: [MasterWriter], _ reuse: ReuseShelf
  ) throws {
    let book = order.book
    let budget = try LaneBudget(order, masters, threads: options.threads, memory: options.memory)
    let pool = FramePool(idleLimit: budget.idle)
    let shelf = SourceShelf(
      sources: book.sources, looks: order.plans.flatMap(\.looks).programs, pool: pool, decoderThreads: options.threads,
      lanes: budget.lanes, recent: budget.decoded)
    let cache = LayerCache(limit: budget.cache)
    let recent = PacketShelf(limit: budget.packets)
    let segments = try SegmentTable(order, masters: masters, reuse: reuse)
    let writerOf = Dictionary(uniqueKeysWithValues: writers.map { ($0.order.index, $0) })
    Self.connect(writerOf, segments)
    var walker = PieceWalker(plans: order.plans, variants: order.walks(of: masters))
    // Long-GOP masters keep no packets for others: their plans are not walked for it.
    let keepsPackets = masters.contains { book.ends[$0.end].isIntra }
    let recurring = RecurringPictures(keepsPackets ? walker : nil, sources: book.sources)
    let lanes = Lanes<RenderPiece, [Delivered]>(width: budget.lanes * 2) { walker.next() }
    let (plans, cancellation) = (order.plans, options.cancellation)
    var meter = ProgressMeter(
      total: masters.map(\.range.count).reduce(0, +), interval: options.progressInterval, report: options.progress)
    try lanes.run(lanes: budget.lanes) {
      let lane = PieceLane(
        book: book, masters: masters, segments: segments, recurring: recurring,
        worker: PictureWorker(shelf: shelf, pool: pool, cache: cache),
        ends: book.ends.enumerated().map {
          OutputLane(index: $0.offset, end: $0.element, recent: recent, reuse: reuse)
        })
      return { piece in
        try cancellation.check()
        do {
          return try lane.make(piece)
        } catch let fault as any Fault {
          guard let use = piece.uses.first else { throw fault }
          throw FrameFault(fault, plan: plans[use.variant], frame: use.range.start)
        }
      }
    } write: { delivered in
      try cancellation.check()
      for piece in delivered { try writerOf[piece.master]?.write(piece.made, piece.range, layers: piece.layers) }
      meter.wrote(writers)
    }
    meter.finish(writers)
  }

  /// Segments that one master encodes go to the others that show them.
  private static func connect(_ writers: [Int: MasterWriter], _ segments: SegmentTable) {
    for (leader, writer) in writers where !segments.followers[leader].isEmpty {
      let followers = segments.followers[leader].compactMap { writers[$0] }
      writer.onSegment = { entry, packets in
        for follower in followers where segments.follows(follower.order.index, leader, over: entry.range) {
          try follower.take(entry, packets)
        }
      }
    }
  }

  /// The masters that `--reuse` names.
  static func volumes(_ files: [String]) throws -> [ReuseShelf.Volume] {
    try files.map { file in
      guard FileManager.default.fileExists(atPath: file) else {
        throw PegError(.missingInput, "there is no master \(file) to take packets from")
      }
      return .master(file: file, ledger: Ledger.path(for: file))
    }
  }

  private func header(
    _ writer: MasterWriter, _ target: OutputTarget, _ planHash: LedgerID, _ order: RenderOrder
  ) throws -> LedgerHeader {
    let (master, partial) = (writer.order, target.partial)
    let delivery = master.delivery
    guard
      let index = delivery.container.isSequence
        ? try sequenceIndex(writer, target) : try ContainerIndex.hash(of: partial)
    else {
      throw PegError(.bug, "\(delivery.path): the finished file has no index")
    }
    let (preset, plan) = (delivery.deliverable, order.plans[master.variant])
    return LedgerHeader(
      size: FileSystem.size(of: partial), index: index, plan: planHash, encoder: order.book.ends[master.end].encoder,
      container: delivery.container.fileExtension, presetName: preset.name, preset: preset.canonical,
      presetHash: LedgerID(delivery.presetHash),
      arithmetic: RecipeBook.arithmetic, program: options.program,
      cut: RelativePath.from(options.cutPath, toFolderOf: target.ledgerPath),
      takes: order.variants[master.variant].takes, rate: plan.rate, start: plan.start.description,
      range: master.range, duration: plan.duration, counts: writer.counts)
  }

  private func sequenceIndex(_ writer: MasterWriter, _ target: OutputTarget) throws -> LedgerID {
    var lines = try writer.lines(target)
    var index = SequenceIndex()
    while let line = try lines.next() {
      if case .image(let entry) = line { index.add(entry) }
    }
    return index.finish()
  }

  private func report(
    _ master: MasterOrder, _ destination: Destination, _ writer: MasterWriter?, _ shelf: ReuseShelf
  ) -> RenderReport.Master {
    RenderReport.Master(
      path: master.delivery.path, ledger: destination.target?.ledgerPath, preset: master.delivery.deliverable.name,
      range: master.range, counts: writer?.counts ?? FrameCounts(),
      bytes: destination.target.map { FileSystem.size(of: $0.path) } ?? writer?.streamed ?? 0,
      wasCurrent: writer == nil, findings: writer.map { $0.findings + shelf.findings } ?? [])
  }
}

extension RenderOrder {
  /// The encoders of all masters.
  var encoders: Set<LedgerID> { Set(masters.map { book.ends[$0.end].encoder }) }

  /// The walks through the variants of some masters: the range, and where the segments of long-GOP deliverables begin.
  func walks(of masters: [MasterOrder]) -> [(variant: Int, range: FrameRange, boundaries: [Int])] {
    plans.indices.compactMap { variant in
      let own = masters.filter { $0.variant == variant }
      guard let first = own.first else { return nil }
      return (variant, first.range, Set(own.flatMap(\.boundaries)).sorted())
    }
  }
}

/// A path as it is seen from a file beside it, so that a folder may move as a whole.
/// A path as it is written into a file of another folder.
public enum RelativePath {
  /// Relative to the folder of `file` where both lie on one volume, else as it is.
  public static func from(_ path: String, toFolderOf file: String) -> String {
    guard !path.isEmpty else { return "" }
    let target = URL(fileURLWithPath: path).standardizedFileURL.pathComponents
    let base = URL(fileURLWithPath: file).standardizedFileURL.deletingLastPathComponent().pathComponents
    let shared = zip(target, base).prefix { $0 == $1 }.count
    guard shared > 1 else { return path }
    return (Array(repeating: "..", count: base.count - shared) + target[shared...]).joined(separator: "/")
  }
}

/// A fault with the place in the cut where it happened.
struct FrameFault: Fault {
  let kind: FaultKind
  let sentence: String
  let hint: String?

  init(_ fault: any Fault, plan: FramePlan, frame: Int) {
    kind = fault.kind
    hint = fault.hint
    let clip = plan.trace(at: frame).last?.clip
    let place = "record \(plan.start.advanced(by: frame)) (frame \(frame)\(clip.map { ", \($0)" } ?? ""))"
    sentence = "\(place): \(fault.sentence)"
  }
}

/// Tells how far a render is, a few times a second at most.
struct ProgressMeter {
  private let report: (@Sendable (RenderProgress) -> Void)?
  private let began = Date()
  private var latest = Date.distantPast
  private var now: RenderProgress

  private let interval: Double

  init(total: Int, interval: Double, report: (@Sendable (RenderProgress) -> Void)?) {
    self.report = report
    self.interval = interval
    now = RenderProgress(written: 0, total: total, counts: FrameCounts(), seconds: 0)
  }

  mutating func wrote(_ writers: [MasterWriter]) {
    guard let report, Date().timeIntervalSince(latest) >= interval else { return }
    latest = Date()
    look(writers)
    report(now)
  }

  private mutating func look(_ writers: [MasterWriter]) {
    now.seconds = Date().timeIntervalSince(began)
    now.counts = writers.map(\.counts).reduce(into: FrameCounts()) {
      $0.encoded += $1.encoded
      $0.held += $1.held
      $0.reused += $1.reused
    }
    now.written = now.counts.frames
  }

  mutating func finish(_ writers: [MasterWriter]) {
    look(writers)
    report?(now)
  }
}

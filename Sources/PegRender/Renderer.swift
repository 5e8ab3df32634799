import Foundation
import PegCore
import PegDelivery
import PegLedger
import PegMedia
public import PegPlan
public import PegPreset

/// One deliverable to render and where it goes.
public struct RenderOutput: Sendable {
  public var deliverable: Deliverable
  /// The file or folder; for a stream what errors call it.
  public var path: String
  /// The descriptor that a stream goes to, which is not closed; `nil` for files.
  public var stream: Int32?

  public init(_ deliverable: Deliverable, path: String) {
    self.deliverable = deliverable
    self.path = path
  }

  /// A stream to a descriptor that need not seek: it has no ledger, and nothing of it can be resumed or reused.
  public init(_ deliverable: Deliverable, streamingTo descriptor: Int32, name: String) {
    self.deliverable = deliverable
    path = name
    stream = descriptor
  }
}

/// Renders a plan into files: several deliverables in one pass, each picture worked once, no packet encoded that exists.
public struct Renderer: Sendable {
  let plan: FramePlan
  let options: RenderOptions

  public init(_ plan: FramePlan, options: RenderOptions) {
    self.plan = plan
    self.options = options
  }

  /// Renders; the calling thread writes, lanes of their own do the rest.
  ///
  /// - Throws: the first error in record order. Nothing stays under an output's name that was not there before; what was
  ///   finished stays beside it for the next render.
  public func render(to outputs: [RenderOutput]) throws -> RenderReport {
    let began = Date()
    let order = try RenderOrder(plan: plan, options: options, outputs: outputs)
    var destinations: [Destination] = []
    defer { for target in destinations.compactMap(\.target) { target.leave(worthKeeping: false) } }
    for (delivery, output) in zip(order.book.deliveries, outputs) {
      if let stream = output.stream {
        destinations.append(.stream(stream, name: output.path))
      } else {
        destinations.append(
          .file(
            try OutputTarget(
              path: delivery.path, isSequence: delivery.container.isSequence, ledger: options.ledgerPath,
              overwrite: options.overwrite)))
      }
    }
    let targets = destinations.compactMap(\.target)
    let volumes = options.reuses ? try targets.flatMap(\.volumes) + Self.volumes(options.reuseFiles) : []
    let shelf = try ReuseShelf(volumes, encoders: Set(order.book.deliveries.map(order.book.encoder)))
    // What an interrupted render left, and others hold as well, need not lie there any longer.
    for (volume, count) in zip(volumes, shelf.contributions) where count == 0 {
      for target in targets { target.forget(volume.file) }
    }
    let forecast = try RenderForecaster(order: order, shelf: shelf)
    if options.reuses, !options.verifySources {
      // A master that is current is left alone, whatever lies beside it.
      let current = try destinations.enumerated().map { index, destination in
        try destination.target?.current.map { try forecast.isCurrent($0, delivery: index) } ?? false
      }
      if !current.isEmpty, current.allSatisfy({ $0 }) {
        for target in targets { target.discard() }
        return RenderReport(
          masters: zip(destinations, order.book.deliveries).map { master($0, $1, order.range, nil) },
          findings: order.findings, seconds: Date().timeIntervalSince(began))
      }
    }
    let writers = try zip(order.book.deliveries, destinations).enumerated().map { index, pair in
      try MasterWriter(
        delivery: pair.0, plan: plan, destination: pair.1, range: order.range, boundaries: order.boundaries[index],
        sound: order.book.sound(for: pair.0), encoder: order.book.encoder(pair.0), seed: order.seed(index))
    }
    do {
      try run(order, writers, shelf, forecast)
      var masters: [RenderReport.Master] = []
      for writer in writers {
        let planHash = try writer.complete()
        try options.cancellation.check()
        if let target = writer.destination.target {
          let ledger = try ledger(writer.delivery, target, writer.entries, planHash, order)
          try target.commit { try ledger.write(to: $0) }
        }
        var made = master(writer.destination, writer.delivery, order.range, writer)
        made.findings += shelf.findings
        masters.append(made)
      }
      options.identities.save()
      return RenderReport(
        masters: masters, findings: order.findings, seconds: Date().timeIntervalSince(began))
    } catch {
      for writer in writers {
        writer.stop()
        writer.destination.target?.leave(worthKeeping: !writer.entries.isEmpty)
      }
      options.identities.save()
      throw error
    }
  }

  /// What ``render(to:)`` would do, without writing anything.
  public func forecast(for outputs: [RenderOutput]) throws -> [RenderForecast] {
    let order = try RenderOrder(plan: plan, options: options, outputs: outputs)
    var list: [RenderForecast] = []
    for (index, delivery) in order.book.deliveries.enumerated() {
      var volumes: [ReuseShelf.Volume] = []
      var before: Ledger?
      if outputs[index].stream == nil {
        let ledgerPath = options.ledgerPath ?? Ledger.path(for: delivery.path)
        if MasterOnDisk.header(delivery.path, ledgerPath, delivery.container.isSequence) != nil {
          volumes.append(.master(file: delivery.path, ledger: ledgerPath))
          before = try Ledger(reading: ledgerPath)
        }
        let partial = OutputNames.partial(of: delivery.path)
        volumes += ([partial] + OutputNames.leftovers(of: partial)).map {
          .partial(file: $0, journal: "\($0).ledger")
        }
      }
      volumes += try Self.volumes(options.reuseFiles)
      let shelf = try ReuseShelf(
        options.reuses ? volumes : [], encoders: Set(order.book.deliveries.map(order.book.encoder)))
      let forecaster = try RenderForecaster(order: order, shelf: shelf)
      list.append(try forecaster.forecast(delivery: index, before: before))
    }
    options.identities.save()
    return list
  }

  private func run(
    _ order: RenderOrder, _ writers: [MasterWriter], _ reuse: ReuseShelf, _ forecast: RenderForecaster
  ) throws {
    let book = order.book
    let budget = try LaneBudget(
      plan: plan, outputBytes: book.deliveries.map { $0.picture.bytes }.reduce(0, +),
      encoders: book.deliveries.filter { $0.deliverable.video.isIntra }.map { $0.encoder.ownMemory }.reduce(0, +),
      threads: options.threads, memory: options.memory)
    let pool = FramePool(idleLimit: budget.idle)
    let shelf = SourceShelf(
      sources: plan.sources, pool: pool, decoderThreads: options.threads, lanes: budget.lanes, recent: budget.decoded)
    let cache = LayerCache(limit: budget.cache)
    let recent = PacketShelf(limit: budget.packets)
    let segments = try forecast.segments(reuse)
    var walker = RunWalker(plan: plan, range: order.range, boundaries: order.allBoundaries)
    let lanes = Lanes<RenderRun, LaneResult>(width: budget.lanes * 2) { walker.next() }
    let (plan, cancellation) = (plan, options.cancellation)
    var meter = ProgressMeter(
      total: order.range.count, interval: options.progressInterval, report: options.progress)
    try lanes.run(lanes: budget.lanes) {
      let worker = PictureWorker(shelf: shelf, pool: pool, cache: cache)
      let ends = book.deliveries.indices.map {
        OutputLane(index: $0, book: book, recent: recent, reuse: reuse, pool: pool)
      }
      return { run in
        try cancellation.check()
        do {
          let made = try ends.enumerated().map { index, end in
            if let segment = try segments.segment(index, at: run.range.start) {
              return segment.range.start == run.range.start ? Made.segment(segment.entry, segment.packets) : .covered
            }
            return try end.make(run.recipe, worker)
          }
          return LaneResult(
            range: run.range, made: made, layers: try book.layers(run.recipe, frame: run.range.start))
        } catch let fault as any Fault {
          throw FrameFault(fault, plan: plan, frame: run.range.start)
        }
      }
    } write: { result in
      try cancellation.check()
      for (writer, made) in zip(writers, result.made) {
        let range = if case .segment(let entry, _) = made { entry.range } else { result.range }
        try writer.write(made, range, layers: result.layers)
      }
      meter.wrote(result.range.count, writers.first?.counts ?? FrameCounts())
    }
    meter.finish()
  }

  private struct LaneResult: Sendable {
    let range: FrameRange
    let made: [Made]
    let layers: [LedgerLayer]
  }

  /// What `--reuse` names.
  private static func volumes(_ files: [String]) throws -> [ReuseShelf.Volume] {
    try files.map { file in
      guard FileManager.default.fileExists(atPath: file) else {
        throw PegError(.missingInput, "there is no master \(file) to take packets from")
      }
      return .master(file: file, ledger: Ledger.path(for: file))
    }
  }

  private func ledger(
    _ delivery: ResolvedDelivery, _ target: OutputTarget, _ entries: [LedgerEntry], _ planHash: LedgerID,
    _ order: RenderOrder
  ) throws -> Ledger {
    let partial = target.partial
    let isSequence = delivery.container.isSequence
    let found = isSequence ? SequenceIndex.of(entries) : try ContainerIndex.hash(of: partial)
    guard let index = found else { throw PegError(.bug, "\(delivery.path): the finished file has no index") }
    let preset = delivery.deliverable
    return Ledger(
      header: LedgerHeader(
        size: FileSystem.size(of: partial), index: index, plan: planHash, encoder: order.book.encoder(delivery),
        presetName: preset.name, preset: preset.canonical, presetHash: LedgerID(delivery.presetHash),
        arithmetic: RecipeBook.arithmetic, program: options.program, rate: plan.rate,
        start: plan.start.description, range: order.range, duration: plan.duration,
        cut: RelativePath.from(options.cutPath, toFolderOf: target.ledgerPath)),
      entries: entries)
  }

  private func master(
    _ destination: Destination, _ delivery: ResolvedDelivery, _ range: FrameRange, _ writer: MasterWriter?
  ) -> RenderReport.Master {
    RenderReport.Master(
      path: delivery.path, ledger: destination.target?.ledgerPath, preset: delivery.deliverable.name, range: range,
      counts: writer?.counts ?? FrameCounts(),
      bytes: destination.target.map { FileSystem.size(of: $0.path) } ?? writer?.streamed ?? 0,
      wasCurrent: writer == nil,
      findings: writer?.findings ?? [])
  }
}

/// A path as it is seen from a file beside it, so that a folder may move as a whole.
enum RelativePath {
  static func from(_ path: String, toFolderOf file: String) -> String {
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

  mutating func wrote(_ frames: Int, _ counts: FrameCounts) {
    now.written += frames
    now.counts = counts
    guard let report, Date().timeIntervalSince(latest) >= interval else { return }
    latest = Date()
    now.seconds = latest.timeIntervalSince(began)
    report(now)
  }

  mutating func finish() {
    now.seconds = Date().timeIntervalSince(began)
    report?(now)
  }
}

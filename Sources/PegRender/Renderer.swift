import Foundation
public import PegConform
public import PegCore
import PegDelivery
import PegMedia
public import PegPlan
public import PegPreset

/// One deliverable to render and where it goes.
public struct RenderOutput: Sendable {
  public var deliverable: Deliverable
  public var path: String

  public init(_ deliverable: Deliverable, path: String) {
    self.deliverable = deliverable
    self.path = path
  }
}

/// What a render made.
public struct RenderReport: Sendable {
  public struct Master: Sendable {
    public var path: String
    public var preset: String
    public var frames: Int
    public var encoded: Int
    public var held: Int
    public var bytes: Int
    public var findings: [Finding]
  }
  public var masters: [Master]
  public var seconds: Double
}

/// Renders a plan into files: several deliverables in one pass, each picture worked once.
public struct Renderer: Sendable {
  private let plan: FramePlan
  private let options: RenderOptions

  public init(_ plan: FramePlan, options: RenderOptions) {
    self.plan = plan
    self.options = options
  }

  /// Renders; the calling thread writes, lanes of their own do the rest.
  ///
  /// - Throws: the first error in record order. Nothing stays under an output's name that was not there before.
  public func render(to outputs: [RenderOutput]) throws -> RenderReport {
    let began = Date()
    let unbuilt = FramePlanner.unbuilt(in: plan)
    if let first = unbuilt.first {
      throw PegError(.badInput, "\(first.place): \(first.message)", hint: first.hint)
    }
    let asked = options.range ?? FrameRange(0, plan.duration)
    guard !asked.isEmpty, asked.start >= 0, asked.end <= plan.duration else {
      throw PegError(.usage, "frames \(asked) are not in the cut, which has \(plan.duration)")
    }
    let cuts = FramePlanner.cuts(in: plan)
    let boundaries = Set(
      outputs.compactMap(\.deliverable.video.gop).flatMap {
        Segments.boundaries(cuts: cuts, length: $0, duration: plan.duration)
      }
    ).sorted()
    let range = boundaries.isEmpty ? asked : Segments.widened(asked, to: boundaries, duration: plan.duration)

    let deliveries = try outputs.map {
      try ResolvedDelivery($0.deliverable, for: plan, path: $0.path, range: range)
    }
    let targets = try outputs.map { try OutputTarget(path: $0.path, overwrite: options.overwrite) }
    defer { for target in targets { target.discard() } }
    let writers = try zip(deliveries, targets).map { delivery, target in
      try MasterWriter(
        delivery: delivery, plan: plan, target: target, range: range,
        boundaries: delivery.deliverable.video.gop.map {
          Segments.boundaries(cuts: cuts, length: $0, duration: plan.duration)
        } ?? [])
    }
    try run(deliveries, writers, range, boundaries)
    let findings = try writers.map { try $0.finish() }
    var masters: [RenderReport.Master] = []
    for (index, output) in outputs.enumerated() {
      masters.append(
        RenderReport.Master(
          path: output.path, preset: output.deliverable.name, frames: range.count, encoded: writers[index].encoded,
          held: writers[index].held, bytes: Self.bytes(of: output.path),
          findings: deliveries[index].findings + findings[index]))
    }
    return RenderReport(masters: masters, seconds: Date().timeIntervalSince(began))
  }

  private func run(
    _ deliveries: [ResolvedDelivery], _ writers: [MasterWriter], _ range: FrameRange, _ boundaries: [Int]
  ) throws {
    let outputBytes = deliveries.map { $0.picture.bytes }.reduce(0, +)
    let budget = try LaneBudget(
      plan: plan, outputBytes: outputBytes, threads: options.threads, memory: options.memory)
    let pool = FramePool(idleLimit: budget.idle)
    let shelf = SourceShelf(sources: plan.sources, pool: pool, decoderThreads: options.threads)
    let cache = LayerCache(limit: budget.cache)
    var walker = RunWalker(plan: plan, range: range, boundaries: boundaries)
    let lanes = Lanes<RenderRun, (FrameRange, [Piece])>(width: budget.lanes * 2) { walker.next() }
    let (plan, cancellation) = (plan, options.cancellation)
    var meter = ProgressMeter(total: range.count, report: options.progress)
    try lanes.run(lanes: budget.lanes) {
      let worker = PictureWorker(shelf: shelf, pool: pool, cache: cache)
      let ends = deliveries.map { OutputLane(delivery: $0, plan: plan, pool: pool) }
      return { run in
        try cancellation.check()
        do {
          return (run.range, try ends.map { try $0.make(run.recipe, worker) })
        } catch let fault as any Fault {
          throw FrameFault(fault, plan: plan, frame: run.range.start)
        }
      }
    } write: { range, pieces in
      try cancellation.check()
      for (writer, piece) in zip(writers, pieces) { try writer.write(piece, range) }
      meter.wrote(range.count, encoded: writers.map(\.encoded).max() ?? 0, held: writers.map(\.held).max() ?? 0)
    }
    meter.finish()
  }

  private static func bytes(of path: String) -> Int {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return 0 }
    let files =
      isFolder.boolValue
      ? ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).map { "\(path)/\($0)" } : [path]
    return files.reduce(0) {
      $0 + ((try? FileManager.default.attributesOfItem(atPath: $1)[.size] as? Int) ?? nil ?? 0)
    }
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

  init(total: Int, report: (@Sendable (RenderProgress) -> Void)?) {
    self.report = report
    now = RenderProgress(written: 0, total: total, encoded: 0, held: 0, reused: 0, seconds: 0)
  }

  mutating func wrote(_ frames: Int, encoded: Int, held: Int) {
    now.written += frames
    now.encoded = encoded
    now.held = held
    guard let report, Date().timeIntervalSince(latest) >= 0.2 else { return }
    latest = Date()
    now.seconds = latest.timeIntervalSince(began)
    report(now)
  }

  mutating func finish() {
    now.seconds = Date().timeIntervalSince(began)
    report?(now)
  }
}

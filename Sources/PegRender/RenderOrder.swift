import Foundation
import PegColor
import PegCore
import PegDelivery
import PegLedger
import PegMedia
import PegPlan
public import PegPreset

/// One master to render: a deliverable and where it goes.
public struct RenderOutput: Sendable {
  public var deliverable: Deliverable
  /// The file or folder; for a stream what errors call it.
  public var path: String
  /// The descriptor that a stream goes to, which is not closed; `nil` for files.
  public var stream: Int32?
  /// Where its ledger lies; `nil` is beside it.
  public var ledger: String?
  /// Which of the render's variants it shows.
  public var variant: Int

  public init(_ deliverable: Deliverable, path: String, ledger: String? = nil, variant: Int = 0) {
    self.deliverable = deliverable
    self.path = path
    self.ledger = ledger
    self.variant = variant
  }

  /// A stream to a descriptor that need not seek: it has no ledger, and nothing of it can be resumed or reused.
  public init(_ deliverable: Deliverable, streamingTo descriptor: Int32, name: String) {
    self.init(deliverable, path: name)
    stream = descriptor
  }
}

/// What is to be rendered, with everything decided: variants, ranges, segments, encoders.
struct RenderOrder: Sendable {
  let variants: [RenderVariant]
  /// The variants' plans over ``RecipeBook/sources``.
  let plans: [FramePlan]
  let masters: [MasterOrder]
  let book: RecipeBook
  /// What was decided for all masters.
  let findings: [Finding]

  init(variants: [RenderVariant], options: RenderOptions, outputs: [RenderOutput]) throws(PegError) {
    guard !outputs.isEmpty else { throw PegError(.usage, "there is nothing to render to", hint: "give -p and -o") }
    for variant in variants { try variant.plan.requireBuilt() }
    var masters: [MasterOrder] = []
    var ends: [RenderEnd] = []
    var findings: [Finding] = []
    for output in outputs {
      let (plan, asked) = (variants[output.variant].plan, variants[output.variant].range ?? options.range)
      let siblings = outputs.filter { $0.variant == output.variant }.map(\.deliverable)
      let range = try Self.range(asked, plan, siblings)
      // The preset decides by the variant's own sources, as it would if this were the only master.
      let delivery = try ResolvedDelivery(
        output.deliverable, for: plan, path: output.path, range: range, streaming: output.stream != nil)
      let end = RenderEnd(delivery)
      let index = ends.firstIndex { $0.encoder == end.encoder && $0.output == end.output } ?? ends.count
      if index == ends.count { ends.append(end) }
      masters.append(
        MasterOrder(
          index: masters.count, variant: output.variant, delivery: delivery, range: range,
          boundaries: Self.boundaries(output.deliverable, plan), end: index, ledger: output.ledger,
          stream: output.stream))
      if let asked, asked != range {
        findings.append(
          Finding(
            "render.widened", .note, "the range \(asked) is widened to \(range), which is whole segments",
            at: plan.name,
            range: range))
      }
    }
    self.findings = Set(findings).sorted { $0.message < $1.message }
    try Self.checkPaths(masters)
    try Self.checkSources(masters, variants.map(\.plan))
    let shared = SharedPlans(variants.map(\.plan))
    self.variants = variants
    plans = shared.plans
    self.masters = masters
    book = RecipeBook(shared, ends: ends, options: options)
  }

  private static func boundaries(_ deliverable: Deliverable, _ plan: FramePlan) -> [Int] {
    switch deliverable.video.unit {
    case .picture: []
    case .segments(let length): Segments.boundaries(cuts: plan.cuts, length: length, duration: plan.duration)
    case .whole: [0]
    }
  }

  /// Every long-GOP deliverable's chunk has whole segments: the widest of them all.
  private static func range(
    _ asked: FrameRange?, _ plan: FramePlan, _ deliverables: [Deliverable]
  ) throws(PegError) -> FrameRange {
    var range = asked ?? FrameRange(0, plan.duration)
    guard !range.isEmpty, range.start >= 0, range.end <= plan.duration else {
      throw PegError(.usage, "frames \(range) are not in the cut, which has \(plan.duration)")
    }
    let lists = deliverables.map { boundaries($0, plan) }.filter { !$0.isEmpty }
    // One deliverable's segments may reach into another's: until none widens it.
    var before: FrameRange
    repeat {
      before = range
      for list in lists { range = Segments.widened(range, to: list, duration: plan.duration) }
    } while range != before
    return range
  }

  private static func checkPaths(_ masters: [MasterOrder]) throws(PegError) {
    var taken: Set<String> = []
    for master in masters where master.stream == nil {
      for path in [master.delivery.path, master.ledgerPath] {
        guard taken.insert(URL(fileURLWithPath: path).standardizedFileURL.path).inserted else {
          throw PegError(.usage, "two outputs go to \(path)", hint: "give each -o and --ledger a name of its own")
        }
      }
    }
  }
}

extension RenderOrder {
  /// A render that replaced what it is made from could never be made again.
  ///
  /// - Throws: ``PegError`` of kind `cannotCreate` when an output is a source of a cut, under whatever name, or a folder that
  ///   holds one.
  private static func checkSources(_ masters: [MasterOrder], _ plans: [FramePlan]) throws(PegError) {
    var outputs: [FileSystem.Identity: String] = [:]
    for master in masters where master.stream == nil {
      for path in [master.delivery.path, master.ledgerPath] {
        if let identity = FileSystem.identity(path) { outputs[identity] = path }
      }
    }
    guard !outputs.isEmpty else { return }
    var looked: Set<String> = []
    for source in plans.flatMap(\.sources) {
      let files = source.files.isEmpty ? [source.path] : source.files.filter { !$0.isEmpty }
      // Of the pictures of a sequence their folder tells.
      let folders = Set(files.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path })
      for path in folders.sorted() + files.prefix(1) where looked.insert(path).inserted {
        guard let identity = FileSystem.identity(path), let output = outputs[identity] else { continue }
        throw PegError(
          .cannotCreate,
          FileSystem.isFolder(output)
            ? "\(output) holds \(source.name), which the cut is made from"
            : "\(output) is what the cut is made from"
              + (source.name == output ? "" : ", under the name \(source.name)"),
          hint: "give -o another name")
      }
    }
  }
}

/// One master with everything decided.
struct MasterOrder: Sendable {
  /// Its place among the render's outputs.
  let index: Int
  let variant: Int
  let delivery: ResolvedDelivery
  let range: FrameRange
  /// Where segments of a long-GOP deliverable begin in the whole cut; empty for intra.
  let boundaries: [Int]
  /// Index into ``RecipeBook/ends``.
  let end: Int
  /// Where its ledger goes, when not beside it.
  let ledger: String?
  /// The descriptor that it goes to, when it is streamed.
  let stream: Int32?

  var ledgerPath: String { ledger ?? Ledger.path(for: delivery.path) }

  /// The closed segments that it is made of.
  var segments: [FrameRange] {
    let starts = boundaries.filter { range.contains($0) }
    return starts.enumerated().map { position, start in
      FrameRange(start, position + 1 < starts.count ? starts[position + 1] : range.end)
    }
  }
}

/// What becomes of a picture: conformed to this, encoded by that. Masters with equal ends share their packets.
struct RenderEnd: Sendable {
  let picture: PictureShape
  let fit: Fit
  let output: OutputRecipe
  let settings: EncoderSettings
  let encoder: LedgerID
  /// Whether a packet stands alone.
  let isIntra: Bool
  /// Whether nothing less than the whole programme can be taken from another master: then nothing is.
  let isWhole: Bool

  init(_ delivery: ResolvedDelivery) {
    let video = delivery.deliverable.video
    picture = delivery.picture
    fit = Fit(rawValue: video.fit.rawValue) ?? .fit
    output = OutputRecipe(
      format: picture.format, raster: picture.raster, fit: video.fit.rawValue, tags: picture.tags, alpha: picture.alpha)
    settings = delivery.encoder
    encoder = LedgerID(
      EncoderID(
        settings, library: MediaLibraries.behind(encoder: settings.codec), unit: video.unit.description
      ).bytes)
    isIntra = video.unit == .picture
    isWhole = video.unit == .whole
  }
}

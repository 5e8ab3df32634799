import Foundation
import PegCore
import PegDelivery
import PegLedger
import PegMedia
import PegPlan

/// What is to be rendered, with everything decided: range, segments, deliveries.
struct RenderOrder: Sendable {
  let book: RecipeBook
  let range: FrameRange
  /// For each deliverable where its segments begin; empty for intra.
  let boundaries: [[Int]]
  /// All of them.
  let allBoundaries: [Int]
  let findings: [Finding]

  init(plan: FramePlan, options: RenderOptions, outputs: [RenderOutput]) throws(PegError) {
    guard !outputs.isEmpty else { throw PegError(.usage, "there is nothing to render to", hint: "give -p and -o") }
    if let first = plan.unbuilt.first {
      throw PegError(.badInput, "\(first.place): \(first.message)", hint: first.hint)
    }
    let asked = options.range ?? FrameRange(0, plan.duration)
    guard !asked.isEmpty, asked.start >= 0, asked.end <= plan.duration else {
      throw PegError(.usage, "frames \(asked) are not in the cut, which has \(plan.duration)")
    }
    let cuts = plan.cuts
    boundaries = outputs.map { output in
      output.deliverable.video.gop.map { Segments.boundaries(cuts: cuts, length: $0, duration: plan.duration) } ?? []
    }
    allBoundaries = Set(boundaries.joined()).sorted()
    // Every long-GOP deliverable's chunk has whole segments: the widest of them all.
    var range = asked
    for list in boundaries where !list.isEmpty {
      let wide = Segments.widened(range, to: list, duration: plan.duration)
      range = FrameRange(min(range.start, wide.start), max(range.end, wide.end))
    }
    self.range = range
    findings =
      range == asked
      ? []
      : [
        Finding(
          "render.widened", .note, "the range \(asked) is widened to \(range), which is whole segments", at: plan.name,
          range: range)
      ]
    var deliveries: [ResolvedDelivery] = []
    for output in outputs {
      deliveries.append(
        try ResolvedDelivery(
          output.deliverable, for: plan, path: output.path, range: range, streaming: output.stream != nil))
    }
    let paths = deliveries.map(\.path)
    guard Set(paths).count == paths.count else {
      throw PegError(.usage, "two deliverables go to one output", hint: "give each -p an -o of its own")
    }
    book = RecipeBook(
      plan: plan, identities: options.identities, deliveries: deliveries, verifySources: options.verifySources)
  }

  /// What an MXF file's package ids are made of: the plan as the cut has it, and the encoder.
  func seed(_ delivery: Int) -> [UInt8] {
    let plan = book.plan
    let text =
      "\(plan.rate) \(plan.start) \(plan.raster) \(range) \(plan.spans) \(plan.sound) "
      + "\(plan.sources.map(\.name)) \(book.encoder(book.deliveries[delivery]))"
    return Digest.of(Array(text.utf8), .sha256)
  }
}

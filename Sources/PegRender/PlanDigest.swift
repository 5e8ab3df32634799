import PegCore
import PegDelivery
import PegLedger
import PegMedia
import PegPlan

/// The hash of a whole plan for one deliverable: every recipe in record order, the sound, and the label of the first frame.
///
/// Equal hashes, encoders and presets mean equal masters: what `render` finds current it leaves alone.
struct PlanDigest: ~Copyable {
  private var digest = Digest(.sha256)
  private var run: (count: Int, recipe: LedgerID)?

  /// - Parameter sound: ids of the sound streams, each over the whole range.
  init(plan: FramePlan, range: FrameRange, container: String, sound: [LedgerID]) {
    let text =
      "plan 1\nrate \(plan.rate) start \(plan.start) range \(range) container \(container) "
      + "sound \(sound.map(\.description).joined(separator: " "))\n"
    digest.update(Array(text.utf8))
  }

  /// Adds frames; how they are split into runs makes no difference.
  mutating func add(_ count: Int, _ recipe: LedgerID) {
    if let last = run, last.recipe == recipe {
      run = (last.count + count, recipe)
      return
    }
    flush()
    run = (count, recipe)
  }

  private mutating func flush() {
    guard let last = run else { return }
    digest.update(Array("\(last.count) \(last.recipe)\n".utf8))
  }

  consuming func finish() -> LedgerID {
    flush()
    return LedgerID(digest.finish())
  }
}

extension RenderOrder {
  /// Whether the master that a ledger is about is what the plan asks for.
  ///
  /// - Parameter shelf: has the master's own packets.
  func isCurrent(_ header: LedgerHeader, _ master: MasterOrder, _ shelf: ReuseShelf) throws -> Bool {
    guard header.encoder == book.ends[master.end].encoder, header.arithmetic == RecipeBook.arithmetic,
      header.presetHash == LedgerID(master.delivery.presetHash), header.range == master.range
    else { return false }
    var digest = try book.digest(master)
    let isIntra = book.ends[master.end].isIntra
    for run in plans[master.variant].runs(in: master.range) {
      let id = try book.id(run.picture, end: master.end)
      // A picture whose packet is nowhere ends the comparison: the master's own would be on the shelf.
      if isIntra, shelf.place(encoder: header.encoder, recipe: id) == nil { return false }
      digest.add(run.range.count, id)
    }
    return digest.finish() == header.plan
  }
}

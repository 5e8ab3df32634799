import PegCore
import PegPlan

/// One picture and the runs of record frames that show it: a run of each variant that comes to it at the same frame.
struct RenderPiece: Sendable {
  struct Use: Sendable {
    let variant: Int
    let range: FrameRange
  }
  let recipe: PictureRecipe
  /// In the order of the variants; they begin at one record frame.
  let uses: [Use]
}

/// Walks the plans of all variants side by side, so that a picture that several of them show is one piece of work.
///
/// Each variant gets its runs in record order. Where variants differ, one goes on to the next edit point before another begins:
/// a take is read in one go and not in turns with all the others. At edit points and where segments begin all wait for one
/// another, and none is further ahead than ``longest``, which bounds what has to be kept for those behind.
struct PieceWalker {
  private struct Walk {
    let variant: Int
    var walker: RunWalker
    var next: RenderRun?
    /// Edit points, and where segments begin.
    let stops: Set<Int>
  }

  private var walks: [Walk]
  /// Those that came to the latest piece.
  private var latest: [Int] = []
  /// Frames that a variant may be ahead of the others, and a run may be long where several wait for one another.
  private static let longest = 240

  /// - Parameters:
  ///   - variants: those that are rendered, with their ranges and, for long-GOP deliverables, where segments begin.
  init(plans: [FramePlan], variants: [(variant: Int, range: FrameRange, boundaries: [Int])]) {
    walks = variants.map { entry in
      let plan = plans[entry.variant]
      var walker = RunWalker(
        plan: plan, range: entry.range, boundaries: entry.boundaries,
        longest: variants.count > 1 ? Self.longest : .max)
      let first = walker.next()
      return Walk(
        variant: entry.variant, walker: walker, next: first,
        stops: Set(plan.spans.map(\.range.start) + entry.boundaries))
    }
  }

  /// The next piece, or `nil` at the end.
  mutating func next() -> RenderPiece? {
    guard let least = walks.compactMap({ $0.next?.range.start }).min() else { return nil }
    let staying = latest.filter { index in
      guard let start = walks[index].next?.range.start else { return false }
      return start - least < Self.longest && !walks[index].stops.contains(start)
    }
    let start = staying.compactMap { walks[$0].next?.range.start }.min() ?? least
    let candidates = staying.isEmpty ? Array(walks.indices) : staying
    guard
      let first = candidates.lazy.compactMap({ [walks] in walks[$0].next }).first(where: { $0.range.start == start })
    else { return nil }
    var uses: [RenderPiece.Use] = []
    latest = []
    for index in walks.indices {
      guard let run = walks[index].next, run.range.start == start, run.recipe == first.recipe else { continue }
      uses.append(.init(variant: walks[index].variant, range: run.range))
      walks[index].next = walks[index].walker.next()
      latest.append(index)
    }
    return RenderPiece(recipe: first.recipe, uses: uses)
  }
}

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
/// Each variant gets its runs in record order. None is further ahead of another than a run is long, which bounds what has
/// to be kept for those behind.
struct PieceWalker {
  private var walkers: [(variant: Int, walker: RunWalker, next: RenderRun?)]
  /// Frames that a run may be long where several variants wait for one another.
  private static let longest = 240

  /// - Parameters:
  ///   - variants: those that are rendered, with their ranges and, for long-GOP deliverables, where segments begin.
  init(plans: [FramePlan], variants: [(variant: Int, range: FrameRange, boundaries: [Int])]) {
    walkers = variants.map { entry in
      var walker = RunWalker(
        plan: plans[entry.variant], range: entry.range, boundaries: entry.boundaries,
        longest: variants.count > 1 ? Self.longest : .max)
      let first = walker.next()
      return (entry.variant, walker, first)
    }
  }

  /// The next piece, or `nil` at the end.
  mutating func next() -> RenderPiece? {
    guard let start = walkers.compactMap({ $0.next?.range.start }).min(),
      let first = walkers.first(where: { $0.next?.range.start == start })?.next
    else { return nil }
    var uses: [RenderPiece.Use] = []
    for index in walkers.indices {
      guard let run = walkers[index].next, run.range.start == start, run.recipe == first.recipe else { continue }
      uses.append(.init(variant: walkers[index].variant, range: run.range))
      walkers[index].next = walkers[index].walker.next()
    }
    return RenderPiece(recipe: first.recipe, uses: uses)
  }
}

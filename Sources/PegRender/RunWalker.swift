import PegCore
import PegPlan

/// One run of record frames that show the same picture: worked once, written as often as it is long.
struct RenderRun: Sendable {
  /// Position in the order of the render, from 0.
  let index: Int
  let range: FrameRange
  let recipe: PictureRecipe
}

/// Walks a plan and gives its runs one after the other, so that no list of them is ever held.
struct RunWalker {
  private let plan: FramePlan
  private let range: FrameRange
  /// Record frames that end a run even where the picture goes on.
  private let boundaries: [Int]
  private let longest: Int
  private var frame: Int
  private var index = 0
  private var nextRecipe: PictureRecipe?

  /// - Parameters:
  ///   - range: the record frames to walk.
  ///   - boundaries: where runs end whatever the picture does: the segments of a long-GOP encoder. Ascending.
  ///   - longest: frames that a run may be long.
  init(plan: FramePlan, range: FrameRange, boundaries: [Int] = [], longest: Int = .max) {
    precondition(longest > 0, "a run has a frame")
    self.longest = longest
    self.plan = plan
    self.range = range
    self.boundaries = boundaries
    frame = range.start
  }

  /// The next run, or `nil` at the end.
  mutating func next() -> RenderRun? {
    guard frame < range.end else { return nil }
    let recipe = nextRecipe ?? plan.picture(at: frame)
    nextRecipe = nil
    let limit = min(range.end, nextBoundary(after: frame), range.end - frame > longest ? frame + longest : .max)
    var end = frame + 1
    while end < limit {
      let following = plan.picture(at: end)
      if following != recipe {
        nextRecipe = following
        break
      }
      end += 1
    }
    defer {
      frame = end
      index += 1
    }
    return RenderRun(index: index, range: FrameRange(frame, end), recipe: recipe)
  }

  private func nextBoundary(after frame: Int) -> Int {
    var (low, high) = (0, boundaries.count)
    while low < high {
      let middle = (low + high) / 2
      if boundaries[middle] <= frame { low = middle + 1 } else { high = middle }
    }
    return low < boundaries.count ? boundaries[low] : Int.max
  }
}

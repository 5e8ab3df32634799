public import PegCore

extension FramePlan {
  /// The record frames, in order, where a picture layer begins or ends, record frame 0 among them: where segments of
  /// long-GOP codecs begin (DESIGN §1).
  public var cuts: [Int] { spans.map(\.range.start) }

  /// The maximal runs of equal pictures in `range`, worked out one after another as they are asked for.
  ///
  /// - Precondition: `range` lies in 0..<duration.
  public func runs(in range: FrameRange) -> PictureRuns { PictureRuns(plan: self, range: range) }
}

/// Runs of record frames whose pictures are equal. What is kept is one recipe, whatever the length.
public struct PictureRuns: Sequence, Sendable {
  let plan: FramePlan
  let range: FrameRange

  public struct Run: Sendable {
    public var range: FrameRange
    public var picture: PictureRecipe
  }

  public func makeIterator() -> Iterator { Iterator(plan: plan, start: range.start, end: range.end) }

  public struct Iterator: IteratorProtocol {
    let plan: FramePlan
    var start: Int
    let end: Int
    /// The picture of `start`, where the search for a run's end has worked it out already.
    var ahead: PictureRecipe?

    public mutating func next() -> Run? {
      guard start < end else { return nil }
      let picture = ahead ?? plan.picture(at: start)
      ahead = nil
      let first = start
      start += 1
      while start < end {
        let following = plan.picture(at: start)
        guard following == picture else {
          ahead = following
          break
        }
        start += 1
      }
      return Run(range: FrameRange(first, start), picture: picture)
    }
  }
}

import PegCore
import PegPlan
import PegTestSupport
import Pegbar
import Testing

@testable import PegRender

/// In which order the pictures of variants are worked.
@Suite struct PieceOrderTests {
  /// Three variants: A is the same in all, B is another take in each, then C and D are the same again, B dissolving into C.
  private func plans() throws -> [FramePlan] {
    let show = try Show()
    try show.sequence("a", count: 8)
    for take in 0..<3 { try show.sequence("b\(take)", count: 12, value: { 100 * (take + 1) + $0 }) }
    return try (0..<3).map { take in
      try show.cut(
        "v\(take).otio",
        tracks: [
          Show.track([
            Show.sequenceClip("A", "a", start: 1001, duration: 8, count: 8),
            Show.sequenceClip("B", "b\(take)", start: 1001, duration: 10, count: 12), Show.dissolve(2, 2),
            Show.sequenceClip("C", "a", start: 1003, duration: 6, count: 8),
            Show.sequenceClip("D", "a", start: 1001, duration: 8, count: 8),
          ])
        ]
      ).plan()
    }
  }

  private func pieces(_ boundaries: [Int]) throws -> [RenderPiece] {
    let shared = SharedPlans(try plans())
    var walker = PieceWalker(
      plans: shared.plans, variants: (0..<3).map { ($0, FrameRange(0, 32), boundaries) })
    var list: [RenderPiece] = []
    while let piece = walker.next() { list.append(piece) }
    return list
  }

  /// Frames 0…7 are A, 8…15 B, 16…19 the dissolve, 20…23 C, 24…31 D.
  @Test func whereVariantsDifferEachGoesOnToTheNextEditPoint() throws {
    let list = try pieces([])
    func frames(_ range: Range<Int>, _ variants: [Int]) -> [String] {
      range.map { "\($0) \(variants)" }
    }
    let expected =
      frames(0..<8, [0, 1, 2])
      + (0..<3).flatMap { frames(8..<16, [$0]) } + (0..<3).flatMap { frames(16..<20, [$0]) }
      + frames(20..<32, [0, 1, 2])
    #expect(list.map { "\($0.uses[0].range.start) \($0.uses.map(\.variant))" } == expected)
  }

  /// At a segment's beginning all have written what stands before it.
  @Test func whereSegmentsBeginAllWait() throws {
    var written = [0, 0, 0]
    for piece in try pieces([0, 8, 12, 16, 24]) {
      for use in piece.uses {
        #expect(use.range.start == written[use.variant])
        written[use.variant] = use.range.end
      }
      for start in [8, 12, 16, 24] where written.contains(where: { $0 > start }) {
        #expect(written.allSatisfy { $0 >= start })
      }
    }
    #expect(written == [32, 32, 32])
  }
}

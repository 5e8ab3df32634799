import Foundation
import PegCore
import PegPlan
import PegTestSupport
import Pegbar
import Testing

@testable import PegRender

/// Which packets are kept for later is known before anything is worked.
@Suite struct RecurringPicturesTests {
  private func clip(_ movie: String, _ start: Double, _ duration: Double) -> String {
    Show.clip(movie, movie, start: start, duration: duration, rate: 24)
  }

  /// For each record frame, whether its picture may come again.
  private func recurring(_ show: Show, _ clips: [String]) throws -> [Bool] {
    let shared = SharedPlans([try show.cut(tracks: [Show.track(clips)]).plan()])
    let plan = shared.plans[0]
    let range = FrameRange(0, plan.duration)
    let pictures = RecurringPictures(
      PieceWalker(plans: shared.plans, variants: [(0, range, [])]), sources: shared.sources)
    return (0..<plan.duration).map { pictures.contains(plan.picture(at: $0)) }
  }

  @Test(.enabled(if: Tool.path("ffmpeg") != nil, "no ffmpeg"))
  func onlyWhatIsShownAgainOrMayLieInAnotherFile() throws {
    let show = try Show()
    for (name, count) in [("a.mkv", 12), ("b.mkv", 5)] {
      try show.movie(name, count: count, rate: "24", codec: ["-c:v", "ffv1"])
    }
    // Pictures 4…7 of the first are shown twice; a hold is one piece of work however long.
    let own = try recurring(show, [clip("a.mkv", 0, 8), clip("a.mkv", 4, 8), clip("b.mkv", 0, 5)])
    #expect(
      own.enumerated().filter(\.element).map(\.offset) == Array(4..<12), "record frames of pictures 4…7, twice")
    #expect(own.count == 21)
    // The same bytes under another name: whether they are the same is only known when they are read.
    try FileManager.default.copyItem(atPath: show.folder.file("b.mkv"), toPath: show.folder.file("c.mkv"))
    let copied = try recurring(show, [clip("a.mkv", 0, 2), clip("b.mkv", 0, 2), clip("c.mkv", 2, 2)])
    #expect(copied == [false, false, true, true, true, true])
  }

  /// Two grades of one picture are two recipes: its packets are not asked for again, the picture is.
  @Test(.enabled(if: Tool.path("ffmpeg") != nil, "no ffmpeg"))
  func picturesOfTwoGradesAreReadTwice() throws {
    let show = try Show()
    try show.movie("a.mkv", count: 8, rate: "24", codec: ["-c:v", "ffv1"])
    func graded(_ start: Double, _ slope: String) -> String {
      Show.clip(
        "a", "a.mkv", start: start, duration: 4, rate: 24, pegbar: "\"grade\": [{\"op\": \"cdl\", \"slope\": \(slope)}]"
      )
    }
    let shared = SharedPlans([try show.cut(tracks: [Show.track([graded(0, "0.5"), graded(2, "0.25")])]).plan()])
    let plan = shared.plans[0]
    let walker = PieceWalker(plans: shared.plans, variants: [(0, FrameRange(0, plan.duration), [])])
    let pictures = RecurringPictures(walker, sources: shared.sources)
    // Pictures 0…3, then 2…5.
    #expect(
      (0..<8).map { pictures.showsOnce(plan.picture(at: $0)) } == [true, true, false, false, false, false, true, true])
    #expect((0..<8).allSatisfy { !pictures.contains(plan.picture(at: $0)) })
    let unknown = RecurringPictures(nil, sources: shared.sources)
    #expect(!unknown.showsOnce(plan.picture(at: 0)), "where nobody looked, somebody may ask")
  }

  @Test func picturesOfFilesMayAlwaysEqualOneAnother() throws {
    let show = try Show()
    try show.sequence("cel", count: 4)
    let cels = try recurring(show, [Show.sequenceClip("A", "cel", start: 1001, duration: 4, count: 4)])
    #expect(cels == [true, true, true, true])
  }
}

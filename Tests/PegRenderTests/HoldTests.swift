import PegCore
import PegTestSupport
import Pegbar
import Testing

/// Holds cost nothing: each distinct picture is worked once, and its packet written as often as the plan repeats it (DESIGN §1).
@Suite struct HoldTests {
  /// Frames encoded, held and reused.
  private func counts(_ children: [String], _ preset: String = "prores-422-hq") throws -> [Int] {
    let show = try Show()
    try show.sequence("cel", count: 24)
    let cut = try show.cut(tracks: [Show.track(children)])
    let made = try show.render(cut, preset, to: preset == "png-sequence" ? "frames" : "master.mov")
    let counts = try #require(made.masters.first?.counts)
    return [counts.encoded, counts.held, counts.reused]
  }

  private func shot(_ start: Int, _ duration: Int, _ pegbar: String = "", _ effects: String = "") -> String {
    Show.sequenceClip(
      "A", "cel", start: 1001 + start, duration: duration, count: 24, effects: effects, pegbar: pegbar)
  }

  @Test(arguments: ["prores-422-hq", "png-sequence"])
  func workOnTwosEncodesHalfThePictures(preset: String) throws {
    let ones = try counts([shot(0, 24)], preset)
    #expect(ones == [24, 0, 0])
    let twos = try counts([shot(0, 24, #""step": {"frames": 2}"#)], preset)
    #expect(twos == [12, 12, 0])
  }

  @Test func aWalkCycleEncodesEachDrawingOnce() throws {
    // Eight drawings on twos, walked three times: 16 · 3 frames.
    let slow = Show.warp("0.5")
    let walk = try counts([shot(0, 16, "", slow), shot(0, 16, "", slow), shot(0, 16, "", slow)])
    #expect(walk == [8, 40, 0])
  }

  @Test func aFreezeEncodesOnePicture() throws {
    let freeze = try counts([shot(5, 100, "", Show.freeze)])
    #expect(freeze == [1, 99, 0])
  }

  /// Two shots that show the same drawing where one ends and the other begins: the ledger says whose each frame is.
  @Test func aPictureThatTwoShotsShareIsEncodedOnce() throws {
    let shared = try counts([shot(0, 4), shot(3, 4)])
    // 0 1 2 3 | 3 4 5 6
    #expect(shared == [7, 1, 0])
  }

  /// A movie whose pictures come twice each: every one is decoded, and each drawing encoded once. The master is that of the
  /// drawings themselves, held for two frames.
  @Test(.enabled(if: Tool.path("ffmpeg") != nil, "no ffmpeg"), arguments: [1, 2])
  func aMovieOnTwosIsEncodedOnce(threads: Int) throws {
    let show = try Show()
    try show.movie("twos.mkv", count: 12, rate: "12", codec: ["-c:v", "ffv1"], filter: ["-vf", "fps=24"])
    try show.movie("drawings.mkv", count: 12, rate: "12", codec: ["-c:v", "ffv1"])
    func render(_ movie: String, _ rate: Double, _ frames: Double) throws -> FrameCounts {
      let cut = try show.cut(
        movie + ".otio",
        tracks: [Show.track([Show.clip("A", movie, start: 0, duration: frames, rate: rate)])])
      return try #require(
        show.render(cut, "prores-422-hq", to: movie + ".mov", options: show.options(threads: threads))
          .masters.first
      ).counts
    }
    let twos = try render("twos.mkv", 24, 24)
    #expect(twos == FrameCounts(encoded: 12, held: 12))
    #expect(try render("drawings.mkv", 12, 12) == FrameCounts(encoded: 12, held: 12))
    #expect(try show.sha("twos.mkv.mov") == show.sha("drawings.mkv.mov"))
    #expect(try show.numbers("twos.mkv.mov") == (0..<24).map { $0 / 2 })
  }
}

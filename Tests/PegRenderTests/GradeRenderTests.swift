import Foundation
import PegCore
import PegTestSupport
import Pegbar
import Testing

/// What a cut says of grades, in the pixels of masters: arithmetic is written out beside each expectation.
@Suite(.serialized, .enabled(if: Tool.has("ffmpeg"), "no ffmpeg")) struct GradeRenderTests {
  private func track(_ children: [String], _ pegbar: String) -> String {
    Show.track(children).replacing(
      #""name": "","#, with: #""name": "", "metadata": {"pegbar": {\#(pegbar)}},"#, maxReplacements: 1)
  }

  /// At 16 bits, and at most one code off what is written out: float32 rounds where the arithmetic here does not.
  private func expect(_ made: [[Int]], _ wanted: [[Double]], _ comment: Comment? = nil) {
    #expect(made.count == wanted.count)
    for (made, wanted) in zip(made, wanted) {
      for (made, wanted) in zip(made, wanted) { #expect(abs(Double(made) - 65535 * wanted) <= 1, comment) }
    }
  }

  @Test func aClipIsGradedFirstThenItsTrackThenTheProgramme() throws {
    let show = try Show()
    try show.flat("grey.png", [51, 102, 153, 255])
    // Neither two of the three may be swapped: x² , x + 0.1, x · 0.5.
    let cut = try show.cut(
      tracks: [
        track(
          [Show.flatClip("grey.png", duration: 1, pegbar: #""grade": [{"op": "cdl", "power": 2}]"#)],
          #""grade": [{"op": "cdl", "offset": 0.1}]"#)
      ], settings: #", "grade": [{"op": "cdl", "slope": 0.5}]"#)
    try show.render(cut, to: "master.mkv")
    // 0.2² = 0.04, 0.4² = 0.16, 0.6² = 0.36; + 0.1; · 0.5.
    expect(try show.colors("master.mkv"), [[0.07, 0.13, 0.23]])
  }

  @Test func valuesFollowTheirKeysByTheClipsOwnFrames() throws {
    let show = try Show()
    try show.flat("grey.png", [51, 102, 153, 255])
    let keyed = #"""
      "grade": [{"op": "cdl", "amount": [[0, 0], [2, 1]], "offset": 0.2},
                {"op": "cdl", "slope": [[0, [1, 1, 1], "hold"], [1, [1, 1, 1], "ease_in"], [3, [2, 1, 0.5]]]}]
      """#
    let cut = try show.cut(tracks: [
      Show.track([Show.flatClip("grey.png", duration: 1), Show.flatClip("grey.png", duration: 4, pegbar: keyed)])
    ])
    let report = try show.render(cut, to: "master.mkv")
    // The clip begins at record frame 1. Amounts 0, ½, 1, 1 of 0.2; slopes 1, 1, a quarter of the way (t² at ½), all of it.
    let offsets = [0, 0.1, 0.2, 0.2]
    let slopes = [[1, 1, 1], [1, 1, 1], [1.25, 1, 0.875], [2, 1, 0.5]]
    let graded = zip(offsets, slopes).map { offset, slope in
      // CDL holds its result to 1.
      zip([0.2, 0.4, 0.6], slope).map { min(1, ($0 + offset) * $1) }
    }
    expect(try show.colors("master.mkv"), [[0.2, 0.4, 0.6]] + graded)
    // At its first key the grade does nothing: that is the picture of the clip before.
    #expect(report.masters[0].counts == FrameCounts(encoded: 4, held: 1))
  }

  @Test func aGradeThatLiftsBlackMakesNoLightWhereThereIsNothing() throws {
    let show = try Show()
    // Half transparent, and half as wide as the raster.
    try show.flat("cel.png", [255, 0, 0, 128], raster: Raster(show.raster.width / 2, show.raster.height))
    let lift = #""grade": [{"op": "cdl", "slope": 0.5, "offset": 0.25}], "placement": "none""#
    let cut = try show.cut(tracks: [track([Show.flatClip("cel.png", duration: 1, pegbar: lift)], #""opacity": 1"#)])
    try show.render(cut, to: "master.mkv")
    let data = [UInt8](try show.samples("master.mkv", as: "rgb48le"))
    func pixel(_ x: Int) -> [Int] { (0..<3).map { Int(data[6 * x + 2 * $0]) | Int(data[6 * x + 2 * $0 + 1]) << 8 } }
    // 1 → 0.75 and 0 → 0.25 on the colour itself; associated with 128/255, over black.
    expect([pixel(128)], [[0.75 * 128 / 255, 0.25 * 128 / 255, 0.25 * 128 / 255]])
    #expect(pixel(0) == [0, 0, 0])
    #expect(pixel(255) == [0, 0, 0])
  }

  @Test(
    arguments: [
      (#"{"op": "saturatoin", "value": 2}"#, "the grade operation saturatoin is not known", "did you mean saturation?"),
      (#"{"op": "cdl", "slop": 2}"#, "the grade operation cdl has no field slop", "remove it, or correct its name"),
      (#"{"op": "cdl", "slope": [[0, 1], [12, -1]]}"#, "slope of the grade operation cdl has to be", nil),
      (
        #"{"op": "cdl", "slope": [[5, 1], [3, 1]]}"#, "slope of the grade operation cdl: the frames of keys have to",
        nil
      ),
      (#"{"op": "cdl", "slope": [[0, 1], [3, [1, 1, 1]]]}"#, "the values of keys differ in their shape", nil),
      (#"{"op": "cdl", "slope": [[0, 1, "easy"], [3, 1]]}"#, #""easy" is not understood"#, nil),
    ] as [(String, String, String?)])
  func whatIsNotUnderstoodEndsTheRenderBeforeItBegins(operation: String, sentence: String, hint: String?) throws {
    let show = try Show()
    try show.flat("grey.png", [51, 102, 153, 255])
    let cut = try show.cut(tracks: [
      Show.track([
        Show.flatClip("grey.png", duration: 2),
        Show.clip("SH020", "grey.png", start: 0, duration: 2, rate: 24, pegbar: "\"grade\": [\(operation)]"),
      ])
    ])
    let error = try #require(throws: PegError.self) { try show.render(cut, to: "master.mkv") }
    #expect(error.kind == .badInput)
    #expect(error.sentence.hasPrefix("cut.otio at 01:00:00:02: clip SH020: "))
    #expect(error.sentence.contains(sentence), "\(error.sentence)")
    if let hint { #expect(error.hint == hint) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: show.folder.path).sorted() == ["cut.otio", "grey.png"])
  }
}

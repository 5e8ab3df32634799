import Foundation
import PegCore
import PegTestSupport
import Pegbar
import Testing

/// Blends, mattes and moves as cuts say them, in the pixels of masters.
@Suite(.serialized, .enabled(if: Tool.has("ffmpeg"), "no ffmpeg")) struct CompositeRenderTests {
  private func expect(_ made: [[Int]], _ wanted: [[Double]], _ comment: Comment? = nil) {
    #expect(made.count == wanted.count, comment)
    for (made, wanted) in zip(made, wanted) {
      for (made, wanted) in zip(made, wanted) { #expect(abs(Double(made) - 65535 * wanted) <= 1, comment) }
    }
  }

  private func track(_ children: [String], _ pegbar: String) -> String {
    Show.track(children).replacing(
      #""name": "","#, with: #""name": "", "metadata": {"pegbar": {\#(pegbar)}},"#, maxReplacements: 1)
  }

  /// Over 0.2, 0.4, 0.8: a layer of 0.6, 1, 0.4.
  @Test func blendsOfACutAreTheStandards() throws {
    let show = try Show()
    try show.flat("ground.png", [51, 102, 204, 255])
    try show.flat("light.png", [153, 255, 102, 255])
    let wanted: [(String, [Double])] = [
      ("add", [0.8, 1, 1]), ("multiply", [0.12, 0.4, 0.32]), ("screen", [0.68, 1, 0.88]),
      // 2 · 0.2 · 0.6, 2 · 0.4 · 1, 1 − 2 · 0.2 · 0.6.
      ("overlay", [0.24, 0.8, 0.76]), ("difference", [0.4, 0.6, 0.4]), ("alpha_matte", [0.2, 0.4, 0.8]),
      ("alpha_matte_inverted", [0, 0, 0]),
      // Luma 0.2126 · 0.6 + 0.7152 + 0.0722 · 0.4 = 0.87164.
      ("luma_matte", [0.174328, 0.348656, 0.697312]), ("luma_matte_inverted", [0.025672, 0.051344, 0.102688]),
    ]
    let cut = try show.cut(tracks: [
      Show.track([Show.flatClip("ground.png", duration: wanted.count)]),
      Show.track(wanted.map { Show.flatClip("light.png", duration: 1, pegbar: #""blend": "\#($0.0)""#) }),
    ])
    try show.render(cut, to: "master.mkv")
    expect(try show.colors("master.mkv"), wanted.map(\.1))
  }

  @Test func aBlendMeetsWhatLiesBelowItsTrackAndDissolvesWithItsClip() throws {
    let show = try Show()
    try show.flat("ground.png", [51, 102, 204, 255])
    try show.flat("light.png", [153, 255, 102, 255])
    try show.flat("dark.png", [0, 0, 0, 255])
    let add = #""blend": "add""#
    let cut = try show.cut(tracks: [
      Show.track([Show.flatClip("ground.png", duration: 4)]),
      // A track with a setting of its own is composited by itself, and its clips' blends are its own.
      track(
        [
          Show.flatClip("light.png", duration: 2, pegbar: add), Show.dissolve(1, 1),
          Show.flatClip("dark.png", duration: 2, pegbar: add),
        ], #""opacity": 0.5"#),
    ])
    try show.render(cut, to: "master.mkv")
    // Half of the light; then 2/3 and 1/3 of that (DESIGN §6); then nothing. What passes 1 is held by the file.
    let shares = [0.5, 1.0 / 3, 1.0 / 6, 0]
    expect(
      try show.colors("master.mkv"),
      shares.map { share in zip([0.2, 0.4, 0.8], [0.6, 1, 0.4]).map { min(1, $0 + share * $1) } })
  }

  /// A camera over a background that is wider than the raster: what is seen is cut out of it, sample for sample.
  @Test func aCameraMovesOverABackgroundByWholePixels() throws {
    let show = try Show()
    let size = Raster(show.raster.width + 40, show.raster.height + 10)
    try show.still("plate.png", value: 4711, raster: size)
    let move = #"""
      "placement": {"anchor": [0, 0], "scale": 1, "position": [0, 0],
                    "keys": [[0, {"position": [0, 0]}, "hold"], [2, {"position": [0, 0]}], [6, {"position": [-40, -8]}]]}
      """#
    let cut = try show.cut(tracks: [
      Show.track([Show.clip("P", "plate.png", start: 0, duration: 8, rate: 24, pegbar: move)])
    ])
    let report = try show.render(cut, to: "master.mkv")
    // Frames 0…2 hold, 3, 4 and 5 move by 10 and 2, 6 and 7 hold.
    #expect(report.masters[0].counts.encoded == 5)
    let plate = [UInt8](try show.samples("plate.png", as: "rgb24"))
    let film = [UInt8](try show.samples("master.mkv", as: "rgb48le"))
    let (width, height) = (show.raster.width, show.raster.height)
    for (frame, step) in [0, 0, 0, 1, 2, 3, 4, 4].enumerated() {
      for y in 0..<height {
        let from = ((y + 2 * step) * size.width + 10 * step) * 3
        let to = (frame * height + y) * width * 6
        // Of 16 bits a code of 8 is both bytes: v · 257.
        let isCopy = (0..<3 * width).allSatisfy { index in
          film[to + 2 * index] == plate[from + index] && film[to + 2 * index + 1] == plate[from + index]
        }
        #expect(isCopy, "frame \(frame), row \(y)")
      }
    }
  }

  /// Turned by half and mirrored back twice, a nest is what it was.
  @Test func aNestAndATrackAreMovedAsOne() throws {
    let show = try Show()
    try show.still("plate.png", value: 815)
    let turn = #""placement": {"rotation": 180}"#
    let upright = try show.cut(
      tracks: [track([Show.clip("P", "plate.png", start: 0, duration: 1, rate: 24, pegbar: turn)], turn)])
    try show.render(upright, to: "master.mkv")
    let plate = [UInt8](try show.samples("plate.png", as: "rgb24"))
    let film = [UInt8](try show.samples("master.mkv", as: "rgb48le"))
    let isWhole = film.indices.allSatisfy { film[$0] == plate[$0 / 2] }
    #expect(isWhole)
  }
}

import Foundation
import PegCore
import PegTestSupport
import Pegbar
import Testing

/// Files that grades name: known by their content, looked for beside the cut and in the presets.
@Suite(.serialized, .enabled(if: Tool.has("ffmpeg"), "no ffmpeg")) struct LookRenderTests {
  /// A lattice of two nodes an edge: each colour is what `node` makes of it.
  private func cube(_ node: (Double) -> Double) -> String {
    var lines = ["LUT_3D_SIZE 2"]
    for b in [0.0, 1] { for g in [0.0, 1] { for r in [0.0, 1] { lines.append("\(node(r)) \(node(g)) \(node(b))") } } }
    return lines.joined(separator: "\n") + "\n"
  }

  private func write(_ text: String, _ show: Show, _ name: String) throws {
    let url = URL(fileURLWithPath: show.folder.file(name))
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  private func expect(_ made: [[Int]], _ wanted: [[Double]]) {
    #expect(made.count == wanted.count)
    for (made, wanted) in zip(made, wanted) {
      for (made, wanted) in zip(made, wanted) { #expect(abs(Double(made) - 65535 * wanted) <= 1) }
    }
  }

  private func lut(_ file: String) -> String { #""grade": [{"op": "lut", "file": "\#(file)"}]"# }

  @Test func aChangedLookEncodesItsClipsAndAMovedOneNothing() throws {
    let show = try Show()
    try show.flat("a.png", [51, 102, 153, 255])
    try show.flat("b.png", [204, 102, 51, 255])
    try write(cube { 1 - $0 }, show, "looks/one.cube")
    try write(cube { $0 / 2 }, show, "looks/two.cube")
    func cut(_ first: String) throws -> Cut {
      try show.cut(tracks: [
        Show.track([
          Show.flatClip("a.png", duration: 2, pegbar: lut(first)),
          Show.flatClip("b.png", duration: 2, pegbar: lut("looks/two.cube")), Show.flatClip("a.png", duration: 1),
        ])
      ])
    }
    try show.render(try cut("looks/one.cube"), to: "master.mkv")
    let inverse = [0.8, 0.6, 0.4]
    let half = [0.4, 0.2, 0.1]
    expect(try show.colors("master.mkv"), [inverse, inverse, half, half, [0.2, 0.4, 0.6]])
    // Another name and place, the same content.
    try FileManager.default.moveItem(atPath: show.folder.file("looks/one.cube"), toPath: show.folder.file("moved.cube"))
    let moved = try show.render(try cut("moved.cube"), to: "master.mkv")
    #expect(moved.masters[0].wasCurrent || moved.masters[0].counts.encoded == 0)
    // The same name, other content.
    try write(cube { $0 / 4 }, show, "looks/two.cube")
    let changed = try show.render(try cut("moved.cube"), to: "master.mkv")
    #expect(changed.masters[0].counts.encoded == 1)
    expect(
      try show.colors("master.mkv"), [inverse, inverse, half.map { $0 / 2 }, half.map { $0 / 2 }, [0.2, 0.4, 0.6]])
    // What made a frame is told by name and by content.
    let graded = try cut("moved.cube").plan().trace(at: 0)[0].grade
    #expect(graded.map(\.op) == ["lut"])
    #expect(graded[0].parameters["file"] == "moved.cube")
    #expect(graded[0].parameters["look"]?.string?.count == 64)
  }

  @Test func aLookThatIsNotThereIsNamedWithItsClip() throws {
    let show = try Show()
    try show.flat("a.png", [51, 102, 153, 255])
    try write("LUT_3D_SIZE 2\n0 0 0\n", show, "short.cube")
    func error(_ pegbar: String) throws -> PegError {
      let cut = try show.cut(tracks: [
        Show.track([
          Show.flatClip("a.png", duration: 2),
          Show.clip("SH020", "a.png", start: 0, duration: 2, rate: 24, pegbar: pegbar),
        ])
      ])
      return try #require(throws: PegError.self) { try show.render(cut, to: "master.mkv") }
    }
    let missing = try error(lut("looks/none.cube"))
    #expect(missing.kind == .missingInput)
    #expect(missing.sentence.contains("SH020") && missing.sentence.contains("01:00:00:02"))
    #expect(missing.sentence.contains("looks/none.cube does not exist"))
    let short = try error(lut("short.cube"))
    #expect(short.kind == .badInput)
    #expect(short.sentence.contains("SH020") && short.sentence.contains("short.cube"))
    #expect(!FileManager.default.fileExists(atPath: show.folder.file("master.mkv")))
  }

  @Test func aCorrectionIsChosenByItsId() throws {
    let show = try Show()
    try show.flat("a.png", [51, 102, 153, 255])
    func correction(_ id: String, _ slope: String) -> String {
      """
      <ColorCorrection id="\(id)"><SOPNode><Slope>\(slope)</Slope><Offset>0 0 0</Offset><Power>1 1 1</Power></SOPNode>
      </ColorCorrection>
      """
    }
    try write(
      "<ColorCorrectionCollection xmlns=\"urn:ASC:CDL:v1.01\">\(correction("one", "1 0.5 0.25"))"
        + "\(correction("two", "0.5 0.5 0.5"))</ColorCorrectionCollection>", show, "day.ccc")
    func graded(_ id: String) -> String { #""grade": [{"op": "cdl", "file": "day.ccc", "id": "\#(id)"}]"# }
    let cut = try show.cut(tracks: [
      Show.track([
        Show.flatClip("a.png", duration: 1, pegbar: graded("one")),
        Show.flatClip("a.png", duration: 1, pegbar: graded("two")),
      ])
    ])
    try show.render(cut, to: "master.mkv")
    expect(try show.colors("master.mkv"), [[0.2, 0.2, 0.15], [0.1, 0.2, 0.3]])
  }
}

import Foundation
import PegCore
import PegTestSupport
import Pegbar
import Testing

/// Sources that change while they are rendered, and outputs that are sources.
@Suite(.serialized, .enabled(if: Tool.has("ffmpeg", "ffprobe"), "no ffmpeg")) struct SourceChangeTests {
  private let show: Show

  init() throws { show = try Show() }

  private var manager: FileManager { .default }

  /// A movie that is seen first and last, and drawings between.
  private func cut() throws -> Cut {
    try show.movie(
      "old.mov", count: 24, rate: "24", codec: ["-c:v", "prores_ks", "-pix_fmt", "yuv422p10le"], first: 100)
    try show.movie(
      "other.mov", count: 24, rate: "24", codec: ["-c:v", "prores_ks", "-pix_fmt", "yuv422p10le"], first: 500)
    try manager.copyItem(atPath: show.folder.file("old.mov"), toPath: show.folder.file("a.mov"))
    try show.sequence("cel", count: 48)
    return try show.cut(tracks: [
      Show.track([
        Show.clip("A1", "a.mov", start: 0, duration: 12, rate: 24),
        Show.sequenceClip("C", "cel", start: 1001, duration: 48, count: 48),
        Show.clip("A2", "a.mov", start: 12, duration: 12, rate: 24),
      ])
    ])
  }

  /// Renders, and does something once when `frames` are written.
  private func render(
    _ cut: Cut, _ preset: String, to name: String, at frames: Int, _ change: @escaping @Sendable () -> Void
  )
    throws -> RenderReport
  {
    var options = show.options(threads: 1)
    options.progressInterval = 0
    let once = Once(change)
    options.progress = { if $0.written >= frames { once.run() } }
    return try show.render(cut, preset, to: name, options: options)
  }

  private func replace(_ name: String, by other: String) {
    Self.replace(show.folder.file(name), by: show.folder.file(other))
  }

  private static func replace(_ path: String, by other: String) {
    try? Data(contentsOf: URL(fileURLWithPath: other)).write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  /// Nothing is finished from a file that was two files, and nothing that was made of it is ever taken for the one or the
  /// other: neither with the new one in its place nor with the old one put back.
  @Test(arguments: [("prores-422-hq", "m.mov"), ("ffv1-archive", "m.mkv"), ("h264-review", "m.mp4")])
  func aSourceThatIsReplacedWhileItIsRenderedEndsTheRender(preset: String, name: String) throws {
    let cut = try cut()
    let (path, other) = (show.folder.file("a.mov"), show.folder.file("other.mov"))
    #expect {
      _ = try render(cut, preset, to: name, at: 20) { Self.replace(path, by: other) }
    } throws: {
      ($0 as? any Fault)?.kind == .badInput && "\($0)".contains("a.mov changed while it was rendered")
    }
    #expect(!manager.fileExists(atPath: show.folder.file(name)))
    replace("a.mov", by: "old.mov")
    let resumed = try show.render(cut, preset, to: name)
    try show.render(cut, preset, to: "fresh.\(name)")
    #expect(try show.sha(name) == show.sha("fresh.\(name)"))
    // What had nothing to do with that file is not worked again.
    let reused = try #require(resumed.masters.first).counts.reused
    #expect(preset == "h264-review" ? reused <= 48 : (1...48).contains(reused))
  }

  @Test func aSourceThatIsOnlyTouchedIsTheSameSource() throws {
    let cut = try cut()
    let path = show.folder.file("a.mov")
    let made = try render(cut, "prores-422-hq", to: "m.mov", at: 20) {
      try? FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)], ofItemAtPath: path)
    }
    #expect(made.masters.first?.counts.encoded == 72)
  }

  @Test func noRenderReplacesWhatItIsMadeFrom() throws {
    let cut = try cut()
    let before = try show.sha("a.mov")
    try manager.createSymbolicLink(
      atPath: show.folder.file("link.mov"), withDestinationPath: show.folder.file("a.mov"))
    for name in ["a.mov", "link.mov", "../\(URL(fileURLWithPath: show.folder.path).lastPathComponent)/a.mov"] {
      var options = show.options()
      options.overwrite = true
      #expect {
        try show.render(cut, "prores-422-hq", to: name, options: options)
      } throws: {
        ($0 as? PegError)?.kind == .cannotCreate && "\($0)".contains("the cut is made from")
      }
    }
    #expect(try show.sha("a.mov") == before)
    // Nor the folder that its drawings lie in.
    try manager.createDirectory(atPath: show.folder.file("cels"), withIntermediateDirectories: false)
    for index in 0..<8 { try show.still("cels/x.\(1001 + index).png", value: index) }
    let drawn = try show.cut(
      "drawn.otio", tracks: [Show.track([Show.sequenceClip("X", "cels/x", start: 1001, duration: 8, count: 8)])])
    var options = show.options()
    options.overwrite = true
    #expect {
      try show.render(drawn, "png-sequence", to: "cels", options: options)
    } throws: {
      ($0 as? PegError)?.kind == .cannotCreate && "\($0)".contains("the cut is made from")
    }
    #expect(try manager.contentsOfDirectory(atPath: show.folder.file("cels")).count == 8)
  }
}

import Foundation
import PegTestSupport
import Testing

/// SIGINT and SIGTERM in mid-render: 130 and 143, no output, and the same command goes on.
@Suite(.enabled(if: Workbench.canDraw, "no ffmpeg")) struct InterruptTests {
  private let bench: Workbench

  init() throws { bench = try Workbench() }

  @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
  func theSameCommandGoesOn(signal: Int32, status: Int32) throws {
    try bench.movie(
      "clip.mov", seconds: 20, raster: "640x360",
      codec: ["-c:v", "mpeg4", "-q:v", "4", "-g", "1", "-pix_fmt", "yuv420p"])
    let cut = try bench.cut(of: "clip.mov")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Workbench.pegbar)
    process.arguments = ["render", cut, "-p", "prores-422-hq", "-o", bench.file("out.mov"), "--threads", "1"]
    let complaints = Pipe()
    process.standardError = complaints
    process.standardInput = FileHandle.nullDevice
    try process.run()
    // Some frames are in the journal, 480 are wanted.
    let journal = bench.file(".out.mov.partial.ledger")
    for _ in 0..<2000 where process.isRunning {
      let lines = FileManager.default.contents(atPath: journal)?.count { $0 == UInt8(ascii: "\n") } ?? 0
      if lines > 20 { break }
      usleep(5000)
    }
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    let words = String(decoding: complaints.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == status, "\(words)")
    #expect(words.contains("stopped before the render was finished"), "\(words)")
    #expect(!bench.folder.names.contains("out.mov"))
    let resumed = try bench.run("render", cut, "-p", "prores-422-hq", "-o", bench.file("out.mov"))
    #expect(resumed.status == 0, "\(resumed.stderr)")
    #expect(resumed.stderr.contains("reused"), "\(resumed.stderr)")
    try bench.require("render", cut, "-p", "prores-422-hq", "-o", bench.file("fresh.mov"))
    #expect(FileManager.default.contentsEqual(atPath: bench.file("out.mov"), andPath: bench.file("fresh.mov")))
    #expect(bench.traces(of: "out.mov") == ["out.mov", "out.mov.ledger"])
  }
}

import Foundation
import PegCore
import PegTestSupport
import Pegbar
import Testing

/// The real command, killed at random moments: the old master stays until the new one is whole, the same command goes on from
/// there, and the bytes are those of a render that nobody disturbed. `make soak` kills fifty times.
@Suite(.serialized, .enabled(if: Tool.has("ffmpeg", "ffprobe"), "no ffmpeg")) struct KillTests {
  private static let presets = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../presets").standardizedFileURL.path

  /// A programme whose output is a master of another cut, which shares no picture with it.
  private struct Bench {
    let programme: Programme
    let master: ByteIdentityTests.Master
    let cut: String
    let name: String
    let old: String
    let whole: String
    /// Seconds of a render that nobody disturbs.
    let seconds: Double

    init(_ master: ByteIdentityTests.Master) throws {
      self.master = master
      programme = try Programme()
      let show = programme.show
      _ = try programme.cut()
      cut = show.folder.file("none.otio")
      name = master.name("master")
      _ = try show.cut(
        "other.otio", tracks: [Show.track([Show.sequenceClip("N", "new", start: 1001, duration: 8, count: 8)])])
      let began = Date()
      #expect(try Self.command(cut, master, master.name("whole"), show).end().status == 0)
      seconds = Date().timeIntervalSince(began)
      whole = try programme.hash(master.name("whole"))
      #expect(try Self.command(show.folder.file("other.otio"), master, name, show).end().status == 0)
      old = try programme.hash(name)
      #expect(old != whole)
    }

    private static func command(
      _ cut: String, _ master: ByteIdentityTests.Master, _ name: String, _ show: Show, _ more: [String] = []
    ) throws -> CommandProcess {
      try CommandProcess(
        ["render", cut, "-p", master.preset, "-o", show.folder.file(name), "--presets", KillTests.presets, "--json"]
          + more, cache: show.folder.file("cache"))
    }

    func start(_ more: String...) throws -> CommandProcess {
      try Self.command(cut, master, name, programme.show, more)
    }

    func renewOld() throws {
      #expect(
        try Self.command(programme.show.folder.file("other.otio"), master, name, programme.show).end().status == 0)
      #expect(try programme.hash(name) == old)
    }

    /// Record frames that the journals beside the output say are there.
    func journaled() -> Set<Int> {
      var frames: Set<Int> = []
      for file in programme.show.folder.names where file.hasPrefix(".\(name).partial") && file.hasSuffix(".ledger") {
        guard var reader = JournalReader(programme.show.folder.file(file)) else { continue }
        while let entry = reader.next() {
          switch entry {
          case .picture(let entry): frames.formUnion(entry.range.start..<entry.range.end)
          case .image(let entry): frames.formUnion(entry.range.start..<entry.range.end)
          case .segment(let entry): frames.formUnion(entry.range.start..<entry.range.end)
          case .sound: continue
          }
        }
      }
      return frames
    }

    /// The last run: to its end. Of the programme's 104 frames, `frames` need not be encoded.
    func finish(knowing frames: Int) throws {
      let run = try start().end()
      #expect(run.status == 0)
      #expect(try programme.hash(name) == whole)
      let made = try Probe(json: Data(run.text.utf8))
      let encoded = try #require(made["masters.0.encoded"].flatMap { Int($0) })
      #expect(encoded <= 104 - frames, "what was finished is not done again")
      #expect(!programme.show.folder.names.contains { $0.contains("partial") })
    }
  }

  @Test(arguments: ByteIdentityTests.masters.indices)
  func killedAtRandomMomentsItGoesOn(index: Int) throws {
    let bench = try Bench(ByteIdentityTests.masters[index])
    let kills = ByteIdentityTests.soaks ? 50 : index == 0 ? 5 : 2
    var moments: [Double] = []
    var killed = 0
    while killed < kills, moments.count < kills * 4 {
      // More of the first half, so that something is left to be killed.
      let moment = Double.random(in: 0...1) * Double.random(in: 0...1) * bench.seconds
      moments.append(moment)
      let run = try bench.start()
      Thread.sleep(forTimeInterval: moment)
      run.signal(SIGKILL)
      let status = run.end().status
      let now = try bench.programme.hash(bench.name)
      #expect(now == bench.old || now == bench.whole, "killed after \(moments)")
      let beside = bench.programme.show.folder.names.filter { $0.contains(".partial") }
      // The partial and what was left of those before, each with its journal: nothing piles up.
      #expect(beside.count <= 6, "\(beside)")
      if status == -SIGKILL { killed += 1 }
      // It came to its end before: begin again.
      if now == bench.whole, status == 0 { try bench.renewOld() }
    }
    #expect(killed == kills, "\(moments)")
    // Matroska and MXF hold packets back: half a second of them is in flight.
    let inFlight = ["mkv", "mxf"].contains(bench.master.ending) ? 26 : 0
    try bench.finish(knowing: max(0, bench.journaled().count - inFlight))
  }

  @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
  func interruptedItSaysSoAndGoesOn(signal: Int32, status: Int32) throws {
    let bench = try Bench(ByteIdentityTests.masters[0])
    let run = try bench.start("--threads", "1")
    // Once something is written.
    let deadline = Date().addingTimeInterval(20)
    while bench.journaled().count < 5, Date() < deadline { Thread.sleep(forTimeInterval: 0.002) }
    run.signal(signal)
    #expect(run.end().status == status)
    #expect(try bench.programme.hash(bench.name) == bench.old)
    let journaled = bench.journaled().count
    #expect(journaled >= 5)
    try bench.finish(knowing: journaled)
  }

  @Test func theOldMasterStaysUntilTheNewOneIsWhole() throws {
    let bench = try Bench(ByteIdentityTests.masters[0])
    let run = try bench.start("--threads", "1")
    var looks = 0
    while run.isRunning {
      let now = try bench.programme.hash(bench.name)
      #expect(now == bench.old || now == bench.whole)
      looks += 1
    }
    #expect(run.end().status == 0)
    #expect(looks > 1)
    #expect(try bench.programme.hash(bench.name) == bench.whole)
  }

  @Test func theSecondOfTwoRendersOntoOneOutputIsToldToTryLater() throws {
    let bench = try Bench(ByteIdentityTests.masters[0])
    let first = try bench.start("--threads", "1")
    let deadline = Date().addingTimeInterval(20)
    while bench.journaled().isEmpty, Date() < deadline { Thread.sleep(forTimeInterval: 0.002) }
    // Stopped, it keeps the lock for as long as it takes to look.
    first.signal(SIGSTOP)
    #expect(first.isRunning)
    #expect(try bench.start().end().status == 75)
    #expect(try bench.programme.hash(bench.name) == bench.old)
    first.signal(SIGCONT)
    #expect(first.end().status == 0)
    #expect(try bench.programme.hash(bench.name) == bench.whole)
  }
}

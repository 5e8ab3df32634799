import Foundation
import PegCore
import PegTestSupport
import Pegbar
import Testing

/// States that a crash, a copy or a careless hand can leave on the disk, and what the next render makes of them.
@Suite(.serialized, .enabled(if: Tool.has("ffmpeg", "ffprobe"), "no ffmpeg")) struct CrashSafetyTests {
  /// Two versions of a master, and files as a crash between the two renames leaves them: the new ledger beside the old master.
  private func betweenTheRenames(_ preset: String, _ name: String) throws -> (Programme, Cut, new: String) {
    let programme = try Programme()
    let (show, manager) = (programme.show, FileManager.default)
    let (old, new) = (try programme.cut(.removed), try programme.cut())
    try show.render(old, preset, to: name)
    try manager.moveItem(atPath: show.folder.file(name), toPath: show.folder.file("kept"))
    try manager.removeItem(atPath: show.folder.file("\(name).ledger"))
    try show.render(new, preset, to: name)
    let hash = try programme.hash(name)
    try manager.moveItem(atPath: show.folder.file(name), toPath: show.folder.file(".\(name).partial"))
    try manager.moveItem(atPath: show.folder.file("kept"), toPath: show.folder.file(name))
    #expect(try programme.hash(name) != hash)
    return (programme, new, hash)
  }

  @Test(arguments: [("prores-422-hq", "master.mov"), ("ffv1-archive", "master.mkv"), ("png-sequence", "frames")])
  func aRenameThatDidNotHappenIsCompleted(preset: String, name: String) throws {
    let (programme, cut, new) = try betweenTheRenames(preset, name)
    let made = try programme.show.render(cut, preset, to: name)
    #expect(made.masters.first?.wasCurrent == true)
    #expect(try programme.hash(name) == new)
    #expect(!programme.show.folder.names.contains { $0.contains("partial") })
  }

  @Test func aRenameIsCompletedAlsoWhenTheOldMasterIsGone() throws {
    let (programme, cut, new) = try betweenTheRenames("png-sequence", "frames")
    try FileManager.default.removeItem(atPath: programme.show.folder.file("frames"))
    #expect(try programme.show.render(cut, "png-sequence", to: "frames").masters.first?.wasCurrent == true)
    #expect(try programme.hash("frames") == new)
  }

  @Test func aJournalThatLostItsFileHalfWayAsideIsFoundAgain() throws {
    let programme = try Programme()
    let (show, cut) = (programme.show, try programme.cut())
    var options = show.options(threads: 1)
    options.cancellation.cancelWhen { $0.written >= 60 }
    options.progress = { [cancellation = options.cancellation] in cancellation.note($0) }
    options.progressInterval = 0
    #expect(throws: PegError.self) { try show.render(cut, "prores-422-hq", to: "master.mov", options: options) }
    // As if the next render had been killed between the two renames of what it found.
    try FileManager.default.moveItem(
      atPath: show.folder.file(".master.mov.partial"), toPath: show.folder.file(".master.mov.partial.1"))
    let made = try show.render(cut, "prores-422-hq", to: "master.mov")
    #expect((made.masters.first?.counts.reused ?? 0) >= 55)
    #expect(!show.folder.names.contains { $0.contains("partial") })
  }

  @Test func theLedgerOfAnotherFileIsVerifiedPacketByPacket() throws {
    let programme = try Programme()
    let show = programme.show
    let (one, other) = (try programme.cut(), try programme.cut(.retaken))
    try show.render(one, "prores-422-hq", to: "one.mov")
    try show.render(other, "prores-422-hq", to: "other.mov")
    // The other's ledger beside the first file: its packets from D on lie elsewhere, or are others.
    try FileManager.default.removeItem(atPath: show.folder.file("one.mov.ledger"))
    try FileManager.default.copyItem(
      atPath: show.folder.file("other.mov.ledger"), toPath: show.folder.file("one.mov.ledger"))
    // As an output it is refused …
    #expect { try show.render(other, "prores-422-hq", to: "one.mov") } throws: {
      ($0 as? PegError)?.kind == .cannotCreate
    }
    // … and as a source of packets each is held to its own hash.
    var options = show.options()
    options.reuseFiles = [show.folder.file("one.mov")]
    let made = try show.render(other, "prores-422-hq", to: "new.mov", options: options)
    #expect(try programme.hash("new.mov") == programme.hash("other.mov"))
    let master = try #require(made.masters.first)
    #expect(master.counts.encoded >= 16)
    #expect(master.findings.contains { $0.code == "reuse.damaged" })
  }

  @Test func whatIsNoMasterOfOursStays() throws {
    let programme = try Programme()
    let (show, cut, manager) = (programme.show, try programme.cut(), FileManager.default)
    func refused(_ preset: String, _ name: String, overwrite: Bool = false, ledger: String? = nil) {
      var options = show.options()
      options.overwrite = overwrite
      #expect {
        let deliverable = try Show.presets().deliverable(named: preset)
        _ = try Renderer(try cut.plan(), options: options)
          .render(to: [RenderOutput(deliverable, path: show.folder.file(name), ledger: ledger)])
      } throws: {
        ($0 as? PegError)?.kind == .cannotCreate
      }
    }
    // A folder with somebody's work in it is not replaced, whatever was said.
    try manager.createDirectory(atPath: show.folder.file("work"), withIntermediateDirectories: false)
    try Data("mine".utf8).write(to: URL(fileURLWithPath: show.folder.file("work/notes.txt")))
    refused("png-sequence", "work")
    refused("png-sequence", "work", overwrite: true)
    try manager.createDirectory(atPath: show.folder.file("work.mov"), withIntermediateDirectories: false)
    try Data("mine".utf8).write(to: URL(fileURLWithPath: show.folder.file("work.mov/notes.txt")))
    refused("prores-422-hq", "work.mov", overwrite: true)
    #expect(try String(contentsOfFile: show.folder.file("work.mov/notes.txt"), encoding: .utf8) == "mine")
    #expect(try String(contentsOfFile: show.folder.file("work/notes.txt"), encoding: .utf8) == "mine")
    // A ledger takes the place of a ledger only.
    refused("prores-422-hq", "new.mov", ledger: show.folder.file("work/notes.txt"))
    #expect(try String(contentsOfFile: show.folder.file("work/notes.txt"), encoding: .utf8) == "mine")
    // A folder that is empty is as good as none.
    try manager.createDirectory(atPath: show.folder.file("empty"), withIntermediateDirectories: false)
    try show.render(cut, "png-sequence", to: "empty")
    #expect(try manager.contentsOfDirectory(atPath: show.folder.file("empty")).count == 104)
    // A master of ours with a file too many is no longer ours.
    try Data("mine".utf8).write(to: URL(fileURLWithPath: show.folder.file("empty/notes.txt")))
    refused("png-sequence", "empty")
    #expect(manager.fileExists(atPath: show.folder.file("empty/notes.txt")))
    #expect(!show.folder.names.contains { $0.contains("partial") })
  }

  @Test func aSequenceIsRenewedInOneStep() throws {
    let programme = try Programme()
    let show = programme.show
    try show.render(try programme.cut(.removed), "png-sequence", to: "frames")
    let made = try show.render(try programme.cut(), "png-sequence", to: "frames")
    try show.render(try programme.cut(), "png-sequence", to: "fresh")
    #expect(try programme.hash("frames") == programme.hash("fresh"))
    #expect((made.masters.first?.counts.reused ?? 0) > 50)
    #expect(!show.folder.names.contains { $0.contains("partial") })
  }

  /// Ids are of what is read, not of what lay there when the render began.
  @Test func aSourceThatChangesBeforeItIsReadIsRenderedAsItIs() throws {
    let programme = try Programme()
    let (show, cut) = (programme.show, try programme.cut())
    try show.render(cut, "prores-422-hq", to: "before.mov")
    // The take is drawn anew, while the render is at its start.
    let options = with(show.options(threads: 1)) { options in
      options.progressInterval = 0
      let change = Once {
        for index in 0..<16 { try? show.still("take1.\(1001 + index).png", value: 700 + index) }
      }
      options.progress = { if $0.written >= 4 { change.run() } }
    }
    try show.render(cut, "prores-422-hq", to: "after.mov", options: options)
    try show.render(cut, "prores-422-hq", to: "fresh.mov")
    #expect(try programme.hash("after.mov") == programme.hash("fresh.mov"))
    #expect(try programme.hash("after.mov") != programme.hash("before.mov"))
  }
}

func with<Value>(_ value: Value, _ change: (inout Value) -> Void) -> Value {
  var value = value
  change(&value)
  return value
}

/// Something that is done the first time only, by one thread.
final class Once: @unchecked Sendable {
  private var body: (() -> Void)?
  init(_ body: @escaping () -> Void) { self.body = body }
  func run() {
    body?()
    body = nil
  }
}

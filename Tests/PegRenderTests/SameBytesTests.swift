import Foundation
import PegCore
import PegMedia
import PegTestSupport
import Pegbar
import Testing

/// The master is byte-identical to one rendered from nothing, in one go, on one thread (DESIGN §1).
@Suite(.serialized, .enabled(if: Tool.has("ffmpeg", "ffprobe"), "no ffmpeg")) struct SameBytesTests {
  static let presets = [
    ("prores-422-hq", "mov"), ("prores-4444", "mov"), ("dnxhr-hqx", "mxf"), ("dnxhr-hqx", "mov"),
    ("ffv1-archive", "mkv"),
    ("h264-review", "mp4"), ("hevc-10", "mp4"),
  ]

  /// Two tracks, holds, a dissolve, a movie of another rate, sound; 60 frames with cuts inside.
  private func show(rate: String = "24") throws -> (Show, Cut) {
    let show = try Show()
    try show.sequence("cel", count: 40) { $0 % 7 }
    try show.movie(
      "clip.mp4", count: 60, rate: "16", codec: ["-c:v", "libx264", "-g", "12", "-bf", "2", "-crf", "12"])
    try DrawnMedia.put(
      show.folder.file("tone.wav"), ["-f", "lavfi", "-i", "sine=440:r=44100:d=4", "-c:a", "pcm_s16le"])
    return (show, try cut(show, rate: rate))
  }

  private func cut(_ show: Show, rate: String, middle: Int = 12) throws -> Cut {
    let otio = rate == "24" ? 24.0 : rate == "24000/1001" ? 23.976023976023978 : 29.97002997002997
    return try show.cut(
      rate: rate,
      tracks: [
        Show.track([
          Show.sequenceClip("A", "cel", start: 1003, duration: 20, rate: otio, count: 40),
          Show.dissolve(2, 2, rate: otio),
          Show.clip("B", "clip.mp4", start: Double(middle), duration: 16, rate: 16),
          Show.sequenceClip(
            "C", "cel", start: 1005, duration: 16, rate: otio, count: 40, pegbar: #""step": {"frames": 2}"#),
        ]),
        Show.track([Show.clip("S", "tone.wav", start: 0, duration: 48, rate: 24)], kind: "Audio"),
      ])
  }

  @Test(arguments: presets.indices)
  func oneTwoAndEightThreads(index: Int) throws {
    let (preset, ending) = Self.presets[index]
    let (show, cut) = try show()
    var hashes: Set<[UInt8]> = []
    for threads in [1, 2, 8] {
      try show.render(cut, preset, to: "t\(threads).\(ending)", options: show.options(threads: threads))
      hashes.insert(try show.sha("t\(threads).\(ending)"))
    }
    #expect(hashes.count == 1)
  }

  @Test func sequencesHaveTheSameBytes() throws {
    let (show, cut) = try show()
    for threads in [1, 8] {
      try show.render(cut, "png-sequence", to: "frames\(threads)", options: show.options(threads: threads))
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: show.folder.file("frames1")).sorted()
    #expect(names.count == 60)
    for name in names { #expect(try show.sha("frames1/\(name)") == show.sha("frames8/\(name)")) }
  }

  /// A shot slips by some frames: the renewed master equals one rendered from nothing, and only what changed was encoded.
  @Test(arguments: presets.indices)
  func renewedMastersEqualFreshOnes(index: Int) throws {
    let (preset, ending) = Self.presets[index]
    let (show, first) = try show()
    try show.render(first, preset, to: "master.\(ending)")
    let again = try show.render(first, preset, to: "master.\(ending)")
    #expect(again.masters.first?.wasCurrent == true)
    let second = try cut(show, rate: "24", middle: 14)
    let renewed = try show.render(second, preset, to: "master.\(ending)")
    try show.render(second, preset, to: "fresh.\(ending)")
    #expect(try show.sha("master.\(ending)") == show.sha("fresh.\(ending)"))
    let counts = try #require(renewed.masters.first?.counts)
    #expect(counts.reused > 0)
    // B plays over record frames 20…43; with its dissolve from 18 to 43. Outside nothing is encoded.
    #expect(counts.encoded <= 26)
  }

  @Test(arguments: ["24", "24000/1001", "30000/1001"])
  func chunksAssembleToTheSameBytes(rate: String) throws {
    let (show, cut) = try show(rate: rate)
    try show.render(cut, "prores-422-hq", to: "whole.mov")
    let duration = try cut.plan().duration
    for size in [7, 24] {
      var chunks: [String] = []
      for start in stride(from: 0, to: duration, by: size) {
        var options = show.options()
        options.range = FrameRange(start, min(start + size, duration))
        let name = "chunk\(size)_\(start).mov"
        try show.render(cut, "prores-422-hq", to: name, options: options)
        chunks.append(show.folder.file(name))
      }
      var options = show.options()
      options.reuseFiles = chunks
      let made = try show.render(cut, "prores-422-hq", to: "assembled\(size).mov", options: options)
      #expect(made.masters.first?.counts.encoded == 0)
      #expect(try show.sha("assembled\(size).mov") == show.sha("whole.mov"))
    }
    let probe = try Probe(ffprobe: show.folder.file("whole.mov"))
    #expect(probe["streams.0.r_frame_rate"] == (rate == "24" ? "24/1" : rate))
    #expect(probe["streams.0.nb_frames"] == "\(duration)")
  }

  /// Stopped at some frame, then the same command again: the same bytes, and what was finished is not done twice.
  @Test(arguments: [("prores-422-hq", "mov"), ("ffv1-archive", "mkv"), ("h264-review", "mp4"), ("dnxhr-hqx", "mxf")])
  func interruptedRendersGoOn(preset: String, ending: String) throws {
    let (show, cut) = try show()
    try show.render(cut, preset, to: "whole.\(ending)")
    var options = show.options(threads: 1)
    options.cancellation.cancelWhen { $0.written >= 40 }
    options.progress = { [cancellation = options.cancellation] in cancellation.note($0) }
    options.progressInterval = 0
    #expect(throws: PegError.self) { try show.render(cut, preset, to: "cut.\(ending)", options: options) }
    #expect(!show.folder.names.contains("cut.\(ending)"))
    let resumed = try show.render(cut, preset, to: "cut.\(ending)")
    #expect(try show.sha("cut.\(ending)") == show.sha("whole.\(ending)"))
    #expect((resumed.masters.first?.counts.reused ?? 0) > 0)
    #expect(!show.folder.names.contains { $0.contains("partial") })
  }

  @Test func aFlippedBitIsCaughtAndEncodedAnew() throws {
    let (show, cut) = try show()
    try show.render(cut, "prores-422-hq", to: "old.mov")
    let ledger = try Ledger(reading: show.folder.file("old.mov.ledger"))
    var pictures: [LedgerID: [PictureEntry]] = [:]
    for case .picture(let entry) in ledger.entries { pictures[entry.recipe, default: []].append(entry) }
    // A picture that comes once: of one that comes again, another packet would do.
    let entry = try #require(pictures.values.first { $0.count == 1 }?.first)
    let offset = try #require(entry.offsets.first)
    let file = try #require(FileHandle(forUpdatingAtPath: show.folder.file("old.mov")))
    try file.seek(toOffset: UInt64(offset + 100))
    let byte = try #require(try file.read(upToCount: 1)?.first)
    try file.seek(toOffset: UInt64(offset + 100))
    try file.write(contentsOf: [byte ^ 1])
    try file.close()
    try show.render(cut, "prores-422-hq", to: "fresh.mov")
    var options = show.options()
    options.reuseFiles = [show.folder.file("old.mov")]
    let made = try show.render(cut, "prores-422-hq", to: "new.mov", options: options)
    #expect(made.masters.first?.counts.encoded == 1)
    #expect(made.masters.first?.findings.contains { $0.code == "reuse.damaged" } == true)
    #expect(try show.sha("new.mov") == show.sha("fresh.mov"))
  }

  @Test func aStillReplacedUnderItsNameSizeAndTimeIsCaught() throws {
    let (show, cut) = try show()
    try show.render(cut, "prores-422-hq", to: "master.mov")
    let path = show.folder.file("cel.1004.png")
    let facts = try FileManager.default.attributesOfItem(atPath: path)
    let time = try #require(facts[.modificationDate] as? Date)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: show.folder.file("cel.1005.png")))
    let size = try #require(facts[.size] as? Int)
    // The same length, whatever the two pictures weigh: PNG readers ignore what follows IEND.
    if bytes.count < size { bytes.append(Data(count: size - bytes.count)) }
    try bytes.write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: path)
    let made = try show.render(cut, "prores-422-hq", to: "master.mov")
    #expect(made.masters.first?.wasCurrent == false)
    #expect((made.masters.first?.counts.encoded ?? 0) > 0)
    try show.render(cut, "prores-422-hq", to: "fresh.mov")
    #expect(try show.sha("master.mov") == show.sha("fresh.mov"))
  }

  @Test func aFileThatIsNotOursStays() throws {
    let (show, cut) = try show()
    let path = show.folder.file("precious.mov")
    try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
    #expect { try show.render(cut, "prores-422-hq", to: "precious.mov") } throws: {
      ($0 as? PegError)?.kind == .cannotCreate
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("mine".utf8))
    // The ledger of another file beside it changes nothing.
    try show.render(cut, "prores-422-hq", to: "other.mov")
    try FileManager.default.copyItem(atPath: show.folder.file("other.mov.ledger"), toPath: path + ".ledger")
    #expect { try show.render(cut, "prores-422-hq", to: "precious.mov") } throws: {
      ($0 as? PegError)?.kind == .cannotCreate
    }
  }
}

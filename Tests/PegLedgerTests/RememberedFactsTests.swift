import Foundation
import PegCore
import PegMedia
import PegTestSupport
import Testing

@testable import PegLedger

/// Facts of media that are remembered between runs, and forgotten when the media are no longer what they were.
@Suite struct RememberedFactsTests {
  private let folder: TempFolder

  init() throws { folder = try TempFolder() }

  /// A file that changed an hour ago, as far as the file system can be made to say so: its ctime is now.
  private func file(_ name: String, _ text: String = "x") throws -> String {
    let path = folder.file(name)
    try FileManager.default.createDirectory(
      at: URL(fileURLWithPath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  private func facts(_ path: String) -> MediaFacts {
    var video = VideoFacts(
      codec: "prores", profile: "HQ", raster: Raster(1920, 1080), pixelAspect: Rational(10, 11),
      pixelFormat: "yuv422p10le", tags: .bt709, color: ColorFacts(gamma: Rational(5, 11)), alpha: .straight,
      rate: FrameRate(24000, 1001), storedRate: Rational(2398, 100), timing: .variable(pictures: [0, 0, 1, 7]),
      frameCount: 4, firstNumber: 3, startTimecode: nil, isIntra: false, isInterlaced: true)
    video.startTimecode = Timecode(frames: 1_799, rate: FrameRate(30000, 1001), dropFrame: true)
    return MediaFacts(
      kind: .movie, path: path, container: "mov", video: video,
      audio: [
        AudioFacts(
          stream: 1, codec: "pcm_s24le", sampleRate: 48_000, channels: 6, layout: .surround51, sampleCount: 99, bits: 24
        )
      ], metadata: [("reel_name", "A\t001\n"), ("x", "")],
      generator: GeneratorFacts(tool: "ComfyUI", model: nil, prompt: "a \"fox\"", seed: "7"),
      findings: [Finding("media.truncated", .error, "cut off", at: path, instead: "less", hint: "copy it again")],
      bytes: 12, files: [NumberedFile(number: 0, path: path)])
  }

  /// Every field of the facts, said in words.
  private func words(_ facts: MediaFacts?) -> String {
    guard let facts else { return "nothing" }
    var text = ""
    dump(facts, to: &text)
    return text
  }

  @Test func everyFieldSurvives() throws {
    let facts = facts("/a.mov")
    #expect(words(MediaFacts(stored: try #require(facts.stored))) == words(facts))
    let still = MediaFacts(kind: .still, path: "/a.png", container: "png")
    #expect(words(MediaFacts(stored: try #require(still.stored))) == words(still))
  }

  /// Each part of the stored text changed to something else: `nil` or other facts, never a trap.
  @Test func damagedFactsAreNoFacts() throws {
    let text = try #require(facts("/a.mov").stored).text(.compact)
    for index in text.indices {
      for change in ["", "9", "\"", "[", "null"] {
        let damaged = text[..<index] + change + text[text.index(after: index)...]
        guard let value = try? JSON(parsing: Array(damaged.utf8), limits: JSONLimits(bytes: 1 << 20)) else { continue }
        _ = MediaFacts(stored: value)
      }
    }
    #expect(MediaFacts(stored: .null) == nil)
    #expect(MediaFacts(stored: .array([])) == nil)
  }

  @Test func factsHoldUntilTheFileChanges() async throws {
    let path = try file("a.mov")
    let cache = folder.file("cache")
    // A change within the clock's grain would not show: what has just changed is not remembered.
    let early = RememberedFacts(folder: cache)
    early.remember(facts(path), of: path)
    early.save()
    #expect(RememberedFacts(folder: cache).facts(of: path) == nil)
    try await Task.sleep(for: .seconds(2.1))
    let first = RememberedFacts(folder: cache)
    first.remember(facts(path), of: path)
    #expect(first.facts(of: path) != nil)
    first.save()
    let second = RememberedFacts(folder: cache)
    #expect(words(second.facts(of: path)) == words(facts(path)))
    #expect(second.facts(of: folder.file("b.mov")) == nil)
    // Of the same size and with the same mtime: the inode and ctime are others.
    let stamp = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate]
    try FileManager.default.removeItem(atPath: path)
    _ = try file("a.mov", "y")
    try FileManager.default.setAttributes([.modificationDate: try #require(stamp)], ofItemAtPath: path)
    #expect(RememberedFacts(folder: cache).facts(of: path) == nil)
  }

  /// A sequence is its frames, and a still is one as long as it is alone.
  @Test func sequencesHoldUntilAFrameOrTheFolderChanges() async throws {
    let paths = try (1...3).map { try file("s/f.\($0).png") }
    let still = try file("t/f.1.png")
    var sequence = MediaFacts(kind: .sequence, path: folder.file("s/f.%d.png"), container: "png")
    sequence.files = paths.enumerated().map { NumberedFile(number: $0.offset + 1, path: $0.element) }
    var alone = MediaFacts(kind: .still, path: still, container: "png")
    alone.files = [NumberedFile(number: 0, path: still)]
    try await Task.sleep(for: .seconds(2.1))
    let cache = RememberedFacts(folder: folder.file("cache"))
    cache.remember(sequence, of: paths[0])
    cache.remember(alone, of: still)
    #expect(cache.facts(of: paths[0])?.files.count == 3)
    #expect(cache.facts(of: still) != nil)
    _ = try file("t/f.2.png")
    #expect(cache.facts(of: still) == nil)
    _ = try file("s/f.2.png", "longer")
    #expect(cache.facts(of: paths[0]) == nil)
  }

  /// A file that is none of ours, cut off or of another version, remembers nothing and is begun anew.
  @Test func aForeignFileRemembersNothing() throws {
    let path = try file("a.mov")
    _ = try file("cache/facts", "pegbar facts 0 avcodec 1.2.3\n1 2 3 4 5\t\"\(path)\"\t[]\n")
    let cache = RememberedFacts(folder: folder.file("cache"))
    #expect(cache.facts(of: path) == nil)
  }
}

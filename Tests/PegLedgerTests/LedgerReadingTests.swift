import Foundation
import PegCore
import PegMedia
import PegTestSupport
import Testing

@testable import PegLedger

/// What is read as a ledger and what is not: a ledger lies beside a file, where anybody may write to it.
@Suite struct LedgerReadingTests {
  private static let id = String(repeating: "ab", count: 32)
  private static let hash = String(repeating: "0f", count: 16)

  private static func header(_ more: String = "", rec: String = "[0, 10]") -> String {
    """
    {"line": "header", "version": 2, "size": 100, "index": "\(hash)", "plan": "\(id)", "encoder": "\(id)", "container": \
    "mov", "preset_name": "p", "preset": {"title": "t"}, "preset_hash": "\(id)", "arith": "a", "pegbar": "1", "cut": \
    "c.otio", "rate": "24", "start": "01:00:00:00", "rec": \(rec), "duration": 10, "counts": {"encoded": 1, "held": 9, \
    "reused": 0}\(more)}
    """
  }

  private static func picture(_ rec: String, at: String = "[5]", more: String = "") -> String {
    """
    {"line": "v", "rec": \(rec), "recipe": "\(id)", "pic": "\(hash)", "hash": "\(hash)", "size": 9, "at": \(at), "layers": \
    [{"source": "a.png", "clip": "A", "take": "t"}]\(more)}
    """
  }

  private static func segment(_ rec: String, counts: [String], shown: Int = 0) -> String {
    let recipes = counts.map { "[\($0), \"\(id)\", \"\(hash)\"]" }.joined(separator: ", ")
    return """
      {"line": "seg", "rec": \(rec), "recipes": [\(recipes)], "pkts": [[5, 9, "\(hash)", \(shown), 1]], "layers": [[]]}
      """
  }

  private func read(_ lines: String...) throws -> Ledger {
    let folder = try TempFolder()
    try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: folder.file("x.ledger")))
    return try Ledger(reading: folder.file("x.ledger"))
  }

  private func refusal(_ lines: String...) throws -> String {
    let folder = try TempFolder()
    try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: folder.file("x.ledger")))
    do throws(PegError) {
      _ = try Ledger(reading: folder.file("x.ledger"))
      return ""
    } catch {
      #expect(error.kind == .badInput)
      return error.sentence
    }
  }

  @Test func whatIsWrittenIsReadAgain() throws {
    let ledger = try read(
      Self.header(#", "takes": [["SH010", "b"]]"#), Self.picture("[0, 1]"), Self.segment("[1, 5]", counts: ["1", "3"]),
      #"{"line": "a", "stream": 1, "samples": [0, 200], "id": "\#(Self.id)", "at": 7, "size": 3, "hash": "\#(Self.hash)", "flawed": true}"#
    )
    #expect(ledger.header.takes == [.init(clip: "SH010", take: "b")])
    #expect(ledger.runs.map(\.range) == [FrameRange(0, 1), FrameRange(1, 2), FrameRange(2, 5)])
    #expect(ledger.runs.run(at: 4)?.range == FrameRange(2, 5))
    #expect(ledger.runs.run(at: 5) == nil)
    let folder = try TempFolder()
    try ledger.write(to: folder.file("again.ledger"))
    let again = try Ledger(reading: folder.file("again.ledger"))
    #expect(again.header == ledger.header)
    #expect(again.entries == ledger.entries)
  }

  @Test func linesThatSayNonsenseAreRefusedWithTheirNumber() throws {
    #expect(try refusal("").contains("empty"))
    #expect(try refusal("hello").contains("is no ledger"))
    #expect(try refusal(Self.picture("[0, 1]")).contains("is no ledger"))
    for other in [1, 3] {
      let header = Self.header().replacing(#""version": 2"#, with: #""version": \#(other)"#)
      #expect(try refusal(header).hasSuffix("is a ledger of version \(other); this Pegbar reads version 2"))
    }
    // A range outside the cut, backwards, or beyond what counts as a programme.
    for rec in ["[0, 11]", "[5, 2]", "[-1, 4]", "[0, 9223372036854775807]", "[0]", #"["a", "b"]"#] {
      #expect(try refusal(Self.header(rec: rec)).contains("is no ledger"), "\(rec)")
    }
    let second = "line 2"
    for line in [
      "not json", #"{"line": "x"}"#, Self.picture("[0, 0]"), Self.picture("[0, 1]", at: "[1, 2]"),
      Self.picture("[0, 1]", at: #"["1"]"#), Self.segment("[0, 4]", counts: ["1"]),
      Self.segment("[0, 4]", counts: ["5"]),
      Self.segment("[0, 4]", counts: ["9223372036854775807", "1"]), Self.segment("[0, 4]", counts: ["-1", "5"]),
      Self.segment("[0, 4]", counts: ["4"], shown: 4), Self.picture("[8, 12]"),
    ] { #expect(try refusal(Self.header(), line).contains(second), "\(line)") }
    // Lines go forward.
    #expect(try refusal(Self.header(), Self.picture("[4, 5]"), Self.picture("[4, 5]")).contains("line 3"))
    #expect(try refusal(Self.header(), Self.picture("[4, 5]"), Self.picture("[1, 2]")).contains("line 3"))
    // A key that a later version adds is no fault.
    #expect(try refusal(Self.header(#", "more": 1"#), Self.picture("[0, 1]", more: #", "more": {}"#)) == "")
  }

  @Test func aSourceIsReadOnceForEachRunThatVerifies() throws {
    let folder = try TempFolder()
    let file = folder.file("a.bin")
    try Data("one".utf8).write(to: URL(fileURLWithPath: file))
    let identities = SourceIdentities(folder: folder.file("cache"))
    let first = try identities.hash(of: file)
    #expect(try identities.hash(of: file, verify: true) == first)
    // Another content under the same name is another hash, remembered or not.
    try Data("two".utf8).write(to: URL(fileURLWithPath: file))
    let second = try identities.hash(of: file)
    #expect(second != first)
    #expect(try identities.hash(of: file, verify: true) == second)
    // Hashed within two seconds of the change: nothing of it is trusted later.
    identities.save()
    #expect(!FileManager.default.fileExists(atPath: folder.file("cache/hashes.xxh128")))
  }

  @Test func whatTheCacheSaysOfAFileThatStandsSoIsBelieved() throws {
    let folder = try TempFolder()
    let file = folder.file("a.mov")
    try Data("one".utf8).write(to: URL(fileURLWithPath: file))
    let stamp = try SourceIdentities.stamp(file)
    let said = "\(stamp.device) \(stamp.inode) \(stamp.size) \(stamp.modified) \(stamp.changed)"
    let hash = "00112233445566778899aabbccddeeff"
    func read(_ lines: [String]) throws -> LedgerID {
      try FileManager.default.createDirectory(atPath: folder.file("cache"), withIntermediateDirectories: true)
      try lines.joined(separator: "\n").write(
        toFile: folder.file("cache/hashes.xxh128"), atomically: true, encoding: .utf8)
      return try SourceIdentities(folder: folder.file("cache")).hash(of: file)
    }
    let whole = LedgerID(try Digest.ofFile(file, .xxh128))
    // Lines that are none do not hide one that is; a file from before 1970 has a time below 0.
    let others = ["", "x", "1 2 3 -4 -5 \(hash)", "1 2 3 4", "99999999999999999999999 2 3 4 5 \(hash)", "- - - - - -"]
    #expect(try read(others + ["\(said) \(hash)"]) == LedgerID((0..<16).map { UInt8($0 * 17) }))
    for broken in [
      "\(said) \(hash)00", "\(said) \(hash.dropLast())g", "\(said)", " \(said) \(hash)", "\(said)  \(hash)",
    ] {
      #expect(try read(others + [broken]) == whole)
    }
  }
}

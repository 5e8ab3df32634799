import Foundation
import PegCore
import PegLedger
import PegTestSupport
import Testing

/// A journal tells what lies in a partial file, as far as it was written, and who has it has the output (DESIGN §1).
@Suite struct JournalTests {
  private let start = Journal.Start(
    encoder: LedgerID([1, 2]), presetHash: LedgerID([3]), arithmetic: "zimg 3", range: FrameRange(0, 10))

  private func entry(_ frame: Int) -> LedgerEntry {
    .picture(
      PictureEntry(
        range: FrameRange(frame, frame + 1), recipe: LedgerID([UInt8(frame)]), picture: LedgerID([7]),
        hash: LedgerID([8]), size: 9, offsets: [frame * 9],
        layers: [LedgerLayer(source: "a\nb.mov", hash: nil, frame: frame, clip: "é \"x\"", take: "1")]))
  }

  private func entries(_ path: String) -> [LedgerEntry]? {
    guard var reader = JournalReader(path) else { return nil }
    #expect(reader.start == start)
    var list: [LedgerEntry] = []
    while let entry = reader.next() { list.append(entry) }
    return list
  }

  @Test func whereverItIsTornTheWholeLinesBeforeAreRead() throws {
    let folder = try TempFolder()
    let path = folder.file("journal")
    var ends: [Int] = []
    do {
      let journal = try Journal(path: path)
      try journal.reset(start)
      ends.append(try Data(contentsOf: URL(fileURLWithPath: path)).count)
      for frame in 0..<3 {
        try journal.append(entry(frame))
        ends.append(try Data(contentsOf: URL(fileURLWithPath: path)).count)
      }
    }
    #expect(entries(path) == (0..<3).map(entry))
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    for length in 0...whole.count {
      try whole.prefix(length).write(to: URL(fileURLWithPath: folder.file("torn")))
      // A line counts as soon as its text is there, with its break or without.
      let lines = ends.count { $0 - 1 <= length }
      #expect(entries(folder.file("torn")) == (lines == 0 ? nil : (0..<(lines - 1)).map(entry)), "\(length)")
    }
  }

  @Test func aLineThatWasChangedEndsIt() throws {
    let folder = try TempFolder()
    let path = folder.file("journal")
    let journal = try Journal(path: path)
    try journal.reset(start)
    for frame in 0..<3 { try journal.append(entry(frame)) }
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try text.replacing("\"at\":[9]", with: "\"at\":[8]").write(toFile: path, atomically: false, encoding: .utf8)
    #expect(entries(path) == [entry(0)])
  }

  @Test func onlyOneHasIt() throws {
    let folder = try TempFolder()
    let path = folder.file("journal")
    var first: Journal? = try Journal(path: path)
    #expect {
      _ = try Journal(path: path)
    } throws: {
      ($0 as? PegError)?.kind == .tryAgain
    }
    first?.remove()
    // The name is free again, and the lock on the file without a name keeps nobody away.
    let second = try Journal(path: path)
    try second.reset(start)
    first = nil
    #expect(entries(path) == [])
  }

  @Test func aJournalWithoutAStartIsNone() throws {
    let folder = try TempFolder()
    #expect(entries(folder.file("missing")) == nil)
    try Data("garbage\n".utf8).write(to: URL(fileURLWithPath: folder.file("other")))
    #expect(entries(folder.file("other")) == nil)
  }
}

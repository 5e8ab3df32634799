import PegCore
import PegTimeline
import Testing

@testable import PegInterchange

@Suite struct ImporterTests {
  private func options(_ name: String, bytes: Int = 1 << 20) -> ImportOptions {
    ImportOptions(name: name, rate: nil, limits: ImportLimits(bytes: bytes, events: 1000, depth: 16))
  }

  @Test func anOTIOIsReadWhateverItIsCalled() throws {
    let text = #"{"OTIO_SCHEMA": "Timeline.1", "name": "reel", "tracks": null}"#
    for name in ["cut.otio", "cut.edl", "cut", "folder.otio/cut.txt"] {
      #expect(try ImportResult.parse(Array(text.utf8), options(name)).timeline.info.name == "reel", "\(name)")
    }
  }

  @Test func anAAFIsRefusedWithAWayOut() {
    // The signature of a compound file ([MS-CFB] 2.2).
    let error = #expect(throws: PegError.self) {
      try ImportResult.parse([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0], options("reel.bin"))
    }
    #expect(error?.kind == .badInput)
    #expect(error?.sentence == "reel.bin is an AAF, which is not read")
    #expect(error?.hint?.contains("EDL") == true)
  }

  @Test func whatIsNoCutIsRefusedWithTheKindsThereAre() {
    let error = #expect(throws: PegError.self) { try ImportResult.parse(Array("hello".utf8), options("note.txt")) }
    #expect(error?.sentence == "note.txt is no kind of cut that is read")
    #expect(error?.hint?.contains("OpenTimelineIO") == true)
  }

  @Test func noMoreBytesAreReadThanAllowed() {
    let error = #expect(throws: PegError.self) {
      try ImportResult.parse([UInt8](repeating: 32, count: 101), options("cut.otio", bytes: 100))
    }
    #expect(error?.sentence == "cut.otio has more than the 100 bytes that are read")
  }
}

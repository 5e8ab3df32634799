import Foundation
import PegCore
import Testing

@testable import PegTimeline

private let film = FrameRate(24)

private func range(_ start: Int, _ count: Int) -> TimeRange {
  TimeRange(start: RationalTime(Rational(start), film), duration: RationalTime(Rational(count), film))
}

private func shot(_ name: String) -> Composable {
  .clip(Clip(name: name, reference: .media(url: "\(name).mov", available: range(0, 100))))
}

private var cut: Timeline {
  let nest = Stack(children: [.track(Track(name: "", kind: .video, children: [shot("inner"), shot("twice")]))])
  return Timeline(
    name: "cut",
    tracks: [
      Track(name: "", kind: .audio, children: [shot("sound")]),
      Track(name: "", kind: .video, children: [shot("one"), .stack(nest)]),
      Track(name: "", kind: .video, children: [shot("twice")]),
    ])
}

@Suite struct AddressTests {
  @Test(arguments: ["V2:14", "A1", "V1:3/V2:0", "T1:0/A12/V1:7"])
  func addressesComeBackAsTheyWereWritten(text: String) {
    #expect(CutAddress(text)?.description == text)
  }

  @Test(arguments: ["", "V", "V0:1", "2:14", "V2:", "V2:x", "V2:1:1", "V2:-1", "X1:1", "V2:1/", "SH010", "V+1:1"])
  func otherTextsAreNoAddresses(text: String) { #expect(CutAddress(text) == nil) }

  @Test func tracksAreNumberedByKindFromOneAndChildrenFromNought() throws {
    #expect(cut.trackLabels.map(\.description) == ["A1", "V1", "V2"])
    let everything = cut.everyClip.map { "\($0.address) \($0.clip.item.info.name)" }
    #expect(everything == ["A1:0 sound", "V1:0 one", "V1:1/V1:0 inner", "V1:1/V1:1 twice", "V2:0 twice"])
    for place in cut.everyClip { #expect(cut[place.address] == .clip(place.clip)) }
    #expect(cut[try #require(CutAddress("V3:0"))] == nil)
    #expect(cut[try #require(CutAddress("V1:9"))] == nil)
    #expect(cut[try #require(CutAddress("V1:0/V1:0"))] == nil)
  }

  @Test func namesAndAddressesLeadToTheirClip() throws {
    #expect(try cut.resolve("inner").description == "V1:1/V1:0")
    #expect(try cut.resolve("V2:0").description == "V2:0")
    let twice = #expect(throws: PegError.self) { try cut.resolve("twice") }
    #expect(twice?.sentence == "2 clips are named twice")
    #expect(twice?.hint == "say which: V1:1/V1:1, V2:0")
    #expect(throws: PegError.self) { try cut.resolve("V7:0") }
  }

  @Test func aTrackInATrackIsTheFirstLayerOfItself() throws {
    let inner = Track(name: "", kind: .video, children: [shot("deep")])
    let cut = Timeline(name: "", tracks: [Track(name: "", kind: .video, children: [.track(inner)])])
    let place = try #require(cut.everyClip.first)
    #expect(place.address.description == "V1:0/V1:0")
    #expect(cut[place.address] == .clip(place.clip))
    #expect(try cut.placedClips().map(\.place) == [place])
  }
}

@Suite struct EveryClipTests {
  @Test func aClipKnowsItsTrackItsKindAndWhetherItPlays() throws {
    var edited = cut
    if case .track(var track) = edited.tracks.children[1] {
      track.item.isEnabled = false
      edited.tracks.children[1] = .track(track)
    }
    let places = edited.everyClip
    #expect(places.map(\.track) == [0, 1, 1, 1, 2])
    #expect(places.map(\.kind) == [.audio, .video, .video, .video, .video])
    #expect(places.map(\.isEnabled) == [true, false, false, false, true])
    #expect(
      places.map(\.name) == ["sound (A1:0)", "one (V1:0)", "inner (V1:1/V1:0)", "twice (V1:1/V1:1)", "twice (V2:0)"])
  }

  @Test func everyClipIsChangedWhereItStandsAndNothingElse() throws {
    var edited = cut
    var seen: [CutAddress] = []
    try edited.updateEveryClip { (address, clip) throws(PegError) in
      seen.append(address)
      clip.item.info.name += "!"
    }
    #expect(seen == cut.everyClip.map(\.address))
    #expect(edited.everyClip.map(\.clip.item.info.name) == cut.everyClip.map { $0.clip.item.info.name + "!" })
    try edited.updateEveryClip { (_, clip) throws(PegError) in clip.item.info.name.removeLast() }
    #expect(edited == cut)
  }

  @Test func aChangeThatFailsChangesNothing() throws {
    var edited = cut
    #expect(throws: PegError.self) {
      try edited.updateEveryClip { (address, clip) throws(PegError) in
        clip.item.info.name = ""
        if address.description == "V2:0" { throw PegError(.badInput, "no") }
      }
    }
    #expect(edited == cut)
  }
}

@Suite struct EditTests {
  @Test func linkingReplacesTheMediaAndKeepsWhatTheCutSaidOfThem() throws {
    var edited = cut
    var old = MediaReference.offline(name: "A001")
    old.common?.info.metadata = ["cmx_3600": ["reel": "A001"], "pegbar": ["color": "srgb"]]
    let address = try #require(CutAddress("V1:1/V1:0"))
    try edited.updateClip(at: address) { $0.references = [("plate", old)] }
    try edited.updateClip(at: address) { $0.activeKey = "plate" }
    try edited.updateClip(at: address) { $0.link(to: .media(url: "found.mov", available: range(0, 50))) }
    guard case .clip(let clip)? = edited[address] else {
      Issue.record("no clip")
      return
    }
    #expect(clip.references.map(\.key) == ["plate"])
    guard case .external(let info, let url)? = clip.activeReference else {
      Issue.record("not linked")
      return
    }
    #expect(url == "found.mov")
    #expect(info.info.name == "A001")
    #expect(info.info.metadata == ["cmx_3600": ["reel": "A001"], "pegbar": ["color": "srgb"]])
    #expect(info.availableRange == range(0, 50))
    #expect(clip.item.sourceRange == range(0, 100))
    // Found media that are replaced take with them what was said about them.
    try edited.updateClip(at: address) { $0.link(to: .media(url: "other.mov", available: nil)) }
    guard case .clip(let again)? = edited[address] else { return }
    #expect(again.activeReference?.common?.info.metadata == ["cmx_3600": ["reel": "A001"]])
    // Nothing else moved.
    #expect(
      edited.everyClip.filter { $0.address != address }.map(\.clip)
        == cut.everyClip.filter { $0.address != address }.map(\.clip))
  }

  @Test func takesAreAddedAndPlayed() throws {
    var clip = Clip(name: "SH010", reference: .media(url: "a.mov", available: nil))
    clip.link(to: .media(url: "b.mov", available: nil), take: "b")
    #expect(clip.activeKey == Clip.defaultKey)
    try clip.play(take: "b")
    #expect(clip.activeReference == .media(url: "b.mov", available: nil))
    let error = #expect(throws: PegError.self) { try clip.play(take: "c") }
    #expect(error?.sentence == "The clip SH010 has no take c")
    #expect(error?.hint == "its takes: DEFAULT_MEDIA, b")
    #expect(clip.activeKey == "b")
  }

  @Test func anEditThatFailsChangesNothing() throws {
    var edited = cut
    #expect(throws: PegError.self) {
      try edited.updateClip(at: try #require(CutAddress("V1:1/V1:0"))) { (clip) throws(PegError) in
        clip.activeKey = "x"
        try clip.play(take: "nothing")
      }
    }
    #expect(throws: PegError.self) { try edited.updateClip(at: try #require(CutAddress("V1:1"))) { _ in } }
    #expect(throws: PegError.self) { try edited.updateClip(at: try #require(CutAddress("V9:1"))) { _ in } }
    #expect(edited == cut)
  }
}

@Suite struct FileTests {
  @Test func aCutIsWrittenWholeAndKeepsItsPermissionsAndLinks() throws {
    let scratch = try Scratch()
    let (path, link) = ("\(scratch.path)/cut.otio", "\(scratch.path)/link.otio")
    try cut.write(to: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "cut.otio")
    var other = cut
    other.info.name = "other"
    try other.write(to: link)
    #expect(try Timeline(reading: path) == other)
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o640)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "cut.otio")
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted() == ["cut.otio", "link.otio"])
  }

  @Test func eachWayThatAFileCanFailHasItsKind() throws {
    let scratch = try Scratch()
    func kind(_ body: () throws -> Void) -> FaultKind? { (#expect(throws: PegError.self) { try body() })?.kind }
    #expect(kind { _ = try Timeline(reading: "\(scratch.path)/none.otio") } == .missingInput)
    #expect(kind { _ = try Timeline(reading: scratch.path) } == .badInput)
    #expect(kind { try cut.write(to: "\(scratch.path)/none/cut.otio") } == .cannotCreate)
    #expect(kind { try cut.write(to: scratch.path) } == .cannotCreate)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
  }

  @Test
  func anEmptyFileIsNoCut() throws {
    let scratch = try Scratch()
    try Data().write(to: URL(fileURLWithPath: "\(scratch.path)/empty.otio"))
    let error = #expect(throws: PegError.self) { try Timeline(reading: "\(scratch.path)/empty.otio") }
    #expect(error?.sentence == "\(scratch.path)/empty.otio:1:1: there is no value: the text is empty")
  }
}

import Foundation
import PegCore
import PegMedia
import PegTestSupport
import PegTimeline
import Testing

@testable import PegConform

/// Media that are only names: empty files, and facts by file name.
final class Studio {
  let folder: TempFolder
  var facts: [String: MediaFacts] = [:]
  private(set) var probed: [String] = []

  init() throws { folder = try TempFolder() }

  /// An empty file with the facts of a movie.
  func movie(
    _ path: String, count: Int = 100, rate: FrameRate = Draft.film, timecode: Timecode? = nil, stored: Rational? = nil
  ) throws {
    let facts = MediaFacts(
      kind: .movie, path: path, container: "mov",
      video: Draft.picture(count: count, rate: rate, timecode: timecode, stored: stored))
    try put(path, facts)
  }

  func frames(_ path: (Int) -> String, pattern: String, _ numbers: [Int]) throws {
    for number in numbers { try put(path(number), nil) }
    var facts = MediaFacts(
      kind: .sequence, path: folder.file(pattern), container: "png",
      video: Draft.picture(
        count: (numbers.last ?? 0) - (numbers.first ?? 0) + 1, rate: nil, firstNumber: numbers.first ?? 0))
    facts.files = numbers.map { NumberedFile(number: $0, path: folder.file(path($0))) }
    // Any frame of a sequence stands for it.
    for number in numbers { self.facts[folder.file(path(number))] = facts }
    self.facts[folder.file(pattern)] = facts
  }

  func put(_ path: String, _ facts: MediaFacts?) throws {
    let url = URL(fileURLWithPath: folder.file(path))
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data().write(to: url)
    if var facts {
      facts.path = url.path
      self.facts[url.path] = facts
    }
  }

  private var prober: FactsFunction {
    FactsFunction { [self] path in
      probed.append(path)
      guard let facts = facts[path] else { throw PegError(.badInput, "\(path) is no media") }
      return facts
    }
  }

  /// Links a cut that lies in the studio's folder.
  func link(
    _ clips: [Clip], media: [String] = [], output: String? = nil, maps: [PathMap] = [], match: [String] = []
  ) throws -> LinkReport {
    var draft = Draft()
    draft.add(clips.map { .clip($0) })
    let linker = Linker(
      resolver: MediaResolver(cutFolder: folder.path, pathMaps: maps),
      folders: try MediaFolders(media.map { folder.file($0) }), outputFolder: output ?? folder.path, prober: prober,
      patterns: try match.map { try ShotPattern($0) })
    return try linker.link(draft.timeline)
  }
}

extension LinkReport {
  /// What the clips are linked to now.
  fileprivate var spellings: [String?] { timeline.everyClip.map { $0.clip.activeReference?.spelling } }
  fileprivate var outcomes: [LinkEntry.Outcome] { entries.map(\.outcome) }
}

private func clip(_ name: String, _ reference: MediaReference, _ start: Rational = 0, _ count: Rational = 10) -> Clip {
  Clip(name: name, reference: reference, range: Draft.range(start, count))
}

private func clip(_ name: String, url: String, _ start: Rational = 0, _ count: Rational = 10) -> Clip {
  clip(name, .media(url: url, available: nil), start, count)
}

@Suite struct LinkTests {
  // MARK: Where the cut says

  @Test func targetURLsArePathsOfEveryForm() throws {
    let studio = try Studio()
    try studio.movie("plates/a b#1.mov")
    let absolute = studio.folder.file("plates/a b#1.mov")
    let escaped = absolute.replacing(" ", with: "%20").replacing("#", with: "%23")
    let forms: [(url: String, how: LinkMethod)] = [
      ("file://\(escaped)", .targetURL), ("file://localhost\(escaped)", .targetURL), ("file:\(escaped)", .targetURL),
      (absolute, .targetURL), ("plates/a b#1.mov", .relativePath), ("plates/a%20b%231.mov", .relativePath),
    ]
    let report = try studio.link(forms.map { clip("SH", url: $0.url) })
    #expect(report.outcomes == forms.map { .linked($0.how) })
    // The new cut says it relative to itself, as a URL.
    #expect(report.spellings == forms.map { _ in "plates/a%20b%231.mov" })
    #expect(report.unlinked.isEmpty)
    #expect(studio.probed == [absolute])
    // And what it says leads back to the file.
    #expect(
      try MediaResolver(cutFolder: studio.folder.path).locate(.media(url: "plates/a%20b%231.mov", available: nil)).path
        == absolute)
  }

  @Test func mediaElsewhereAreNamedInFull() throws {
    let studio = try Studio()
    try studio.movie("media/a.mov")
    let report = try studio.link([clip("A", url: "media/a.mov")], output: studio.folder.file("cuts"))
    #expect(report.spellings == ["file://" + studio.folder.file("media/a.mov")])
  }

  @Test func pathMapsTellWhereFoldersOfOtherMachinesAre() throws {
    let studio = try Studio()
    try studio.movie("here/a.mov")
    let maps = [
      PathMap(from: "/Volumes/show", to: studio.folder.file("here")),
      PathMap(from: "Z:\\show", to: studio.folder.file("here")),
    ]
    let report = try studio.link(
      [
        clip("A", url: "file:///Volumes/show/a.mov"), clip("A", url: "Z:\\show\\a.mov"),
        clip("A", url: "/Volumes/shows/a.mov"),
      ], maps: maps)
    #expect(report.outcomes == [.linked(.pathMap), .linked(.pathMap), .missing])
  }

  @Test(arguments: ["http://host/a.mov", "s3://bucket/a.mov", "file://server/share/a.mov", "", "data:,x"])
  func whatIsNoPathHereIsMissingWithAReason(url: String) throws {
    let report = try Studio().link([clip("A", url: url)])
    #expect(report.outcomes == [.missing])
    #expect(report.entries[0].reason.hasPrefix("no media: "))
    #expect(report.findings.map(\.code) == ["link.missing"])
    #expect(report.spellings == [url])
  }

  // MARK: Under the media folders

  @Test func relativePathsAreSeenFromTheMediaFoldersToo() throws {
    let studio = try Studio()
    try studio.movie("vault/plates/a.mov")
    try studio.movie("vault/other/a.mov")
    let report = try studio.link([clip("A", url: "plates/a.mov")], media: ["vault"])
    #expect(report.outcomes == [.linked(.relativePath)])
    #expect(report.spellings == ["vault/plates/a.mov"])
  }

  @Test func namesAreFoundWhateverTheirCaseFolderAndExtension() throws {
    let studio = try Studio()
    try studio.movie("vault/deep/er/SH010.mov")
    try studio.movie("vault/Sh020.MXF")
    try studio.movie("vault/sh030.mov")
    let report = try studio.link(
      [
        clip("x", url: "/gone/sh010.MOV"), clip("x", url: "file:///gone/SH020.mov"),
        clip("SH030", .offline()), clip("no such", .offline()), clip("x", .offline(name: "sh030")),
      ], media: ["vault"])
    #expect(
      report.outcomes == [.linked(.name), .linked(.name), .linked(.name), .missing, .linked(.name)])
    #expect(
      report.spellings == ["vault/deep/er/SH010.mov", "vault/Sh020.MXF", "vault/sh030.mov", nil, "vault/sh030.mov"])
    #expect(report.unlinked.map(\.clip) == ["no such"])
  }

  @Test func ofSeveralNamesTheTimecodeDecides() throws {
    let studio = try Studio()
    for (day, hour) in [("day1", 1), ("day2", 2), ("day3", 3)] {
      try studio.movie("vault/\(day)/A001.mov", timecode: Timecode(frames: hour * 86_400, rate: Draft.film))
    }
    let report = try studio.link(
      [clip("A", url: "A001.mov", Rational(2 * 86_400 + 40)), clip("A", url: "A001.mov", 5)], media: ["vault"])
    #expect(report.outcomes == [.linked(.timecode), .ambiguous])
    #expect(report.spellings[0] == "vault/day2/A001.mov")
  }

  @Test func ofSeveralNamesTheFoldersDecideWhereTheTimecodeDoesNot() throws {
    let studio = try Studio()
    for day in ["day1", "day2"] { try studio.movie("vault/\(day)/A001.mov") }
    let report = try studio.link([clip("A", url: "/mnt/old/day2/A001.mov")], media: ["vault"])
    #expect(report.outcomes == [.linked(.folders)])
    #expect(report.spellings == ["vault/day2/A001.mov"])
  }

  @Test func whatStaysAmbiguousListsItsCandidatesAndKeepsItsWords() throws {
    let studio = try Studio()
    for take in 1...8 { try studio.movie("vault/take\(take)/SH010.mov") }
    let report = try studio.link([clip("SH010", url: "file:///gone/SH010.mov")], media: ["vault"])
    let entry = try #require(report.entries.first)
    #expect(entry.outcome == .ambiguous)
    #expect(entry.candidates == (1...8).map { "vault/take\($0)/SH010.mov" })
    #expect(
      entry.reason.hasPrefix(
        "8 media fit by name, 8 of which hold 00:00:00:00: vault/take1/SH010.mov (100 frames at 24), "))
    #expect(entry.reason.hasSuffix(" and 2 more"))
    #expect(report.spellings == ["file:///gone/SH010.mov"])
    #expect(report.findings.map(\.severity) == [.error])
  }

  @Test func mediaThatCannotBeReadAreNotLinked() throws {
    let studio = try Studio()
    try studio.put("broken.mov", nil)
    let report = try studio.link([clip("A", url: "broken.mov")])
    #expect(report.outcomes == [.unreadable])
    #expect(report.entries[0].reason.hasPrefix("the media cannot be read: "))
    #expect(report.unlinked.count == 1)
  }

  // MARK: Sequences

  @Test func sequencesAreNamedByPatternOrByAnyFrame() throws {
    let studio = try Studio()
    try studio.frames({ "cels/fox.\($0).png" }, pattern: "cels/fox.%d.png", [1001, 1002, 1003])
    let named = ImageSequence(
      urlBase: "/old/place", prefix: "fox.", suffix: ".png", startFrame: 1001, rate: FrameRate(12), padding: 4)
    let report = try studio.link(
      [
        clip("own words", url: "cels/fox.1002.png", 1001), clip("a frame", url: "/gone/fox.1003.png", 1001),
        clip("no frame", url: "/gone/fox.1999.png", 1001), clip("a pattern", url: "/gone/fox.####.png", 1001),
        clip("printf", url: "/gone/fox.%04d.png", 1001), clip("otio", .sequence(ReferenceInfo(), named), 1001),
        clip("fox", .offline(), 1001),
      ], media: ["cels"])
    #expect(
      report.outcomes == [
        .linked(.relativePath), .linked(.name), .missing, .linked(.name), .linked(.name), .linked(.name),
        .linked(.name),
      ])
    for (index, place) in report.timeline.everyClip.enumerated() where index != 2 {
      guard case .sequence(let info, let sequence)? = place.clip.activeReference else {
        Issue.record("\(place.name) is no sequence")
        continue
      }
      #expect(sequence.urlBase == "cels/")
      #expect((sequence.prefix, sequence.suffix) == ("fox.", ".png"))
      #expect(sequence.startFrame == 1001)
      // The cut's own rate where it says one, else its clip's.
      let rate = index == 5 ? FrameRate(12) : Draft.film
      #expect(sequence.rate == rate)
      #expect(info.availableRange == Draft.range(1001, 3, rate))
    }
  }

  /// Two names that differ in the number alone are no frames of one movie.
  @Test func aMovieIsNoFrameOfAnother() throws {
    let studio = try Studio()
    try studio.movie("vault/shot1.mov")
    try studio.movie("vault/shot2.mov")
    #expect(try studio.link([clip("A", url: "shot3.mov")], media: ["vault"]).outcomes == [.missing])
  }

  @Test func aMovieInThePlaceOfASequenceBeginsWithItsFirstNumber() throws {
    let studio = try Studio()
    try studio.movie("vault/fox.mov", count: 50)
    let named = ImageSequence(
      urlBase: "/old", prefix: "fox.", suffix: ".exr", startFrame: 1001, rate: Draft.film, padding: 4)
    let report = try studio.link([clip("A", .sequence(ReferenceInfo(), named), 1011)], media: ["vault"])
    #expect(report.timeline.everyClip[0].clip.activeReference?.common?.availableRange == Draft.range(1001, 50))
  }

  // MARK: What else the report says

  @Test func everyTakeIsLinkedAndOnlyTheActiveOneHasToBe() throws {
    let studio = try Studio()
    try studio.movie("a.mov")
    var shot = clip("SH010", url: "a.mov")
    shot.references.append(("take2", .media(url: "gone.mov", available: nil)))
    let report = try studio.link([shot])
    #expect(report.entries.map(\.take) == ["DEFAULT_MEDIA", "take2"])
    #expect(report.entries.map(\.isActive) == [true, false])
    #expect(report.unlinked.isEmpty)
    #expect(report.findings.map(\.severity) == [.warning])
  }

  @Test func generatorsNeedNoMediaAndClipsWithoutReferenceAreMissing() throws {
    let bare = Clip(item: ItemInfo(sourceRange: Draft.range(0, 5)), references: [], activeKey: Clip.defaultKey)
    let report = try Studio().link([clip("black", .made("black")), bare, clip("", .unknown(["OTIO_SCHEMA": "X.1"]))])
    #expect(report.outcomes == [.linked(.generator), .missing, .missing])
    #expect(report.entries.map(\.address.description) == ["V1:0", "V1:1", "V1:2"])
    #expect(report.entries[0].path == "generator:black")
  }

  @Test func mediaThatSayNoRangeGetTheirOwn() throws {
    let studio = try Studio()
    let hour = Timecode(frames: 25 * 3600, rate: FrameRate(25))
    try studio.movie("a.mov", count: 77, rate: FrameRate(25), timecode: hour)
    let said = clip("B", .media(url: "a.mov", available: Draft.range(3, 20)))
    let report = try studio.link([clip("A", url: "a.mov"), said])
    let ranges = report.timeline.everyClip.map { $0.clip.activeReference?.common?.availableRange }
    #expect(ranges == [Draft.range(90_000, 77, FrameRate(25)), Draft.range(3, 20)])
    #expect(report.timeline.everyClip.map(\.clip.item.sourceRange) == [Draft.range(0, 10), Draft.range(0, 10)])
  }

  /// A cut that counts frames at 16.129 is told what they are: frames of 16. How long they play is the cut's.
  @Test func ratesAsStoredBecomeTheTrueOnes() throws {
    let stored = FrameRate(Rational(1000, 62))
    let studio = try Studio()
    try studio.movie("wan.webp", count: 81, rate: FrameRate(16), stored: stored.value)
    let shot = Clip(
      name: "A", reference: .media(url: "wan.webp", available: Draft.range(0, 81, stored)),
      range: Draft.range(40, 20, stored))
    let linked = try #require(try studio.link([shot]).timeline.everyClip.first?.clip)
    #expect(linked.activeReference?.common?.availableRange == Draft.range(0, 81, FrameRate(16)))
    #expect(linked.item.sourceRange?.start == RationalTime(40, FrameRate(16)))
    #expect(linked.item.sourceRange?.duration == RationalTime(20, stored))
  }

  @Test func whatTheCutKnowsOfItsMediaStays() throws {
    let studio = try Studio()
    try studio.movie("vault/a.mov")
    var reference = MediaReference.media(url: "/gone/a.mov", available: nil, name: "A001")
    reference.common?.info.metadata = ["cmx_3600": ["reel": "A001"], "pegbar": ["color": "srgb"]]
    let report = try studio.link([clip("A", reference)], media: ["vault"])
    let linked = report.timeline.everyClip[0].clip.activeReference
    #expect(linked?.common?.info == reference.common?.info)
    // And a second conform of the conformed cut changes nothing.
    let again = Linker(
      resolver: MediaResolver(cutFolder: studio.folder.path), folders: try MediaFolders([]),
      outputFolder: studio.folder.path,
      prober: FactsFunction { studio.facts[$0] ?? MediaFacts(kind: .movie, path: $0, container: "mov") })
    #expect(try again.link(report.timeline).timeline == report.timeline)
  }

  @Test func aMediaFolderThatIsNotThereIsMissingInput() {
    let error = #expect(throws: PegError.self) { try MediaFolders(["/no/such/folder"]) }
    #expect(error?.kind == .missingInput)
  }

  /// 5,000 clips of 500 media: each piece of media is opened once, each clip linked.
  @Test func manyClipsOpenTheirMediaOnce() throws {
    let studio = try Studio()
    for number in 0..<500 { try studio.movie("vault/f\(number / 50)/m\(number).mov", count: 1000) }
    let report = try studio.link(
      (0..<5000).map { clip("SH\($0)", url: "/gone/m\($0 % 500).mov", Rational($0 % 900)) }, media: ["vault"])
    #expect(report.unlinked.isEmpty)
    #expect(studio.probed.count == 500)
    let plan = try FramePlanner.plan(
      report.timeline, media: report.catalogue, options: PlanOptions(name: "cut", knowledge: .full))
    #expect(plan.items.count == 5000)
    #expect(plan.spans.count == 5000)
    #expect(plan.sources.count == 500)
    #expect(plan.duration == 50_000)
  }
}

@Suite struct HandLinkTests {
  private func link(
    _ studio: Studio, _ shot: Clip, to path: String, take: String? = nil, output: String? = nil
  ) throws -> HandLink {
    var draft = Draft()
    draft.add([.clip(shot)])
    let facts = try #require(studio.facts[studio.folder.file(path)])
    return try HandLink(
      draft.timeline, at: CutAddress([.init(TrackLabel(.video, 1), 0)]), to: facts, take: take,
      resolver: MediaResolver(cutFolder: studio.folder.path), folder: output ?? studio.folder.path, name: "cut.otio")
  }

  @Test func itSaysThatMediaCoverTheRangeOrWhatIsMissing() throws {
    let studio = try Studio()
    try studio.movie("new.mov", count: 30, timecode: Timecode(frames: 1000, rate: Draft.film))
    let good = try link(studio, clip("A", url: "old.mov", 1010, 20), to: "new.mov")
    #expect(good.clip.activeReference?.spelling == "new.mov")
    #expect(good.clip.activeReference?.common?.availableRange == Draft.range(1000, 30))
    #expect(
      good.findings.map(\.message) == ["new.mov covers the clip's range, 20 frames from 1010 at 24"])
    let short = try link(studio, clip("A", url: "old.mov", 1020, 20), to: "new.mov")
    #expect(short.findings.map(\.code) == ["media.overrun"])
    #expect(short.findings[0].message.contains("frames 20 to 39 of new.mov, which has frames 0 to 29"))
    let outside = try link(studio, clip("A", url: "old.mov", 5, 20), to: "new.mov")
    #expect(outside.findings.map(\.severity) == [.error])
    #expect(outside.findings[0].message.contains("wholly outside new.mov"))
    // The decision stands whatever is found.
    #expect(outside.timeline.everyClip[0].clip == outside.clip)
  }

  /// A generated clip has no timecode: it takes the place of the plate, first frame on first frame.
  @Test func mediaWithoutTimecodeStandWhereTheOldOnesStood() throws {
    let studio = try Studio()
    try studio.movie("new.mp4", count: 49, rate: FrameRate(16))
    let plate = clip("A", .media(url: "plate.mov", available: Draft.range(86_400, 200)), 86_410, 20)
    let linked = try link(studio, plate, to: "new.mp4")
    #expect(
      linked.clip.activeReference?.common?.availableRange
        == TimeRange(start: RationalTime(86_400, Draft.film), duration: RationalTime(49, FrameRate(16))))
    #expect(linked.findings.map(\.code) == ["link.covers"])
  }

  @Test func aTakeIsLinkedBesideTheOneThatPlays() throws {
    let studio = try Studio()
    try studio.movie("a.mov")
    try studio.movie("b.mov", count: 5)
    let linked = try link(studio, clip("A", url: "a.mov", 0, 10), to: "b.mov", take: "two")
    #expect(linked.clip.references.map(\.key) == [Clip.defaultKey, "two"])
    #expect(linked.clip.activeReference?.spelling == "a.mov")
    // What is judged is the take that was linked.
    #expect(linked.findings.map(\.code) == ["media.overrun"])
  }

  @Test func aCutThatIsWrittenElsewhereStillLeadsToItsMedia() throws {
    let studio = try Studio()
    try studio.movie("media/a.mov")
    try studio.movie("media/b.mov")
    var draft = Draft()
    draft.add([
      .clip(clip("A", url: "media/a.mov")), .clip(clip("B", url: "media/b.mov")), .clip(clip("C", url: "gone.mov")),
    ])
    let linked = try HandLink(
      draft.timeline, at: CutAddress([.init(TrackLabel(.video, 1), 0)]),
      to: try #require(studio.facts[studio.folder.file("media/a.mov")]),
      resolver: MediaResolver(cutFolder: studio.folder.path), folder: studio.folder.file("cuts"), name: "cut.otio")
    #expect(
      linked.timeline.everyClip.map { $0.clip.activeReference?.spelling } == [
        "file://" + studio.folder.file("media/a.mov"), "file://" + studio.folder.file("media/b.mov"), "gone.mov",
      ])
  }

  @Test func onlyAClipIsLinked() throws {
    let studio = try Studio()
    try studio.movie("a.mov")
    var draft = Draft()
    draft.add([Draft.gap(5)])
    let facts = try #require(studio.facts[studio.folder.file("a.mov")])
    let error = #expect(throws: PegError.self) {
      try HandLink(
        draft.timeline, at: CutAddress([.init(TrackLabel(.video, 1), 0)]), to: facts,
        resolver: MediaResolver(cutFolder: studio.folder.path), folder: studio.folder.path, name: "cut.otio")
    }
    #expect(error?.kind == .badInput)
    #expect(error?.sentence == "What stands at V1:0 of cut.otio is no clip")
  }
}

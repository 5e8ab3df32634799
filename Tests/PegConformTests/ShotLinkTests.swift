import PegCore
import PegMedia
import PegTestSupport
import PegTimeline
import Testing

@testable import PegConform

private func clip(_ name: String, _ reference: MediaReference, _ start: Rational = 0, reel: String? = nil) -> Clip {
  var clip = Clip(name: name, reference: reference, range: Draft.range(start, 10))
  if let reel { clip.item.info.metadata["cmx_3600"] = ["reel": .string(reel)] }
  return clip
}

/// Media that are known by reel and timecode, or by shot and version.
@Suite struct ShotLinkTests {
  // MARK: Reels

  @Test func aReelAndItsTimecodeLeadToMedia() throws {
    let studio = try Studio()
    for (name, hour) in [("A003C001_160413_R0QM", 1), ("A003C002_160413_R0QM", 2), ("A0031C001_160413_R0QM", 1)] {
      try studio.movie("rolls/\(name).mov", timecode: Timecode(frames: hour * 86_400, rate: Draft.film))
    }
    let hour = Rational(86_400)
    let report = try studio.link(
      [
        clip("x", .offline(), hour + 20, reel: "A003C001_160413_R0QM"),
        clip("x", .offline(), 2 * hour, reel: "A003C002"),
        // A roll without its clip: the timecode tells which.
        clip("x", .offline(), 2 * hour + 5, reel: "A003"), clip("x", .offline(), 7 * hour, reel: "A003C001"),
        clip("x", .offline(), hour, reel: "AX"),
      ], media: ["rolls"])
    #expect(
      report.entries.map(\.outcome) == [.linked(.reel), .linked(.reel), .linked(.reel), .missing, .missing])
    #expect(
      report.entries.map(\.path) == [
        "rolls/A003C001_160413_R0QM.mov", "rolls/A003C002_160413_R0QM.mov", "rolls/A003C002_160413_R0QM.mov", nil, nil,
      ])
    #expect(report.entries[3].reason.contains("of reel A003C001 does not hold 07:00:00:00"))
  }

  /// One argument and not three: the debug build of a test of (rate, rate, number) crashes (Swift 6.3).
  struct Labelled: Sendable {
    var list: FrameRate
    var movie: FrameRate
    var frames: Int
  }

  /// 01:00:01:00 is the 25th picture of a movie that begins at 01:00:00:00, whichever of the two counts in 1001sts.
  @Test(arguments: [
    Labelled(list: FrameRate(24000, 1001), movie: FrameRate(24), frames: 86_424),
    Labelled(list: FrameRate(24), movie: FrameRate(24000, 1001), frames: 86_424),
    Labelled(list: FrameRate(30000, 1001), movie: FrameRate(24), frames: 86_424),
    Labelled(list: FrameRate(25), movie: FrameRate(24), frames: 86_424),
    Labelled(list: FrameRate(24000, 1001), movie: FrameRate(25), frames: 90_025),
  ])
  func aLabelIsTheSameAtEveryRate(_ labelled: Labelled) throws {
    let (list, movie) = (labelled.list, labelled.movie)
    let studio = try Studio()
    try studio.movie(
      "rolls/T1.mov", rate: movie, timecode: Timecode(frames: 3600 * movie.timebase, rate: movie))
    var wanted = Clip(
      name: "x", reference: .offline(), range: Draft.range(Rational(3601 * list.timebase), 10, list))
    wanted.item.info.metadata["cmx_3600"] = ["reel": .string("T1")]
    let report = try studio.link([wanted], media: ["rolls"])
    #expect(report.entries.map(\.outcome) == [.linked(.reel)])
    let start = report.timeline.everyClip.first?.clip.item.sourceRange?.start
    #expect(start?.value == Rational(labelled.frames) && start?.rate == movie)
  }

  @Test func aVersionThatIsNotThereIsTold() throws {
    let studio = try Studio()
    for version in 1...2 { try studio.movie("renders/SH010_v00\(version).mov") }
    let report = try studio.link([clip("SH010_v004", .offline())], media: ["renders"])
    #expect(report.findings.map(\.code) == ["link.other_version"])
    #expect(report.findings.first?.message.contains("version 4, which is not there; version 2 plays") == true)
  }

  @Test func aReelThatAMovieSaysItselfIsFound() throws {
    let studio = try Studio()
    for number in 1...2 {
      var facts = MediaFacts(
        kind: .movie, path: "", container: "mov",
        video: Draft.picture(count: 100, rate: Draft.film, timecode: Timecode(frames: 86_400, rate: Draft.film)))
      facts.metadata = [("reel_name", "TAPE\(number)")]
      try studio.put("rolls/capture\(number).mov", facts)
    }
    let report = try studio.link([clip("x", .offline(), 86_410, reel: "TAPE2")], media: ["rolls"])
    #expect(report.entries.map(\.path) == ["rolls/capture2.mov"])
  }

  // MARK: Shots

  @Test(arguments: [
    ("SH010", "SH010_v003"), ("sh010", "SH010_v003"), ("SH010_v001", "SH010_v003"),
    ("sh0030", "ep01_sq02_sh0030_comp_v012"), ("sq02_sh0030", "ep01_sq02_sh0030_comp_v012"),
    ("010_0030", "010_0030_v2"),
    ("SH-040", "sh-040.v07"), ("SH050", "SH050v12"),
  ])
  func theUsualNamesOfShotsAreUnderstood(shot: String, media: String) throws {
    let studio = try Studio()
    try studio.movie("renders/\(media).mov")
    try studio.movie("renders/other_sh999_v001.mov")
    let report = try studio.link([clip(shot, .offline())], media: ["renders"])
    #expect(report.entries.first?.outcome == .linked(.shot))
    #expect(report.entries.first?.path == "renders/\(media).mov")
  }

  /// What could be anything is no shot.
  @Test(arguments: [("comp", "sh010_comp_v001"), ("1", "sh_1_v001"), ("v002", "sh010_v002"), ("", "sh010_v001")])
  func wordsThatAreNoShotLeadNowhere(name: String, media: String) throws {
    let studio = try Studio()
    try studio.movie("renders/\(media).mov")
    #expect(try studio.link([clip(name, .offline())], media: ["renders"]).entries.map(\.outcome) == [.missing])
  }

  /// A list of an animation names shots as reels; all versions of one have the same timecode.
  @Test func versionsOfAReelAreTakesToo() throws {
    let studio = try Studio()
    for version in 1...3 {
      try studio.movie("renders/SH010_v00\(version).mov", timecode: Timecode(frames: 86_400, rate: Draft.film))
    }
    let report = try studio.link([clip("x", .offline(), 86_400, reel: "SH010")], media: ["renders"])
    #expect(report.entries.map(\.outcome) == Array(repeating: .linked(.shot), count: 3))
    #expect(report.entries.map(\.take) == ["v001", "v002", "v003"])
    #expect(report.entries.map(\.isActive) == [false, false, true])
    // Another department's work of the shot is no version of it.
    try studio.movie("renders/SH010_comp_v004.mov", timecode: Timecode(frames: 86_400, rate: Draft.film))
    let mixed = try studio.link([clip("x", .offline(), 86_400, reel: "SH010")], media: ["renders"])
    #expect(mixed.entries.map(\.outcome) == [.ambiguous])
  }

  /// Boards of three shots are no sequence of thirty frames; frames on tens are.
  @Test func stillsThatAreNamedForShotsAreFoundByThem() throws {
    let studio = try Studio()
    for number in [10, 20, 40] {
      var facts = MediaFacts(
        kind: .still, path: "", container: "png", video: Draft.picture(count: 1, rate: nil))
      facts.files = [NumberedFile(number: 0, path: "")]
      try studio.put("boards/SH0\(number).png", facts)
    }
    let report = try studio.link(
      [clip("SH020", .offline()), clip("x", .media(url: "/old/SH040.png", available: nil)), clip("SH030", .offline())],
      media: ["boards"])
    #expect(report.entries.map(\.path) == ["boards/SH020.png", "boards/SH040.png", nil])
  }

  @Test func versionsBecomeTakesAndTheNewestPlays() throws {
    let studio = try Studio()
    for version in [1, 2, 10] { try studio.movie("renders/SH010_v\(version).mov", count: 100 + version) }
    let report = try studio.link([clip("SH010", .offline(name: "note"))], media: ["renders"])
    let linked = try #require(report.timeline.everyClip.first?.clip)
    #expect(linked.references.map(\.key) == ["v001", "v002", "v010"])
    #expect(linked.references.map(\.reference.spelling) == [1, 2, 10].map { "renders/SH010_v\($0).mov" })
    #expect(linked.activeKey == "v010")
    #expect(linked.references.map { $0.reference.common?.availableRange?.duration.value } == [101, 102, 110])
    #expect(linked.references.allSatisfy { $0.reference.common?.info.name == "note" })
    #expect(report.entries.map(\.take) == ["v001", "v002", "v010"])
    #expect(report.entries.map(\.isActive) == [false, false, true])
    #expect(report.unlinked.isEmpty)
    // Linking once more changes nothing.
    let again = try studio.link([linked], media: ["renders"])
    #expect(again.timeline.everyClip.first?.clip == linked)
  }

  /// A cut that names a version plays it; the others are takes, and a newer one is worth a note.
  @Test func aVersionThatTheCutNamesPlays() throws {
    let studio = try Studio()
    for version in 1...3 { try studio.movie("renders/SH010_v00\(version).mov") }
    let report = try studio.link([clip("x", .media(url: "/gone/SH010_v002.mov", available: nil))], media: ["renders"])
    let linked = try #require(report.timeline.everyClip.first?.clip)
    #expect(linked.activeKey == "v002")
    #expect(linked.references.map(\.key) == ["v001", "v002", "v003"])
    #expect(report.findings.map(\.code) == ["link.newer_version"])
    // Asked for by pattern, the newest plays.
    let newest = try studio.link(
      [clip("x", .media(url: "/gone/SH010_v002.mov", available: nil))], media: ["renders"], match: ["{shot}_v{version}"]
    )
    #expect(newest.timeline.everyClip.first?.clip.activeKey == "v003")
  }

  @Test func aPatternTellsDepartmentsApart() throws {
    let studio = try Studio()
    for name in ["sh010_comp_v003", "sh010_comp_v004", "sh010_anim_v009"] { try studio.movie("renders/\(name).mov") }
    let unsaid = try studio.link([clip("sh010", .offline())], media: ["renders"])
    #expect(unsaid.entries.map(\.outcome) == [.ambiguous])
    #expect(unsaid.entries[0].reason.hasPrefix("2 things of the shot fit, sh010_anim, sh010_comp: "))
    #expect(unsaid.entries[0].candidates.count == 3)
    let said = try studio.link([clip("sh010", .offline())], media: ["renders"], match: ["{shot}_comp_v{version}"])
    #expect(said.timeline.everyClip.first?.clip.activeReference?.spelling == "renders/sh010_comp_v004.mov")
    #expect(said.timeline.everyClip.first?.clip.references.count == 2)
  }

  @Test func aPatternMayNameFolders() throws {
    let studio = try Studio()
    for version in 1...2 {
      try studio.frames(
        { "renders/sh010/v00\(version)/beauty.\($0).png" }, pattern: "renders/sh010/v00\(version)/beauty.%d.png",
        [1001, 1002])
    }
    let report = try studio.link(
      [clip("SH010", .offline(), 1001)], media: ["renders"], match: ["{shot}/v{version}/*"])
    let linked = try #require(report.timeline.everyClip.first?.clip)
    #expect(linked.references.map(\.key) == ["v001", "v002"])
    #expect(linked.activeReference?.spelling == "renders/sh010/v002/beauty.#.png")
  }

  @Test func twoOfOneVersionAreAmbiguous() throws {
    let studio = try Studio()
    try studio.movie("a/SH010_v002.mov")
    try studio.movie("b/SH010_v002.mov")
    let report = try studio.link([clip("SH010", .offline())], media: ["a", "b"])
    #expect(report.entries.map(\.outcome) == [.ambiguous])
    #expect(report.entries[0].candidates == ["a/SH010_v002.mov", "b/SH010_v002.mov"])
    #expect(report.entries[0].reason.contains("2 media of version 2 fit the shot"))
    #expect(report.entries[0].notes == ["100 frames at 24", "100 frames at 24"])
  }

  @Test func soundIsNoPictureAndPicturesAreNoSound() throws {
    let studio = try Studio()
    try studio.movie("vault/SH010.mov")
    try studio.put(
      "vault/SH010.wav",
      MediaFacts(
        kind: .audio, path: "", container: "wav",
        audio: [
          AudioFacts(
            stream: 0, codec: "pcm_s16le", sampleRate: 48_000, channels: 1, layout: nil, sampleCount: 96_000, bits: 16)
        ]))
    let report = try studio.link([clip("SH010", .offline())], media: ["vault"])
    #expect(report.entries.map(\.path) == ["vault/SH010.mov"])
  }

  // MARK: Patterns

  @Test(arguments: [
    ("{shot}_v{version}", "sh010_v003", ["shot": "sh010", "version": "003"]),
    ("{shot}_v{version}", "ep1_sh010_v003", ["shot": "ep1_sh010", "version": "003"]),
    (
      "{seq}_{shot}_{task}_v{version}", "sq02_sh0030_comp_v012",
      ["seq": "sq02", "shot": "sh0030", "task": "comp", "version": "012"]
    ),
    ("*_{shot}_v{version}", "ep01_sh0030_v1", ["shot": "sh0030", "version": "1"]),
    ("{shot}/v{version}/*", "/a/b/SH010/v003/beauty", ["shot": "sh010", "version": "003"]),
  ])
  func fieldsOfNames(pattern: String, name: String, fields: [String: String]) throws {
    #expect(try ShotPattern(pattern).fields(of: name) == fields)
  }

  @Test(arguments: [
    ("{shot}_v{version}", "sh010"), ("{shot}_v{version}", "sh010_v"), ("{shot}_v{version}", "sh010_vx2"),
  ])
  func namesThatDoNotFit(pattern: String, name: String) throws {
    #expect(try ShotPattern(pattern).fields(of: name) == nil)
  }

  @Test(arguments: ["v{version}", "{shot", "{shot}}", "{}_{shot}", "{shot}{version}", "{shot}_{shot}", ""])
  func patternsThatAreNoneAreWrongUsage(pattern: String) {
    let error = #expect(throws: PegError.self) { try ShotPattern(pattern) }
    #expect(error?.kind == .usage)
  }

  /// Many fields over a long name without an end that fits: bounded, where backtracking would not end.
  @Test func aHostileNameEndsSoon() throws {
    let pattern = try ShotPattern("{a}a{b}a{c}a{d}a{e}a{f}a{shot}z")
    #expect(pattern.fields(of: String(repeating: "a", count: 1000)) == nil)
  }

  // MARK: Where links may lead

  @Test func relativePathsDoNotLeaveTheMediaFolders() throws {
    let studio = try Studio()
    try studio.movie("secret/a.mov")
    try studio.movie("vault/b.mov")
    let report = try studio.link(
      [clip("x", .media(url: "../secret/a.mov", available: nil))], media: ["vault"],
      output: studio.folder.file("out"))
    #expect(report.entries.map(\.outcome) == [.missing])
  }
}

import Foundation
import PegCore
import PegTestSupport
import PegTimeline
import Testing

/// A new list over old work, and what differs between two cuts, as a person asks for them.
@Suite struct TurnoverCommandTests {
  private let folder: TempFolder

  init() throws { folder = try TempFolder() }

  /// An event that no other one shares source time with.
  private struct Shot: Hashable {
    /// Of the first list; `nil` for one that it does not have.
    var origin: Int?
    var roll: Int
    var start: Int
    var count: Int
  }

  private static let rate = FrameRate(24)

  private static func list(_ shots: [Shot]) -> String {
    func label(_ frames: Int) -> String { Timecode(frames: frames, rate: rate).description }
    var record = 86_400
    var lines = ["TITLE: TURNOVER", "FCM: NON-DROP FRAME"]
    for (number, shot) in shots.enumerated() {
      let (source, end) = (label(shot.start), label(shot.start + shot.count))
      lines.append(
        "\(String(format: "%03d", number + 1))  R\(100 + shot.roll)     V     C        \(source) \(end) \(label(record)) \(label(record + shot.count))"
      )
      lines.append("* FROM CLIP NAME: take of \(shot.roll)")
      record += shot.count
    }
    return lines.joined(separator: "\n")
  }

  /// 200 events of 12 rolls, 300 frames apart from each other in their sources.
  private static func first(_ chance: inout SplitMix) -> [Shot] {
    (0..<200).map { Shot(origin: $0, roll: $0 % 12, start: 3600 + $0 * 300, count: chance.next(in: 40...120)) }
  }

  private static func second(_ first: [Shot], _ chance: inout SplitMix) -> [Shot] {
    var shots = first
    for _ in 0..<8 { shots.remove(at: chance.next(in: 0...(shots.count - 1))) }
    for _ in 0..<25 {
      let (index, head) = (chance.next(in: 0...(shots.count - 1)), chance.next(in: -12...12))
      shots[index].start += head
      shots[index].count -= head
    }
    for number in 0..<6 {
      let index = number * 20
      var half = shots[index]
      shots[index].count = 20
      half.start += 20
      half.count -= 20
      shots.insert(half, at: chance.next(in: 0...shots.count))
    }
    for number in 0..<10 {
      shots[chance.next(in: 0...(shots.count - 1))] = Shot(
        origin: nil, roll: number, start: 90_000 + number * 300, count: 50)
    }
    for _ in 0..<20 {
      let shot = shots.remove(at: chance.next(in: 0...(shots.count - 1)))
      shots.insert(shot, at: chance.next(in: 0...shots.count))
    }
    return shots
  }

  private func conform(_ shots: [Shot], _ name: String, _ more: String...) throws -> JSONTree {
    let edl = folder.file("\(name).edl")
    try Data(Self.list(shots).utf8).write(to: URL(fileURLWithPath: edl))
    let output = try Tool.run(
      Workbench.pegbar, ["conform", edl, "--rate", "24", "-o", folder.file("\(name).otio"), "--json"] + more)
    // Nothing is linked.
    try #require(output.status == 1, "\(output.stderr)")
    return JSONTree(try JSONSerialization.jsonObject(with: output.stdout))
  }

  /// A grade on every clip that says whose it is.
  private func grade(_ path: String) throws {
    var cut = try Timeline(reading: path)
    var index = 0
    try cut.updateEveryClip { (_, clip) throws(PegError) in
      var settings = try clip.settings()
      settings.grade = [GradeOperation(op: "exposure", parameters: ["stops": .number(Rational(index, 100))])]
      clip.set(settings)
      index += 1
    }
    try cut.write(to: path)
  }

  @Test(arguments: [11, 12] as [UInt64])
  func twoHundredEventsCarryAllAndOnlyWhatMatches(seed: UInt64) throws {
    var chance = SplitMix(seed: seed)
    let first = Self.first(&chance)
    let second = Self.second(first, &chance)
    _ = try conform(first, "v1")
    try grade(folder.file("v1.otio"))
    let report = try conform(second, "v2", "--from", folder.file("v1.otio"))
    // Whose work each clip has, in the cut that was written.
    let owners = try Timeline(reading: folder.file("v2.otio")).everyClip.map { place -> Int? in
      try place.clip.settings().grade.first?.parameters["stops"]?.rational.map { ($0 * 100).floor }
    }
    #expect(owners == second.map(\.origin))
    let origins = Dictionary(grouping: second.compactMap(\.origin), by: { $0 })
    let gone = Set(0..<200).subtracting(origins.keys)
    func old(_ key: String) -> Set<String> { Set(report[key].list.compactMap { $0["old"].string }) }
    #expect(old("orphaned") == Set(gone.map { "V1:\($0)" }))
    #expect(old("split") == Set(origins.filter { $0.value.count > 1 }.map { "V1:\($0.key)" }))
    #expect(old("carried") == Set(origins.filter { $0.value.count == 1 }.map { "V1:\($0.key)" }))
    // The work that stays behind is said, clip by clip.
    let orphans = report["findings"].list.filter { $0["code"].string == "carry.orphaned" }
    #expect(orphans.count == gone.count)
    #expect(orphans.allSatisfy { $0["instead"].string == "its grade is left behind" })

    // And the difference says the same.
    let diff = try Tool.run(
      Workbench.pegbar, ["cut", "diff", folder.file("v1.otio"), folder.file("v2.otio"), "--json", "--exit-code"])
    #expect(diff.status == 1, "\(diff.stderr)")
    let changes = JSONTree(try JSONSerialization.jsonObject(with: diff.stdout))["changes"].list
    func count(_ kind: String) -> Int { changes.count { $0["kinds"].list.contains { $0.string == kind } } }
    #expect(count("added") == second.count { $0.origin == nil })
    #expect(count("removed") == gone.count)
    #expect(count("split") == origins.values.filter { $0.count > 1 }.map(\.count).reduce(0, +))
    #expect(count("re-graded") == 0)
  }

  @Test func aDiffHasTheStatusOfGit() throws {
    var chance = SplitMix(seed: 3)
    let shots = Array(Self.first(&chance).prefix(4))
    _ = try conform(shots, "a")
    _ = try conform(Array(shots.dropFirst()), "b")
    func diff(_ arguments: String...) throws -> Tool.Output {
      try Tool.run(Workbench.pegbar, ["cut", "diff"] + arguments)
    }
    let (a, b) = (folder.file("a.otio"), folder.file("b.otio"))
    let same = try diff(a, a, "--exit-code")
    #expect(same.status == 0)
    #expect(same.text.isEmpty)
    #expect(same.stderr == "nothing changed\n")
    #expect(try diff(a, b).status == 0)
    let other = try diff(a, b, "--exit-code")
    #expect(other.status == 1)
    let lines = other.text.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines[0].contains("\(shots[0].count) frames earlier"))
    #expect(lines[1].hasPrefix("removed  take of 0  V1:0  0..\(shots[0].count)"))
    #expect(other.stderr == "1 removed, 3 shifted\n")
    // A list stands for its cut.
    let list = try diff(a, folder.file("b.edl"), "--rate", "24", "--exit-code")
    #expect(list.status == 1)
    #expect(list.text == other.text)
    #expect(try diff(a, folder.file("none.otio"), "--exit-code").status == 66)
  }

  // MARK: Reports and defaults

  @Test func reportsAreWrittenAsTheirNamesSay() throws {
    var chance = SplitMix(seed: 3)
    let names = ["r.html", "r.md", "r.json", "r.txt"]
    let report = try conform(
      Array(Self.first(&chance).prefix(3)), "cut", "--report", folder.file("r.html"), "--report", folder.file("r.md"),
      "--report", folder.file("r.json"), "--report", folder.file("r.txt"))
    for name in names {
      let text = try String(contentsOfFile: folder.file(name), encoding: .utf8)
      for clip in report["clips"].list { #expect(text.contains(clip["clip"].string ?? "?"), "\(name)") }
      #expect(text.contains("link.missing"), "\(name)")
    }
    let wrong = try Tool.run(
      Workbench.pegbar, ["conform", folder.file("cut.otio"), "-o", folder.file("x.otio"), "--report", "r.pdf"])
    #expect(wrong.status == 64)
    #expect(wrong.stderr.contains("r.pdf is no .html, .md, .json or .txt file"))
  }

  @Test func aShowsDefaultsHoldWhereNothingElseIsSaid() throws {
    let cuts = folder.file("show/cuts")
    try FileManager.default.createDirectory(atPath: cuts, withIntermediateDirectories: true)
    try Data("rate: 25\nraster: 2048x858\noverrun: black\nmedia: [../plates]\n".utf8)
      .write(to: URL(fileURLWithPath: folder.file("show/pegbar.yaml")))
    var chance = SplitMix(seed: 3)
    let edl = "\(cuts)/a.edl"
    try Data(Self.list(Array(Self.first(&chance).prefix(2))).utf8).write(to: URL(fileURLWithPath: edl))
    let output = try Tool.run(Workbench.pegbar, ["conform", edl, "-o", "\(cuts)/a.otio"])
    #expect(output.status == 1)
    #expect(
      output.stderr.contains("pegbar.yaml: media \(folder.file("plates")); rate 25; raster 2048x858; overrun black"))
    #expect(output.stderr.contains("names the media folder \(folder.file("plates")), which is not there"))
    var settings = try Timeline(reading: "\(cuts)/a.otio").settings()
    #expect(settings.rate == FrameRate(25))
    #expect(settings.raster == Raster(2048, 858))
    #expect(settings.overrun == .black)
    // The command's own words go first.
    _ = try Tool.run(
      Workbench.pegbar, ["conform", edl, "-o", "\(cuts)/a.otio", "--rate", "24", "--raster", "1920x1080"])
    settings = try Timeline(reading: "\(cuts)/a.otio").settings()
    #expect(settings.rate == FrameRate(24))
    #expect(settings.raster == Raster(1920, 1080))
    // What is not understood does not load.
    try Data("rate: 25\nrastre: 2048x858\n".utf8).write(to: URL(fileURLWithPath: folder.file("show/pegbar.yaml")))
    let wrong = try Tool.run(Workbench.pegbar, ["conform", edl, "-o", "\(cuts)/a.otio"])
    #expect(wrong.status == 65)
    #expect(wrong.stderr.contains("pegbar.yaml:2: unknown key rastre"))
    #expect(wrong.stderr.contains("did you mean raster?"))
  }
}

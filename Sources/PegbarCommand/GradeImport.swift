import ArgumentParser
import Foundation
import Pegbar

extension GradeCommand {
  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import", abstract: "Gives clips the CDLs of a file, by reel, source file, name or id.",
      discussion: """
        pegbar grade import cut.otio turnover.ccc
        pegbar grade import cut.otio DAY_03.ale reel_1.edl --rate 24

        Files are .cc, .ccc, .cdl, .ale, and cuts whose clips have CDLs, such as EDLs with ASC_SOP comments. A correction takes
        the place of the cdl that its clip has, and goes first where there is none.
        """)
    @Argument(help: ArgumentHelp("The cut (.otio).", valueName: "CUT")) var cut: String
    @Argument(help: ArgumentHelp("Files with corrections.", valueName: "FILE")) var files: [String]
    @Option(help: ArgumentHelp("The rate of timecode in files that do not say one.", valueName: "FPS")) var rate:
      String?
    @Flag(help: "Add corrections after what a clip has, instead of replacing its cdl.") var add = false
    @OptionGroup var edit: EditOptions

    func validate() throws { if files.isEmpty { throw ValidationError("Name a file with corrections") } }

    func run() throws {
      let target = try GradeTarget(cut)
      guard !target.isNamed else { throw PegError(.usage, "\(cut) names a clip", hint: "corrections find their clips") }
      let fps = try rate.map { text throws(PegError) in
        guard let value = FrameRate(text) else {
          throw PegError(.usage, "\(text) is no frame rate", hint: "write 24, 23.976 or 24000/1001")
        }
        return value
      }
      var timeline = target.cut.timeline
      let own = try timeline.settings().rate
      let places = timeline.everyClip.filter { $0.kind == .video }
      var findings: [Finding] = []
      var chosen: [CutAddress: (file: String, entry: ClipLog.Entry, grade: GradeOperation)] = [:]
      for file in files {
        let log = try ClipLog(
          correctionsOf: try GradeFiles.bytes(of: file), ImportOptions(name: file, rate: fps ?? own, limits: .generous))
        findings += log.findings
        var used: Swift.Set<Int> = []
        for (place, index) in zip(places, log.entries(for: places.map(\.clip))) {
          guard let index, let grade = log.entries[index].grade else { continue }
          used.insert(index)
          chosen[place.address] = (file, log.entries[index], grade)
        }
        for (index, entry) in log.entries.enumerated() where entry.grade != nil && !used.contains(index) {
          findings.append(
            Finding(
              "grade.unmatched_correction", .warning,
              "the correction \(entry.name) of \(file) is for no clip of \(cut)",
              at: file))
        }
      }
      var table = ReportTable(
        "clips", columns: [.init("address"), .init("name"), .init("file"), .init("correction"), .init("operation")])
      for place in places {
        let name = place.clip.item.info.name
        guard let found = chosen[place.address] else {
          table.add([
            .init(place.address.description), .init(name), .init(.null), .init(.null),
            .init(.null, text: "no correction"),
          ])
          continue
        }
        try timeline.updateGrade(at: .item(place.address)) { list in
          if add {
            list.append(found.grade)
          } else if let index = list.firstIndex(where: { $0.op == "cdl" }) {
            list[index] = found.grade
          } else {
            list.insert(found.grade, at: 0)
          }
        }
        table.add([
          .init(place.address.description), .init(name), .init(found.file), .init(found.entry.name),
          .init(found.grade.json, text: found.grade.sentence),
        ])
      }
      if !edit.dryRun { try timeline.write(to: edit.output ?? target.file) }
      let written = edit.dryRun ? "" : "; wrote \(edit.output ?? target.file)"
      try edit.report.say(
        Report(
          "grade-import",
          facts: [Fact("matched", .number(chosen.count)), Fact("unmatched", .number(places.count - chosen.count))],
          tables: [table], findings: findings,
          summary: ["\(chosen.count) of \(places.count) clips have corrections\(written)"]))
      try edit.report.judge(findings)
    }
  }
}

/// Files that grades come from.
enum GradeFiles {
  static func bytes(of path: String) throws(PegError) -> [UInt8] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
      throw PegError(.missingInput, "\(path) does not exist")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw PegError(.badInput, "\(path) cannot be read")
    }
    return [UInt8](data)
  }
}

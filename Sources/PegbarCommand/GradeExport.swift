import ArgumentParser
import Foundation
import PegKernels
import Pegbar

extension GradeCommand {
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export",
      abstract: "Writes a grade as a look: .cube, .clf, or the CDL that it is as .cc, .ccc, .cdl.",
      discussion: """
        pegbar grade export cut.otio#SH010 -o SH010.cube --size 65
        pegbar grade export cut.otio#SH010 -o SH010.clf --whole
        pegbar grade export cut.otio -o show.ccc

        A look is in the cut's working space. From CUT alone, .ccc and .cdl hold a correction for each clip that has one.
        """)
    @Argument(help: ArgumentHelp("CUT, CUT#V2 or CUT#SH010.", valueName: "CUT")) var place: String
    @Option(name: [.customShort("o"), .long], help: ArgumentHelp("The look to write.", valueName: "FILE")) var output:
      String
    @Option(help: ArgumentHelp("Nodes along an edge of a table, 2 to 129.", valueName: "N")) var size = 33
    @Option(help: ArgumentHelp("The frame of the item whose values are taken.", valueName: "FRAME")) var at = 0
    @Flag(help: "A clip's grade with its track's and the programme's.") var whole = false
    @Flag(help: "Replace a look that exists.") var overwrite = false
    @OptionGroup var presets: PresetOptions
    @OptionGroup var media: MediaOptions
    @OptionGroup var report: ReportOptions

    func validate() throws {
      if !ExportedLook.cubeSizes.contains(size) { throw ValidationError("--size is 2 to 129") }
    }

    func run() throws {
      let format = try LookFormat(ofFile: output)
      if FileManager.default.fileExists(atPath: output), !overwrite {
        throw PegError(.cannotCreate, "\(output) exists", hint: "give -o another name, or --overwrite to replace it")
      }
      let target = try GradeTarget(place)
      let title = target.place.description
      let made: (text: String, findings: [Finding])
      switch format {
      case .cube:
        let look = ExportedLook.cube(try program(target), size: size, title: title, name: output)
        made = (look.text, look.findings)
      case .clf:
        let look = ExportedLook.clf(try program(target), size: size, title: title, name: output)
        made = (look.text, look.findings)
      case .cc, .ccc, .cdl: made = (try CorrectionFile(corrections(target)).text(format), [])
      case .spi1d, .spi3d, .spimtx:
        throw PegError(
          .usage, "a grade is not written as .\(format.rawValue)", hint: "write .cube, .clf, .cc, .ccc or .cdl")
      }
      do { try Data(made.text.utf8).write(to: URL(fileURLWithPath: output), options: .atomic) } catch {
        throw PegError(.cannotCreate, "\(output) cannot be written: \(error.localizedDescription)")
      }
      try report.say(
        Report(
          "grade-export", facts: [Fact("place", .string(target.place.description)), Fact("written", .string(output))],
          findings: made.findings, summary: ["wrote \(output)"]))
      try report.judge(made.findings)
    }

    private func operations(_ target: GradeTarget) throws(PegError) -> [GradeOperation] {
      let timeline = target.cut.timeline
      var list = try timeline.grade(at: target.place)
      guard whole, case .item(let address) = target.place else { return list }
      // From the inside outwards: the track, the nest, its track.
      for index in address.steps.indices.reversed() {
        let (step, before) = (address.steps[index], Array(address.steps[..<index]))
        if step.child != nil {
          list += (try? timeline.grade(at: .item(CutAddress(before + [.init(step.track)])))) ?? []
        }
        if !before.isEmpty { list += (try? timeline.grade(at: .item(CutAddress(before)))) ?? [] }
      }
      return list + (try timeline.settings().grade)
    }

    private func program(_ target: GradeTarget) throws -> ColorProgram {
      let finder = try target.finder(presets, media)
      let working = try ColorSpace.named(try target.cut.timeline.settings().workingSpace ?? "bt709")
      var looks: [PlannedLook] = []
      var steps: [JSON] = []
      for operation in try operations(target) {
        var known = operation
        if let look = try finder.look(of: operation) {
          looks.append(look)
          known = operation.knowing(look)
        }
        steps.append(GradeStep(known, at: Rational(at)).json)
      }
      return try Grade.program(steps, working: working, looks: looks.programs.finder).optimised()
    }

    private func corrections(_ target: GradeTarget) throws -> [Correction] {
      let timeline = target.cut.timeline
      guard !target.isNamed else {
        return [try correction(try timeline.grade(at: target.place), id: name(target.place, timeline), target.place)]
      }
      var list: [Correction] = []
      for graded in try timeline.gradedPlaces() {
        guard case .item(let address) = graded.place, case .clip? = timeline[address] else { continue }
        list.append(try correction(graded.grade, id: name(graded.place, timeline), graded.place))
      }
      guard !list.isEmpty else { throw PegError(.badInput, "no clip of \(place) has a grade") }
      return list
    }

    private func name(_ place: GradePlace, _ timeline: Timeline) -> String {
      guard case .item(let address) = place, case .clip(let clip)? = timeline[address], !clip.item.info.name.isEmpty
      else {
        return place.description
      }
      return clip.item.info.name
    }

    private func correction(_ grade: [GradeOperation], id: String, _ place: GradePlace) throws(PegError) -> Correction {
      guard grade.count == 1, let only = grade.first, only.op == "cdl", only.space == nil, only.file == nil else {
        throw PegError(
          .badInput, "the grade of \(place) (\(grade.map(\.op).joined(separator: ", "))) is not one CDL",
          hint: "a .clf or a .cube holds any grade")
      }
      let step = GradeStep(only, at: Rational(at))
      let program = try Grade.program([step.json]).optimised()
      guard program.steps.count <= 1 else { throw PegError(.badInput, "the grade of \(place) is not one CDL") }
      switch program.steps.first {
      case nil:
        return Correction(id: id, CDLValues(slope: [1, 1, 1], offset: [0, 0, 0], power: [1, 1, 1], saturation: 1))
      case .cdl(let values)? where values.clamps: return Correction(id: id, values)
      default:
        throw PegError(
          .badInput, "the cdl of \(place) has an amount or does not clamp, which no CDL can say",
          hint: "a .clf or a .cube holds any grade")
      }
    }
  }
}

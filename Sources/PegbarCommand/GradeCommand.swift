import ArgumentParser
import Foundation
import Pegbar

struct GradeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grade", abstract: "Shows and sets the grades of clips, tracks and the programme.",
    discussion: """
      CUT is the whole programme, CUT#V2 a track, CUT#SH010 or CUT#V1:3 a clip. A clip is graded first, then its track, then
      the programme; operations of each in their order, counted from 0.
      """,
    subcommands: [Show.self, Set.self, Clear.self, Copy.self, Import.self, Export.self])

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the operations of a cut, or of one place in it.")
    @Argument(help: ArgumentHelp("CUT, CUT#V2 or CUT#SH010.", valueName: "CUT")) var place: String
    @OptionGroup var report: ReportOptions

    func run() throws {
      let target = try GradeTarget(place)
      let timeline = target.cut.timeline
      var table = ReportTable(
        "operations",
        columns: [.init("place"), .init("name"), .init("index"), .init("operation")])
      for graded in try timeline.gradedPlaces() {
        if target.isNamed, graded.place != target.place { continue }
        for (index, operation) in graded.grade.enumerated() {
          table.add([
            .init(graded.place.description), .init(graded.name), .init(index),
            .init(operation.json, text: operation.sentence),
          ])
        }
      }
      let sentence = table.rows.isEmpty ? ["\(place) has no grade"] : []
      try report.say(Report("grade-show", tables: [table], findings: target.cut.findings, summary: sentence))
    }
  }

  struct Set: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Adds an operation to a grade, or puts it in the place of another.",
      discussion: """
        pegbar grade set cut.otio#SH010 exposure stops=0.5
        pegbar grade set cut.otio#SH010 cdl slope=1.1,1,0.9 offset=0,0,0.01 power=1 saturation=0.9
        pegbar grade set cut.otio lut file=looks/warm.cube space=acescct amount=0.8
        pegbar grade set cut.otio#V2 '{"op": "saturation", "value": [[0, 0], [24, 1, "ease_in_out"]]}' --replace
        """)
    @Argument(help: ArgumentHelp("CUT, CUT#V2 or CUT#SH010.", valueName: "CUT")) var place: String
    @Argument(help: ArgumentHelp("The operation's name, or all of it as JSON.", valueName: "OP")) var operation: String
    @Argument(help: ArgumentHelp("Its fields.", valueName: "FIELD=VALUE")) var fields: [String] = []
    @Option(help: ArgumentHelp("Where it goes; after the last one when not given.", valueName: "N")) var at: Int?
    @Flag(help: "Put it in the place of the one at N, or of the first of its kind where there is one.")
    var replace = false
    @OptionGroup var edit: EditOptions
    @OptionGroup var presets: PresetOptions
    @OptionGroup var media: MediaOptions

    func validate() throws {
      if let at, at < 0 { throw ValidationError("--at is 0 or more") }
      if operation.hasPrefix("{"), !fields.isEmpty { throw ValidationError("Fields stand in the JSON") }
    }

    func run() throws {
      let target = try GradeTarget(place)
      let finder = try target.finder(presets, media)
      var made = try typed()
      made = try target.rebased(made, finder)
      try target.check(made, finder)
      var timeline = target.cut.timeline
      try timeline.updateGrade(at: target.place) { list throws(PegError) in try put(made, into: &list) }
      try edit.finish("grade-set", timeline, target, try timeline.grade(at: target.place))
    }

    private func typed() throws(PegError) -> GradeOperation {
      guard operation.hasPrefix("{") else { return try GradeOperation(typed: operation, fields: fields) }
      let value: JSON
      do throws(JSONError) {
        value = try JSON(parsing: Array(operation.utf8), limits: JSONLimits(bytes: 1 << 20))
      } catch {
        throw PegError(.usage, "the operation is no JSON: \(error.sentence) at \(error.position)")
      }
      return try GradeOperation(typed: value)
    }

    private func put(_ made: GradeOperation, into list: inout [GradeOperation]) throws(PegError) {
      let count = list.count
      let index = at ?? (replace ? list.firstIndex { $0.op == made.op } ?? count : count)
      guard index <= count, !replace || at == nil || index < count else {
        throw PegError(.usage, "\(place) has \(count) operations: there is none at \(index)")
      }
      if replace, index < count { list[index] = made } else { list.insert(made, at: index) }
    }
  }

  struct Clear: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Removes the operations of a grade, or one of them.")
    @Argument(help: ArgumentHelp("CUT, CUT#V2 or CUT#SH010.", valueName: "CUT")) var place: String
    @Option(help: ArgumentHelp("Only this one.", valueName: "N")) var at: Int?
    @OptionGroup var edit: EditOptions

    func run() throws {
      let target = try GradeTarget(place)
      var timeline = target.cut.timeline
      try timeline.updateGrade(at: target.place) { list throws(PegError) in
        guard let at else { return list.removeAll() }
        guard list.indices.contains(at) else {
          throw PegError(.usage, "\(place) has \(list.count) operations: there is none at \(at)")
        }
        list.remove(at: at)
      }
      try edit.finish("grade-clear", timeline, target, try timeline.grade(at: target.place))
    }
  }

  struct Copy: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Gives places of a cut the grade of another place.",
      discussion: """
        pegbar grade copy cut.otio#SH010 cut.otio#SH020 cut.otio#SH030
        pegbar grade copy old.otio#SH010 cut.otio#SH010 --add
        """)
    @Argument(help: ArgumentHelp("Where the grade is taken from.", valueName: "CUT#FROM")) var source: String
    @Argument(help: ArgumentHelp("Places of one cut.", valueName: "CUT#TO")) var targets: [String]
    @Flag(help: "Add the operations to those that are there, instead of replacing them.") var add = false
    @OptionGroup var edit: EditOptions

    func validate() throws { if targets.isEmpty { throw ValidationError("Name where the grade goes to") } }

    func run() throws {
      let source = try GradeTarget(source)
      let places = try targets.map { try GradeTarget($0) }
      guard let first = places.first, places.allSatisfy({ $0.file == first.file }) else {
        throw PegError(.usage, "the places lie in several cuts", hint: "copy into one cut at a time")
      }
      let grade = try source.cut.timeline.grade(at: source.place).map { operation in
        source.file == first.file ? operation : source.moved(operation, to: first)
      }
      var timeline = first.cut.timeline
      for place in places {
        try timeline.updateGrade(at: place.place) { list throws(PegError) in list = (add ? list : []) + grade }
      }
      try edit.finish("grade-copy", timeline, first, try timeline.grade(at: first.place), count: places.count)
    }
  }
}

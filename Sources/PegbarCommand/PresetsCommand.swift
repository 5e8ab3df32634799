import ArgumentParser
import Pegbar

struct PresetsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "presets", abstract: "Deliverables that can be rendered.",
    subcommands: [List.self, Show.self, Check.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the presets.")
    @OptionGroup var presets: PresetOptions
    @Flag(help: "Print JSON to stdout.") var json = false

    func run() throws {
      let library = try presets.library()
      let names = library.list()
      guard !names.isEmpty else {
        throw PegError(
          .missingInput, "there are no presets in \(library.roots.joined(separator: ", "))",
          hint: "name their folder with --presets or PEGBAR_PRESETS")
      }
      var list: [(name: String, title: String, formats: String)] = []
      var wrong: [Finding] = []
      for name in names {
        do throws(PegError) {
          let deliverable = try library.deliverable(named: name)
          list.append((name, deliverable.title, deliverable.container.formats.joined(separator: ", ")))
        } catch {
          wrong.append(Finding("preset.broken", .error, error.sentence, at: name, hint: error.hint))
        }
      }
      if json {
        try JSONOutput.print(
          "presets",
          [
            (
              "presets",
              .array(
                list.map {
                  JSONOutput.object([
                    ("name", .string($0.name)), ("title", .string($0.title)), ("formats", .string($0.formats)),
                  ])
                })
            ), ("findings", JSONOutput.findings(wrong)),
          ])
      } else {
        let width = list.map(\.name.count).max() ?? 0
        for entry in list {
          let gap = String(repeating: " ", count: width - entry.name.count + 2)
          try Console.print("\(entry.name)\(gap)\(entry.title) (\(entry.formats))")
        }
        Console.findings(wrong)
      }
      if !wrong.isEmpty { throw FindingsFault() }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Prints a preset as it resolves, in full, as JSON.")
    @Argument(help: ArgumentHelp("The preset's name, or a .yaml file.", valueName: "NAME")) var name: String
    @OptionGroup var presets: PresetOptions

    func run() throws {
      let deliverable = try presets.library().deliverable(named: name)
      guard let json = try? JSON(parsing: deliverable.canonical.utf8, limits: JSONLimits(bytes: 1 << 20)) else {
        throw PegError(.bug, "the preset \(name) has no canonical form")
      }
      try Console.print(json.text(.pretty))
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Says what is wrong with preset files.")
    @Argument(help: ArgumentHelp("Preset files.", valueName: "FILE")) var files: [String]
    @OptionGroup var presets: PresetOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
      let library = try presets.library()
      let findings = files.flatMap { library.check($0) }
      if report.json {
        try JSONOutput.print("presets-check", [("findings", JSONOutput.findings(findings))])
      } else {
        Console.findings(findings)
        if findings.isEmpty { Console.say("\(files.count) \(files.count == 1 ? "preset is" : "presets are") in order") }
      }
      try report.judge(findings)
    }
  }
}

import ArgumentParser
import Pegbar

struct PresetsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "presets", abstract: "Deliverables that can be rendered.",
    subcommands: [List.self, Show.self, Check.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the presets.")
    @OptionGroup var presets: PresetOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
      let library = try presets.library()
      let names = library.list()
      guard !names.isEmpty else { throw library.noPresets }
      var table = ReportTable("presets", columns: [.init("name"), .init("title"), .init("formats")])
      var wrong: [Finding] = []
      for name in names {
        do throws(PegError) {
          let deliverable = try library.deliverable(named: name)
          table.add([
            .init(name), .init(deliverable.title), .init(deliverable.container.formats.joined(separator: ", ")),
          ])
        } catch {
          wrong.append(Finding("preset.broken", .error, error.sentence, at: name, hint: error.hint))
        }
      }
      try report.say(Report("presets", tables: [table], findings: wrong))
      try report.judge(wrong)
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
      let order = "\(files.count) \(files.count == 1 ? "preset is" : "presets are") in order"
      try report.say(Report("presets-check", findings: findings, summary: findings.isEmpty ? [order] : []))
      try report.judge(findings)
    }
  }
}

import ArgumentParser
import Foundation
import Pegbar

struct RenderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "render", abstract: "Renders a cut into masters; like make, it does what is missing and no more.",
    discussion: """
      pegbar render cut.otio -p prores-422-hq -o master.mov
      pegbar render cut.otio -p prores-422-hq -o master.mov -p h264-review -o review.mp4
      pegbar render cut.otio -p png-sequence -o frames/film.####.png
      pegbar render cut.otio -p prores-422-hq -o part.mov --range 240..480
      pegbar render new.otio -p prores-422-hq -o new.mov --reuse old.mov
      pegbar render cut.otio -p prores-422-hq -o master.mov --dry-run
      """)

  @Argument(help: ArgumentHelp("The cut (.otio).", valueName: "CUT"))
  var cut: String

  @Option(
    name: [.customShort("p"), .long],
    help: ArgumentHelp("The deliverable; the nth belongs to the nth -o.", valueName: "PRESET"))
  var preset: [String]

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("The master; the nth belongs to the nth -p.", valueName: "FILE"))
  var output: [String]

  @Option(
    help: ArgumentHelp("Record frames to render: A..B or A+N in frames or timecode, or #CLIP.", valueName: "RANGE"))
  var range: String?

  @Option(help: "Lanes that work side by side; all cores when not given. Never changes a byte.")
  var threads: Int?

  @Option(help: ArgumentHelp("Memory for pictures, such as 900M or 2G; codecs' own aside.", valueName: "SIZE"))
  var memory: ByteCount?

  @Option(help: ArgumentHelp("A master whose packets may be taken over; may be given again.", valueName: "MASTER"))
  var reuse: [String] = []

  @Flag(help: "Encode everything anew.") var noReuse = false
  @Flag(help: "Replace an output that is no master of ours.") var overwrite = false
  @Flag(help: "Say what would be encoded, and why; write nothing.") var dryRun = false
  @Flag(help: "Read every source again, whatever is remembered of it.") var verifySources = false

  @Option(help: "What a clip whose media are missing becomes.")
  var missing: PlanOptions.Missing = .error

  @Option(help: ArgumentHelp("Where the ledger goes; beside the master when not given.", valueName: "PATH"))
  var ledger: String?

  @OptionGroup var report: ReportOptions
  @OptionGroup var presets: PresetOptions
  @OptionGroup var media: MediaOptions

  func validate() throws {
    guard preset.count == output.count else {
      throw ValidationError("\(preset.count) -p and \(output.count) -o: the nth -p belongs to the nth -o")
    }
    if let threads, threads < 1 || threads > 1024 { throw ValidationError("--threads is 1 or more") }
    if ledger != nil, output.count > 1 { throw ValidationError("--ledger goes with one output") }
  }

  func run() throws {
    let cut = try Cut(reading: cut)
    let library = try presets.library()
    let outputs = try zip(preset, output).map { name, path in
      RenderOutput(try library.deliverable(named: name), path: path)
    }
    let plan = try cut.plan(missing: missing, pathMaps: try media.maps())
    let cancellation = Cancellation()
    let signals = Signals(cancellation)
    defer { withExtendedLifetime(signals) {} }
    var options = RenderOptions(
      threads: threads ?? ProcessInfo.processInfo.activeProcessorCount, memory: memory?.bytes ?? 900 << 20,
      identities: SourceIdentities(folder: SourceIdentities.defaultFolder))
    options.range = try range.map { try Address(parsing: $0).frames(in: plan) }
    options.overwrite = overwrite
    options.reuses = !noReuse
    options.reuseFiles = reuse
    options.verifySources = verifySources
    options.ledgerPath = ledger
    options.cutPath = cut.path
    options.program = PegbarVersion.text
    options.cancellation = cancellation
    if dryRun {
      try forecast(try Renderer(plan, options: options).forecast(for: outputs), plan, cut)
      return
    }
    let progress = ProgressLine(output.joined(separator: ", "))
    options.progress = { progress.show($0) }
    defer { progress.finish() }
    let made = try Renderer(plan, options: options).render(to: outputs)
    progress.finish()
    try say(made, plan, cut)
  }

  private func say(_ made: RenderReport, _ plan: FramePlan, _ cut: Cut) throws {
    let findings = cut.findings + plan.findings + made.masters.flatMap(\.findings)
    if report.json {
      try JSONOutput.print(
        "render",
        [
          ("cut", .string(cut.path)), ("rate", .string(plan.rate.description)),
          (
            "masters",
            .array(
              made.masters.map { master in
                JSONOutput.object([
                  ("path", .string(master.path)), ("ledger", .string(master.ledger)),
                  ("preset", .string(master.preset)), ("range", JSONOutput.range(master.range)),
                  ("encoded", JSONOutput.number(master.counts.encoded)),
                  ("held", JSONOutput.number(master.counts.held)),
                  ("reused", JSONOutput.number(master.counts.reused)), ("bytes", JSONOutput.number(master.bytes)),
                  ("current", .bool(master.wasCurrent)),
                ])
              })
          ), ("findings", JSONOutput.findings(findings)),
        ])
    } else {
      Console.findings(findings)
      for master in made.masters {
        if master.wasCurrent {
          Console.say("\(master.path) is current (\(master.range.count) frames, \(master.preset))")
          continue
        }
        var parts = ["\(master.counts.encoded) encoded"]
        if master.counts.held > 0 { parts.append("\(master.counts.held) held") }
        if master.counts.reused > 0 { parts.append("\(master.counts.reused) reused") }
        let size = ByteCountFormatter.string(fromByteCount: Int64(master.bytes), countStyle: .file)
        Console.say(
          "\(master.path): \(master.range.count) frames at \(plan.rate.spoken) fps, \(master.preset), \(size) "
            + "(\(parts.joined(separator: ", "))) in \(String(format: "%.1f", made.seconds)) s")
      }
    }
    // What could be rendered was: findings end the verb with 1 only where that was asked for.
    if report.failOn != nil { try report.judge(findings) }
  }

  private func forecast(_ list: [RenderForecast], _ plan: FramePlan, _ cut: Cut) throws {
    if report.json {
      try JSONOutput.print(
        "render-forecast",
        [
          (
            "masters",
            .array(
              list.map { forecast in
                JSONOutput.object([
                  ("path", .string(forecast.path)), ("preset", .string(forecast.preset)),
                  ("range", JSONOutput.range(forecast.range)), ("current", .bool(forecast.isCurrent)),
                  ("reused", JSONOutput.number(forecast.reused)),
                  (
                    "encode",
                    .array(
                      forecast.work.map {
                        JSONOutput.object([
                          ("range", JSONOutput.range($0.range)), ("reason", .string($0.reason)),
                        ])
                      })
                  ),
                ])
              })
          ), ("findings", JSONOutput.findings(cut.findings + plan.findings)),
        ])
      return
    }
    Console.findings(cut.findings + plan.findings)
    for forecast in list {
      if forecast.isCurrent {
        try Console.print("\(forecast.path) is current (\(forecast.range.count) frames)")
        continue
      }
      let count = forecast.work.map(\.range.count).reduce(0, +)
      try Console.print("\(forecast.path): \(count) of \(forecast.range.count) frames would be encoded")
      for work in forecast.work {
        try Console.print(
          "  \(plan.start.advanced(by: work.range.start))  \(work.range)  \(work.range.count) frames: \(work.reason)")
      }
    }
  }
}

extension PlanOptions.Missing: ExpressibleByArgument {}

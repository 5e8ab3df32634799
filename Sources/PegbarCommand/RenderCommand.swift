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
      pegbar render cut.otio -p prores-422-hq -o 'reel.{SH010}.{SH020}.mov' --vary SH010=a,b --vary SH020=c,d
      pegbar render cut.otio -p prores-422-hq -o master.mov --dry-run
      pegbar render cut.otio -p h264-review -o - | ffplay -
      """)

  @Argument(help: ArgumentHelp("The cut (.otio).", valueName: "CUT"))
  var cut: String

  @Option(
    name: [.customShort("p"), .long],
    help: ArgumentHelp("The deliverable; the nth belongs to the nth -o.", valueName: "PRESET"))
  var preset: [String]

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("The master; the nth belongs to the nth -p. - streams to a pipe.", valueName: "FILE"))
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

  @Option(help: ArgumentHelp("What a clip whose media are missing becomes.", valueName: "error|slate|black"))
  var missing: PlanOptions.Missing = .error

  @Option(
    help: ArgumentHelp(
      "Renders the cut with each of these takes of a clip; {CLIP} in -o becomes the take. With several, every combination.",
      valueName: "CLIP=TAKE,TAKE…"))
  var vary: [String] = []

  @Option(
    help: ArgumentHelp(
      "Where the ledger goes, beside the master when not given; the nth belongs to the nth -o.", valueName: "PATH"))
  var ledger: [String] = []

  @OptionGroup var report: ReportOptions
  @OptionGroup var presets: PresetOptions
  @OptionGroup var media: MediaOptions

  func validate() throws {
    guard preset.count == output.count else {
      throw ValidationError("\(preset.count) -p and \(output.count) -o: the nth -p belongs to the nth -o")
    }
    if let threads, threads < 1 || threads > 1024 { throw ValidationError("--threads is 1 or more") }
    if !ledger.isEmpty, ledger.count != output.count {
      throw ValidationError("\(ledger.count) --ledger and \(output.count) -o: the nth --ledger belongs to the nth -o")
    }
    guard output.contains("-") else { return }
    if report.json, !dryRun { throw ValidationError("-o - and --json both write to stdout; leave one out") }
    if !ledger.isEmpty { throw ValidationError("a stream has no ledger: --ledger and -o - do not go together") }
    if output.count(where: { $0 == "-" }) > 1 {
      throw ValidationError("standard output takes one output: give -o - once")
    }
    if !vary.isEmpty { throw ValidationError("variants go to files: --vary and -o - do not go together") }
    if !dryRun, isatty(STDOUT_FILENO) == 1 {
      throw ValidationError("stdout is a terminal: pipe -o - into a program, or give -o a name")
    }
  }

  func run() throws {
    let cut = try Cut(reading: cut)
    let library = try presets.library()
    var choices: [TakeChoice] = []
    for text in vary { choices.append(try TakeChoice(parsing: text)) }
    try Self.check(choices, outputs: output.count)
    let names = try output.map { try VariantNames($0, choices: choices) }
    let ledgers = try ledger.map { try VariantNames($0, choices: choices) }
    let deliverables = try preset.map { try library.deliverable(named: $0) }
    let (missing, maps, roots) = (missing, try media.maps(), library.roots)
    let planned = { (prober: ProbedMedia) in
      try cut.variants(of: choices, missing: missing, pathMaps: maps, presets: roots, prober: prober)
    }
    var variants = verifySources ? try planned(ProbedMedia()) : try RememberedFacts.lend(to: planned)
    var outputs: [RenderOutput] = []
    for (index, variant) in variants.enumerated() {
      if let range { variants[index].range = try Address(parsing: range).frames(in: variant.plan) }
      for (place, deliverable) in deliverables.enumerated() {
        let path = names[place].name(variant.takes)
        outputs.append(
          path == "-"
            ? RenderOutput(deliverable, streamingTo: STDOUT_FILENO, name: "standard output")
            : RenderOutput(
              deliverable, path: path, ledger: ledgers.isEmpty ? nil : ledgers[place].name(variant.takes),
              variant: index))
      }
    }
    let plan = variants[0].plan
    let cancellation = Cancellation()
    let signals = Signals(cancellation)
    defer { withExtendedLifetime(signals) {} }
    var options = RenderOptions(
      threads: threads ?? ProcessInfo.processInfo.activeProcessorCount, memory: memory?.bytes ?? 900 << 20,
      identities: SourceIdentities(folder: SourceIdentities.defaultFolder))
    options.overwrite = overwrite
    options.reuses = !noReuse
    options.reuseFiles = reuse
    options.verifySources = verifySources
    options.cutPath = cut.path
    options.program = PegbarVersion.text
    options.cancellation = cancellation
    if dryRun {
      try forecast(try Renderer(variants, options: options).forecast(for: outputs), plan, cut)
      return
    }
    let progress = ProgressLine(outputs.map(\.path).joined(separator: ", "))
    options.progress = { progress.show($0) }
    defer { progress.finish() }
    let made = try Renderer(variants, options: options).render(to: outputs)
    progress.finish()
    try say(made, plan, cut)
  }

  /// Masters that one pass may write: each has a file, a journal, and an encoder's memory.
  private static let mastersAtMost = 256

  private static func check(_ choices: [TakeChoice], outputs: Int) throws(PegError) {
    let clips = choices.map(\.clip)
    if let twice = clips.first(where: { clip in clips.count { $0 == clip } > 1 }) {
      throw PegError(.usage, "\(twice) varies twice", hint: "list all its takes in one --vary")
    }
    var count = outputs
    for choice in choices {
      count *= choice.takes.count
      guard count <= mastersAtMost else {
        throw PegError(
          .usage, "these are more than the \(mastersAtMost) masters that go through one render",
          hint: "vary fewer takes at a time; --reuse takes over from masters that are finished what they share")
      }
    }
  }

  private func say(_ made: RenderReport, _ plan: FramePlan, _ cut: Cut) throws {
    let masters = made.masters.map { $0.report(rate: plan.rate, seconds: made.seconds) }
    let findings = cut.findings + plan.findings + made.findings
    try report.say(
      Report(
        "render", facts: [Fact("cut", .string(cut.path)), Fact("rate", .string(plan.rate.description))],
        parts: ReportParts("masters", masters), findings: findings))
    // What could be rendered was: findings end the verb with 1 only where that was asked for.
    if report.failOn != nil { try report.judge(findings + masters.flatMap(\.findings)) }
  }

  private func forecast(_ list: [RenderForecast], _ plan: FramePlan, _ cut: Cut) throws {
    try report.say(
      Report(
        "render-forecast", parts: ReportParts("masters", list.map { $0.report(plan) }),
        findings: cut.findings + plan.findings))
  }
}

extension RenderReport.Master {
  fileprivate func report(rate: FrameRate, seconds: Double) -> Report {
    var parts = ["\(counts.encoded) encoded"]
    if counts.held > 0 { parts.append("\(counts.held) held") }
    if counts.reused > 0 { parts.append("\(counts.reused) reused") }
    let size = ByteCountFormatter.string(fromByteCount: Int64(bytes), countStyle: .file)
    let sentence =
      wasCurrent
      ? "\(path) is current (\(range.count) frames, \(preset))"
      : "\(path): \(range.count) frames at \(rate.spoken) fps, \(preset), \(size) "
        + "(\(parts.joined(separator: ", "))) in \(String(format: "%.1f", seconds)) s"
    return Report(
      "render-master",
      facts: [
        Fact("path", .string(path)), Fact("ledger", JSONOutput.optional(ledger)), Fact("preset", .string(preset)),
        Fact("range", range.json), Fact("encoded", JSONOutput.number(counts.encoded)),
        Fact("held", JSONOutput.number(counts.held)), Fact("reused", JSONOutput.number(counts.reused)),
        Fact("bytes", JSONOutput.number(bytes)), Fact("current", .bool(wasCurrent)),
      ], findings: findings, summary: [sentence])
  }
}

extension RenderForecast {
  fileprivate func report(_ plan: FramePlan) -> Report {
    let count = work.map(\.range.count).reduce(0, +)
    let pictures = work.map(\.pictures).reduce(0, +)
    let held = pictures < count ? ", \(pictures) different pictures" : ""
    var table = ReportTable(
      "encode",
      columns: [
        .init("timecode"), .init("range"), .init("frames"), .init("pictures", isShown: false), .init("cause"),
        .init("reason"),
      ])
    for work in work {
      table.add([
        .init(plan.start.advanced(by: work.range.start).description), .init(work.range),
        .init(JSONOutput.number(work.range.count), text: "\(work.range.count) frames"),
        .init(JSONOutput.number(work.pictures), text: "\(work.pictures) pictures"), .init(work.cause.rawValue),
        .init(work.reason),
      ])
    }
    return Report(
      "render-forecast-master",
      title: isCurrent
        ? "\(path) is current (\(range.count) frames)"
        : "\(path): \(count) of \(range.count) frames would be encoded\(held)",
      facts: [
        Fact("path", .string(path)), Fact("preset", .string(preset)), Fact("range", range.json),
        Fact("current", .bool(isCurrent)), Fact("encoded", JSONOutput.number(counts.encoded)),
        Fact("held", JSONOutput.number(counts.held)), Fact("reused", JSONOutput.number(counts.reused)),
      ], tables: isCurrent ? [] : [table])
  }
}

extension PlanOptions.Missing: ExpressibleByArgument {}

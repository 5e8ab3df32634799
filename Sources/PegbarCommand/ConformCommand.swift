import ArgumentParser
import Foundation
import Pegbar

struct ConformCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conform", abstract: "Links every clip of a cut to its media, and says how.",
    discussion: """
      pegbar conform edit.otio --media plates --media renders -o cut.otio
      The cut is always written; with clips that have no media the exit status is 1.
      """)

  @Argument(help: ArgumentHelp("The cut (.otio).", valueName: "CUT")) var cuts: [String]
  @Option(name: .long, help: ArgumentHelp("A folder to look for media in; may be given again.", valueName: "DIR"))
  var media: [String] = []
  @Option(name: [.customShort("o"), .long], help: ArgumentHelp("The conformed cut.", valueName: "OUT.otio"))
  var output: String
  @Option(help: ArgumentHelp("The record rate, such as 24 or 24000/1001.", valueName: "FPS")) var rate: String?
  @Option(help: ArgumentHelp("The record raster, such as 1920x1080.", valueName: "WxH")) var raster: String?
  @Option(help: "What gaps in sequences become.") var gaps: GapPolicy?
  @Option(help: "What becomes of ranges that run over their media.") var overrun: OverrunPolicy?
  @Flag(help: "Report only; write nothing.") var dryRun = false
  @OptionGroup var report: ReportOptions
  @OptionGroup var maps: MediaOptions

  func run() throws {
    guard cuts.count == 1, let file = cuts.first else {
      throw PegError(
        .usage, "\(cuts.count) cuts were given, and conform reads one .otio", hint: "conform them one by one")
    }
    guard file.lowercased().hasSuffix(".otio") else {
      throw PegError(
        .badInput, "\(file) is no .otio file, which is all that is read so far",
        hint: "export OTIO from the editor, or convert with OpenTimelineIO's otioconvert")
    }
    var cut = try Cut(reading: file)
    var settings: TimelineSettings = try cut.timeline.settings()
    if let rate {
      guard let value = FrameRate(rate) else {
        throw PegError(.usage, "\(rate) is no frame rate", hint: "write 24, 23.976 or 24000/1001")
      }
      settings.rate = value
    }
    if let raster {
      guard let value = Raster(raster) else {
        throw PegError(.usage, "\(raster) is no raster", hint: "write 1920x1080")
      }
      settings.raster = value
    }
    if let gaps { settings.gaps = gaps }
    if let overrun { settings.overrun = overrun }
    cut.timeline.set(settings)
    let linker = Linker(
      resolver: MediaResolver(cutFolder: cut.folder, pathMaps: try maps.maps()), folders: try MediaFolders(media),
      outputFolder: URL(fileURLWithPath: output).deletingLastPathComponent().path,
      prober: FactsFunction { try MediaProbe.facts(of: $0) })
    let linked = try linker.link(cut.timeline)
    if !dryRun { try linked.timeline.write(to: output) }
    let count = linked.entries.count { $0.isActive }
    let folder = URL(fileURLWithPath: output).deletingLastPathComponent().path
    let findings =
      cut.findings + linked.findings
      + FramePlanner.check(
        linked.timeline, media: linked.catalogue,
        options: PlanOptions(name: URL(fileURLWithPath: output).lastPathComponent, cutFolder: folder))
    try report.say(
      Report(
        "conform", facts: [Fact("cut", .string(file)), Fact("output", .string(output))],
        tables: [LinkEntry.table(linked.entries)], findings: findings,
        summary: ["\(count - linked.unlinked.count) of \(count) clips linked\(dryRun ? "" : "; wrote \(output)")"]))
    try report.judge(findings)
  }
}

extension GapPolicy: ExpressibleByArgument {}
extension OverrunPolicy: ExpressibleByArgument {}

extension LinkEntry {
  /// How each clip was linked, one a line.
  fileprivate static func table(_ entries: [LinkEntry]) -> ReportTable {
    var table = ReportTable(
      "clips",
      columns: [
        .init("address"), .init("clip"), .init("take"), .init("active", isShown: false), .init("outcome"),
        .init("path"), .init("how"), .init("reason", isShown: false), .init("candidates", isShown: false),
      ])
    for entry in entries {
      let (state, how): (String, LinkMethod?) =
        switch entry.outcome {
        case .linked(let how): ("linked", how)
        case .ambiguous: ("ambiguous", nil)
        case .missing: ("missing", nil)
        case .unreadable: ("unreadable", nil)
        }
      table.add([
        .init(entry.address.description), .init(entry.clip),
        .init(.string(entry.take), text: entry.isActive ? "" : "take \(entry.take)"), .init(.bool(entry.isActive)),
        .init(.string(state), text: entry.isLinked ? "" : state), .init(entry.path),
        .init(JSONOutput.optional(how?.rawValue), text: how?.rawValue.replacing("_", with: " ") ?? ""),
        // Why a clip has no media is a finding.
        .init(.string(entry.reason)), .init(.array(entry.candidates.map { .string($0) })),
      ])
    }
    return table
  }
}

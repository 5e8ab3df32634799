import ArgumentParser
import Foundation
import Pegbar

struct ConformCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conform", abstract: "Reads a cut of any kind, links every clip to its media, and says how.",
    discussion: """
      pegbar conform edit.otio --media plates --media renders -o cut.otio
      pegbar conform v1.edl v2.edl --rate 24 --media renders -o cut.otio     lists of one cut, lowest first
      pegbar conform show.fcpxml --sequence 'Reel 2' --media renders -o reel2.otio
      pegbar conform sheet.xdts --rate 24 --media cels -o cut.otio

      Reads OTIO, CMX 3600 EDL, FCPXML, Final Cut Pro 7 XML, XDTS, exposure sheets as CSV, and cut sheets (YAML, CSV). What
      cannot be carried is listed with line and column. The cut is always written; with clips that have no media the exit
      status is 1.
      """)

  @Argument(
    help: ArgumentHelp("The cut; several are lists of one cut, the lowest first.", valueName: "CUT"),
    completion: .file(extensions: CutFiles.extensions))
  var cuts: [String]
  @Option(
    name: .long, help: ArgumentHelp("A folder to look for media in; may be given again.", valueName: "DIR"),
    completion: .directory)
  var media: [String] = []
  @Option(
    name: [.customShort("o"), .long], help: ArgumentHelp("The conformed cut.", valueName: "OUT.otio"),
    completion: .file(extensions: ["otio"]))
  var output: String
  @Option(help: ArgumentHelp("Which sequence or project, where the file has several.", valueName: "NAME"))
  var sequence: String?
  @Option(
    help: ArgumentHelp("The record rate, such as 24 or 24000/1001.", valueName: "FPS"), transform: RecordValue.rate)
  var rate: FrameRate?
  @Option(
    help: ArgumentHelp("The record raster, such as 1920x1080.", valueName: "WxH"), transform: RecordValue.raster)
  var raster: Raster?
  @Option(help: "What gaps in sequences become.") var gaps: GapPolicy?
  @Option(help: "What becomes of ranges that run over their media.") var overrun: OverrunPolicy?
  @Flag(help: "Report only; write nothing.") var dryRun = false
  @OptionGroup var report: ReportOptions
  @OptionGroup var maps: MediaOptions

  func validate() throws {
    if cuts.isEmpty { throw ValidationError("Name the cut to conform") }
    try CutFiles.requireOTIO(output, from: cuts)
    if sequence != nil, cuts.count > 1 {
      throw ValidationError("--sequence chooses in one file, and \(cuts.count) were given")
    }
  }

  func run() throws {
    let pathMaps = try maps.maps()
    let probed = ProbedMedia()
    let folders = try MediaFolders(media)
    let imported = try CutImport(
      reading: cuts, rate: rate, sequence: sequence, folders: folders, pathMaps: pathMaps, media: probed)
    var cut = imported.cut
    var settings: TimelineSettings = try cut.timeline.settings()
    if let rate { settings.rate = rate }
    if let raster { settings.raster = raster }
    if let gaps { settings.gaps = gaps }
    if let overrun { settings.overrun = overrun }
    cut.timeline.set(settings)
    let folder = URL(fileURLWithPath: output).deletingLastPathComponent().path
    let linker = Linker(
      resolver: MediaResolver(cutFolder: cut.folder, pathMaps: pathMaps), folders: folders, outputFolder: folder,
      prober: probed)
    let linked = try linker.link(cut.timeline)
    if !dryRun { try linked.timeline.write(to: output) }
    let findings =
      cut.findings + linked.findings
      + FramePlanner.check(
        linked.timeline, media: linked.catalogue,
        options: PlanOptions(name: URL(fileURLWithPath: output).lastPathComponent, cutFolder: folder))
    let conform = ConformReport(
      cuts: cuts, kinds: imported.kinds, output: output, isWritten: !dryRun, linked: linked, findings: findings)
    try report.say(conform.report)
    try report.judge(findings)
  }
}

extension GapPolicy: ExpressibleByArgument {}
extension OverrunPolicy: ExpressibleByArgument {}

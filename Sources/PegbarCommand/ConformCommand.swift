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
      pegbar conform v2.edl --from v1.otio --media renders -o v2.otio         with the work of the old cut
      pegbar conform cut.otio --match '{shot}_comp_v{version}' --media renders -o cut.otio
      pegbar conform cut.otio --sound mix.wav --report conform.html -o final.otio

      Reads OTIO, CMX 3600 EDL, FCPXML, Final Cut Pro 7 XML, XDTS, exposure sheets as CSV, and cut sheets (YAML, CSV). What
      cannot be carried is listed with line and column. The cut is always written; with clips that have no media the exit
      status is 1. Defaults of a show stand in a pegbar.yaml in a folder above the output.
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
  @Option(
    help: ArgumentHelp(
      "How media are named after shots, such as '{shot}_v{version}'; goes before other names; may be given again.",
      valueName: "PATTERN"))
  var match: [String] = []
  @Option(
    help: ArgumentHelp("A mix that is laid by its bext time, in place of the cut's sound.", valueName: "MIX.wav"),
    completion: .file())
  var sound: [String] = []
  @Option(
    help: ArgumentHelp(
      "The cut's older version, whose grades, takes and other work are carried.", valueName: "OLD.otio"),
    completion: .file(extensions: ["otio"]))
  var from: String?
  @Option(help: "What gaps in sequences become.") var gaps: GapPolicy?
  @Option(help: "What becomes of ranges that run over their media.") var overrun: OverrunPolicy?
  @Flag(help: "Report only; write nothing.") var dryRun = false
  @OptionGroup var report: ReportOptions
  @OptionGroup var maps: MediaOptions

  func validate() throws {
    if cuts.isEmpty { throw ValidationError("Name the cut to conform") }
    try CutFiles.requireOTIO(output)
    if sequence != nil, cuts.count > 1 {
      throw ValidationError("--sequence chooses in one file, and \(cuts.count) were given")
    }
  }

  func run() throws {
    let folder = CutFiles.folder(of: output)
    let show = try ShowDefaults.above(folder)
    let pathMaps = try maps.maps()
    let patterns = try (match.isEmpty ? show?.match ?? [] : match).map { try ShotPattern($0) }
    let cache = RememberedFacts(folder: SourceIdentities.defaultFolder)
    defer { cache.save() }
    let probed = ProbedMedia(remembering: cache)
    let folders = try MediaFolders(
      media.map { URL(fileURLWithPath: $0).path } + roots(of: show).filter(\.isThere).map(\.path))
    let imported = try CutImport(
      reading: cuts, rate: rate, showRate: show?.settings.rate, sequence: sequence, folders: folders,
      pathMaps: pathMaps, media: probed)
    var timeline = imported.cut.timeline
    let changes = try settle(&timeline, show)
    let carry = try carry(to: &timeline, pathMaps)
    let linker = Linker(
      resolver: MediaResolver(cutFolder: imported.cut.folder, pathMaps: pathMaps), folders: folders,
      outputFolder: folder, prober: probed, patterns: patterns)
    var linked = try linker.link(timeline)
    for (index, path) in sound.enumerated() {
      try linked.lay(try probed.facts(of: path), isAlone: index == 0, folder: folder)
    }
    if !dryRun { try linked.timeline.write(to: output) }
    let name = URL(fileURLWithPath: output).lastPathComponent
    let findings =
      imported.cut.findings + missingRoots(show) + changes + (carry?.everyFinding ?? []) + linked.findings
      + FramePlanner.check(
        linked.timeline, media: linked.catalogue, options: PlanOptions(name: name, cutFolder: folder))
    let conform = ConformReport(
      cuts: cuts, imported: imported, output: output, isWritten: !dryRun, show: show, carry: carry, linked: linked,
      findings: findings)
    try report.say(try conform.report(), title: "Conform of \(name)")
    try report.judge(findings)
  }

  /// The show's media folders, without those that were named already.
  private func roots(of show: ShowDefaults?) -> [(path: String, isThere: Bool)] {
    let named = Set(media.map { URL(fileURLWithPath: $0).standardizedFileURL.path })
    return (show?.media ?? []).filter { !named.contains($0) }.map { path in
      var isFolder: ObjCBool = false
      return (path, FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue)
    }
  }

  /// A volume of the show may not be mounted here, and the cut may not need it.
  private func missingRoots(_ show: ShowDefaults?) -> [Finding] {
    guard let show else { return [] }
    return roots(of: show).filter { !$0.isThere }.map { root in
      Finding(
        "conform.no_media_folder", .warning, "\(show.path) names the media folder \(root.path), which is not there",
        at: show.path)
    }
  }

  /// What the programme is: by the options, by the cut, by the show.
  ///
  /// - Returns: what the options changed of what the cut says.
  private func settle(_ timeline: inout Timeline, _ show: ShowDefaults?) throws(PegError) -> [Finding] {
    let said = try timeline.settings()
    var settings = said
    if let rate { settings.rate = rate }
    if let raster { settings.raster = raster }
    if let gaps { settings.gaps = gaps }
    if let overrun { settings.overrun = overrun }
    if let show { settings = settings.filled(from: show.settings) }
    var findings: [Finding] = []
    if settings.dropFrame == true, let rate = settings.rate, !rate.allowsDropFrame {
      settings.dropFrame = nil
      findings.append(
        Finding(
          "conform.drop_frame", .warning, "The cut is drop-frame, which \(rate.spoken) frames per second does not have",
          at: cuts[0], instead: "its timecode counts every frame"))
    }
    timeline.set(settings)
    func note(_ code: String, _ what: String, _ old: String?, _ new: String?) {
      guard let old, let new, old != new else { return }
      findings.append(
        Finding(code, .note, "The cut says the \(what) \(old), and \(new) was asked for: \(new) holds", at: cuts[0]))
    }
    if let own = said.dropFrame, let asked = show?.settings.dropFrame, own != asked {
      findings.append(
        Finding(
          "conform.drop_frame", .note,
          "The show's timecode is \(asked ? "drop-frame" : "non-drop") and the cut's is \(own ? "drop-frame" : "non-drop"): "
            + "its labels stay as they are", at: cuts[0]))
    }
    note("conform.rate", "rate", said.rate?.spoken, settings.rate?.spoken)
    note("conform.raster", "raster", said.raster?.description, settings.raster?.description)
    return findings
  }

  /// The work of the older cut, where there is one.
  private func carry(to timeline: inout Timeline, _ pathMaps: [PathMap]) throws(PegError) -> CutCarry? {
    guard let from else { return nil }
    let old = try Cut(reading: from)
    // It lies in another folder: what it calls its media has to lead there from anywhere.
    let absolute = try MediaResolver(cutFolder: old.folder, pathMaps: pathMaps).absolute(old.timeline)
    let carry = try timeline.carrying(from: absolute)
    timeline = carry.timeline
    return carry
  }
}

extension GapPolicy: ExpressibleByArgument {}
extension OverrunPolicy: ExpressibleByArgument {}

extension CutCarry {
  /// What could not be carried with a clip, and the work of clips that are gone.
  var everyFinding: [Finding] {
    findings
      + orphaned.filter { !$0.work.isEmpty }.map { entry in
        Finding(
          "carry.orphaned", .warning,
          "\(entry.name.isEmpty ? "The clip" : entry.name) (\(entry.old.address) of the old cut) is not in the new one",
          at: entry.name.isEmpty ? entry.old.address.description : entry.name, range: entry.old.record,
          instead: "its \(entry.work.joined(separator: ", ")) \(entry.work.count == 1 ? "is" : "are") left behind")
      }
  }
}

import ArgumentParser
import Foundation
import Pegbar

struct CutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cut", abstract: "Makes, lists and edits cuts.",
    subcommands: [New.self, List.self, Link.self, Diff.self, Export.self])

  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a cut from media, one after the other.",
      discussion: "pegbar cut new cut.otio shot1.mov 'cels/fox.####.png' title.png music.wav")

    @Argument(help: ArgumentHelp("The cut to write.", valueName: "OUT.otio")) var output: String
    @Argument(help: ArgumentHelp("Movies, sequences, stills, sound.", valueName: "MEDIA")) var media: [String]
    @Option(
      help: ArgumentHelp("The record rate; the first clip's when not given.", valueName: "FPS"),
      transform: RecordValue.rate)
    var rate: FrameRate?
    @Option(
      help: ArgumentHelp("The record raster; the first clip's when not given.", valueName: "WxH"),
      transform: RecordValue.raster)
    var raster: Raster?
    @Option(help: ArgumentHelp("Record frames that a still is shown.", valueName: "FRAMES")) var hold = 24
    @Flag(help: "Replace a cut that exists.") var overwrite = false

    func validate() throws {
      try CutFiles.requireOTIO(output)
      if media.isEmpty { throw ValidationError("Name the media that the cut is made of") }
      if hold < 1 { throw ValidationError("--hold is 1 or more") }
    }

    func run() throws {
      if FileManager.default.fileExists(atPath: output), !overwrite {
        throw PegError(.cannotCreate, "\(output) exists", hint: "give another name, or --overwrite to replace it")
      }
      var facts: [MediaFacts] = []
      for path in media { facts.append(try MediaProbe.facts(of: path)) }
      let own = CutBuilder.rate(of: facts)
      let folder = CutFiles.folder(of: output)
      let show = try ShowDefaults.above(folder)
      let rate = rate ?? show?.settings.rate
      let raster = raster ?? show?.settings.raster
      var builder = CutBuilder(folder: folder, rate: rate ?? own)
      for fact in facts { try builder.add(fact, hold: hold) }
      let first = facts.lazy.compactMap(\.video).first?.raster
      let name = URL(fileURLWithPath: output).deletingPathExtension().lastPathComponent
      var timeline = builder.timeline(name: name, raster: raster ?? first)
      if let show { timeline.set(try timeline.settings().filled(from: show.settings)) }
      try timeline.write(to: output)
      Console.findings(facts.flatMap(\.findings))
      let taken = [
        rate == nil ? "rate \((rate ?? own).spoken) fps from the first clip" : nil,
        raster == nil ? (first.map { "raster \($0) from the first clip" }) : nil,
      ].compactMap(\.self)
      if let show, !show.spoken.isEmpty {
        Console.say("defaults of \(show.path): \(show.spoken.joined(separator: "; "))")
      }
      Console.say(
        "wrote \(output): \(facts.count) \(facts.count == 1 ? "clip" : "clips")\(taken.isEmpty ? "" : "; ")\(taken.joined(separator: ", "))"
      )
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the clips of a cut.")
    @Argument(help: ArgumentHelp("The cut (.otio).", valueName: "CUT")) var cut: String
    @OptionGroup var report: ReportOptions
    @OptionGroup var media: MediaOptions

    func run() throws {
      let cut = try Cut(reading: cut)
      let maps = try media.maps()
      let plan = try? RememberedFacts.lend {
        try cut.plan(knowledge: .references, missing: .black, pathMaps: maps, prober: $0)
      }
      var ranges: [CutAddress: FrameRange] = [:]
      for item in plan?.items ?? [] where !item.range.isEmpty { ranges[item.address] = item.range }
      var table = ReportTable(
        "clips",
        columns: [
          .init("address"), .init("timecode"), .init("record"), .init("name"), .init("source"), .init("take"),
          .init("takes", isShown: false), .init("enabled"),
        ])
      for place in cut.timeline.everyClip {
        let (clip, range) = (place.clip, ranges[place.address])
        let takes = clip.references.map(\.key)
        table.add([
          .init(place.address.description),
          .init(range.flatMap { range in plan.map { $0.start.advanced(by: range.start).description } }),
          .init(range), .init(clip.item.info.name),
          .init(
            JSONOutput.optional(clip.activeReference?.spelling), text: clip.activeReference?.spelling ?? "no media"),
          .init(
            .string(clip.activeKey), text: takes.count > 1 ? "take \(clip.activeKey) of \(takes.count)" : ""),
          .init(.array(takes.map { .string($0) })),
          .init(.bool(place.isEnabled), text: place.isEnabled ? "" : "disabled"),
        ])
      }
      try report.say(Report("cut-list", tables: [table], findings: cut.findings))
    }
  }

  struct Link: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Decides by hand which media a clip plays.",
      discussion: "pegbar cut link 'cut.otio#SH010' plates/SH010_v3.mov")

    @Argument(help: ArgumentHelp("The clip: CUT#NAME or CUT#V1:3.", valueName: "CUT#CLIP")) var place: String
    @Argument(help: ArgumentHelp("The media.", valueName: "PATH")) var media: String
    @Option(help: ArgumentHelp("The take to link; the active one when not given.", valueName: "KEY")) var take: String?
    @Option(name: [.customShort("o"), .long], help: ArgumentHelp("Write here instead of in place.", valueName: "FILE"))
    var output: String?
    @Flag(help: "Say what would change; write nothing.") var dryRun = false
    @OptionGroup var report: ReportOptions
    @OptionGroup var maps: MediaOptions

    func run() throws {
      let (file, address) = try Address.split(place)
      guard let wanted = address?.item else {
        throw PegError(.usage, "\(place) names no clip", hint: "write CUT#NAME or CUT#V1:3")
      }
      let cut = try Cut(reading: file)
      let folder = URL(fileURLWithPath: output ?? file).deletingLastPathComponent().path
      let linked = try HandLink(
        cut.timeline, at: try cut.timeline.resolve(wanted), to: try MediaProbe.facts(of: media), take: take,
        resolver: MediaResolver(cutFolder: cut.folder, pathMaps: try maps.maps()), folder: folder, name: cut.name)
      if !dryRun { try linked.timeline.write(to: output ?? file) }
      let (key, clip) = (take ?? linked.clip.activeKey, linked.clip)
      let source = clip.references.first { $0.key == key }?.reference.spelling ?? media
      try report.say(
        Report(
          "cut-link",
          facts: [
            Fact("address", .string(linked.address.description)), Fact("clip", .string(clip.item.info.name)),
            Fact("take", .string(key)), Fact("path", .string(source)),
          ], findings: linked.findings,
          summary: ["\(linked.address)  \(clip.item.info.name)  \(source) (by hand)"]))
      try report.judge(linked.findings)
    }
  }
}

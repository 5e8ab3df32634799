import ArgumentParser
import Foundation
import Pegbar
import PegTimeline

extension CutCommand {
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Writes a cut as an edit decision list (CMX 3600), and lists what it cannot say.",
      discussion: """
        pegbar cut export cut.otio -o cut.edl                       the first video track, and the sound
        pegbar cut export cut.otio --track V2 -o titles.edl
        pegbar cut export cut.otio -o 'cut.{track}.edl'             a list for each video track, as Avid and Resolve take them
        pegbar cut export cut.otio --track all -o cut.edl           channels V, V2, … in one list, which Pegbar reads
        """)

    @Argument(help: ArgumentHelp("The cut (.otio).", valueName: "CUT"), completion: .file(extensions: ["otio"]))
    var cut: String
    @Option(
      name: [.customShort("o"), .long],
      help: ArgumentHelp("The list; {track} in its name stands for V1, V2, ….", valueName: "FILE.edl"),
      completion: .file(extensions: ["edl"]))
    var output: String
    @Option(help: ArgumentHelp("Which video track; V1 when not given.", valueName: "V1|all")) var track: String?
    @Option(help: ArgumentHelp("Characters of a reel name: 8, 16, 32 or 128.", valueName: "N")) var reelLength = 32
    @Flag(help: "Say what would be lost; write nothing.") var dryRun = false
    @OptionGroup var report: ReportOptions

    func validate() throws {
      guard output.lowercased().hasSuffix(".edl") else {
        throw ValidationError("The output \(output) is no .edl file, which is what is written")
      }
      guard [8, 16, 32, 128].contains(reelLength) else {
        throw ValidationError("--reel-length is 8, 16, 32 or 128")
      }
      if output.contains("{track}"), track != nil {
        throw ValidationError("--track names one track, and {track} in the output asks for each of them")
      }
    }

    func run() throws {
      let cut = try Cut(reading: cut)
      let tracks = cut.timeline.trackLabels.filter { $0.kind == .video }
      var lists: [(path: String, export: EDLExport)] = []
      if output.contains("{track}") {
        guard !tracks.isEmpty else { throw PegError(.badInput, "\(self.cut) has no video track") }
        for label in tracks {
          lists.append(
            try list(of: cut, .track(label.number), to: output.replacing("{track}", with: label.description)))
        }
      } else {
        lists.append(try list(of: cut, try pictures(among: tracks), to: output))
      }
      if !dryRun {
        for list in lists { try WholeFile.replace(list.path, with: Array(list.export.text.utf8)) }
      }
      // A list for each track leaves out the others, which is no loss.
      let findings = cut.findings + lists.flatMap(\.export.findings)
      let lost = findings.count(where: \.isLoss)
      let paths = lists.map(\.path)
      try report.say(
        Report(
          "cut-export", facts: [Fact("cut", .string(self.cut)), Fact("outputs", .array(paths.map { .string($0) }))],
          findings: findings,
          summary: [
            (dryRun ? "would write " : "wrote ") + paths.joined(separator: ", ")
              + (lost > 0 ? "; \(lost) \(lost == 1 ? "thing is" : "things are") not in it" : "")
          ]))
      try report.judge(findings)
    }

    private func list(
      of cut: Cut, _ pictures: EDLOptions.Pictures, to path: String
    ) throws -> (path: String, export: EDLExport) {
      var export = try cut.timeline.edl(
        EDLOptions(name: path, pictures: pictures, reelLength: reelLength))
      if output.contains("{track}") { export.findings.removeAll { $0.code == "edl.other_track" } }
      return (path, export)
    }

    private func pictures(among tracks: [TrackLabel]) throws(PegError) -> EDLOptions.Pictures {
      guard let track, track.lowercased() != "all" else { return track == nil ? .track(1) : .all }
      let there = tracks.isEmpty ? "it has none" : "it has \(tracks.map(\.description).joined(separator: ", "))"
      guard let address = CutAddress(track), address.steps.count == 1, let step = address.steps.first,
        step.child == nil,
        step.track.kind == .video
      else { throw PegError(.usage, "\(track) is no video track", hint: "say V1, or all; \(there)") }
      guard tracks.contains(step.track) else { throw PegError(.badInput, "\(cut) has no track \(track)", hint: there) }
      return .track(step.track.number)
    }
  }
}

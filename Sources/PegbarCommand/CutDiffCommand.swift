import ArgumentParser
import Pegbar

extension CutCommand {
  struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "What changed from one version of a cut to another, by what clips play.",
      discussion: """
        pegbar cut diff v1.otio v2.otio
        pegbar cut diff v1.otio v2.edl --rate 24 --exit-code && echo nothing changed

        A clip is known by its media and source time, not by its place: what moved, was trimmed, retimed, re-taken,
        re-graded, split, added or removed, with the record ranges in the old cut and the new one.
        """)

    @Argument(help: ArgumentHelp("The old cut.", valueName: "OLD"), completion: .file(extensions: CutFiles.extensions))
    var old: String
    @Argument(help: ArgumentHelp("The new cut.", valueName: "NEW"), completion: .file(extensions: CutFiles.extensions))
    var new: String
    @Option(
      help: ArgumentHelp("The rate of cuts that say none, such as EDLs.", valueName: "FPS"),
      transform: RecordValue.rate)
    var rate: FrameRate?
    @Flag(help: "Exit status 1 when something changed.") var exitCode = false
    @OptionGroup var report: ReportOptions

    func run() throws {
      let folders = try MediaFolders([])
      let cuts = try [old, new].map { path in
        try CutImport(reading: [path], rate: rate, folders: folders).cut
      }
      let diff = try cuts[0].timeline.changes(to: cuts[1].timeline)
      let labels = try cuts.map { try RecordLabels($0.timeline) }
      var table = ReportTable(
        "changes",
        columns: [
          .init("kinds"), .init("name"), .init("old"), .init("old_timecode", isShown: false), .init("old_record"),
          .init("new"), .init("new_timecode"), .init("new_record"), .init("details"),
        ])
      for change in diff.changes {
        func cells(_ place: CutChange.Place?, _ labels: RecordLabels, arrow: String) -> [ReportTable.Cell] {
          [
            .init(
              JSONOutput.optional(place?.address.description),
              text: (place?.address.description).map { arrow + $0 } ?? ""),
            .init((place?.record).map { labels[$0.start].description }), .init(place?.record),
          ]
        }
        let kinds = change.kinds.map(\.rawValue)
        table.add(
          [.init(.array(kinds.map { .string($0) }), text: kinds.joined(separator: ", ")), .init(change.name)]
            + cells(change.old, labels[0], arrow: "") + cells(change.new, labels[1], arrow: "→ ")
            + [.init(.array(change.details.map { .string($0) }), text: change.details.joined(separator: "; "))])
      }
      try report.say(
        Report(
          "cut-diff", facts: [Fact("old", .string(old)), Fact("new", .string(new))], tables: [table],
          findings: cuts.flatMap(\.findings).filter { $0.severity == .error }, summary: [Self.summary(diff)]))
      if exitCode, !diff.isEmpty { throw FindingsFault() }
    }

    /// `3 moved, 1 trimmed, 2 added`, or that nothing changed.
    private static func summary(_ diff: CutDiff) -> String {
      let counts = CutChange.Kind.allCases.compactMap { kind -> String? in
        let count = diff.changes.count { $0.kinds.contains(kind) }
        return count > 0 ? "\(count) \(kind.rawValue)" : nil
      }
      return counts.isEmpty ? "nothing changed" : counts.joined(separator: ", ")
    }
  }
}

import Pegbar

/// What `conform` has to say.
struct ConformReport {
  /// The files that were read, and what each of them is.
  let cuts: [String]
  let kinds: [String]
  let output: String
  /// Whether the cut was written.
  let isWritten: Bool
  let linked: LinkReport
  let findings: [Finding]

  var report: Report {
    let facts = [
      Fact("cut", .string(cuts[0])), Fact("cuts", .array(cuts.map { .string($0) })),
      Fact("kinds", .array(kinds.map { .string($0) })), Fact("output", .string(output)),
    ]
    return Report(
      "conform", facts: facts, tables: [LinkEntry.table(linked.entries), losses], findings: findings,
      summary: summary)
  }

  private var summary: [String] {
    let playing = linked.entries.count { $0.isActive }
    var lines: [String] = []
    let lost = findings.count(where: \.isLoss)
    if lost > 0 { lines.append("\(lost) \(lost == 1 ? "thing was" : "things were") not carried as in the file") }
    lines.append(
      "\(playing - linked.unlinked.count) of \(playing) clips linked\(isWritten ? "; wrote \(output)" : "")")
    return lines
  }

  /// What could not be carried as it was: beside the findings, of which they are, for those who want the list alone.
  private var losses: ReportTable {
    var table = ReportTable(
      "losses",
      columns: ["code", "place", "line", "column", "what", "instead"].map { .init($0, isShown: false) })
    for loss in findings where loss.isLoss {
      table.add([
        .init(loss.code), .init(loss.place), .init(loss.position.map { .number("\($0.line)") } ?? .null),
        .init(loss.position.map { .number("\($0.column)") } ?? .null), .init(loss.message), .init(loss.instead),
      ])
    }
    return table
  }
}

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

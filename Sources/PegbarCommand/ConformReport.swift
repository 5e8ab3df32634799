import Pegbar

/// What `conform` has to say.
struct ConformReport {
  /// The files that were read.
  let cuts: [String]
  let imported: CutImport
  let output: String
  /// Whether the cut was written.
  let isWritten: Bool
  let show: ShowDefaults?
  /// What came over from an older cut; `nil` where none was named.
  let carry: CutCarry?
  let linked: LinkReport
  let findings: [Finding]

  func report() throws(PegError) -> Report {
    let settings = try linked.timeline.settings()
    let kinds = imported.kinds
    var facts = [
      Fact("cut", .string(cuts[0]), label: "cut", text: cuts.joined(separator: ", "), isShown: false),
      Fact("cuts", .array(cuts.map { .string($0) })),
      Fact(
        "kinds", .array(kinds.map { .string($0) }), label: "kind", text: Self.each(kinds).joined(separator: ", "),
        isShown: false),
      Fact(
        "output", .string(output), label: "output", text: isWritten ? output : "\(output) (not written)",
        isShown: false),
      Fact(
        "rate", settings.rate.map { .string($0.description) } ?? .null, label: "rate",
        text: settings.rate.map { "\($0.spoken) fps" } ?? "that of the first clip", isShown: false),
      Fact(
        "raster", settings.raster.map { .array([.number("\($0.width)"), .number("\($0.height)")]) } ?? .null,
        label: "raster", text: settings.raster.map(\.description) ?? "that of the first movie", isShown: false),
    ]
    if let show {
      facts.append(Fact("defaults", .string(show.path), label: "defaults", text: show.path, isShown: false))
    }
    facts += [
      Fact("linked", .number("\(playing - linked.unlinked.count)")), Fact("clip_count", .number("\(playing)")),
      Fact("losses", .array(imported.losses.map(\.json))),
    ]
    var tables = [try clips()]
    if let carry {
      tables += [
        try work("carried", "Carried from the old cut", carry.carried), try work("split", "Split", carry.split),
        try work("orphaned", "Orphaned: not in the new cut", carry.orphaned),
      ]
    }
    return Report("conform", facts: facts, tables: tables, findings: findings, summary: summary)
  }

  private var playing: Int { linked.entries.count { $0.isActive } }

  private var summary: [String] {
    var lines: [String] = []
    if let show, !show.spoken.isEmpty {
      lines.append("defaults of \(show.path): \(show.spoken.joined(separator: "; "))")
    }
    let lost = imported.losses.count
    if lost > 0 { lines.append("\(lost) \(lost == 1 ? "thing was" : "things were") not carried as in the file") }
    if let carry {
      lines.append(
        "\(carry.carried.count) clips carried from the old cut, \(carry.split.count) parts of split ones, "
          + "\(carry.orphaned.count) orphaned")
    }
    let count = { (outcome: (LinkEntry) -> Bool) in linked.unlinked.count(where: outcome) }
    let open = [
      ("ambiguous", count { $0.outcome == .ambiguous }), ("missing", count { $0.outcome == .missing }),
      ("unreadable", count { $0.outcome == .unreadable }),
    ].filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
    lines.append(
      "\(playing - linked.unlinked.count) of \(playing) clips linked"
        + (open.isEmpty ? "" : " (\(open.joined(separator: ", ")))") + (isWritten ? "; wrote \(output)" : ""))
    return lines
  }

  /// Each once, in order.
  private static func each(_ texts: [String]) -> [String] {
    texts.enumerated().filter { texts.firstIndex(of: $0.element) == $0.offset }.map(\.element)
  }

  // MARK: Clips

  /// How each clip was linked, what is left of its media, and what changes.
  private func clips() throws(PegError) -> ReportTable {
    let coverage = try linked.coverage()
    let settings = try linked.timeline.settings()
    let labels = try? RecordLabels(linked.timeline)
    var records: [CutAddress: FrameRange] = [:]
    if let labels, let placed = try? linked.timeline.placedClips() {
      for clip in placed {
        guard let span = clip.record else { continue }
        let (start, end) = ((span.start * labels.rate.value).ceil, (span.end * labels.rate.value).ceil)
        records[clip.place.address] = FrameRange(start, max(start, end))
      }
    }
    var table = ReportTable(
      "clips",
      columns: [
        .init("address"), .init("timecode", isShown: false, isInDocuments: true), .init("record", isShown: false),
        .init("clip"),
        .init("take"), .init("active", isShown: false), .init("outcome"), .init("path"), .init("how"),
        .init("head", isShown: false, isInDocuments: true), .init("tail", isShown: false, isInDocuments: true),
        .init("changes"), .init("reason", isShown: false), .init("candidates", isShown: false),
        .init("notes", isShown: false),
      ])
    for entry in linked.entries {
      let (state, how): (String, LinkMethod?) =
        switch entry.outcome {
        case .linked(let how): ("linked", how)
        case .ambiguous: ("ambiguous", nil)
        case .missing: ("missing", nil)
        case .unreadable: ("unreadable", nil)
        }
      let own = entry.isActive && entry.isLinked ? coverage[entry.address] : nil
      let record = records[entry.address]
      let changes = [
        own?.rate.flatMap { rate in settings.rate.map { "\(rate.spoken) to \($0.spoken) fps" } },
        own?.raster.flatMap { raster in settings.raster.map { "\(raster) to \($0)" } },
      ].compactMap(\.self)
      table.add([
        .init(entry.address.description),
        .init(record.flatMap { record in labels.map { $0[record.start].description } }),
        .init(record), .init(entry.clip),
        .init(.string(entry.take), text: entry.isActive ? "" : "take \(entry.take)"), .init(.bool(entry.isActive)),
        .init(
          .string(state), text: entry.isLinked ? "" : state,
          tone: entry.isLinked ? nil : entry.isActive ? .error : .warning),
        .init(entry.path),
        .init(JSONOutput.optional(how?.rawValue), text: how?.rawValue.replacing("_", with: " ") ?? ""),
        Self.handle(own?.head), Self.handle(own?.tail),
        .init(.array(changes.map { .string($0) }), text: changes.joined(separator: ", ")),
        // Why a clip has no media is a finding.
        .init(.string(entry.reason)), .init(.array(entry.candidates.map { .string($0) })),
        .init(.array(entry.notes.map { .string($0) })),
      ])
    }
    return table
  }

  private static func handle(_ frames: Int?) -> ReportTable.Cell {
    .init(frames.map { .number("\($0)") } ?? .null, tone: (frames ?? 0) < 0 ? .warning : nil)
  }

  // MARK: The old cut's work

  private func work(_ key: String, _ title: String, _ entries: [CutCarry.Entry]) throws(PegError) -> ReportTable {
    var table = ReportTable(
      key, title: title,
      columns: [
        .init("clip"), .init("old"), .init("old_record"), .init("new"), .init("new_record"), .init("work"),
        .init("retaken"),
      ])
    for entry in entries {
      table.add([
        .init(entry.name), .init(entry.old.address.description), .init(entry.old.record),
        .init(
          JSONOutput.optional(entry.new?.address.description),
          text: (entry.new?.address.description).map { "→ \($0)" } ?? ""),
        .init(entry.new?.record),
        .init(.array(entry.work.map { .string($0) }), text: entry.work.joined(separator: ", ")),
        .init(.bool(entry.isRetaken), text: entry.isRetaken ? "plays other media now" : ""),
      ])
    }
    return table
  }
}

import PegCore

/// A report as a file, in the form that its name asks for.
public enum ReportDocument: String, CaseIterable, Sendable {
  case html, json, md, txt

  /// By the extension of a file's name; `nil` for one that is none of these.
  public init?(path: String) {
    guard let dot = path.lastIndex(of: ".") else { return nil }
    switch path[path.index(after: dot)...].lowercased() {
    case "html", "htm": self = .html
    case "json": self = .json
    case "md", "markdown": self = .md
    case "txt", "text": self = .txt
    default: return nil
    }
  }

  /// The whole report, in UTF-8, with a newline at its end.
  ///
  /// - Parameters:
  ///   - title: what the report is about, where it has no title of its own.
  public func text(of report: Report, title: String) -> String {
    switch self {
    case .json: report.json.text(.pretty) + "\n"
    case .html: HTMLReport(report, title: report.title ?? title).text
    case .md: MarkdownReport(report, title: report.title ?? title).text
    case .txt: PlainReport.text(of: report, title: report.title ?? title)
    }
  }
}

/// A report as lines, with everything in it: what a terminal gets on both of its streams.
enum PlainReport {
  static func text(of report: Report, title: String) -> String {
    var lines = [title, String(repeating: "=", count: title.count), ""] + report.summary
    func section(_ heading: String, _ more: [String]) {
      guard !more.isEmpty else { return }
      lines += ["", heading, String(repeating: "-", count: heading.count)] + more
    }
    var head = report
    head.title = nil
    head.tables = []
    for index in head.facts.indices { head.facts[index].isShown = true }
    section("Facts", head.text)
    for table in report.documentTables { section(table.title ?? table.heading, table.documentLines) }
    section("Findings", report.findings.filter { !$0.isLoss }.flatMap(Self.lines))
    for part in report.parts?.reports ?? [] {
      let text = text(of: part, title: part.title ?? part.name)
      lines += ["", ""] + text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
    while lines.last == "" { lines.removeLast() }
    return lines.joined(separator: "\n") + "\n"
  }

  static func lines(_ finding: Finding) -> [String] {
    ["\(finding.severity.rawValue): \(finding.placed) [\(finding.code)]"]
      + (finding.hint.map { ["  hint: \($0)"] } ?? [])
  }
}

extension Report {
  /// The tables, and the loss list as one: what of the material was not carried as it was, with its place.
  var documentTables: [ReportTable] {
    var losses = ReportTable(
      "losses", title: "Not carried as it was",
      columns: [.init("place"), .init("what"), .init("instead"), .init("severity"), .init("code")])
    for loss in findings where loss.isLoss {
      let position = loss.position.flatMap { loss.place.hasSuffix(":\($0)") ? nil : ":\($0)" } ?? ""
      losses.add([
        .init(loss.place + position), .init(loss.message), .init(loss.instead),
        .init(.string(loss.severity.rawValue), tone: loss.severity == .note ? nil : loss.severity), .init(loss.code),
      ])
    }
    return tables + [losses]
  }
}

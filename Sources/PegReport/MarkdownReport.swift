import PegCore

/// A report as Markdown (CommonMark with GitHub's tables).
struct MarkdownReport {
  private let report: Report
  private let title: String
  private let level: Int

  init(_ report: Report, title: String, level: Int = 1) {
    self.report = report
    self.title = title
    self.level = level
  }

  var text: String { blocks.joined(separator: "\n\n") + "\n" }

  private var blocks: [String] {
    var blocks = ["\(String(repeating: "#", count: level)) \(Self.plain(title))"]
    let heading = String(repeating: "#", count: min(level + 1, 6))
    blocks += report.summary.map(Self.plain)
    let facts = report.facts.filter { $0.label != nil }
    if !facts.isEmpty {
      blocks.append(facts.map { "- \(Self.plain($0.label ?? "")): \(Self.plain($0.text))" }.joined(separator: "\n"))
    }
    for table in report.documentTables where !table.shown.isEmpty {
      blocks.append("\(heading) \(Self.plain(table.title ?? table.heading))")
      blocks.append(Self.table(table))
    }
    let findings = report.findings.filter { !$0.isLoss }
    if !findings.isEmpty {
      blocks.append("\(heading) Findings")
      blocks.append(findings.map(Self.finding).joined(separator: "\n"))
    }
    for part in report.parts?.reports ?? [] {
      blocks += MarkdownReport(part, title: part.title ?? part.name, level: min(level + 1, 5)).blocks
    }
    return blocks
  }

  private static func table(_ table: ReportTable) -> String {
    let shown = table.shown
    var lines = ["| " + shown.map { plain(table.columns[$0].label) }.joined(separator: " | ") + " |"]
    lines.append("|" + String(repeating: " --- |", count: shown.count))
    for row in table.rows { lines.append("| " + shown.map { plain(row[$0].text) }.joined(separator: " | ") + " |") }
    return lines.joined(separator: "\n")
  }

  private static func finding(_ finding: Finding) -> String {
    let hint = finding.hint.map { " *\(plain($0))*" } ?? ""
    return "- **\(finding.severity.rawValue)** \(plain(finding.placed)) (`\(finding.code)`)\(hint)"
  }

  /// Text that means itself: no markup, no cell borders, one line.
  private static func plain(_ text: String) -> String {
    var plain = ""
    for character in text {
      if character.isNewline {
        plain.append(" ")
        continue
      }
      if "\\`*_[]<>|#~".contains(character) { plain.append("\\") }
      plain.append(character)
    }
    return plain
  }
}

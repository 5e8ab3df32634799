import PegCore

/// A report as one HTML file that needs no other: nothing is loaded and nothing runs.
struct HTMLReport {
  private let report: Report
  private let title: String

  init(_ report: Report, title: String) {
    self.report = report
    self.title = title
  }

  var text: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(Self.escaped(title))</title>
    <style>
    \(Self.style)
    </style>
    </head>
    <body>
    <main>
    \(Self.body(of: report, title: title, level: 1).joined(separator: "\n"))
    </main>
    </body>
    </html>

    """
  }

  private static func body(of report: Report, title: String, level: Int) -> [String] {
    let (top, sub) = ("h\(min(level, 6))", "h\(min(level + 1, 6))")
    var lines = ["<header>", "<\(top)>\(escaped(title))</\(top)>"]
    if !report.summary.isEmpty {
      lines += ["<p class=\"summary\">\(report.summary.map(escaped).joined(separator: "<br>"))</p>"]
    }
    let counts = Severity.allCases.reversed().map { severity in
      (severity, report.findings.count { $0.severity == severity })
    }
    if counts.contains(where: { $0.1 > 0 }) {
      lines.append("<ul class=\"counts\">")
      for (severity, count) in counts where count > 0 {
        lines.append(
          "<li class=\"\(severity.rawValue)\"><b>\(count)</b> \(severity.rawValue)\(count == 1 ? "" : "s")</li>")
      }
      lines.append("</ul>")
    }
    lines.append("</header>")
    let facts = report.facts.filter { $0.label != nil }
    if !facts.isEmpty {
      lines.append("<dl>")
      for fact in facts {
        lines.append("<div><dt>\(escaped(fact.label ?? ""))</dt><dd>\(escaped(fact.text))</dd></div>")
      }
      lines.append("</dl>")
    }
    let findings = report.findings.filter { !$0.isLoss }
    if !findings.isEmpty {
      lines.append("<section>")
      lines.append("<\(sub)>Findings</\(sub)>")
      lines.append("<ul class=\"findings\">")
      // What matters most first; of one severity, in the order in which it was found.
      for severity in Severity.allCases.reversed() {
        lines += findings.filter { $0.severity == severity }.map(finding)
      }
      lines += ["</ul>", "</section>"]
    }
    for table in report.documentTables where !table.shown.isEmpty { lines += self.table(table, sub) }
    for part in report.parts?.reports ?? [] {
      lines.append("<article>")
      lines += body(of: part, title: part.title ?? part.name, level: level + 1)
      lines.append("</article>")
    }
    return lines
  }

  private static func finding(_ finding: Finding) -> String {
    let hint = finding.hint.map { "<span class=\"hint\">\(escaped($0))</span>" } ?? ""
    return "<li class=\"\(finding.severity.rawValue)\"><span class=\"severity\">\(finding.severity.rawValue)</span> "
      + "<span>\(escaped(finding.placed)) <code>\(escaped(finding.code))</code>\(hint)</span></li>"
  }

  private static func table(_ table: ReportTable, _ heading: String) -> [String] {
    let shown = table.shown
    var lines = [
      "<section>",
      "<\(heading)>\(escaped(table.title ?? table.heading)) <small>\(table.rows.count)</small></\(heading)>",
      "<div class=\"table\">", "<table>", "<thead>",
      "<tr>" + shown.map { "<th scope=\"col\">\(escaped(table.columns[$0].label))</th>" }.joined() + "</tr>",
      "</thead>",
      "<tbody>",
    ]
    for row in table.rows {
      let tone = table.tone(of: row).map { " class=\"\($0.rawValue)\"" } ?? ""
      lines.append("<tr\(tone)>" + shown.map { "<td>\(escaped(row[$0].text))</td>" }.joined() + "</tr>")
    }
    lines += ["</tbody>", "</table>", "</div>", "</section>"]
    return lines
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      // HTML has no other control characters.
      case "\t", "\n": escaped.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  private static let style = """
    :root { --ink: #1b1d21; --soft: #5d636e; --line: #d9dce1; --ground: #fff; --band: #f5f6f8;
      --error: #b3261e; --warning: #8a5a00; --note: #2f5d8a; --good: #2b6b3f; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e8e9ec; --soft: #a2a8b3; --line: #383c44; --ground: #16181c;
      --band: #1f2228; --error: #ff8a80; --warning: #f0b94d; --note: #8fbbe6; --good: #86cf9b; } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
    main { max-width: 76rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
    h1 { font-size: 1.6rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
    h2, h3 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
    small { color: var(--soft); font-weight: normal; }
    .summary { margin: 0; color: var(--soft); }
    .counts { display: flex; gap: 1.25rem; list-style: none; padding: 0; margin: .75rem 0 0; }
    .counts .error { color: var(--error); } .counts .warning { color: var(--warning); } .counts .note { color: var(--note); }
    dl { margin: 1.25rem 0 0; display: grid; gap: .15rem; }
    dl div { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: 1rem; }
    dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
    .table { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; }
    table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
    th, td { text-align: left; vertical-align: top; padding: .35rem .75rem; border-bottom: 1px solid var(--line); }
    th { background: var(--band); color: var(--soft); font-weight: 600; white-space: nowrap; }
    tbody tr:last-child td { border-bottom: 0; }
    tr.error td:first-child { box-shadow: inset 3px 0 var(--error); }
    tr.warning td:first-child { box-shadow: inset 3px 0 var(--warning); }
    tr.error td { color: var(--error); } tr.warning td { color: var(--warning); }
    .findings { list-style: none; padding: 0; margin: 0; }
    .findings li { display: grid; grid-template-columns: 5rem 1fr; gap: .5rem; padding: .35rem 0; border-bottom: 1px solid var(--line);
      overflow-wrap: anywhere; }
    .severity { font-weight: 600; } .error > .severity { color: var(--error); }
    .warning > .severity { color: var(--warning); } .note > .severity { color: var(--note); }
    .hint { display: block; color: var(--soft); } code { color: var(--soft); font-size: .85em; }
    @media print { main { max-width: none; padding: 0; } .table { border: 0; overflow: visible; } tr, li { break-inside: avoid; } }
    """
}

extension Report {
  /// Title, facts and tables as lines for people. Parts have texts of their own; findings and summary are said beside it.
  public var text: [String] {
    var lines = title.map { [$0] } ?? []
    let shown = facts.filter { $0.label != nil && $0.isShown }
    let width = shown.compactMap(\.label?.count).max() ?? 0
    let indent = title == nil ? "" : "  "
    for fact in shown {
      let label = fact.label ?? ""
      lines.append("\(indent)\(label)\(String(repeating: " ", count: width - label.count + 2))\(fact.text)")
    }
    for table in tables {
      let rows = table.lines
      if let title = table.title, !rows.isEmpty { lines += (lines.isEmpty ? [] : [""]) + [indent + title] }
      lines += rows.map { indent + (table.title == nil ? "" : "  ") + $0 }
    }
    return lines
  }
}

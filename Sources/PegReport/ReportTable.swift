public import PegCore

/// Rows that have the same columns.
public struct ReportTable: Sendable {
  /// A column, by its key in JSON.
  public struct Column: Hashable, Sendable {
    public var key: String
    /// Whether text shows it; JSON always does.
    public var isShown: Bool

    public init(_ key: String, isShown: Bool = true) {
      self.key = key
      self.isShown = isShown
    }
  }

  /// What stands in one row and column.
  public struct Cell: Hashable, Sendable {
    public var value: JSON
    public var text: String

    /// - Parameter text: `nil` takes the value's own text.
    public init(_ value: JSON, text: String? = nil) {
      self.value = value
      self.text = text ?? value.plain
    }

    public init(_ text: String) { self.init(.string(text)) }
    public init(_ number: Int) { self.init(.number("\(number)")) }
    /// Text, or `null` and nothing.
    public init(_ text: String?) { self.init(text.map { .string($0) } ?? .null) }
    public init(_ range: FrameRange?) { self.init(range?.json ?? .null, text: range?.description ?? "") }
  }

  public var key: String
  public var columns: [Column]
  /// Each has as many cells as there are columns.
  public private(set) var rows: [[Cell]] = []

  public init(_ key: String, columns: [Column], rows: [[Cell]] = []) {
    self.key = key
    self.columns = columns
    for row in rows { add(row) }
  }

  /// - Precondition: `row` has a cell for each column.
  public mutating func add(_ row: [Cell]) {
    precondition(row.count == columns.count, "\(key): a row has a cell for each column")
    rows.append(row)
  }

  /// Lines of aligned columns, two spaces apart, without spaces at the end.
  ///
  /// A column that is empty throughout is left out.
  public var lines: [String] {
    let shown = columns.indices.filter { column in
      columns[column].isShown && rows.contains { !$0[column].text.isEmpty }
    }
    guard !shown.isEmpty else { return [] }
    let widths = shown.map { column in rows.map { $0[column].text.count }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, width) in zip(shown, widths) {
        let text = row[column].text
        line += text + String(repeating: " ", count: width - text.count + 2)
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}

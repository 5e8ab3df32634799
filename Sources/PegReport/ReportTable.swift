public import PegCore

/// Rows that have the same columns.
public struct ReportTable: Sendable {
  /// A column, by its key in JSON.
  public struct Column: Hashable, Sendable {
    public var key: String
    /// Whether lines for a terminal show it; JSON always does.
    public var isShown: Bool
    /// Whether documents show it, which have room.
    public var isInDocuments: Bool

    /// - Parameter isInDocuments: as `isShown` where it is `nil`.
    public init(_ key: String, isShown: Bool = true, isInDocuments: Bool? = nil) {
      self.key = key
      self.isShown = isShown
      self.isInDocuments = isInDocuments ?? isShown
    }

    /// The key as people read it.
    var label: String { key.replacing("_", with: " ") }
  }

  /// What stands in one row and column.
  public struct Cell: Hashable, Sendable {
    public var value: JSON
    public var text: String
    /// How much it matters; `nil` for what is as it should be.
    public var tone: Severity?

    /// - Parameter text: `nil` takes the value's own text.
    public init(_ value: JSON, text: String? = nil, tone: Severity? = nil) {
      self.value = value
      self.text = text ?? value.plain
      self.tone = tone
    }

    public init(_ text: String) { self.init(.string(text)) }
    public init(_ number: Int) { self.init(.number("\(number)")) }
    /// Text, or `null` and nothing.
    public init(_ text: String?) { self.init(text.map { .string($0) } ?? .null) }
    public init(_ range: FrameRange?) { self.init(range?.json ?? .null, text: range?.description ?? "") }
  }

  public var key: String
  /// What documents and lists of several tables call it; `nil` for the key.
  public var title: String?
  public var columns: [Column]
  /// Each has as many cells as there are columns.
  public private(set) var rows: [[Cell]] = []

  public init(_ key: String, title: String? = nil, columns: [Column], rows: [[Cell]] = []) {
    self.key = key
    self.title = title
    self.columns = columns
    for row in rows { add(row) }
  }

  /// - Precondition: `row` has a cell for each column.
  public mutating func add(_ row: [Cell]) {
    precondition(row.count == columns.count, "\(key): a row has a cell for each column")
    rows.append(row)
  }

  /// The key with a capital letter, as a heading.
  var heading: String { key.prefix(1).uppercased() + key.dropFirst().replacing("_", with: " ") }

  /// Columns that documents show: those that are empty throughout are left out.
  var shown: [Int] { filled(\.isInDocuments) }

  private func filled(_ wanted: KeyPath<Column, Bool>) -> [Int] {
    columns.indices.filter { column in
      columns[column][keyPath: wanted] && rows.contains { !$0[column].text.isEmpty }
    }
  }

  /// The most that matters in a row.
  func tone(of row: [Cell]) -> Severity? { row.compactMap(\.tone).max() }

  /// Lines of aligned columns, two spaces apart, without spaces at the end.
  ///
  /// A column that is empty throughout is left out.
  public var lines: [String] { lines(of: filled(\.isShown)) }

  /// The same with the columns of documents, under their names.
  var documentLines: [String] {
    let shown = shown
    guard !shown.isEmpty else { return [] }
    var whole = self
    whole.rows.insert(columns.map { Cell($0.label) }, at: 0)
    return whole.lines(of: shown)
  }

  private func lines(of shown: [Int]) -> [String] {
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

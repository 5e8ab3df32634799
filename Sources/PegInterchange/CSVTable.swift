import PegCore

/// The cells of a CSV text (RFC 4180), each with its place.
///
/// Cells are parted by commas, or by semicolons or tabs where the first line has more of those. A cell in quotes may hold
/// separators and line ends, and `""` for a quote; around quotes, spaces are allowed, as TVPaint writes them.
struct CSVTable {
  struct Cell {
    var text: String
    var position: TextPosition
  }

  /// Rows in order, blank ones left out; each has at least one cell.
  let rows: [[Cell]]
  let isLatin1: Bool

  /// - Throws: ``PegError`` (bad input) for what is no text, for a quote that is not closed, for text after a closed quote, and
  ///   for more cells than the limits allow.
  init(_ bytes: [UInt8], _ options: ImportOptions) throws(PegError) {
    let text = try SourceText(bytes, name: options.name)
    isLatin1 = text.isLatin1
    var separator: Unicode.Scalar?
    var reader = Reader(name: options.name, limit: options.limits.events)
    for line in text {
      if separator == nil, !line.isBlank {
        separator = Self.separator(of: line.text)
        reader.separator = separator ?? ","
      }
      try reader.read(line)
    }
    rows = try reader.finish()
  }

  private static func separator(of line: String) -> Unicode.Scalar {
    func count(_ mark: Unicode.Scalar) -> Int { line.unicodeScalars.count { $0 == mark } }
    let marks: [Unicode.Scalar] = [",", ";", "\t"]
    return marks.dropFirst().reduce(",") { count($1) > count($0) ? $1 : $0 }
  }

  private struct Reader {
    let name: String
    let limit: Int
    var separator: Unicode.Scalar = ","
    private var rows: [[Cell]] = []
    private var row: [Cell] = []
    private var count = 0
    /// A cell whose quote is not closed yet.
    private var open: Cell?

    init(name: String, limit: Int) {
      self.name = name
      self.limit = limit
    }

    mutating func read(_ line: SourceText.Line) throws(PegError) {
      var rest = line.text.unicodeScalars[...]
      var column = 1
      if open == nil, line.isBlank { return }
      if open != nil { open?.text.append("\n") }
      while true {
        // The rest of a quoted cell.
        if open != nil {
          var isClosed = false
          while let mark = rest.popFirst() {
            column += 1
            if mark == "\"" {
              guard rest.first == "\"" else {
                isClosed = true
                break
              }
              rest.removeFirst()
              column += 1
            }
            open?.text.unicodeScalars.append(mark)
          }
          guard isClosed, let cell = open else { return }
          open = nil
          while let mark = rest.first, mark != separator, mark.properties.isWhitespace {
            rest.removeFirst()
            column += 1
          }
          guard rest.isEmpty || rest.first == separator else {
            throw .badInput(
              "text follows a closed quote", in: name, at: TextPosition(line: line.number, column: column))
          }
          try add(cell)
        } else {
          let begin = rest.first { !$0.properties.isWhitespace || $0 == separator }
          if begin == "\"" {
            while let mark = rest.popFirst() {
              column += 1
              if mark == "\"" { break }
            }
            open = Cell(text: "", position: TextPosition(line: line.number, column: column - 1))
            continue
          }
          let end = rest.firstIndex(of: separator) ?? rest.endIndex
          let text = String(rest[..<end])
          let blank = text.unicodeScalars.prefix { $0.properties.isWhitespace }.count
          let lead = blank == text.unicodeScalars.count ? 0 : blank
          try add(
            Cell(text: text.trimmed, position: TextPosition(line: line.number, column: column + lead)))
          column += text.unicodeScalars.count
          rest = rest[end...]
        }
        guard rest.first == separator else { break }
        rest.removeFirst()
        column += 1
      }
      rows.append(row)
      row = []
    }

    private mutating func add(_ cell: Cell) throws(PegError) {
      count += 1
      guard count <= limit else {
        throw .badInput("the table has more than the \(limit) cells that are read", in: name, at: cell.position)
      }
      row.append(cell)
    }

    mutating func finish() throws(PegError) -> [[Cell]] {
      if let open { throw .badInput("the quote is not closed", in: name, at: open.position) }
      return rows
    }
  }
}

import PegCore
import PegTimeline

extension Importer {
  /// Exposure sheets as a table: of Clip Studio Paint and OpenToonz, a row for each frame.
  static let csvSheet = Importer(
    title: "CSV exposure sheet", suffixes: ["csv"], recognises: { CSVSheetReader.recognises($0) },
    read: { (bytes, options) throws(PegError) in try CSVSheetReader(bytes, options).result() })
}

/// From a table of drawings to a cut: the first row names the folders above the layers, the second the layers from the bottom
/// up, each other row is a frame with its number, from 1, in the first column.
///
/// A blank cell holds what was shown; `×` shows nothing; `○` and `●` are marks.
struct CSVSheetReader {
  private let table: CSVTable
  private let options: ImportOptions
  private var findings: FindingList

  /// A second row whose first cell is empty, over one that begins with 1.
  static func recognises(_ head: ArraySlice<UInt8>) -> Bool {
    guard let text = try? SourceText(Array(head), name: "") else { return false }
    var cells: [String] = []
    for line in text where !line.isBlank && cells.count < 3 {
      let first = line.text.trimmed.prefix { !",;\t".contains($0) }
      cells.append(String(first.drop { "\" ".contains($0) }.prefix { !"\" ".contains($0) }))
    }
    return cells.count == 3 && cells[1].isEmpty && cells[2] == "1"
  }

  init(_ bytes: [UInt8], _ options: ImportOptions) throws(PegError) {
    self.options = options
    table = try CSVTable(bytes, options)
    findings = FindingList(file: options.name)
    if table.isLatin1 {
      findings.add("text.encoding", .warning, "The text is not UTF-8", instead: "it is read as Latin-1")
    }
  }

  consuming func result() throws(PegError) -> ImportResult {
    let rows = table.rows
    guard rows.count >= 3, let folders = rows.first, let names = rows.dropFirst().first else {
      throw .badInput(
        "an exposure sheet has two rows of names and a row for each frame", in: options.name,
        at: TextPosition(line: 1, column: 1))
    }
    guard names[0].text.isEmpty else {
      throw .badInput(
        "there is no column of frame numbers: the first one is called \(names[0].text)", in: options.name,
        at: names[0].position, hint: "in an exposure sheet the first cell of the second row is empty")
    }
    let rate = options.rate ?? options.showRate ?? FrameRate(24)
    if options.rate == nil, options.showRate == nil {
      findings.add(
        "sheet.rate", .note, "An exposure sheet does not say its rate: it is read at 24 frames per second",
        hint: "--rate says another")
    }
    guard rows.count - 2 <= ExposureSheet.durationLimit else {
      throw PegError(.badInput, "\(options.name) has more than \(ExposureSheet.durationLimit) frames")
    }
    var sheet = ExposureSheet(name: options.stem, duration: rows.count - 2, rate: rate)
    for (column, cell) in names.enumerated().dropFirst() {
      var layer = ExposureSheet.Layer(name: cell.text.nonEmpty ?? "\(column)")
      if folders.indices.contains(column), !folders[column].text.isEmpty {
        layer.metadata["sheet"] = ["folder": .string(folders[column].text)]
      }
      sheet.layers.append(layer)
    }
    for (frame, row) in rows.dropFirst(2).enumerated() {
      guard Int(row[0].text) == frame + 1 else {
        throw .badInput(
          "frame \(frame + 1) should follow, and this is \(row[0].text.nonEmpty ?? "nothing")", in: options.name,
          at: row[0].position)
      }
      if row.count > names.count {
        findings.add(
          "sheet.more_cells", .warning, "The row has \(row.count) cells under \(names.count) names",
          at: row[names.count].position, instead: "the cells after the last name are left out")
      }
      for (column, cell) in row.enumerated().dropFirst().prefix(sheet.layers.count) {
        guard let mark = Self.mark(cell.text) else { continue }
        sheet.layers[column - 1].entries.append(
          ExposureSheet.Entry(frame: frame, mark: mark, place: .text(cell.position)))
      }
    }
    var builder = SheetBuilder(sheet, options, findings: findings) { place in
      if case .text(let position) = place { position } else { nil }
    }
    return builder.result()
  }

  /// `nil` for a blank cell.
  static func mark(_ text: String) -> ExposureSheet.Mark? {
    switch text {
    case "": nil
    case "×", "✕", "✖", "x", "X": .nothing
    case "○", "◯": .tick("inbetween")
    case "●", "⚫": .tick("reverse sheet")
    case "-", "－", "|", "｜": .goesOn
    default: .drawing(text)
    }
  }
}

import PegCore
import PegTimeline

extension Importer {
  /// The layer structure that TVPaint and Krita export.
  static let tvpaint = Importer(
    title: "TVPaint CSV", suffixes: ["csv"],
    recognises: { head in
      let first = head.pastSpace.prefix { $0 != 0x0A && $0 != 0x0D }
      return String(decoding: first, as: UTF8.self).contains("TVPaint")
    },
    read: { (bytes, options) throws(PegError) in try TVPaintReader(bytes, options).result() })
}

/// From TVPaint's table to a cut: a head with raster and rate, rows that begin with `#` and a word describe the layers from
/// the top down, rows that begin with `#` and a number are frames from 0, each cell the file that the layer shows.
///
/// The files lie in a folder beside the table, `NAME.frames`.
struct TVPaintReader {
  private let table: CSVTable
  private let options: ImportOptions
  private var findings: FindingList

  init(_ bytes: [UInt8], _ options: ImportOptions) throws(PegError) {
    self.options = options
    table = try CSVTable(bytes, options)
    findings = FindingList(file: options.name)
  }

  consuming func result() throws(PegError) -> ImportResult {
    var sheet = try head()
    let rows = table.rows.dropFirst(3)
    var frames: [(number: Int, cells: ArraySlice<CSVTable.Cell>)] = []
    for row in rows {
      let key = row[0].text
      guard key.hasPrefix("#") else {
        throw .badInput("a row begins with #", in: options.name, at: row[0].position)
      }
      if let number = Int(key.dropFirst()) {
        guard number >= 0, number < ExposureSheet.durationLimit, number == (frames.last?.number ?? number - 1) + 1
        else {
          throw .badInput("frame \(key) does not follow the one before", in: options.name, at: row[0].position)
        }
        frames.append((number, row.dropFirst()))
      } else {
        try describe(key, row.dropFirst(), &sheet)
      }
    }
    guard !sheet.layers.isEmpty, !frames.isEmpty else {
      throw PegError(.badInput, "\(options.name) has no layers or no frames")
    }
    if frames.count != sheet.duration {
      findings.add(
        "sheet.frame_count", .warning, "The table has \(frames.count) frames and says \(sheet.duration)",
        instead: "it has as many as there are")
    }
    sheet.duration = frames.count
    for (frame, row) in frames.enumerated() {
      for (cell, index) in zip(row.cells, sheet.layers.indices) {
        let mark = cell.text.nonEmpty.map { ExposureSheet.Mark.drawing($0) } ?? .nothing
        // Every frame is written out: what is the same goes on.
        guard sheet.layers[index].entries.last?.mark != mark else { continue }
        sheet.layers[index].entries.append(
          ExposureSheet.Entry(frame: frame, mark: mark, place: .text(cell.position)))
      }
    }
    // A cut has its lowest layer first.
    sheet.layers.reverse()
    var told = options
    told.cels = told.cels ?? FrameFolder(name: "\(options.stem).frames")
    var builder = SheetBuilder(sheet, told, findings: findings) { place in
      if case .text(let position) = place { position } else { nil }
    }
    return builder.result()
  }

  /// The third row: name, width, height, frames, layers, rate, pixel aspect.
  private mutating func head() throws(PegError) -> ExposureSheet {
    guard table.rows.count > 3, table.rows[2].count >= 6 else {
      throw .badInput(
        "the head of a TVPaint table has three rows", in: options.name, at: TextPosition(line: 1, column: 1))
    }
    let row = table.rows[2]
    guard let duration = Int(row[3].text), (1...ExposureSheet.durationLimit).contains(duration) else {
      throw .badInput("\(row[3].text) is no number of frames", in: options.name, at: row[3].position)
    }
    guard let rate = options.rate ?? FrameRate(row[5].text) ?? options.showRate else {
      throw .badInput("\(row[5].text) is no frame rate", in: options.name, at: row[5].position, hint: "say --rate")
    }
    var sheet = ExposureSheet(name: row[0].text.nonEmpty ?? options.stem, duration: duration, rate: rate)
    if let width = Int(row[1].text), let height = Int(row[2].text), (1...32768).contains(width),
      (1...32768).contains(height)
    {
      sheet.raster = Raster(width, height)
    }
    if row.count > 6, let aspect = Rational(decimal: row[6].text), aspect > .zero, aspect <= 100 {
      sheet.pixelAspect = aspect
    }
    return sheet
  }

  /// TVPaint's names for how layers lie over each other, as far as the cut has them.
  private static let blends: [String: BlendMode] = [
    "color": .over, "add": .add, "multiply": .multiply, "screen": .screen, "overlay": .overlay,
    "difference": .difference,
  ]

  private mutating func describe(
    _ key: String, _ cells: ArraySlice<CSVTable.Cell>, _ sheet: inout ExposureSheet
  ) throws(PegError) {
    if key == "#Layers" {
      sheet.layers = cells.enumerated().map { ExposureSheet.Layer(name: $1.text.nonEmpty ?? "\($0 + 1)") }
      return
    }
    for (cell, index) in zip(cells, sheet.layers.indices) {
      switch key {
      case "#Density":
        guard let value = Rational(decimal: cell.text), value >= .zero, value <= .one else {
          throw .badInput("\(cell.text) is no density from 0 to 1", in: options.name, at: cell.position)
        }
        sheet.layers[index].opacity = value
      case "#Blending":
        if let blend = Self.blends[cell.text.lowercased()] {
          sheet.layers[index].blend = blend
        } else {
          findings.add(
            "sheet.blend", .warning, "The layer \(sheet.layers[index].name) is blended by \(cell.text)",
            at: cell.position, instead: "it lies over those below")
        }
      case "#Visible": sheet.layers[index].isVisible = cell.text != "0"
      default: break
      }
    }
    if !["#Density", "#Blending", "#Visible"].contains(key) {
      findings.add(
        "sheet.unknown_row", .note, "The row \(key) is not known", at: cells.first?.position, instead: "it is left out")
    }
  }

  /// The files of a table lie in a folder beside it.
  private struct FrameFolder: CelFinder {
    var name: String

    func cel(_ drawing: String, layer: String, column: Int) -> CelMatch {
      // A file of that folder, and no way out of it.
      guard !drawing.contains("/"), !drawing.contains("\\"), drawing != "..", drawing != "." else { return .none }
      return .found(.media(url: "\(name)/\(drawing)", available: nil))
    }
  }
}

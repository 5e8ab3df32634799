import PegCore
import PegTimeline

extension Importer {
  /// Exchange digital time sheets of Clip Studio Paint, OpenToonz, TVPaint and others, and Toei's.
  static let xdts = Importer(
    title: "XDTS exposure sheet", suffixes: ["xdts", "tdts"],
    recognises: { head in XDTSReader.firstLines.contains { head.pastSpace.starts(with: Array($0.utf8)) } },
    read: { (bytes, options) throws(PegError) in try XDTSReader.read(bytes, options) })
}

/// From an XDTS file (Celsys and Toei Animation, version 5 to 11) to a cut.
///
/// The first line names the format, the rest is JSON: time tables with fields (cels, dialogue, camera) of tracks of entries, of
/// which each holds until the next.
struct XDTSReader {
  static let firstLines = ["exchangeDigitalTimeSheet Save Data", "toeiDigitalTimeSheet Save Data"]
  /// Bytes of a sheet: one of ten minutes has some ten megabytes.
  private static let bytesLimit = 64 << 20

  private enum Field: Int { case cels = 0, dialogue = 3, camera = 5 }

  private let options: ImportOptions
  private let limits: JSONLimits
  private let body: ArraySlice<UInt8>
  private let places: JSONPlaces
  private var findings: FindingList
  private var entries = 0

  static func read(_ bytes: [UInt8], _ options: ImportOptions) throws(PegError) -> ImportResult {
    var reader = try Self(bytes, options)
    return try reader.result()
  }

  private init(_ bytes: [UInt8], _ options: ImportOptions) throws(PegError) {
    self.options = options
    findings = FindingList(file: options.name)
    limits = JSONLimits(bytes: min(options.limits.bytes, Self.bytesLimit), depth: options.limits.depth)
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let end = bytes[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.endIndex
    let first = String(decoding: bytes[start..<end], as: UTF8.self).trimmed
    guard Self.firstLines.contains(first) else {
      throw .badInput(
        "this is no exposure sheet: its first line should be \(Self.firstLines[0])", in: options.name,
        at: TextPosition(line: 1, column: 1))
    }
    body = bytes[end...]
    places = JSONPlaces(body, limits: limits)
  }

  private mutating func result() throws(PegError) -> ImportResult {
    let document: JSON
    do throws(JSONError) { document = try JSON(parsing: body, limits: limits) } catch {
      // The JSON's first line is what follows the format's name on the file's.
      throw .badInput(error.sentence, in: options.name, at: error.position)
    }
    let tables = document["timeTables"]?.array ?? []
    guard !tables.isEmpty else { throw bad("there is no time table in it", [.key("timeTables")]) }
    let index = try chosen(tables)
    let table = tables[index]
    let path: [JSONStep] = [.key("timeTables"), .index(index)]
    guard let duration = table["duration"]?.int, (1...ExposureSheet.durationLimit).contains(duration) else {
      throw bad("the time table needs a duration in frames, from 1", path + [.key("duration")])
    }
    var sheet = ExposureSheet(
      name: name(document, table), duration: duration, rate: rate(table, path + [.key("frameRate")]))
    sheet.metadata["xdts"] = metadata(document)
    var names: [Int: [JSON]] = [:]
    for header in table["timeTableHeaders"]?.array ?? [] {
      if let id = header["fieldId"]?.int { names[id] = header["names"]?.array ?? [] }
    }
    for (index, field) in (table["fields"]?.array ?? []).enumerated() {
      try read(field, path + [.key("fields"), .index(index)], names, &sheet)
    }
    var builder = SheetBuilder(sheet, options, findings: findings) { [places] place in
      switch place {
      case .text(let position): position
      case .path(let path): places.position(of: path)
      }
    }
    return builder.result()
  }

  // MARK: The table

  private mutating func chosen(_ tables: [JSON]) throws(PegError) -> Int {
    if let wanted = options.sequence {
      guard let index = tables.firstIndex(where: { $0["name"]?.string == wanted }) else {
        let names = tables.map { $0["name"]?.string ?? "without a name" }.prefix(8).joined(separator: ", ")
        throw PegError(.badInput, "\(options.name) has no time table \(wanted)", hint: "it has \(names)")
      }
      return index
    }
    if tables.count > 1 {
      findings.add(
        "sheet.more_tables", .warning, "The file has \(tables.count) time tables",
        at: position([.key("timeTables"), .index(1)]), instead: "the first one is read",
        hint: "name another one to read it")
    }
    return 0
  }

  private func name(_ document: JSON, _ table: JSON) -> String {
    table["name"]?.string?.nonEmpty ?? document["header"]?["cut"]?.string?.nonEmpty ?? options.stem
  }

  private func metadata(_ document: JSON) -> JSON {
    var object = JSONObject()
    for key in ["version", "header"] { object[key] = document[key] }
    return .object(object)
  }

  private mutating func rate(_ table: JSON, _ path: [JSONStep]) -> FrameRate {
    if let rate = options.rate ?? options.showRate { return rate }
    if let text = table["frameRate"]?.numberText, let rate = FrameRate(text) {
      findings.add("sheet.rate", .note, "The sheet says \(rate.spoken) frames per second", at: position(path))
      return rate
    }
    findings.add(
      "sheet.rate", .note, "An exposure sheet does not say its rate: it is read at 24 frames per second",
      hint: "--rate says another")
    return FrameRate(24)
  }

  // MARK: Fields

  private mutating func read(
    _ field: JSON, _ path: [JSONStep], _ names: [Int: [JSON]], _ sheet: inout ExposureSheet
  ) throws(PegError) {
    guard let id = field["fieldId"]?.int else { throw bad("the field has no fieldId", path) }
    let tracks = field["tracks"]?.array ?? []
    guard let kind = Field(rawValue: id) else {
      findings.add(
        "sheet.unknown_field", .warning, "The sheet has a field \(id) of \(tracks.count) columns", at: position(path),
        instead: "it is left out")
      return
    }
    var columns: [(number: Int, name: String, entries: [Read])] = []
    for (index, track) in tracks.enumerated() {
      let here = path + [.key("tracks"), .index(index)]
      guard let number = track["trackNo"]?.int, (0..<100_000).contains(number) else {
        throw bad("the column has no trackNo from 0", here)
      }
      let said = names[id].flatMap { $0.indices.contains(number) ? $0[number].string : nil }
      let name = said?.nonEmpty ?? (kind == .cels ? "\(number + 1)" : "\(kind == .dialogue ? "S" : "C")\(number + 1)")
      columns.append((number, name, try read(track["frames"], here + [.key("frames")])))
    }
    // Column 0 is the bottom layer, wherever it stands in the file; columns of one number stay in the file's order.
    let order = columns.indices.sorted { (columns[$0].number, $0) < (columns[$1].number, $1) }
    for index in order {
      let column = columns[index]
      if kind == .cels {
        sheet.layers.append(layer(column.name, column.entries))
      } else {
        remarks(kind == .dialogue ? .dialogue : .camera, column.name, column.entries, &sheet)
      }
    }
  }

  private struct Read {
    var frame: Int
    var values: [String]
    var path: [JSONStep]
  }

  private mutating func read(_ frames: JSON?, _ path: [JSONStep]) throws(PegError) -> [Read] {
    var list: [Read] = []
    for (index, entry) in (frames?.array ?? []).enumerated() {
      entries += 1
      guard entries <= options.limits.events else {
        throw bad("the sheet has more than the \(options.limits.events) entries that are read", path + [.index(index)])
      }
      guard let frame = entry["frame"]?.int, frame.magnitude <= ExposureSheet.durationLimit else {
        throw bad("the entry has no frame", path + [.index(index)])
      }
      let data = entry["data"]?.array ?? []
      let main = data.first { ($0["id"]?.int ?? 0) == 0 }
      if data.count > 1 {
        findings.addOnce(
          "sheet.more_data", .note, "Entries have data beside their first", at: position(path + [.index(index)]),
          instead: "the first is read")
      }
      let values = (main?["values"]?.array ?? []).compactMap(\.string)
      list.append(Read(frame: frame, values: values, path: path + [.index(index)]))
    }
    return list
  }

  private mutating func layer(_ name: String, _ entries: [Read]) -> ExposureSheet.Layer {
    var layer = ExposureSheet.Layer(name: name)
    for entry in entries {
      let mark: ExposureSheet.Mark
      switch entry.values.first {
      case "SYMBOL_NULL_CELL": mark = .nothing
      case "SYMBOL_HYPHEN": mark = .goesOn
      case "SYMBOL_TICK_1": mark = .tick("inbetween")
      case "SYMBOL_TICK_2": mark = .tick("reverse sheet")
      case .some(let symbol) where symbol.hasPrefix("SYMBOL_"):
        findings.add(
          "sheet.unknown_symbol", .warning, "The symbol \(symbol) is not known", at: position(entry.path),
          instead: "what is shown goes on")
        mark = .goesOn
      case .some(let drawing) where !drawing.trimmed.isEmpty: mark = .drawing(drawing.trimmed)
      default:
        findings.add(
          "sheet.empty_entry", .warning, "The entry on frame \(entry.frame) of layer \(name) is empty",
          at: position(entry.path), instead: "nothing is shown until the next one")
        mark = .nothing
      }
      layer.entries.append(ExposureSheet.Entry(frame: entry.frame, mark: mark, place: .path(entry.path)))
    }
    return layer
  }

  /// Words and instructions run on through hyphens.
  private mutating func remarks(
    _ kind: ExposureSheet.Remark.Kind, _ column: String, _ entries: [Read], _ sheet: inout ExposureSheet
  ) {
    var open: (start: Int, last: Int, text: String, path: [JSONStep])?
    func close() -> ExposureSheet.Remark? {
      guard let open, open.last >= 0, open.start < sheet.duration else { return nil }
      let range = FrameRange(max(0, open.start), min(open.last + 1, sheet.duration))
      return ExposureSheet.Remark(kind: kind, frames: range, text: open.text, column: column)
    }
    var list: [(remark: ExposureSheet.Remark, path: [JSONStep])] = []
    for entry in entries.sorted(by: { $0.frame < $1.frame }) {
      if entry.values.first == "SYMBOL_HYPHEN" {
        open?.last = entry.frame
        continue
      }
      if let remark = close(), let path = open?.path { list.append((remark, path)) }
      let words = entry.values.filter { !$0.isEmpty && !$0.hasPrefix("SYMBOL_") }
      open = words.isEmpty ? nil : (entry.frame, entry.frame, words.joined(separator: ": "), entry.path)
    }
    if let remark = close(), let path = open?.path { list.append((remark, path)) }
    for (remark, path) in list {
      sheet.remarks.append(remark)
      guard kind == .camera else { continue }
      findings.add(
        "sheet.camera", .warning, "The camera is asked to \(remark.text) over \(remark.frames.count) frames",
        at: position(path), instead: "a marker says so", hint: "pegbar cut has placement with keys")
    }
  }

  // MARK: Places

  private func position(_ path: [JSONStep]) -> TextPosition? { places.position(of: path) }

  private func bad(_ sentence: String, _ path: [JSONStep]) -> PegError {
    .badInput(sentence, in: options.name, at: TextPosition(of: path, in: body, limits: limits))
  }
}

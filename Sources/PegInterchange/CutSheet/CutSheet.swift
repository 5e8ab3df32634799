import PegCore

/// A cut as a person writes it: a list of shots, in YAML or as a table.
struct CutSheet {
  /// What a row may say; see the README.
  enum Key: String, CaseIterable {
    case shot, media, `in`, out, duration, handles, hold, step, speed, transition, track, at, gap, note
  }

  /// What a sheet may say beside its rows; YAML only.
  enum HeadKey: String, CaseIterable { case title, rate, start, raster, shots }

  struct Value {
    var text: String
    var position: TextPosition
  }

  struct Row {
    var values: [Key: Value] = [:]
    var position: TextPosition
  }

  var head: [HeadKey: Value] = [:]
  var rows: [Row] = []
}

extension CutSheet {
  /// Reads a table whose first row names the columns.
  ///
  /// - Throws: ``PegError`` (bad input) with line and column.
  init(csv bytes: [UInt8], _ options: ImportOptions, _ findings: inout FindingList) throws(PegError) {
    let table = try CSVTable(bytes, options)
    if table.isLatin1 {
      findings.add("text.encoding", .warning, "The text is not UTF-8", instead: "it is read as Latin-1")
    }
    var keys: [Key] = []
    for cell in table.rows.first ?? [] {
      let key = try Self.key(cell.text.lowercased(), Key.self, cell.position, options)
      guard !keys.contains(key) else {
        throw .badInput("the column \(key.rawValue) stands twice", in: options.name, at: cell.position)
      }
      keys.append(key)
    }
    for row in table.rows.dropFirst() {
      guard row.count <= keys.count else {
        throw .badInput(
          "the row has \(row.count) cells under \(keys.count) names", in: options.name, at: row[keys.count].position)
      }
      var values = Row(position: row[0].position)
      for (key, cell) in zip(keys, row) where !cell.text.isEmpty {
        values.values[key] = Value(text: cell.text, position: cell.position)
      }
      if !values.values.isEmpty { rows.append(values) }
    }
  }

  static func key<Keys: RawRepresentable<String> & CaseIterable>(
    _ text: String, _: Keys.Type, _ position: TextPosition, _ options: ImportOptions
  ) throws(PegError) -> Keys {
    guard let key = Keys(rawValue: text) else {
      throw .badInput(
        "\(text.isEmpty ? "a name that is empty" : text) is nothing that a cut sheet says", in: options.name,
        at: position, hint: "it says \(Keys.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return key
  }
}

public import PegCore
import PegTimeline

extension ClipLog {
  /// Reads an Avid Log Exchange file: a heading, a row of column names, a row for each clip, parted by tabs.
  ///
  /// Times count at `options.rate`, else at the heading's `FPS`, else at 24 with a finding.
  ///
  /// - Throws: ``PegError`` (bad input) with line and column of what is no ALE, of a time that cannot be, and of what exceeds
  ///   the limits.
  public init(ale bytes: [UInt8], _ options: ImportOptions) throws(PegError) {
    var reader = ALEReader(options)
    try reader.read(bytes)
    self = try reader.log()
  }
}

private struct ALEReader {
  private enum Section { case before, heading, column, data }

  private let options: ImportOptions
  private var findings: FindingList
  private var section = Section.before
  private var heading: [(name: String, value: String)] = []
  private var columns: [String] = []
  private var rate: FrameRate?
  private var entries: [ClipLog.Entry] = []
  private var cells = 0

  init(_ options: ImportOptions) {
    self.options = options
    findings = FindingList(file: options.name)
    rate = options.rate
  }

  mutating func read(_ bytes: [UInt8]) throws(PegError) {
    let text = try SourceText(bytes, name: options.name)
    if text.isLatin1 {
      findings.add("text.encoding", .warning, "The text is not UTF-8", instead: "it is read as Latin-1")
    }
    for line in text where !line.isBlank {
      switch line.text.trimmed {
      case "Heading" where section == .before: section = .heading
      case "Column" where section == .heading: section = .column
      case "Data" where section == .column && !columns.isEmpty: section = .data
      default:
        switch section {
        case .before: throw bad("an ALE begins with Heading", line.start)
        case .heading: try readHeading(line)
        case .column:
          guard columns.isEmpty else { throw bad("there are two rows of column names", line.start) }
          columns = fields(of: line).map(\.text)
        case .data: try readClip(line)
        }
      }
    }
  }

  func log() throws(PegError) -> ClipLog {
    guard section == .data else {
      let missing = section == .before ? "Heading" : section == .heading ? "Column" : "Data"
      throw bad("the part \(missing) is missing", TextPosition(line: 1, column: 1))
    }
    return ClipLog(heading: heading, rate: rate ?? FrameRate(24), entries: entries, findings: findings.sorted)
  }

  // MARK: Lines

  private mutating func readHeading(_ line: SourceText.Line) throws(PegError) {
    let fields = fields(of: line)
    let (name, value) = (fields[0].text, fields.count > 1 ? fields[1].text : "")
    heading.append((name, value))
    if name == "FIELD_DELIM", value.uppercased() != "TABS" {
      throw bad("the fields are parted by \(value), and tabs are read", line.start, hint: "export it with tabs")
    }
    guard name == "FPS", options.rate == nil else { return }
    guard let said = FrameRate(value) else {
      throw bad("\(value) is no frame rate", fields[min(1, fields.count - 1)].position)
    }
    rate = said
  }

  private mutating func readClip(_ line: SourceText.Line) throws(PegError) {
    if rate == nil {
      findings.addOnce(
        "ale.rate", .note, "The log does not say its rate: times count at 24 frames per second",
        hint: "--rate says another")
    }
    let fields = fields(of: line)
    cells += fields.count
    guard cells <= options.limits.events * 64, entries.count < options.limits.events else {
      throw bad("the log has more than the \(options.limits.events) clips that are read", line.start)
    }
    if fields.count > columns.count, fields[columns.count...].contains(where: { !$0.text.isEmpty }) {
      findings.add(
        "ale.more_fields", .warning, "The row has \(fields.count) fields under \(columns.count) columns",
        at: fields[columns.count].position, instead: "the fields after the last column are left out")
    }
    var entry = ClipLog.Entry(name: "", columns: [], position: line.start)
    var places: [String: SourceText.Line.Word] = [:]
    for (column, field) in zip(columns, fields) where !field.text.isEmpty {
      entry.columns.append((column, field.text))
      places[column.lowercased()] = SourceText.Line.Word(text: field.text[...], position: field.position)
    }
    entry.name = entry["Name"] ?? ""
    entry.tape = entry["Tape"] ?? entry["Camroll"] ?? entry["Reel"]
    entry.sourceFile = entry["Source File"] ?? entry["UNC"]
    entry.range = try range(places)
    entry.grade = grade(places)
    entries.append(entry)
  }

  /// Fields between tabs, without the spaces around them; at least one.
  private func fields(of line: SourceText.Line) -> [(text: String, position: TextPosition)] {
    var fields: [(text: String, position: TextPosition)] = []
    var column = 1
    for field in line.text.split(separator: "\t", omittingEmptySubsequences: false) {
      let lead = field.unicodeScalars.prefix { $0.properties.isWhitespace }.count
      let text = field.trimmed
      fields.append((text, TextPosition(line: line.number, column: column + (text.isEmpty ? 0 : lead))))
      column += field.unicodeScalars.count + 1
    }
    return fields
  }

  // MARK: Values

  private mutating func range(_ places: [String: SourceText.Line.Word]) throws(PegError) -> TimeRange? {
    guard let said = places["start"] else { return nil }
    let rate = rate ?? FrameRate(24)
    func frames(_ word: SourceText.Line.Word) throws(PegError) -> Int {
      do throws(Timecode.ParseProblem) { return try Timecode.reading(word.text, rate: rate).timecode.frames } catch {
        throw bad("\(word.text) is no timecode at \(rate.spoken) frames per second", word.position)
      }
    }
    let start = try frames(said)
    let end = try places["end"].map { (word) throws(PegError) in try frames(word) }
    let duration = try places["duration"].map { (word) throws(PegError) in try frames(word) }
    if let end, end < start, let word = places["end"] { throw bad("the clip ends before it starts", word.position) }
    if let end, let duration, end - start != duration, let word = places["duration"] {
      findings.add(
        "ale.duration_mismatch", .warning,
        "From start to end there are \(end - start) frames, and the duration is \(duration)",
        at: word.position, instead: "start and end count")
    }
    guard let count = end.map({ $0 - start }) ?? duration else { return nil }
    return TimeRange(
      start: RationalTime(Rational(start), rate), duration: RationalTime(Rational(count), rate))
  }

  /// `ASC_SOP` and `ASC_SAT`, else `CDL`, which may have both.
  private mutating func grade(_ places: [String: SourceText.Line.Word]) -> GradeOperation? {
    var values = CDLText()
    var isSaid = false
    for key in ["cdl", "asc_sop"] {
      guard let word = places[key] else { continue }
      if values.read(sop: String(word.text)) {
        isSaid = true
      } else {
        unreadable(word)
      }
    }
    if let word = places["asc_sat"] {
      if values.read(saturation: String(word.text)) { isSaid = true } else { unreadable(word) }
    }
    if isSaid, let problem = values.problem, let word = places["asc_sop"] ?? places["cdl"] ?? places["asc_sat"] {
      findings.add(
        "ale.cdl_range", .warning,
        "\(problem.prefix(1).uppercased() + problem.dropFirst()), which ASC CDL does not allow",
        at: word.position)
    }
    return isSaid ? values.operation : nil
  }

  private mutating func unreadable(_ word: SourceText.Line.Word) {
    findings.add(
      "ale.cdl_unreadable", .error, "\(word.text) is no CDL", at: word.position, instead: "it is left out")
  }

  private func bad(_ sentence: String, _ position: TextPosition, hint: String? = nil) -> PegError {
    .badInput(sentence, in: options.name, at: position, hint: hint)
  }
}

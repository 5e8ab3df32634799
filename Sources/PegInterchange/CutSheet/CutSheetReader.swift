import PegCore
import PegTimeline

extension Importer {
  /// Cut sheets in YAML.
  static let cutSheet = Importer(
    title: "cut sheet (YAML)", suffixes: ["yaml", "yml"],
    recognises: { head in
      String(decoding: head, as: UTF8.self).split(whereSeparator: \.isNewline).contains { $0.hasPrefix("shots:") }
    },
    read: { (bytes, options) throws(PegError) in
      let findings = FindingList(file: options.name)
      return try CutSheetReader(try CutSheet(yaml: bytes, options), options, findings).result()
    })

  /// Cut sheets as tables: the first row names `shot` or `media` among its columns.
  static let cutTable = Importer(
    title: "cut sheet (CSV)", suffixes: ["csv"],
    recognises: { head in
      let first = head.pastSpace.prefix { $0 != 0x0A && $0 != 0x0D }
      let names = String(decoding: first, as: UTF8.self).lowercased().split { ",;\t\" ".contains($0) }
      return names.contains("shot") || names.contains("media")
    },
    read: { (bytes, options) throws(PegError) in
      var findings = FindingList(file: options.name)
      let sheet = try CutSheet(csv: bytes, options, &findings)
      return try CutSheetReader(sheet, options, findings).result()
    })
}

/// From a cut sheet to a cut.
struct CutSheetReader {
  private let sheet: CutSheet
  private let options: ImportOptions
  private var findings: FindingList
  private var rate = FrameRate(24)
  /// Record frame since midnight at which the programme begins.
  private var start = 0
  private var isDrop = false

  init(_ sheet: CutSheet, _ options: ImportOptions, _ findings: FindingList) {
    self.sheet = sheet
    self.options = options
    self.findings = findings
  }

  consuming func result() throws(PegError) -> ImportResult {
    rate = try self.sheetRate()
    var settings = TimelineSettings()
    settings.rate = rate
    if let value = sheet.head[.start] {
      let timecode = try CutSheetTime.timecode(value, rate: rate, options)
      (start, isDrop) = (timecode.frames, timecode.dropFrame)
      if isDrop { settings.dropFrame = true }
    }
    if let value = sheet.head[.raster] {
      guard let raster = Raster(value.text) else { throw bad("\(value.text) is no raster, such as 1920x1080", value) }
      settings.raster = raster
    }
    var tracks: [CutAddress: CutSheetTrack] = [:]
    for row in sheet.rows {
      let address = try track(of: row)
      var track = tracks[address] ?? CutSheetTrack(rate: rate, options: options)
      try track.add(row, at: try record(of: row), &findings)
      tracks[address] = track
    }
    let order = tracks.keys.sorted { a, b in
      let (a, b) = (a.steps[0].track, b.steps[0].track)
      return (a.kind == .video ? 0 : 1, a.number) < (b.kind == .video ? 0 : 1, b.number)
    }
    let layers = order.map { address in
      Track(
        name: address.description, kind: address.steps[0].track.kind == .audio ? .audio : .video,
        children: tracks[address]?.children ?? [])
    }
    let timeline = Timeline(
      name: sheet.head[.title]?.text.nonEmpty ?? options.stem,
      start: sheet.head[.start] == nil ? nil : RationalTime(Rational(start), rate), settings: settings, tracks: layers)
    return ImportResult(timeline: timeline, findings: findings.sorted)
  }

  /// What was asked for, else what the sheet says, else the show's, else that of the first media that can be asked.
  private func sheetRate() throws(PegError) -> FrameRate {
    var said: FrameRate?
    if let value = sheet.head[.rate] {
      guard let rate = FrameRate(value.text) else { throw bad("\(value.text) is no frame rate", value) }
      said = rate
    }
    if let rate = options.rate ?? said { return rate }
    if let rate = options.showRate { return rate }
    for row in sheet.rows {
      if let media = row.values[.media]?.text, let range = options.mediaRange?(media) { return range.duration.rate }
    }
    throw PegError(
      .badInput, "\(options.name) does not say its rate", hint: "say --rate, or write rate: 24 above the shots")
  }

  private func track(of row: CutSheet.Row) throws(PegError) -> CutAddress {
    guard let value = row.values[.track] else { return CutAddress([CutAddress.Step(TrackLabel(.video, 1))]) }
    guard let address = CutAddress(value.text), address.steps.count == 1, address.steps[0].child == nil,
      address.steps[0].track.kind != .other, address.steps[0].track.number <= EDLChannels.limit
    else { throw bad("\(value.text) is no track, such as V2 or A1", value) }
    return address
  }

  /// Record frames from the programme's start, where the row says them.
  private func record(of row: CutSheet.Row) throws(PegError) -> Int? {
    guard let value = row.values[.at] else { return nil }
    if let frames = CutSheetTime.count(value.text) { return frames }
    let timecode = try CutSheetTime.timecode(value, rate: rate, dropFrame: isDrop, options)
    guard timecode.frames >= start else { throw bad("\(value.text) is before the programme begins", value) }
    return timecode.frames - start
  }

  private func bad(_ sentence: String, _ value: CutSheet.Value) -> PegError {
    .badInput(sentence, in: options.name, at: value.position)
  }
}

/// Times as a cut sheet has them.
enum CutSheetTime {
  /// Frames of a row: a thousand hours at 24 are under it.
  private static let limit = 100_000_000

  /// A count of frames; `nil` for anything else.
  static func count(_ text: String) -> Int? {
    guard EDLTime.isCount(text), let frames = Int(text), frames <= limit else { return nil }
    return frames
  }

  static func timecode(
    _ value: CutSheet.Value, rate: FrameRate, dropFrame: Bool = false, _ options: ImportOptions
  ) throws(PegError) -> Timecode {
    do throws(Timecode.ParseProblem) {
      return try Timecode(parsing: value.text, rate: rate, dropFrame: dropFrame)
    } catch {
      let sentence =
        switch error {
        case .notATimecode: "\(value.text) is no timecode, such as 01:00:00:00, and no count of frames"
        case .fieldOutOfRange: "\(value.text) is no time of day at \(rate.spoken) frames per second"
        case .droppedLabel: "the label \(value.text) does not exist: drop-frame skips it"
        case .noDropFrameAtThisRate: "drop-frame does not exist at \(rate.spoken)"
        }
      throw .badInput(sentence, in: options.name, at: value.position)
    }
  }

  /// Record frames that something takes: a count, a timecode as a length, or seconds such as `1.5s` that are whole frames.
  static func length(
    _ value: CutSheet.Value, rate: FrameRate, _ options: ImportOptions
  ) throws(PegError) -> Int {
    let frames: Int
    if let count = count(value.text) {
      frames = count
    } else if value.text.hasSuffix("s"), let seconds = Rational(decimal: value.text.dropLast()), seconds <= 1_000_000 {
      let exact = seconds * rate.value
      guard exact.isWhole else {
        throw .badInput(
          "\(value.text) is \(exact.decimalText) frames at \(rate.spoken), and no whole number", in: options.name,
          at: value.position)
      }
      frames = exact.floor
    } else {
      frames = try timecode(value, rate: rate, options).frames
    }
    guard frames > 0 else {
      throw .badInput("\(value.text) is no length: it begins at 1 frame", in: options.name, at: value.position)
    }
    return frames
  }
}

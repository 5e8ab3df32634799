public import PegCore
import PegLook
import PegTimeline

extension ClipLog {
  /// The corrections of a file of any kind that has some: `.cc`, `.ccc` and `.cdl` by their ids (a single one without an id by
  /// the file's name), an ALE's rows, and the clips of a cut that have a CDL, such as an EDL's with `ASC_SOP`.
  ///
  /// - Throws: ``PegError`` (bad input) with line and column of what is wrong.
  public init(correctionsOf bytes: [UInt8], _ options: ImportOptions) throws(PegError) {
    let file = options.name.split(separator: "/").last.map(String.init) ?? options.name
    let dot = file.lastIndex(of: ".")
    let suffix = dot.map { file[file.index(after: $0)...].lowercased() } ?? ""
    switch suffix {
    case "cc", "ccc", "cdl":
      let stem = dot.map { String(file[..<$0]) } ?? file
      let corrections = try CorrectionFile(reading: bytes, name: options.name).corrections
      self.init(
        heading: [], rate: options.rate ?? FrameRate(24),
        entries: corrections.enumerated().map { index, correction in
          Entry(
            name: correction.id ?? (corrections.count == 1 ? stem : "correction \(index + 1)"),
            grade: GradeOperation(correction), columns: [], position: TextPosition(line: 1, column: 1))
        }, findings: [])
    case "ale": try self.init(ale: bytes, options)
    default:
      let cut = try ImportResult.parse(bytes, options)
      self.init(
        heading: [], rate: options.rate ?? FrameRate(24),
        entries: cut.timeline.everyClip.compactMap { Entry($0.clip) }, findings: cut.findings)
    }
  }
}

extension ClipLog.Entry {
  /// A clip of another cut; `nil` for one without a CDL.
  fileprivate init?(_ clip: Clip) {
    guard let grade = try? clip.settings().grade.first(where: { $0.op == "cdl" }) else { return nil }
    let said = clip.item.info.metadata["cmx_3600"]
    self.init(
      name: clip.item.info.name, tape: said?["reel"]?.string, sourceFile: clip.activeReference?.spelling,
      range: clip.item.sourceRange, grade: grade, columns: [], position: TextPosition(line: 1, column: 1))
  }
}

extension GradeOperation {
  fileprivate init(_ correction: Correction) {
    // A float32's shortest decimal reads back as it.
    func list(_ values: [Float]) -> JSON { .array(values.map { .number("\($0)") }) }
    self.init(
      op: "cdl",
      parameters: [
        "slope": list(correction.values.slope), "offset": list(correction.values.offset),
        "power": list(correction.values.power), "saturation": .number("\(correction.values.saturation)"),
      ])
  }
}

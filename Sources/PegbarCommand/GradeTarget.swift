import ArgumentParser
import Foundation
import Pegbar

/// A place of a cut that has a grade, as typed: `CUT`, `CUT#V2`, `CUT#SH010`.
struct GradeTarget {
  let file: String
  let cut: Cut
  let place: GradePlace
  /// Whether the place was named: `CUT` alone is the programme, or all of the cut.
  let isNamed: Bool

  init(_ text: String) throws {
    let (file, address) = try Address.split(text)
    if let address, address.item == nil {
      throw PegError(
        .usage, "\(text) names a time, and grades belong to clips", hint: "write \(file)#CLIP or \(file)#V1:3")
    }
    self.file = file
    cut = try Cut(reading: file)
    isNamed = address != nil
    place = try cut.timeline.gradePlace(address?.item)
  }

  func finder(_ presets: PresetOptions, _ media: MediaOptions) throws -> LookFinder {
    LookFinder(
      resolver: MediaResolver(cutFolder: cut.folder, pathMaps: try media.maps()),
      presetFolders: (try? presets.library().roots) ?? [])
  }

  /// A file that was named as it lies from here, named as it lies from the cut.
  func rebased(_ operation: GradeOperation, _ finder: LookFinder) throws(PegError) -> GradeOperation {
    guard let file = operation.file, !file.hasPrefix("/"), FileManager.default.fileExists(atPath: file) else {
      return operation
    }
    if (try? finder.locate(file)) != nil { return operation }
    var moved = operation
    moved.parameters["file"] = .string(RelativePath.from(URL(fileURLWithPath: file).path, toFolderOf: self.file))
    return moved
  }

  /// A file named as it lies from this cut, named as it lies from another.
  func moved(_ operation: GradeOperation, to other: GradeTarget) -> GradeOperation {
    guard let file = operation.file, !file.hasPrefix("/") else { return operation }
    let path = "\(cut.folder)/\(file)"
    guard FileManager.default.fileExists(atPath: path) else { return operation }
    var moved = operation
    moved.parameters["file"] = .string(RelativePath.from(path, toFolderOf: other.file))
    return moved
  }

  /// Checks an operation as a render would.
  func check(_ operation: GradeOperation, _ finder: LookFinder) throws(PegError) {
    let working = try ColorSpace.named(try cut.timeline.settings().workingSpace ?? "bt709")
    guard let look = try finder.look(of: operation) else { return try operation.check(in: working) }
    try operation.knowing(look).check(in: working, looks: [look.key: look.program])
  }
}

/// Options of verbs that change a cut.
struct EditOptions: ParsableArguments {
  @Option(name: [.customShort("o"), .long], help: ArgumentHelp("Write here instead of in place.", valueName: "FILE"))
  var output: String?
  @Flag(help: "Say what would change; write nothing.") var dryRun = false
  @OptionGroup var report: ReportOptions

  /// Writes the cut and says how a place is graded now.
  func finish(
    _ name: String, _ timeline: Timeline, _ target: GradeTarget, _ grade: [GradeOperation], count: Int = 1,
    findings: [Finding] = []
  ) throws {
    if !dryRun { try timeline.write(to: output ?? target.file) }
    let more = count > 1 ? " and \(count - 1) more" : ""
    let said = grade.isEmpty ? "no grade" : grade.map(\.sentence).joined(separator: "; ")
    try report.say(
      Report(
        name,
        facts: [
          Fact("place", .string(target.place.description)), Fact("grade", .array(grade.map(\.json))),
          Fact("places", .number(count)), Fact("written", dryRun ? .null : .string(output ?? target.file)),
        ], findings: findings, summary: ["\(target.place)\(more): \(said)"]))
    try report.judge(findings)
  }
}

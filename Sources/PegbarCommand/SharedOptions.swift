import ArgumentParser
import Foundation
import Pegbar
import PegTimeline

/// Options of every verb that opens media.
struct MediaOptions: ParsableArguments {
  @Option(
    name: .customLong("path-map"), help: ArgumentHelp("Where media that a cut names lie here.", valueName: "FROM=TO"))
  var pathMaps: [String] = []

  func maps() throws(PegError) -> [PathMap] {
    var list: [PathMap] = []
    for text in pathMaps { list.append(try PathMap(parsing: text)) }
    return list
  }
}

/// Options of every verb that reports.
struct ReportOptions: ParsableArguments {
  @Flag(help: "Print JSON to stdout.")
  var json = false

  @Option(
    help: ArgumentHelp("The least severity of findings that makes the exit status 1.", valueName: "note|warning|error"))
  var failOn: Severity?

  @Option(
    name: .customLong("report"),
    help: ArgumentHelp(
      "Also write the report to a file, as its name says: .html, .md, .json, .txt; may be given again.",
      valueName: "FILE"),
    completion: .file(extensions: ReportDocument.allCases.map(\.rawValue)))
  var files: [String] = []

  func validate() throws {
    for file in files where ReportDocument(path: file) == nil {
      throw ValidationError("The report \(file) is no .html, .md, .json or .txt file")
    }
  }

  /// Says what a verb has to say: as JSON, or data to stdout and what was found and done to stderr; and to the files that
  /// were asked for.
  ///
  /// - Parameter title: what the files are about.
  func say(_ report: Report, title: String? = nil) throws {
    for file in files {
      guard let form = ReportDocument(path: file) else { continue }
      try WholeFile.replace(file, with: Array(form.text(of: report, title: title ?? "pegbar \(report.name)").utf8))
    }
    if json {
      try Console.print(report.json.text(.pretty))
      return
    }
    for line in report.text { try Console.print(line) }
    Console.findings(report.findings)
    for (index, part) in (report.parts?.reports ?? []).enumerated() {
      if index > 0, !part.text.isEmpty { try Console.print("") }
      for line in part.text { try Console.print(line) }
      Console.findings(part.findings)
      for sentence in part.summary { Console.say(sentence) }
    }
    for sentence in report.summary { Console.say(sentence) }
  }

  /// Ends the verb with status 1 when findings are severe enough.
  func judge(_ findings: [Finding]) throws {
    if findings.contains(where: { $0.severity >= failOn ?? .error }) { throw FindingsFault() }
  }
}

extension Severity: ExpressibleByArgument {}

/// Options of every verb that takes presets.
struct PresetOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The folder that holds the presets.", valueName: "DIR"))
  var presets: String?

  func library() throws(PegError) -> PresetLibrary {
    try PresetLibrary(
      searching: presets, environment: ProcessInfo.processInfo.environment, executable: Bundle.main.executableURL)
  }
}

/// Sizes as people type them: `900M`, `2G`, `1.5G`.
struct ByteCount: ExpressibleByArgument {
  let bytes: Int

  init?(argument: String) {
    let units: [(suffix: String, factor: Double)] = [
      ("KiB", 1024), ("MiB", 1_048_576), ("GiB", 1_073_741_824), ("K", 1024), ("M", 1_048_576), ("G", 1_073_741_824),
    ]
    for unit in units where argument.uppercased().hasSuffix(unit.suffix.uppercased()) {
      guard let value = Double(argument.dropLast(unit.suffix.count)), value > 0, value < 1e6 else { return nil }
      bytes = Int(value * unit.factor)
      return
    }
    guard let value = Int(argument), value > 0 else { return nil }
    bytes = value
  }
}

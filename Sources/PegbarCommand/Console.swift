import Foundation
import Pegbar

/// What a person reads: stderr, with colour on a terminal unless `NO_COLOR` is set.
enum Console {
  static let isTerminal = isatty(STDERR_FILENO) == 1
  private static let hasColor =
    isTerminal && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
    && ProcessInfo.processInfo.environment["TERM"] != "dumb"

  /// One line to stderr.
  static func say(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

  static func error(_ sentence: String, hint: String?) {
    say("\(paint("error:", "31;1")) \(sentence)")
    if let hint { say("\(paint("hint:", "36")) \(hint)") }
  }

  static func finding(_ finding: Finding) {
    let word: String
    switch finding.severity {
    case .error: word = paint("error:", "31;1")
    case .warning: word = paint("warning:", "33;1")
    case .note: word = paint("note:", "36")
    }
    say("\(word) \(finding.place): \(finding.sentence) [\(finding.code)]")
    if let hint = finding.hint { say("  \(paint("hint:", "36")) \(hint)") }
  }

  private static func paint(_ text: String, _ code: String) -> String {
    hasColor ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  /// Data to stdout.
  static func print(_ text: String, terminator: String = "\n") throws(PegError) {
    let data = Data((text + terminator).utf8)
    do {
      try FileHandle.standardOutput.write(contentsOf: data)
    } catch {
      throw PegError(.io, "cannot write to stdout: the reader has gone or the disk is full")
    }
  }

  /// Findings of one kind are said once with their number when there are many.
  static func findings(_ list: [Finding], showing limit: Int = 40) {
    for finding in list.prefix(limit) { self.finding(finding) }
    if list.count > limit { say("and \(list.count - limit) more; --json lists them all") }
  }
}

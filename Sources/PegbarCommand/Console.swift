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
    if let hint { self.hint(hint) }
  }

  static func hint(_ text: String) { say("\(paint("hint:", "36")) \(text)") }

  /// Columns of the terminal; 80 where it does not say.
  static var width: Int {
    var size = winsize()
    return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  /// Whether lines may be drawn over, as a progress bar does.
  static let canRedraw = isTerminal && ProcessInfo.processInfo.environment["TERM"] != "dumb"

  static func finding(_ finding: Finding) {
    let word: String
    switch finding.severity {
    case .error: word = paint("error:", "31;1")
    case .warning: word = paint("warning:", "33;1")
    case .note: word = paint("note:", "36")
    }
    say("\(word) \(finding.placed) [\(finding.code)]")
    if let hint = finding.hint { self.hint(hint) }
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

  /// The first `limit` findings, and how many there are more.
  static func findings(_ list: [Finding], showing limit: Int = 40) {
    for finding in list.prefix(limit) { self.finding(finding) }
    if list.count > limit { say("and \(list.count - limit) more; --json lists them all") }
  }
}

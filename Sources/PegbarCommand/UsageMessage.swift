import ArgumentParser
import Foundation
import Pegbar

/// What is said about a command that was typed wrongly: the parser's words, in the form of all other errors.
struct UsageMessage {
  private(set) var sentence = ""
  /// What the parser adds, and how the verb is typed.
  private(set) var details: [String] = []
  private(set) var hint: String?

  /// - Parameters:
  ///   - text: the parser's message: `Error: …`, `Help: …`, `Usage: …`, and where to read more.
  ///   - arguments: what was typed, without the program's name.
  init(_ text: String, arguments: [String]) {
    for line in text.split(separator: "\n").map(String.init) {
      let trimmed = line.trimmingCharacters(in: .whitespaces)
      if trimmed.hasPrefix("Error: ") {
        sentence = Self.lowered(String(trimmed.dropFirst(7)))
      } else if trimmed.hasPrefix("See '"), let end = trimmed.dropFirst(5).firstIndex(of: "'") {
        hint = "`\(trimmed.dropFirst(5)[..<end])` tells more"
      } else if trimmed.hasPrefix("Help: ") || trimmed.hasPrefix("Usage: ") {
        details.append(Self.lowered(trimmed))
      } else {
        details.append(line)
      }
    }
    if let (path, word, known) = Self.unknownVerb(in: arguments) {
      sentence = "\(path) has no verb \(word)"
      hint =
        Spelling.nearest(to: word, among: known).map { "did you mean \($0)?" }
        ?? "it has \(known.joined(separator: ", "))"
      details = []
    }
  }

  func say() {
    Console.error(sentence, hint: nil)
    for line in details { Console.say(line) }
    if let hint { Console.hint(hint) }
  }

  /// The first word that stands where a verb should and is none.
  private static func unknownVerb(in arguments: [String]) -> (path: String, word: String, known: [String])? {
    var command: any ParsableCommand.Type = PegbarCommand.self
    var path = "pegbar"
    for word in arguments {
      let verbs = command.configuration.subcommands
      let known = verbs.map { $0._commandName }
      guard !verbs.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
      guard let next = verbs.first(where: { $0._commandName == word }) else { return (path, word, known) }
      command = next
      path += " \(word)"
    }
    return nil
  }

  /// Sentences begin small after `error:`.
  private static func lowered(_ text: String) -> String {
    var text = text
    if text.hasSuffix("."), !text.dropLast().contains(". ") { text.removeLast() }
    let second = text.dropFirst().first
    return second?.isLowercase == true ? text.prefix(1).lowercased() + text.dropFirst() : text
  }
}

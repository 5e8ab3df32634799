import Foundation
import Pegbar

/// Names of outputs that say which takes they show: `reel.{SH010}.{SH020}.mov`.
struct VariantNames {
  private enum Part {
    case text(String)
    case take(clip: String)
  }
  private let parts: [Part]

  /// - Throws: ``PegError`` of kind `usage` when the name does not tell the variants apart, or names a clip that does not vary.
  init(_ pattern: String, choices: [TakeChoice]) throws(PegError) {
    guard !choices.isEmpty else {
      parts = [.text(pattern)]
      return
    }
    var parts: [Part] = []
    var named: Set<String> = []
    var rest = pattern[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      let clip = String(rest[rest.index(after: open)..<close])
      guard choices.contains(where: { $0.clip == clip }) else {
        let varied = choices.map { "{\($0.clip)}" }.joined(separator: ", ")
        throw PegError(.usage, "\(pattern) names {\(clip)}, which does not vary", hint: "--vary gives \(varied)")
      }
      parts += [.text(String(rest[..<open])), .take(clip: clip)]
      named.insert(clip)
      rest = rest[rest.index(after: close)...]
    }
    parts.append(.text(String(rest)))
    if let missing = choices.first(where: { $0.takes.count > 1 && !named.contains($0.clip) }) {
      throw PegError(
        .usage, "\(pattern) would be the name of \(missing.takes.count) variants",
        hint: "put {\(missing.clip)} into it, which becomes the name of the take")
    }
    self.parts = parts
  }

  /// The name of the variant that plays `takes`.
  func name(_ takes: [LedgerHeader.Take]) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .take(let clip):
        // A take may be called anything; it may not lead into another folder.
        String((takes.first { $0.clip == clip }?.take ?? "").map { "/\0".contains($0) ? "_" : $0 })
      }
    }.joined()
  }
}

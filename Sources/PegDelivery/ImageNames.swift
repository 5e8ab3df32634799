import Foundation
public import PegPreset

/// Names of the images of a sequence, from a pattern such as `{cut}.####.png` or `shot.%04d.png`.
public struct ImageNames: Sendable {
  private let head: String
  private let tail: String
  private let digits: Int
  private let first: Int

  /// - Parameter name: what `{cut}` stands for; a cut file's name without its extension.
  public init(_ naming: NamingSpec, name: String) {
    // A name from a cut may hold anything; a path separator may not lead out of the folder.
    let stem = name.lowercased().hasSuffix(".otio") ? name.dropLast(5) : name[...]
    let safe = String(stem.map { "/\\:\0".contains($0) ? "_" : $0 })
    let pattern = naming.pattern.replacing("{cut}", with: safe.isEmpty ? "frame" : safe)
    self =
      ImageNames(pattern: pattern, first: naming.firstFrame)
      ?? ImageNames(head: "\(safe).", tail: ".png", digits: 4, first: naming.firstFrame)
  }

  /// A pattern with `####` or `%04d` in it; `nil` for one without.
  public init?(pattern: String, first: Int) {
    if let percent = pattern.range(of: #"%0?[0-9]*d"#, options: .regularExpression) {
      head = String(pattern[..<percent.lowerBound])
      tail = String(pattern[percent.upperBound...])
      digits = Int(pattern[percent].filter(\.isNumber)) ?? 1
    } else if let from = pattern.firstIndex(of: "#"), let to = pattern.lastIndex(of: "#") {
      head = String(pattern[..<from])
      tail = String(pattern[pattern.index(after: to)...])
      digits = pattern[from...to].count
    } else {
      return nil
    }
    self.first = first
  }

  private init(head: String, tail: String, digits: Int, first: Int) {
    self.head = head
    self.tail = tail
    self.digits = digits
    self.first = first
  }

  /// The name of record frame `frame`.
  public func name(of frame: Int) -> String {
    let number = String(frame + first)
    return head + String(repeating: "0", count: max(0, digits - number.count)) + number + tail
  }
}

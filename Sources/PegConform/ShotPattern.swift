public import PegCore

/// `--match '{shot}_v{version}'`: where in the names of media the shot and the version stand.
///
/// `{shot}` and other fields stand for any letters but `/`, `{version}` for digits, `*` for anything but `/`. A pattern with `/`
/// is matched with the end of the path, another with the name; both without extension and frame numbers, and without case.
public struct ShotPattern: Hashable, Sendable {
  private enum Part: Hashable {
    case text([Character])
    /// A field without a name is `*`.
    case field(String)
  }

  private let parts: [Part]
  private let isPath: Bool
  public let text: String

  static let shot = "shot"
  static let version = "version"
  /// Fields and texts at most.
  private static let partsLimit = 32

  /// - Throws: ``PegError`` (wrong usage) for what is no pattern.
  public init(_ text: String) throws(PegError) {
    func wrong(_ what: String) -> PegError {
      PegError(.usage, "the pattern \(text) \(what)", hint: "write one such as '{shot}_v{version}'")
    }
    var parts: [Part] = []
    var literal: [Character] = []
    var rest = text[...]
    func add(_ part: Part) throws(PegError) {
      if !literal.isEmpty {
        parts.append(.text(literal))
        literal = []
      } else if case .field? = parts.last {
        throw wrong("has two fields with nothing between them")
      }
      parts.append(part)
    }
    while let character = rest.popFirst() {
      switch character {
      case "{":
        guard let end = rest.firstIndex(of: "}") else { throw wrong("has a { that is not closed") }
        let name = String(rest[..<end])
        guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }) else {
          throw wrong("has a field without a name")
        }
        guard !parts.contains(.field(name)) else { throw wrong("has the field {\(name)} twice") }
        try add(.field(name))
        rest = rest[rest.index(after: end)...]
      case "}": throw wrong("has a } that closes nothing")
      case "*": try add(.field(""))
      default: literal += Array(character.lowercased())
      }
    }
    if !literal.isEmpty { parts.append(.text(literal)) }
    guard parts.contains(.field(Self.shot)) else { throw wrong("has no {shot}") }
    guard parts.count <= Self.partsLimit else { throw wrong("has more than \(Self.partsLimit) parts") }
    self.parts = parts
    self.text = text
    isPath = text.contains("/")
  }

  /// What the fields of a name are, in lower case; `nil` where the pattern does not fit.
  ///
  /// - Parameter path: of media, without extension and frame numbers.
  func fields(of path: String) -> [String: String]? {
    let path = path.lowercased()
    guard isPath else { return match(Array(MediaNames.last(path))) }
    // From the end of the path: first the shortest of its ends that has as many folders.
    let folders = path.split(separator: "/", omittingEmptySubsequences: true)
    let count = text.count { $0 == "/" } + 1
    guard folders.count >= count else { return nil }
    return match(Array(folders.suffix(count).joined(separator: "/")))
  }

  /// Each field takes as few letters as it can. What has failed once at a place is not tried there again, so that the work is
  /// bounded by parts times letters times the letters that a field takes.
  private func match(_ name: [Character]) -> [String: String]? {
    var failed: Set<Int> = []
    var fields: [String: String] = [:]
    func matches(_ part: Int, _ start: Int) -> Bool {
      guard part < parts.count else { return start == name.count }
      let key = part * (name.count + 1) + start
      guard !failed.contains(key) else { return false }
      switch parts[part] {
      case .text(let text):
        if name[start...].starts(with: text), matches(part + 1, start + text.count) { return true }
      case .field(let field):
        var end = start
        while end < name.count, name[end] != "/", field != Self.version || name[end].isNumber {
          end += 1
          if matches(part + 1, end) {
            if !field.isEmpty { fields[field] = String(name[start..<end]) }
            return true
          }
        }
        if field.isEmpty, matches(part + 1, start) { return true }
      }
      failed.insert(key)
      return false
    }
    return name.count <= 1024 && matches(0, 0) ? fields : nil
  }
}

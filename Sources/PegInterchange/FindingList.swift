import PegCore

/// What one reading or writing finds, each with the file's name and place.
struct FindingList {
  /// What messages call the file.
  let file: String
  private(set) var findings: [Finding] = []
  private var counts: [String: Int] = [:]

  /// Findings of one code that are kept; what a hostile file makes of them costs no more.
  static let limit = 10_000

  init(file: String) { self.file = file }

  /// - Parameters:
  ///   - position: where in the file; `nil` for the whole of it.
  ///   - place: what it is about, where that is no place of the file.
  ///   - instead: what was done, of something that could not be carried as it was.
  mutating func add(
    _ code: String, _ severity: Severity, _ message: String, at position: TextPosition? = nil,
    place: String? = nil, instead: String? = nil, hint: String? = nil
  ) {
    counts[code, default: 0] += 1
    guard counts[code, default: 0] <= Self.limit else { return }
    findings.append(
      Finding(
        code, severity, message, at: place ?? position.map { "\(file):\($0)" } ?? file, position: position,
        instead: instead,
        hint: hint))
  }

  /// Adds a finding only where none of this code has been added: for what holds for the whole file.
  mutating func addOnce(
    _ code: String, _ severity: Severity, _ message: String, at position: TextPosition? = nil, instead: String? = nil,
    hint: String? = nil
  ) {
    guard counts[code] == nil else { return }
    add(code, severity, message, at: position, instead: instead, hint: hint)
  }

  /// In the order of the file; what is about the whole of it comes first. How many of a code were not kept is said last.
  var sorted: [Finding] {
    let start = TextPosition(line: 0, column: 0)
    let more = counts.filter { $0.value > Self.limit }.sorted { $0.key < $1.key }.map { code, count in
      Finding(code, .warning, "There are \(count - Self.limit) more of these", at: file)
    }
    return inOrder(start) + more
  }

  private func inOrder(_ start: TextPosition) -> [Finding] {
    findings.enumerated().sorted {
      let (a, b) = ($0.element.position ?? start, $1.element.position ?? start)
      return a == b ? $0.offset < $1.offset : a < b
    }.map(\.element)
  }
}

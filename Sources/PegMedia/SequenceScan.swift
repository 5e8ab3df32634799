import Foundation
import PegCore

/// The files of a sequence, and what is wrong with their names.
struct SequenceScan {
  var pattern: SequencePattern
  /// In the order of their numbers, one for each number.
  var files: [NumberedFile]
  var findings: [Finding]

  /// Names of a folder, sorted bytewise: what a directory lists first is chance.
  static func names(in folder: String) throws(MediaError) -> [String] {
    guard try FileFacts(folder).isFolder else { throw MediaError(.badInput, .open, folder, "it is no folder") }
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw MediaError(.badInput, .open, folder, "it may not be listed", hint: "check its permissions")
    }
    guard names.count <= MediaLimits.folderEntries else {
      throw MediaError(.badInput, .open, folder, "it has \(names.count) entries, which is more than is looked at")
    }
    return names.filter { !$0.hasPrefix(".") }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The frames of `pattern`.
  ///
  /// - Throws: ``MediaError`` when there is none.
  init(_ pattern: SequencePattern) throws(MediaError) {
    try self.init(pattern, names: Self.names(in: pattern.folder))
  }

  init(_ given: SequencePattern, names: [String]) throws(MediaError) {
    let pattern = Self.padded(given, names)
    self.pattern = pattern
    findings = []
    let matches = names.compactMap { Match(name: $0, pattern: pattern) }
      .filter { match in pattern.limits.map { $0.contains(match.number) } ?? true }
    // The pattern's own writing of a number wins; other paddings and extensions stand in where it is missing.
    var chosen: [Int: Match] = [:]
    var doubles: [Int] = []
    for match in matches.sorted(by: { ($0.rank, $0.number, $0.name) < ($1.rank, $1.number, $1.name) }) {
      if chosen[match.number] == nil {
        chosen[match.number] = match
      } else if match.hasOwnExtension {
        doubles.append(match.number)
      }
    }
    let place = pattern.description
    guard chosen.values.contains(where: \.hasOwnExtension) else {
      throw MediaError(.missingInput, .open, place, "there is no such frame")
    }
    files = chosen.keys.sorted().map { number in
      NumberedFile(number: number, path: FileName.join(pattern.folder, chosen[number]?.name ?? ""))
    }
    if !doubles.isEmpty {
      findings.append(
        Finding(
          "sequence.duplicates", .error,
          "\(NumberList(doubles)) \(doubles.count == 1 ? "is" : "are") there more than once, written differently",
          at: place, hint: "remove the ones that are not meant"))
    }
    let odd = chosen.values.filter { $0.hasOwnExtension && !$0.hasOwnPadding }.map(\.number)
    if !odd.isEmpty, odd.count < chosen.count {
      findings.append(
        Finding(
          "sequence.padding", .warning,
          "\(NumberList(odd)) \(odd.count == 1 ? "has" : "have") another padding than the others", at: place))
    }
    let cased = chosen.values.filter { $0.hasOwnExtension && !$0.hasOwnCase }.map(\.number)
    if !cased.isEmpty, cased.count < chosen.count {
      findings.append(
        Finding(
          "sequence.case", .note,
          "\(NumberList(cased)) \(cased.count == 1 ? "has" : "have") an extension in other case than the others",
          at: place))
    }
    let others = chosen.values.filter { !$0.hasOwnExtension }
    if !others.isEmpty {
      let kinds = Set(others.map { FileName.extension(of: $0.name) }).sorted().joined(separator: ", ")
      findings.append(
        Finding(
          "sequence.mixed_formats", .warning,
          "\(NumberList(others.map(\.number))) \(others.count == 1 ? "is" : "are") of another kind (\(kinds)) than the others"
            + " (\(FileName.extension(of: pattern.suffix.isEmpty ? "" : "x" + pattern.suffix)))",
          at: place))
    }
    noteGaps()
  }

  /// The pattern with the padding that all of its frames share, where it asks for none: a frame `name.1001.png` does not
  /// say whether there is a `name.0999.png`.
  private static func padded(_ given: SequencePattern, _ names: [String]) -> SequencePattern {
    guard given.padding == 1 else { return given }
    let own = names.compactMap { Match(name: $0, pattern: given) }.filter(\.hasOwnExtension)
    guard let padding = own.filter({ $0.digits.first == "0" && $0.digits.count > 1 }).map(\.digits.count).max(),
      own.allSatisfy({ $0.digits.count == max(padding, String($0.number).count) })
    else { return given }
    return SequencePattern(
      folder: given.folder, prefix: given.prefix, suffix: given.suffix, padding: padding, limits: given.limits)
  }

  private mutating func noteGaps() {
    guard let first = files.first?.number, let last = files.last?.number else { return }
    let from = pattern.limits?.lowerBound ?? first
    let to = pattern.limits?.upperBound ?? last
    var missing: [ClosedRange<Int>] = []
    var next = from
    for file in files {
      if file.number > next { missing.append(next...(file.number - 1)) }
      next = file.number + 1
    }
    if next <= to { missing.append(next...to) }
    guard !missing.isEmpty else { return }
    let count = missing.reduce(0) { $0 + $1.count }
    findings.append(
      Finding(
        "sequence.gaps", .error, "\(count) of \(to - from + 1) frames are missing: \(NumberList(ranges: missing))",
        at: pattern.description, hint: "render them, or let the cut say what takes their place (gaps)"))
  }

  /// A file that may be a frame.
  private struct Match {
    let name: String
    let digits: String
    let number: Int
    /// The pattern's extension, in whatever case.
    let hasOwnExtension: Bool
    let hasOwnCase: Bool
    let hasOwnPadding: Bool
    /// 0 written as the pattern says, 1 with another padding or case, 2 with another extension.
    var rank: Int { !hasOwnExtension ? 2 : hasOwnPadding && hasOwnCase ? 0 : 1 }

    init?(name: String, pattern: SequencePattern) {
      guard name.hasPrefix(pattern.prefix) else { return nil }
      let rest = name.dropFirst(pattern.prefix.count)
      let digits = rest.prefix(while: \.isASCIIDigit)
      guard !digits.isEmpty, digits.count <= 9, let number = Int(digits) else { return nil }
      let tail = rest.dropFirst(digits.count)
      hasOwnCase = tail == pattern.suffix
      if hasOwnCase {
        hasOwnExtension = true
      } else {
        // Another extension, or the same in other case, after the same rest.
        guard let dot = tail.lastIndex(of: "."), let ownDot = pattern.suffix.lastIndex(of: "."),
          tail[..<dot] == pattern.suffix[..<ownDot]
        else { return nil }
        hasOwnExtension = tail[dot...].lowercased() == pattern.suffix[ownDot...].lowercased()
        guard hasOwnExtension || ImageFormat.extensions.contains(tail[tail.index(after: dot)...].lowercased()) else {
          return nil
        }
      }
      self.name = name
      self.number = number
      self.digits = String(digits)
      hasOwnPadding = digits.count == max(pattern.padding, String(number).count)
    }
  }

  // MARK: Folders

  /// The one sequence that a folder holds.
  ///
  /// - Throws: ``MediaError`` naming the sequences when there is more than one, or that there is none.
  static func inFolder(_ folder: String) throws(MediaError) -> SequenceScan {
    let names = try names(in: folder)
    var groups: [String: (pattern: SequencePattern, count: Int)] = [:]
    for name in names {
      guard let (pattern, _) = SequencePattern.containing(FileName.join(folder, name)) else { continue }
      // Frames of one sequence may differ in padding, and in the case of their extension.
      let key = pattern.prefix + "\0" + pattern.suffix.lowercased()
      let old = groups[key]
      let widest = [old?.pattern, pattern].compactMap { $0 }.max { $0.padding < $1.padding } ?? pattern
      groups[key] = (widest, (old?.count ?? 0) + 1)
    }
    let sequences = groups.values.filter { $0.count > 1 }.sorted { $0.pattern.description < $1.pattern.description }
    let found = sequences.isEmpty && groups.count == 1 ? Array(groups.values) : sequences
    switch found.count {
    case 0: throw MediaError(.badInput, .open, folder, "there is no image sequence in this folder")
    case 1: return try SequenceScan(found[0].pattern, names: names)
    default:
      let list = found.prefix(8).map { $0.pattern.description }.joined(separator: ", ")
      throw MediaError(
        .badInput, .open, folder, "there are \(found.count) image sequences in this folder: \(list)",
        hint: "name one of them")
    }
  }
}

/// Numbers as ranges, for people: `frames 1001-1004, 1010`.
struct NumberList: CustomStringConvertible {
  private let ranges: [ClosedRange<Int>]

  init(_ numbers: [Int]) {
    var ranges: [ClosedRange<Int>] = []
    for number in Set(numbers).sorted() {
      if let last = ranges.last, last.upperBound + 1 == number {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    self.ranges = ranges
  }

  init(ranges: [ClosedRange<Int>]) { self.ranges = ranges }

  var description: String {
    let shown = ranges.prefix(12).map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
    let rest = ranges.count > 12 ? " and \(ranges.count - 12) more ranges" : ""
    let isOne = ranges.count == 1 && ranges[0].count == 1
    return (isOne ? "frame " : "frames ") + shown.joined(separator: ", ") + rest
  }
}

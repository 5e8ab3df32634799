import Foundation
import PegCore
import PegMedia

/// What lies under the folders of `--media`: files and sequences by name.
///
/// Walked once, in the order of names, to a bounded depth and number; links to folders are not followed, so no walk leaves a
/// folder or goes in circles.
public struct MediaFolders: Sendable {
  /// Files walked at most.
  static let countLimit = 1_000_000
  static let depthLimit = 16

  /// A file, or the frames of a sequence as one item.
  struct Item: Hashable, Sendable {
    /// The file, or the pattern of the sequence.
    let path: String
    /// File name or pattern without extension and numbers, in lower case: what clips are matched by.
    let stem: String
    /// File name in lower case; of a sequence its pattern's.
    let name: String
    let isSequence: Bool
  }

  private(set) var items: [Item] = []
  public private(set) var findings: [Finding] = []

  /// - Throws: ``PegError`` `missingInput` for a folder that is not there.
  public init(_ folders: [String]) throws(PegError) {
    for folder in folders {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
        throw PegError(.missingInput, "the media folder \(folder) does not exist")
      }
      var count = 0
      walk(folder, depth: 0, count: &count)
      if count >= Self.countLimit {
        findings.append(
          Finding("link.too_many_files", .warning, "only the first \(Self.countLimit) files were looked at", at: folder)
        )
      }
    }
  }

  private mutating func walk(_ folder: String, depth: Int, count: inout Int) {
    guard depth <= Self.depthLimit, count < Self.countLimit,
      let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
    else { return }
    var sequences: [String: (pattern: PegMedia.SequencePattern, numbers: Int, first: String)] = [:]
    var below: [String] = []
    for name in names.sorted() where !name.hasPrefix(".") && count < Self.countLimit {
      count += 1
      let path = "\(folder)/\(name)"
      var facts = stat()
      guard lstat(path, &facts) == 0 else { continue }
      if facts.st_mode & S_IFMT == S_IFDIR {
        below.append(path)
        continue
      }
      let suffix = (name as NSString).pathExtension.lowercased()
      guard MediaNames.isMedia(suffix) else { continue }
      if MediaNames.pictures.contains(suffix), let found = PegMedia.SequencePattern.containing(path) {
        let key = found.pattern.prefix + "\u{0}" + found.pattern.suffix
        sequences[key] = (found.pattern, (sequences[key]?.numbers ?? 0) + 1, sequences[key]?.first ?? path)
        continue
      }
      add(path, name: name, isSequence: false)
    }
    for key in sequences.keys.sorted() {
      guard let found = sequences[key] else { continue }
      if found.numbers == 1 {
        add(found.first, name: (found.first as NSString).lastPathComponent, isSequence: false)
      } else {
        let hashes = String(repeating: "#", count: max(found.pattern.padding, 1))
        let name = found.pattern.prefix + hashes + found.pattern.suffix
        add("\(folder)/\(name)", name: name, isSequence: true)
      }
    }
    for path in below { walk(path, depth: depth + 1, count: &count) }
  }

  private mutating func add(_ path: String, name: String, isSequence: Bool) {
    items.append(Item(path: path, stem: Self.stem(name), name: name.lowercased(), isSequence: isSequence))
  }

  /// A name without extension, frame numbers and the marks between.
  static func stem(_ name: String) -> String {
    var stem = (name as NSString).lastPathComponent
    if let dot = stem.lastIndex(of: "."), dot != stem.startIndex { stem = String(stem[..<dot]) }
    if let mark = stem.range(of: #"[._-]?(#+|%0?\d*d|\[\d+-\d+\])$"#, options: .regularExpression) {
      stem.removeSubrange(mark)
    }
    return stem.lowercased()
  }
}

import Foundation
public import PegCore
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
    /// Frames of a sequence; 1 for a file.
    let frames: Int
  }

  /// As they were given.
  let paths: [String]
  /// Whether none was given.
  public var isEmpty: Bool { paths.isEmpty }
  private(set) var items: [Item] = []
  private var byName: [String: [Int]] = [:]
  private var byStem: [String: [Int]] = [:]
  public private(set) var findings: [Finding] = []

  /// - Throws: ``PegError`` `missingInput` for a folder that is not there.
  public init(_ folders: [String]) throws(PegError) {
    paths = folders
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
    var sequences: [String: (pattern: SequencePattern, files: [(number: Int, path: String)])] = [:]
    var below: [String] = []
    for name in names.sorted() where !name.hasPrefix(".") && count < Self.countLimit {
      count += 1
      let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      var facts = stat()
      guard lstat(path, &facts) == 0 else { continue }
      if facts.st_mode & S_IFMT == S_IFDIR {
        below.append(path)
        continue
      }
      let suffix = MediaNames.suffix(of: name)
      guard MediaNames.isMedia(suffix) else { continue }
      if MediaNames.pictures.contains(suffix), let (pattern, number) = SequencePattern.containing(path) {
        let known = sequences[MediaName(pattern).full]
        // 1000 says nothing of the padding that 0999 has.
        let widest = known.map { $0.pattern.padding > pattern.padding ? $0.pattern : pattern } ?? pattern
        sequences[MediaName(pattern).full, default: (widest, [])].files.append((number, path))
        sequences[MediaName(pattern).full]?.pattern = widest
        continue
      }
      add(Item(path: path, frames: 1), MediaName(file: name))
    }
    for key in sequences.keys.sorted() {
      guard let found = sequences[key] else { continue }
      if found.files.count > 1 {
        add(Item(path: found.pattern.description, frames: found.files.count), MediaName(found.pattern))
      }
      if found.files.count == 1 || found.pattern.tellsPicturesApart(found.files.map(\.number)) {
        for file in found.files {
          add(Item(path: file.path, frames: 1), MediaName(file: MediaNames.last(file.path)))
        }
      }
    }
    for path in below { walk(path, depth: depth + 1, count: &count) }
  }

  /// Every picture under the folders, frames of sequences one by one: what an exposure sheet's drawings are looked for
  /// among. Walks the folders again.
  public func stills() -> [String] {
    var list: [String] = []
    func walk(_ folder: String, depth: Int) {
      guard depth <= Self.depthLimit, let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
        return
      }
      for name in names.sorted() where !name.hasPrefix(".") && list.count < Self.countLimit {
        let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
        var facts = stat()
        guard lstat(path, &facts) == 0 else { continue }
        if facts.st_mode & S_IFMT == S_IFDIR {
          walk(path, depth: depth + 1)
        } else if MediaNames.pictures.contains(MediaNames.suffix(of: name)) {
          list.append(path)
        }
      }
    }
    for folder in paths { walk(folder, depth: 0) }
    return list
  }

  private mutating func add(_ item: Item, _ name: MediaName) {
    byName[name.full, default: []].append(items.count)
    byStem[name.stem, default: []].append(items.count)
    items.append(item)
  }

  /// The items of a name: those whose file name it is, a sequence's whatever its padding; else those that differ in the
  /// extension alone.
  func items(named name: MediaName) -> [Item] {
    let found = byName[name.full] ?? (name.stem.isEmpty ? nil : byStem[name.stem]) ?? []
    return found.map { items[$0] }
  }

  /// The sequences that a file may be a frame of, where that frame is there.
  func sequences(holding file: String) -> [Item] {
    guard let (pattern, number) = SequencePattern.containing(file) else { return [] }
    return (byName[MediaName(pattern).full] ?? []).map { items[$0] }.filter { item in
      guard item.frames > 1, let own = SequencePattern(parsing: item.path) else { return false }
      // Its padding may differ from frame to frame.
      let names = [MediaNames.last(file), own.name(of: number)]
      return names.contains { FileManager.default.fileExists(atPath: "\(own.folder)/\($0)") }
    }
  }
}

/// A name that media are looked for by, in lower case.
struct MediaName: Hashable, Sendable {
  /// With its extension; a sequence has one `#` for its number, whatever the padding.
  let full: String
  /// Without extension, frame numbers and the marks between.
  var stem: String { title.lowercased() }
  /// The same as it is written.
  let title: String

  private init(full: String, title: String) {
    self.full = full.lowercased()
    self.title = title
  }

  init(_ pattern: SequencePattern) {
    let rest = pattern.suffix.lastIndex(of: ".").map { pattern.suffix[..<$0] } ?? pattern.suffix[...]
    self.init(full: pattern.prefix + "#" + pattern.suffix, title: Self.trimmed(pattern.prefix) + rest)
  }

  /// Of a file name or a pattern.
  init(file name: String) {
    if let pattern = SequencePattern(parsing: name) {
      self.init(pattern)
    } else if let dot = name.lastIndex(of: "."), dot != name.startIndex {
      self.init(full: name, title: String(name[..<dot]))
    } else {
      self.init(full: name, title: name)
    }
  }

  private static func trimmed(_ prefix: String) -> String {
    var text = prefix[...]
    while let last = text.last, "._-".contains(last) { text.removeLast() }
    return String(text)
  }
}

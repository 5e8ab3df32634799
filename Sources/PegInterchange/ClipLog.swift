public import PegCore
public import PegTimeline

/// A log of clips, such as an Avid Log Exchange file (ALE): what is known about each, beside any cut.
public struct ClipLog: Sendable {
  public struct Entry: Sendable {
    public var name: String
    /// Of the tape or camera roll.
    public var tape: String?
    public var sourceFile: String?
    /// Media time.
    public var range: TimeRange?
    /// A CDL, where the log has one.
    public var grade: GradeOperation?
    /// Every column that says something, in the log's order, as written.
    public var columns: [(name: String, value: String)]
    public var position: TextPosition

    /// What a column says; names are compared without case.
    public subscript(column: String) -> String? {
      columns.first { $0.name.lowercased() == column.lowercased() }?.value
    }
  }

  /// `FPS` and the like, as written.
  public var heading: [(name: String, value: String)]
  public var rate: FrameRate
  public var entries: [Entry]
  public var findings: [Finding]
}

extension ClipLog {
  /// Clips that an entry is about: of its tape, file or name, with source time in common where both have one.
  ///
  /// - Returns: for each clip of ``Timeline/everyClip``, the entry's index; `nil` where none fits.
  public func entries(for clips: [Clip]) -> [Int?] {
    var byKey: [String: [Int]] = [:]
    for (index, entry) in entries.enumerated() {
      let keys = Set(
        [entry.tape, entry.sourceFile.map(Self.stem), entry.name].compactMap { $0.map(Self.stem)?.nonEmpty })
      for key in keys { byKey[key, default: []].append(index) }
    }
    return clips.map { clip in
      for key in Self.keys(of: clip) {
        let fitting = (byKey[key] ?? []).filter { fits(entries[$0], clip) }
        // The last entry of a log is the latest.
        if let index = fitting.last { return index }
      }
      return nil
    }
  }

  /// In the order in which they count: reel, file, name.
  private static func keys(of clip: Clip) -> [String] {
    let said = clip.item.info.metadata["cmx_3600"]
    let file: String? =
      switch clip.activeReference {
      case .external(_, let url): url
      case .sequence(_, let sequence): sequence.prefix
      case .missing(let info): info.info.name
      default: nil
      }
    let names = [said?["reel"]?.string, said?["source_file"]?.string, file, clip.item.info.name]
    return names.compactMap { $0.map(stem)?.nonEmpty }
  }

  private func fits(_ entry: Entry, _ clip: Clip) -> Bool {
    guard let logged = entry.range?.span, let played = clip.item.sourceRange?.span else { return true }
    return max(logged.start, played.start) < min(logged.end, played.end)
  }

  /// A name without folders, extension and case.
  private static func stem(_ path: String) -> String {
    let name = path.split { $0 == "/" || $0 == "\\" }.last ?? ""
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name.lowercased() }
    return name[..<dot].lowercased()
  }
}

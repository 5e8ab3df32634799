import PegCore

/// What a clip is, whatever its place in the cut: by this a clip of one version of a cut is known in another.
struct ClipIdentity {
  /// Names of files, without extensions and case: of all takes, and what an edit decision list called the source. With each,
  /// the folders that it lies in, as far as they are named; none for a bare name.
  var files: [String: Set<String>] = [:]
  /// The active take's.
  var activeFile: String?
  /// In lower case.
  var reel: String?
  /// In lower case.
  var name: String
  /// The name without a version: `sh010` for `SH010_v003`.
  var shot: String
  /// What of the media plays, in media seconds; `nil` where nothing says it.
  var source: TimeSpan?
  /// Source seconds for each record second; 0 for a freeze, negative backwards.
  var speed: Rational

  init(_ clip: Clip) {
    let said = clip.item.info.metadata["cmx_3600"]
    name = clip.item.info.name.lowercased()
    speed = clip.warpSpeed
    source = Self.source(of: clip, speed: speed)
    shot = Self.withoutVersion(name)
    if let reel = said?["reel"]?.string?.lowercased(), !reel.isEmpty { self.reel = reel }
    for take in clip.references {
      guard let path = Self.path(of: take.reference) else { continue }
      add(path)
      if take.key == clip.activeKey { activeFile = Self.stem(path) }
    }
    if let path = said?["source_file"]?.string { add(path) }
  }

  private mutating func add(_ path: String) {
    let file = Self.stem(path)
    guard !file.isEmpty else { return }
    let folder = path.split { $0 == "/" || $0 == "\\" }.dropLast().last
    files[file, default: []].formUnion(folder.map { [$0.lowercased()] } ?? [])
  }

  // MARK: Comparing

  /// Whether both play the same media: they name a file in common; else, where one of them names none, the same reel; else,
  /// where nothing names media, they have the same name.
  func hasSource(of other: ClipIdentity) -> Bool {
    if !files.isEmpty, !other.files.isEmpty {
      return files.contains { file, folders in
        // Every shot may have its render.mov: then the folder or the shot's name tells them apart.
        guard let theirs = other.files[file] else { return false }
        return name == other.name || folders.isEmpty || theirs.isEmpty || !folders.isDisjoint(with: theirs)
      }
    }
    if let reel, let theirs = other.reel { return reel == theirs }
    if let reel, !other.files.isEmpty { return other.files.keys.contains { Self.isReel(reel, of: $0) } }
    if let theirs = other.reel, !files.isEmpty { return files.keys.contains { Self.isReel(theirs, of: $0) } }
    return !name.isEmpty && name == other.name
  }

  /// Whether both are one shot, whatever media they play.
  func isShot(of other: ClipIdentity) -> Bool { !shot.isEmpty && shot == other.shot }

  /// Media seconds that both play; 0 for none. Where one of them does not say what it plays, 0 as well, and they may be the
  /// same.
  func overlap(with other: ClipIdentity) -> Rational? {
    guard let source, let theirs = other.source else { return .zero }
    let (low, high) = (max(source.start, theirs.start), min(source.end, theirs.end))
    return low < high ? high - low : nil
  }

  /// Words under which clips that may have the same source stand in an index.
  var words: [String] {
    var words = files.keys.sorted().map { "source \($0)" }
    if let reel { words.append("source \(reel)") }
    // A reel of a list is often the first eight letters of a file.
    words += files.keys.filter { $0.count > 8 }.map { "source \($0.prefix(8))" }
    if !name.isEmpty { words.append("name \(name)") }
    return words
  }

  private static func isReel(_ reel: String, of file: String) -> Bool {
    file == reel || (reel.count == 8 && file.hasPrefix(reel))
  }

  // MARK: Reading

  private static func path(of reference: MediaReference) -> String? {
    switch reference {
    case .external(_, let url): url
    case .sequence(_, let sequence): sequence.pattern
    case .generator(_, let kind, let parameters): "generator \(kind) \(JSON.object(parameters).text(.compact))"
    case .missing(let info): info.info.name
    case .unknown: nil
    }
  }

  /// A name without folders, extension, frame numbers' marks and case.
  static func stem(_ path: String) -> String {
    var name = Substring(path.split { $0 == "/" || $0 == "\\" }.last ?? "")
    if let dot = name.lastIndex(of: "."), dot != name.startIndex, name.distance(from: dot, to: name.endIndex) <= 6 {
      name = name[..<dot]
    }
    while let last = name.last, "#._-".contains(last) { name.removeLast() }
    return name.lowercased()
  }

  /// `sh010_comp` for `sh010_comp_v003`: a `v` and digits at the end, and the mark before them.
  private static func withoutVersion(_ name: String) -> String {
    var rest = Substring(stem(name))
    let digits = rest.reversed().prefix { $0.isASCII && $0.isNumber }.count
    guard digits > 0 else { return String(rest) }
    rest = rest.dropLast(digits)
    guard rest.last == "v" else { return stem(name) }
    rest.removeLast()
    guard let mark = rest.last, "_-. ".contains(mark) else { return stem(name) }
    while let last = rest.last, "_-. ".contains(last) { rest.removeLast() }
    return rest.isEmpty ? stem(name) : String(rest)
  }

  private static func source(of clip: Clip, speed: Rational) -> TimeSpan? {
    guard let range = clip.item.sourceRange ?? clip.activeReference?.common?.availableRange else { return nil }
    // A freeze plays one frame.
    let length =
      speed == .zero
      ? range.start.rate.frameDuration : range.duration.seconds.multipliedChecked(speed.magnitude) ?? .zero
    return TimeSpan(start: range.start.seconds, duration: length)
  }
}

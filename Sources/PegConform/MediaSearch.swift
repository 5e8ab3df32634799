import PegCore
import PegMedia
import PegTimeline

/// The search for one clip's media after the other. Opens each piece of media once.
struct MediaSearch {
  /// What is looked for.
  struct Wanted {
    let reference: MediaReference
    let clip: Clip
    /// Whether the clip stands on a track of sound.
    let isSound: Bool
    /// Whether the clip's source is named by labels of a list, and they are drop-frame; `nil` where it is not.
    let labelsAreDrop: Bool?

    /// The version that the cut names.
    var version: Int? {
      names.lazy.compactMap { ShotName(MediaName(file: MediaNames.last($0)).title).version }.first
    }

    /// A time of the clip's source as these media count it.
    func place(_ time: RationalTime, in facts: MediaFacts) -> RationalTime {
      labelsAreDrop.map { facts.labelled(time, isDrop: $0) } ?? time
    }

    /// The reel that the cut names.
    var reel: String? {
      (clip.item.info.metadata["cmx_3600"]?["reel"] ?? reference.common?.info.metadata["xmeml"]?["reel"])?.string
    }

    /// What the cut calls the shot, the likeliest first.
    var names: [String] {
      [reference.spelling.map { MediaNames.last(Self.path($0)) }, reference.common?.info.name, clip.item.info.name]
        .compactMap { $0 }.filter { !$0.isEmpty }
    }

    static func path(_ spelling: String) -> String { MediaResolver.decoded(spelling).replacing("\\", with: "/") }
  }

  /// Media of the clip.
  struct Found {
    let facts: MediaFacts
    /// Whether it is what the take that was looked for plays; others are versions beside it.
    var plays = true
    var version: Int?
    /// Whether it is other media than the cut names.
    var isOther = false

    /// What a take of this version is called.
    var take: String? {
      version.map { version in
        let digits = String(version)
        return "v" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
      }
    }
  }

  private let resolver: MediaResolver
  private let folders: MediaFolders
  private let prober: any MediaProber
  private let home: CutFolder
  private let patterns: [ShotPattern]
  private var known: [String: Result<MediaFacts, PegError>] = [:]
  private var located: [String: Result<MediaLocation, PegError>] = [:]
  private lazy var shots = ShotIndex(folders, patterns: patterns)
  private lazy var reels = ReelIndex(folders)

  init(
    resolver: MediaResolver, folders: MediaFolders, prober: any MediaProber, home: CutFolder, patterns: [ShotPattern]
  ) {
    self.resolver = resolver
    self.folders = folders
    self.prober = prober
    self.home = home
    self.patterns = patterns
  }

  private mutating func facts(of path: String) -> Result<MediaFacts, PegError> {
    if let result = known[path] { return result }
    let result: Result<MediaFacts, PegError>
    do throws(PegError) { result = .success(try prober.known(path)) } catch { result = .failure(error) }
    known[path] = result
    return result
  }

  private mutating func locate(_ spelling: String, _ reference: MediaReference) -> Result<MediaLocation, PegError> {
    if let result = located[spelling] { return result }
    let result: Result<MediaLocation, PegError>
    do throws(PegError) { result = .success(try resolver.locate(reference)) } catch { result = .failure(error) }
    located[spelling] = result
    return result
  }

  // MARK: The order of looking

  /// The media that are wanted; `entry` says how they were found, or why not.
  mutating func find(_ wanted: Wanted, _ entry: inout LinkEntry) -> [Found] {
    switch wanted.reference {
    case .generator(_, let kind, _):
      entry.outcome = .linked(.generator)
      entry.path = wanted.reference.spelling
      entry.reason = "generator \(kind)"
      return []
    case .unknown(let object):
      entry.reason = "no media: \(object["OTIO_SCHEMA"]?.string ?? "its reference") is not understood"
      return []
    case .external, .sequence, .missing: break
    }
    var tried = "the reference names no media"
    if let spelling = wanted.reference.spelling, !spelling.isEmpty {
      switch locate(spelling, wanted.reference) {
      case .success(let location): return opened(location.path, location.how, &entry)
      case .failure(let error): tried = error.sentence
      }
      if let path = underFolders(spelling) { return opened(path, .relativePath, &entry) }
    }
    if !patterns.isEmpty {
      let found = shots.matching(wanted.names).filter { fits($0.item, wanted) }
      if !found.isEmpty { return versions(found, wanted, &entry) }
    }
    let byFile = byFileName(wanted)
    if !byFile.isEmpty { return chosen(among: byFile, .name, "by name", wanted, &entry) }
    if let found = byReel(wanted, &entry, &tried) { return found }
    let byName = byClipName(wanted)
    if !byName.isEmpty { return chosen(among: byName, .name, "by name", wanted, &entry) }
    for name in wanted.names {
      let found = shots.usual(name).filter { fits($0.item, wanted) }
      if !found.isEmpty { return versions(found, wanted, &entry) }
    }
    let names = ([wanted.reel.map { "reel \($0)" }] + wanted.names.map(Optional.some)).compactMap(\.self)
    let sought = names.enumerated().filter { names.firstIndex(of: $0.element) == $0.offset }.map(\.element)
    let looked =
      folders.isEmpty ? ", and no media folder is named" : ", and nothing fits \(sought.joined(separator: " or "))"
    entry.reason = "no media: \(tried)" + (sought.isEmpty ? "" : looked)
    return []
  }

  /// Pictures are no sound, and sound no pictures.
  private func fits(_ item: MediaFolders.Item, _ wanted: Wanted) -> Bool {
    let suffix = MediaNames.suffix(of: item.path)
    return wanted.isSound ? !MediaNames.pictures.contains(suffix) : !MediaNames.sound.contains(suffix)
  }

  private mutating func opened(_ path: String, _ how: LinkMethod, _ entry: inout LinkEntry) -> [Found] {
    switch facts(of: path) {
    case .success(let facts):
      entry.outcome = .linked(how)
      entry.reason = how.rawValue
      return [Found(facts: facts)]
    case .failure(let error):
      entry.outcome = .unreadable
      entry.path = home.name(of: path)
      entry.reason = "the media cannot be read: \(error.sentence)"
      return []
    }
  }

  /// A relative path, seen from a media folder; never one that leads out of it.
  private func underFolders(_ spelling: String) -> String? {
    guard let candidates = try? resolver.candidates(for: spelling), let first = candidates.first,
      first.how == .relativePath
    else { return nil }
    for path in [spelling, MediaResolver.decoded(spelling)]
    where !path.split(whereSeparator: { $0 == "/" || $0 == "\\" }).contains("..") {
      for folder in folders.paths where MediaResolver.exists("\(folder)/\(path)") { return "\(folder)/\(path)" }
    }
    return nil
  }

  // MARK: Names and reels

  /// Items of the reference's file name, else of its stem.
  private func byFileName(_ wanted: Wanted) -> [MediaFolders.Item] {
    guard let spelling = wanted.reference.spelling else { return [] }
    let file = MediaNames.last(Wanted.path(spelling))
    let named = folders.items(named: MediaName(file: file))
    if named.contains(where: { MediaNames.last($0.path) == file }) { return named.filter { fits($0, wanted) } }
    let frames = folders.sequences(holding: file)
    return (frames.isEmpty ? named : frames).filter { fits($0, wanted) }
  }

  /// Items of the name that the reference or the clip has.
  private func byClipName(_ wanted: Wanted) -> [MediaFolders.Item] {
    for name in [wanted.reference.common?.info.name ?? "", wanted.clip.item.info.name] where !name.isEmpty {
      let found = folders.items(named: MediaName(file: MediaNames.last(name))).filter { fits($0, wanted) }
      if !found.isEmpty { return found }
    }
    return []
  }

  /// Media of the reel whose timecode holds the clip's range; `nil` where there are none and the search goes on.
  private mutating func byReel(_ wanted: Wanted, _ entry: inout LinkEntry, _ tried: inout String) -> [Found]? {
    guard let reel = wanted.reel, !folders.isEmpty, wanted.clip.item.sourceRange != nil else { return nil }
    var opened = known
    let prober = prober
    let found = reels.items(of: reel) { path in
      if case .success(let facts)? = opened[path] { return facts }
      guard let facts = try? prober.known(path) else { return nil }
      opened[path] = .success(facts)
      return facts
    }.filter { fits($0, wanted) }
    known = opened
    guard !found.isEmpty else { return nil }
    let holding = holding(found, wanted)
    guard !holding.isEmpty else {
      let names = found.prefix(3).map { home.name(of: $0.path) }.joined(separator: ", ")
      tried =
        "\(names)\(found.count > 3 ? " and \(found.count - 3) more" : "") of reel \(reel) "
        + "\(found.count == 1 ? "does" : "do") not hold \(moment(wanted))"
      return nil
    }
    return chosen(among: holding, .reel, "of reel \(reel) at \(moment(wanted))", wanted, &entry)
  }

  /// Where the clip's range begins, as its list says it.
  private func moment(_ wanted: Wanted) -> String {
    guard let start = wanted.clip.item.sourceRange?.start else { return "its range" }
    let isDrop = (wanted.labelsAreDrop ?? false) && start.rate.allowsDropFrame
    return Timecode(
      frames: max(0, start.value.floor), rate: start.rate, dropFrame: isDrop
    ).description
  }

  /// Those whose timecode or frame numbers hold where the clip's range begins.
  private mutating func holding(_ items: [MediaFolders.Item], _ wanted: Wanted) -> [MediaFolders.Item] {
    guard let start = wanted.clip.item.sourceRange?.start else { return [] }
    var list: [MediaFolders.Item] = []
    for item in items {
      guard case .success(let facts) = facts(of: item.path), let range = facts.range(at: start.rate) else { continue }
      let moment = wanted.place(start, in: facts).seconds
      if moment >= range.start.seconds, moment < range.span.end { list.append(item) }
    }
    return list
  }

  /// Of several, the one whose timecode holds the range; else the one that lies in the folders that the cut says:
  /// `…/day2/A001.mov` for `/mnt/old/day2/A001.mov`; else those that differ in their version alone.
  private mutating func chosen(
    among items: [MediaFolders.Item], _ how: LinkMethod, _ why: String, _ wanted: Wanted, _ entry: inout LinkEntry
  ) -> [Found] {
    if items.count == 1 { return withVersions(items[0], how, wanted, &entry) }
    let holding = how == .reel ? items : holding(items, wanted)
    if holding.count == 1 { return withVersions(holding[0], .timecode, wanted, &entry) }
    let fitting = holding.isEmpty ? items : holding
    let near = inFolders(fitting, wanted.reference)
    if near.count == 1 { return withVersions(near[0], .folders, wanted, &entry) }
    if let entries = shots.versions(among: near) { return versions(entries, wanted, &entry) }
    let time =
      wanted.clip.item.sourceRange == nil || how == .reel
      ? ""
      : ", \(holding.isEmpty ? "none" : "\(holding.count)") of which \(holding.count == 1 ? "holds" : "hold") \(moment(wanted))"
    ambiguous(fitting, "\(items.count) media fit \(why)\(time)", &entry)
    return []
  }

  private func inFolders(_ items: [MediaFolders.Item], _ reference: MediaReference) -> [MediaFolders.Item] {
    guard let spelling = reference.spelling else { return items }
    func folders(_ path: String) -> [Substring] {
      Array(path.replacing("\\", with: "/").split(separator: "/").dropLast().reversed())
    }
    let said = folders(MediaResolver.decoded(spelling))
    let shared = items.map { item in zip(said, folders(item.path)).prefix { $0 == $1 }.count }
    guard let most = shared.max(), most > 0 else { return items }
    return zip(items, shared).filter { $0.1 == most }.map(\.0)
  }

  private mutating func ambiguous(_ items: [MediaFolders.Item], _ why: String, _ entry: inout LinkEntry) {
    entry.outcome = .ambiguous
    entry.candidates = items.map { home.name(of: $0.path) }
    for item in items.prefix(12) {
      guard case .success(let facts) = facts(of: item.path) else {
        entry.notes.append("cannot be read")
        continue
      }
      entry.notes.append(facts.oneLine)
    }
    let more = items.count > 6 ? " and \(items.count - 6) more" : ""
    let shown = zip(entry.candidates, entry.notes).prefix(6).map { "\($0) (\($1))" }
    entry.reason = "\(why): \(shown.joined(separator: ", "))\(more)"
  }

  // MARK: Versions

  /// The media, and other versions of them that lie beside.
  private mutating func withVersions(
    _ item: MediaFolders.Item, _ how: LinkMethod, _ wanted: Wanted, _ entry: inout LinkEntry
  ) -> [Found] {
    var found = opened(item.path, how, &entry)
    guard !found.isEmpty else { return [] }
    let entries = shots.versions(of: item).filter { fits($0.item, wanted) }
    guard Set(entries.map(\.version)).count > 1 else { return found }
    found[0].version = entries.first { $0.item == item }?.version
    for other in entries where other.item != item && other.version != found[0].version {
      guard !found.contains(where: { $0.version == other.version }),
        case .success(let facts) = facts(of: other.item.path)
      else { continue }
      found.append(Found(facts: facts, plays: false, version: other.version, isOther: true))
    }
    return found.sorted { ($0.version ?? 0) < ($1.version ?? 0) }
  }

  /// Media of one shot: the newest version plays, and the others are takes.
  private mutating func versions(
    _ entries: [ShotIndex.Entry], _ wanted: Wanted, _ entry: inout LinkEntry
  ) -> [Found] {
    let streams = Set(entries.map(\.stream))
    guard streams.count == 1 else {
      let names = Set(entries.map { $0.stream.joined(separator: "_") }).sorted()
      let shown = names.prefix(6).joined(separator: ", ") + (names.count > 6 ? ", …" : "")
      ambiguous(entries.map(\.item), "\(names.count) things of the shot fit, \(shown)", &entry)
      return []
    }
    var byVersion: [Int: [MediaFolders.Item]] = [:]
    for one in entries { byVersion[one.version ?? -1, default: []].append(one.item) }
    guard let highest = byVersion.keys.max(), let candidates = byVersion[highest] else { return [] }
    let kept = candidates.count > 1 ? holding(candidates, wanted) : candidates
    guard let item = kept.count == 1 ? kept[0] : candidates.count == 1 ? candidates[0] : nil else {
      let version = highest < 0 ? "without a version" : "of version \(highest)"
      ambiguous(kept.isEmpty ? candidates : kept, "\(candidates.count) media \(version) fit the shot", &entry)
      return []
    }
    var found = opened(item.path, .shot, &entry)
    guard !found.isEmpty else { return [] }
    found[0].version = highest < 0 ? nil : highest
    found[0].isOther = true
    for version in byVersion.keys.sorted() where version >= 0 && version < highest {
      guard let item = byVersion[version]?.first, case .success(let facts) = facts(of: item.path) else { continue }
      found.append(Found(facts: facts, plays: false, version: version, isOther: true))
    }
    return found.sorted { ($0.version ?? 0) < ($1.version ?? 0) }
  }
}

extension MediaFacts {
  /// What tells it from others of its name: `100 frames at 24 from 01:00:00:00`.
  fileprivate var oneLine: String {
    guard let video else {
      guard let sound = audio.first, sound.sampleRate > 0 else { return container }
      return "\(Rational(sound.sampleCount, sound.sampleRate).decimalText) s of sound"
    }
    if kind == .still { return "a still, \(video.raster)" }
    let rate = video.rate.map { " at \($0.spoken)" } ?? ""
    let start = kind == .sequence ? " from \(video.firstNumber)" : video.startTimecode.map { " from \($0)" } ?? ""
    return "\(video.frameCount) frames\(rate)\(start)"
  }
}

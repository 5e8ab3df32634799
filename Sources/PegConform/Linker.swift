import Foundation
public import PegCore
import PegMedia
public import PegTimeline

/// Finds each clip's media: where the cut says, else under the media folders by relative path, name and timecode.
public struct Linker {
  private let resolver: MediaResolver
  private let folders: MediaFolders
  private let prober: any MediaProber
  /// Links are written relative to this folder where the media lie below it.
  private let home: CutFolder

  public init(resolver: MediaResolver, folders: MediaFolders, outputFolder: String, prober: any MediaProber) {
    self.resolver = resolver
    self.folders = folders
    self.prober = prober
    home = CutFolder(path: outputFolder)
  }

  /// Links every take of every clip, and opens each piece of media once.
  public func link(_ timeline: Timeline) throws(PegError) -> LinkReport {
    let said = try timeline.settings().rate
    var run = LinkRun(prober: prober)
    var report = LinkReport(timeline: timeline, entries: [], findings: folders.findings, catalogue: MediaCatalogue())
    try report.timeline.updateEveryClip { (address, clip) throws(PegError) in
      for index in clip.references.indices {
        let take = clip.references[index].key
        var entry = LinkEntry(
          address: address, clip: clip.item.info.name, take: take, isActive: take == clip.activeKey, outcome: .missing,
          path: nil, reason: "", candidates: [])
        if let found = find(clip.references[index].reference, of: clip, &entry, &run) {
          let rate = clip.item.sourceRange?.duration.rate ?? said ?? FrameRate(24)
          let linked = home.relinked(clip.references[index].reference, to: found, rate: rate)
          clip.references[index].reference = linked
          if let spelling = linked.spelling {
            report.catalogue[spelling] = .known(found)
            entry.path = spelling
          }
          if entry.isActive, let range = clip.item.sourceRange {
            // Frames that are counted at the rate as stored are frames of the true rate; how long they play is the cut's.
            clip.item.sourceRange?.start = found.meaning(range.start)
          }
        }
        report.entries.append(entry)
      }
      if clip.references.isEmpty {
        report.entries.append(
          LinkEntry(
            address: address, clip: clip.item.info.name, take: clip.activeKey, isActive: true, outcome: .missing,
            path: nil, reason: "no media: the clip has no media reference", candidates: []))
      }
    }
    report.findings += report.entries.filter { !$0.isLinked }.map(Self.finding)
    return report
  }

  private static func finding(_ entry: LinkEntry) -> Finding {
    let code =
      switch entry.outcome {
      case .ambiguous: "link.ambiguous"
      case .unreadable: "link.unreadable"
      case .missing, .linked: "link.missing"
      }
    let place = entry.clip.isEmpty ? "clip \(entry.address)" : "clip \(entry.clip) (\(entry.address))"
    let take = entry.isActive ? "" : ", in its take \(entry.take), which does not play"
    return Finding(
      code, entry.isActive ? .error : .warning, "\(place)\(take): \(entry.reason)", at: place,
      hint: "name more folders with --media, or decide with `pegbar cut link CUT#\(entry.address) PATH`")
  }

  // MARK: Looking

  /// The media of a reference; `entry` says how they were found, or why not.
  private func find(
    _ reference: MediaReference, of clip: Clip, _ entry: inout LinkEntry, _ run: inout LinkRun
  ) -> MediaFacts? {
    switch reference {
    case .generator(_, let kind, _):
      entry.outcome = .linked(.generator)
      entry.path = reference.spelling
      entry.reason = "generator \(kind)"
      return nil
    case .unknown(let object):
      entry.reason = "no media: \(object["OTIO_SCHEMA"]?.string ?? "its reference") is not understood"
      return nil
    case .external, .sequence, .missing: break
    }
    var tried = "the reference names no media"
    if let spelling = reference.spelling, !spelling.isEmpty {
      do throws(PegError) {
        let location = try resolver.locate(reference)
        return opened(location.path, location.how, &entry, &run)
      } catch {
        tried = error.sentence
      }
      if let path = underFolders(spelling) { return opened(path, .relativePath, &entry, &run) }
    }
    let fitting = byName(reference, clip)
    var chosen = fitting
    var how = LinkMethod.name
    if chosen.count > 1 {
      chosen = byTimecode(chosen, clip, &run)
      if chosen.count == 1 {
        how = .timecode
      } else {
        chosen = byFolders(chosen, reference)
        how = .folders
      }
    }
    if chosen.count == 1, let item = chosen.first { return opened(item.path, how, &entry, &run) }
    guard !fitting.isEmpty else {
      entry.reason = "no media: \(tried)"
      return nil
    }
    entry.outcome = .ambiguous
    entry.candidates = fitting.map { home.name(of: $0.path) }
    let more = fitting.count > 6 ? " and \(fitting.count - 6) more" : ""
    entry.reason = "\(fitting.count) media fit: \(entry.candidates.prefix(6).joined(separator: ", "))\(more)"
    return nil
  }

  private func opened(
    _ path: String, _ how: LinkMethod, _ entry: inout LinkEntry, _ run: inout LinkRun
  ) -> MediaFacts? {
    switch run.facts(of: path) {
    case .success(let facts):
      entry.outcome = .linked(how)
      entry.reason = how.rawValue
      return facts
    case .failure(let error):
      entry.outcome = .unreadable
      entry.path = home.name(of: path)
      entry.reason = "the media cannot be read: \(error.sentence)"
      return nil
    }
  }

  /// A relative path, seen from a media folder.
  private func underFolders(_ spelling: String) -> String? {
    guard let candidates = try? resolver.candidates(for: spelling), let first = candidates.first,
      first.how == .relativePath
    else { return nil }
    for folder in folders.paths {
      for path in [spelling, MediaResolver.decoded(spelling)] where MediaResolver.exists("\(folder)/\(path)") {
        return "\(folder)/\(path)"
      }
    }
    return nil
  }

  /// Items of the reference's file name, else of its stem; else of the name that the reference or the clip has.
  private func byName(_ reference: MediaReference, _ clip: Clip) -> [MediaFolders.Item] {
    if let spelling = reference.spelling {
      let file = MediaNames.last(MediaResolver.decoded(spelling).replacing("\\", with: "/"))
      let frames = folders.sequences(holding: file)
      if !frames.isEmpty { return frames }
      let found = folders.items(named: MediaName(file: file))
      if !found.isEmpty { return found }
    }
    for name in [reference.common?.info.name ?? "", clip.item.info.name] where !name.isEmpty {
      let found = folders.items(named: MediaName(file: name))
      if !found.isEmpty { return found }
    }
    return []
  }

  /// Of several, those whose timecode or frame numbers hold the clip's range; all where none does, or no range is said.
  private func byTimecode(
    _ items: [MediaFolders.Item], _ clip: Clip, _ run: inout LinkRun
  ) -> [MediaFolders.Item] {
    guard let wanted = clip.item.sourceRange else { return items }
    var fitting: [MediaFolders.Item] = []
    for item in items {
      guard case .success(let facts) = run.facts(of: item.path),
        let range = facts.range(at: wanted.start.rate)
      else { continue }
      if wanted.start.seconds >= range.start.seconds, wanted.start.seconds < range.span.end { fitting.append(item) }
    }
    return fitting.isEmpty ? items : fitting
  }

  /// Of several, the one that lies in the same folders as the cut says: `…/day2/A001.mov` for `/mnt/old/day2/A001.mov`.
  private func byFolders(_ items: [MediaFolders.Item], _ reference: MediaReference) -> [MediaFolders.Item] {
    guard let spelling = reference.spelling else { return items }
    func folders(_ path: String) -> [Substring] {
      Array(path.replacing("\\", with: "/").split(separator: "/").dropLast().reversed())
    }
    let said = folders(MediaResolver.decoded(spelling))
    let shared = items.map { item in zip(said, folders(item.path)).prefix { $0 == $1 }.count }
    guard let most = shared.max(), most > 0 else { return items }
    return zip(items, shared).filter { $0.1 == most }.map(\.0)
  }
}

/// What one linking has opened: each piece of media once.
private struct LinkRun {
  let prober: any MediaProber
  private var known: [String: Result<MediaFacts, PegError>] = [:]

  init(prober: any MediaProber) { self.prober = prober }

  mutating func facts(of path: String) -> Result<MediaFacts, PegError> {
    if let result = known[path] { return result }
    let result: Result<MediaFacts, PegError>
    do throws(PegError) { result = .success(try prober.known(path)) } catch { result = .failure(error) }
    known[path] = result
    return result
  }
}

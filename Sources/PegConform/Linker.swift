import Foundation
public import PegCore
public import PegMedia
public import PegTimeline

/// What became of one clip when its media were looked for.
public struct LinkEntry: Hashable, Sendable {
  public enum Outcome: Hashable, Sendable {
    case linked(LinkMethod)
    /// Several media fit; the cut keeps what it said.
    case ambiguous
    case missing
  }

  /// `V1:3`.
  public var address: String
  public var clip: String
  public var outcome: Outcome
  /// Where the media lie, as the cut will say it.
  public var path: String?
  /// Why this one, or which ones fit, or what was tried.
  public var reason: String
  public var candidates: [String]
}

/// A cut whose clips have been linked, and how.
public struct LinkReport: Sendable {
  public var timeline: Timeline
  public var entries: [LinkEntry]
  public var findings: [Finding]

  /// Clips that have no media.
  public var unlinked: [LinkEntry] {
    entries.filter { if case .linked = $0.outcome { false } else { true } }
  }
}

/// Finds each clip's media: where the cut says, else by name and timecode under the media folders.
public struct Linker {
  private let resolver: MediaResolver
  private let folders: MediaFolders
  private let prober: any MediaProber
  /// Links are written relative to this folder where the media lie below it.
  private let outputFolder: String

  public init(resolver: MediaResolver, folders: MediaFolders, outputFolder: String, prober: any MediaProber) {
    self.resolver = resolver
    self.folders = folders
    self.outputFolder = outputFolder
    self.prober = prober
  }

  /// Links every take of every clip.
  public func link(_ timeline: Timeline) -> LinkReport {
    var report = LinkReport(timeline: timeline, entries: [], findings: folders.findings)
    for placed in timeline.placedClips {
      var clip = placed.clip
      for index in clip.references.indices {
        let isActive = clip.references[index].key == clip.activeKey
        guard let found = outcome(clip.references[index].reference, of: placed) else { continue }
        if isActive { report.entries.append(found.entry) }
        if let reference = found.reference { clip.references[index].reference = reference }
      }
      report.timeline.replaceClip(at: placed.path, with: clip)
    }
    report.findings += report.unlinked.map { entry in
      Finding(
        entry.outcome == .ambiguous ? "link.ambiguous" : "link.missing", .error, entry.reason,
        at: "\(entry.address) \(entry.clip)",
        hint: "name more folders with --media, or decide with `pegbar cut link CUT#\(entry.address) PATH`")
    }
    return report
  }

  private func outcome(
    _ reference: MediaReference, of placed: PlacedClip
  ) -> (entry: LinkEntry, reference: MediaReference?)? {
    var entry = LinkEntry(
      address: placed.address, clip: placed.clip.item.info.name, outcome: .missing, path: nil, reason: "",
      candidates: [])
    if case .generator(_, let kind, _) = reference {
      entry.outcome = .linked(.generator)
      entry.reason = "generator \(kind)"
      return (entry, nil)
    }
    var tried = "the reference names no media"
    if reference.spelling != nil {
      do throws(PegError) {
        let location = try resolver.locate(reference)
        entry.outcome = .linked(location.how)
        entry.path = named(location.path)
        entry.reason = location.how.rawValue
        // What the cut says holds, seen from where the new cut will lie.
        return (entry, rewritten(reference, path: location.path))
      } catch {
        tried = error.sentence
      }
    }
    let fitting = byName(reference, placed)
    let chosen = fitting.count > 1 ? byTimecode(fitting, placed) : fitting
    if chosen.count == 1, let item = chosen.first {
      let how: LinkMethod = fitting.count > 1 ? .timecode : .name
      entry.outcome = .linked(how)
      entry.path = named(item.path)
      entry.reason = how.rawValue
      return (entry, rewritten(reference, path: item.path))
    }
    entry.candidates = fitting.map { named($0.path) }
    if fitting.isEmpty {
      entry.reason = "no media: \(tried)"
    } else {
      entry.outcome = .ambiguous
      entry.reason = "\(fitting.count) media fit its name: \(entry.candidates.prefix(4).joined(separator: ", "))"
    }
    return (entry, nil)
  }

  /// Items whose name is the reference's file name; else whose stem is the reference's, or the clip's name.
  private func byName(_ reference: MediaReference, _ placed: PlacedClip) -> [MediaFolders.Item] {
    if let spelling = reference.spelling {
      let name = (MediaResolver.decoded(spelling) as NSString).lastPathComponent.lowercased()
      let exact = folders.items.filter { $0.name == name }
      if !exact.isEmpty { return exact }
      let stem = MediaFolders.stem(name)
      let alike = folders.items.filter { $0.stem == stem }
      if !alike.isEmpty { return alike }
    }
    let wanted = MediaFolders.stem(placed.clip.item.info.name)
    guard !wanted.isEmpty else { return [] }
    return folders.items.filter { $0.stem == wanted || $0.name == placed.clip.item.info.name.lowercased() }
  }

  /// Of several, those whose timecode holds the clip's range.
  private func byTimecode(_ items: [MediaFolders.Item], _ placed: PlacedClip) -> [MediaFolders.Item] {
    guard let range = placed.clip.item.sourceRange else { return items }
    let fitting = items.filter { item in
      guard let facts = try? prober.facts(of: item.path), let video = facts.video, let rate = video.rate else {
        return false
      }
      let first = video.startTimecode?.frames ?? video.firstNumber
      let start = Rational(first) / rate.value
      let end = Rational(first + video.frameCount) / rate.value
      return range.start.seconds >= start && range.start.seconds < end
    }
    return fitting.isEmpty ? items : fitting
  }

  /// The reference at another place, all else as it was.
  func rewritten(_ reference: MediaReference, path: String) -> MediaReference {
    let info = reference.shared ?? ReferenceInfo()
    let name = named(path)
    if case .sequence(_, var sequence) = reference {
      let folder = (name as NSString).deletingLastPathComponent
      if let pattern = PegMedia.SequencePattern(parsing: path) {
        sequence.prefix = pattern.prefix
        sequence.suffix = pattern.suffix
        sequence.padding = max(pattern.padding, 1)
        sequence.urlBase = folder.isEmpty ? "" : folder + "/"
        return .sequence(info, sequence)
      }
      return reference
    }
    return .external(info, url: Self.encoded(name))
  }

  /// Relative to the cut's folder where it lies below it, else absolute.
  func named(_ path: String) -> String {
    let target = URL(fileURLWithPath: path).standardizedFileURL.path
    let base = URL(fileURLWithPath: outputFolder).standardizedFileURL.path
    return target.hasPrefix(base + "/") ? String(target.dropFirst(base.count + 1)) : target
  }

  /// A path as a URL: what is no letter of a URL is percent-encoded, and absolute paths become `file:` URLs.
  static func encoded(_ path: String) -> String {
    var allowed = CharacterSet.urlPathAllowed
    allowed.remove(charactersIn: ":;?#%")
    let text = path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path
    return path.hasPrefix("/") ? "file://\(text)" : text
  }
}

extension Timeline {
  /// Puts `clip` where the clip at `path` stands: indices from the timeline's stack down.
  public mutating func replaceClip(at path: [Int], with clip: Clip) {
    Self.replace(in: &tracks.children, path[...], clip)
  }

  private static func replace(in children: inout [Composable], _ path: ArraySlice<Int>, _ clip: Clip) {
    guard let index = path.first, children.indices.contains(index) else { return }
    let rest = path.dropFirst()
    switch children[index] {
    case .clip where rest.isEmpty: children[index] = .clip(clip)
    case .track(var track):
      replace(in: &track.children, rest, clip)
      children[index] = .track(track)
    case .stack(var stack):
      replace(in: &stack.children, rest, clip)
      children[index] = .stack(stack)
    default: break
    }
  }
}

extension Linker {
  /// A reference to media that somebody chose by hand; what the old reference says beside its place is kept.
  public func reference(to facts: MediaFacts, replacing old: MediaReference?) -> MediaReference {
    var info = old?.shared ?? ReferenceInfo()
    if let video = facts.video, let rate = video.rate ?? info.availableRange?.duration.rate {
      let first = facts.kind == .sequence ? video.firstNumber : video.startTimecode?.frames ?? 0
      info.availableRange = TimeRange(
        start: RationalTime(Rational(first), rate), duration: RationalTime(Rational(video.frameCount), rate))
    } else {
      info.availableRange = nil
    }
    if facts.kind == .sequence, let pattern = PegMedia.SequencePattern(parsing: facts.path) {
      let folder = (named(facts.path) as NSString).deletingLastPathComponent
      let rate = facts.video?.rate ?? info.availableRange?.duration.rate ?? FrameRate(24)
      return .sequence(
        info,
        ImageSequence(
          urlBase: folder.isEmpty ? "" : folder + "/", prefix: pattern.prefix, suffix: pattern.suffix,
          startFrame: facts.video?.firstNumber ?? 0, rate: rate, padding: max(pattern.padding, 1)))
    }
    return .external(info, url: Self.encoded(named(facts.path)))
  }
}

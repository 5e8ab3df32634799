import Foundation
public import PegCore
import PegMedia
public import PegTimeline

/// Finds each clip's media: where the cut says, else under the media folders by relative path, file name, reel and timecode,
/// clip name, or shot and version.
public struct Linker {
  private let resolver: MediaResolver
  private let folders: MediaFolders
  private let prober: any MediaProber
  /// Links are written relative to this folder where the media lie below it.
  private let home: CutFolder
  private let patterns: [ShotPattern]

  /// - Parameter patterns: how media are named after shots, where they go before names (`--match`). Without any, the usual
  ///   names are tried when nothing else leads to media.
  public init(
    resolver: MediaResolver, folders: MediaFolders, outputFolder: String, prober: any MediaProber,
    patterns: [ShotPattern] = []
  ) {
    self.resolver = resolver
    self.folders = folders
    self.prober = prober
    self.patterns = patterns
    home = CutFolder(path: outputFolder)
  }

  /// Links every take of every clip, and opens each piece of media once.
  ///
  /// Of media that are versions of the clip's shot, each becomes a take.
  public func link(_ timeline: Timeline) throws(PegError) -> LinkReport {
    let settings = try timeline.settings()
    let said = settings.rate
    var search = MediaSearch(
      resolver: resolver, folders: folders, prober: prober, home: home, patterns: patterns)
    var report = LinkReport(timeline: timeline, entries: [], findings: folders.findings, catalogue: MediaCatalogue())
    try report.timeline.updateEveryClip { (address, clip) throws(PegError) in
      let isSound = address.steps.last?.track.kind == .audio
      for take in clip.references.map(\.key) {
        guard let index = clip.references.firstIndex(where: { $0.key == take }) else { continue }
        var entry = LinkEntry(
          address: address, clip: clip.item.info.name, take: take, isActive: take == clip.activeKey, outcome: .missing,
          path: nil, reason: "", candidates: [])
        let wanted = MediaSearch.Wanted(
          reference: clip.references[index].reference, clip: clip, isSound: isSound,
          labelsAreDrop: clip.labelsAreDrop(record: settings.dropFrame ?? false))
        let found = search.find(wanted, &entry)
        guard let chosen = found.last(where: \.plays) else {
          report.entries.append(entry)
          continue
        }
        let old = clip.references[index].reference
        // The take that plays is named for its version before others stand beside it.
        let name = clip.rename(take, to: chosen.take)
        let rate = clip.item.sourceRange?.duration.rate ?? said ?? FrameRate(24)
        for version in found {
          let linked = home.relinked(
            version.isOther ? old.elsewhere(than: version.facts) : old, to: version.facts, rate: rate)
          if let spelling = linked.spelling { report.catalogue[spelling] = .known(version.facts) }
          var own = entry
          own.path = linked.spelling
          if version.plays {
            clip.references[index].reference = linked
            own.take = name
          } else {
            guard entry.isActive, let key = clip.addTake(version.take, linked) else { continue }
            (own.take, own.isActive) = (key, false)
          }
          report.entries.append(own)
        }
        clip.sortVersions()
        if entry.isActive, let range = clip.item.sourceRange {
          // Frames that are counted at the rate as stored are frames of the true rate; how long they play is the cut's.
          clip.item.sourceRange?.start = wanted.place(chosen.facts.meaning(range.start), in: chosen.facts)
        }
        if let asked = wanted.version, !found.contains(where: { $0.version == asked }), chosen.isOther {
          report.findings.append(
            Finding(
              "link.other_version", .warning,
              "\(Self.place(entry)): the cut names version \(asked), which is not there; "
                + (chosen.version.map { "version \($0) plays" } ?? "\(home.name(of: chosen.facts.path)) plays"),
              at: Self.place(entry)))
        }
        if let newest = found.compactMap(\.version).max(), let own = chosen.version, own < newest {
          report.findings.append(
            Finding(
              "link.newer_version", .note,
              "\(Self.place(entry)): the cut names version \(own), which plays; version \(newest) is a take",
              at: Self.place(entry), hint: "--match '{shot}_v{version}' plays the newest"))
        }
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

  private static func place(_ entry: LinkEntry) -> String {
    entry.clip.isEmpty ? "clip \(entry.address)" : "clip \(entry.clip) (\(entry.address))"
  }

  private static func finding(_ entry: LinkEntry) -> Finding {
    let code =
      switch entry.outcome {
      case .ambiguous: "link.ambiguous"
      case .unreadable: "link.unreadable"
      case .missing, .linked: "link.missing"
      }
    let place = place(entry)
    let take = entry.isActive ? "" : ", in its take \(entry.take), which does not play"
    return Finding(
      code, entry.isActive ? .error : .warning, "\(place)\(take): \(entry.reason)", at: place,
      hint: entry.outcome == .ambiguous
        ? "decide with `pegbar cut link CUT#\(entry.address) PATH`"
        : "name more folders with --media, or decide with `pegbar cut link CUT#\(entry.address) PATH`")
  }
}

extension MediaReference {
  /// What the cut says of it, for other media that take its place: media that bear a timecode of their own have their own
  /// range; others begin where these began.
  fileprivate func elsewhere(than facts: MediaFacts) -> MediaReference {
    guard var common else { return self }
    let bearsTime = facts.kind == .sequence || facts.video?.startTimecode != nil
    if bearsTime || facts.video == nil {
      common.availableRange = nil
    } else if let old = common.availableRange, let own = facts.range(at: old.duration.rate) {
      common.availableRange = TimeRange(start: old.start, duration: own.duration)
    }
    var reference = self
    reference.common = common
    return reference
  }
}

extension Clip {
  /// Gives the only take of a clip the name of its version.
  ///
  /// - Returns: what it is called now.
  fileprivate mutating func rename(_ take: String, to name: String?) -> String {
    guard let name, references.count == 1, take == Self.defaultKey, references[0].key == take else { return take }
    references[0].key = name
    activeKey = name
    return name
  }

  /// Adds a version as a take.
  ///
  /// - Returns: its key; `nil` where the clip has these media already.
  fileprivate mutating func addTake(_ name: String?, _ reference: MediaReference) -> String? {
    guard let name, !references.contains(where: { $0.reference.spelling == reference.spelling || $0.key == name })
    else { return nil }
    references.append((name, reference))
    return name
  }

  /// Takes that are named for versions stand in their order.
  fileprivate mutating func sortVersions() {
    let versions = references.map { $0.key.first == "v" ? Int($0.key.dropFirst()) : nil }
    guard versions.allSatisfy({ $0 != nil }) else { return }
    references = zip(references, versions).sorted { ($0.1 ?? 0) < ($1.1 ?? 0) }.map(\.0)
  }
}

import Foundation
public import PegConform
public import PegCore
import PegInterchange
import PegMedia
public import PegPlan
import PegPreset

public import PegTimeline

/// A cut: its timeline, where it lies, and what was found on reading it.
///
/// ```swift
/// let plan = try Cut(reading: "cut.otio").plan()
/// let preset = try PresetLibrary(searching: nil).deliverable(named: "prores-422-hq")
/// let report = try Renderer(plan, options: .init(threads: 4, memory: 1 << 30, identities: .init(folder: nil)))
///   .render(to: [.init(preset, path: "master.mov")])
/// ```
public struct Cut: Sendable {
  /// Where the cut lies; empty for one that was never written.
  public var path: String
  public var timeline: Timeline
  public var findings: [Finding]

  /// Reads an `.otio` file.
  ///
  /// - Throws: ``PegError`` `missingInput` for no file, `badInput` with line and column for no cut.
  public init(reading path: String) throws(PegError) {
    let read: (timeline: Timeline, findings: [Finding])
    do throws(PegError) { read = try Timeline.read(from: path) } catch {
      throw Self.hasOtherKind(path) && error.kind == .badInput
        ? PegError(
          .badInput, "\(path) is no .otio file, which cuts are edited and rendered from",
          hint: "pegbar conform \(path) --media FOLDER -o CUT.otio makes one of it") : error
    }
    self.path = path
    timeline = read.timeline
    findings = read.findings
  }

  /// Whether a file's name is that of another kind of cut.
  private static func hasOtherKind(_ path: String) -> Bool {
    let suffix = URL(fileURLWithPath: path).pathExtension.lowercased()
    return suffix != "otio" && Importer.all.contains { $0.suffixes.contains(suffix) }
  }

  public init(_ timeline: Timeline, path: String = "", findings: [Finding] = []) {
    self.timeline = timeline
    self.path = path
    self.findings = findings
  }

  /// The folder that relative media are relative to.
  public var folder: String {
    path.isEmpty
      ? FileManager.default.currentDirectoryPath : URL(fileURLWithPath: path).deletingLastPathComponent().path
  }

  /// The file's name.
  public var name: String { path.isEmpty ? timeline.info.name : URL(fileURLWithPath: path).lastPathComponent }

  /// The frame plan.
  ///
  /// - Parameters:
  ///   - knowledge: `references` opens only media that do not say their range; `full` opens all that play.
  ///   - presets: folders of presets, where `looks/NAME` of a grade is looked for; those of this machine when `nil`.
  ///   - prober: what opens media.
  public func plan(
    knowledge: PlanOptions.Knowledge = .full, missing: PlanOptions.Missing = .error, pathMaps: [PathMap] = [],
    presets: [String]? = nil, prober: any MediaProber = FactsFunction { try MediaProbe.facts(of: $0) }
  ) throws(PegError) -> FramePlan {
    var catalogue = MediaCatalogue()
    return try plan(
      knowledge: knowledge, missing: missing, pathMaps: pathMaps, presets: presets, prober: prober,
      knowing: &catalogue)
  }

  /// Folders of presets that this machine has.
  public static var presetFolders: [String] { (try? PresetLibrary(searching: nil).roots) ?? [] }

  /// The frame plan, with what is known of media already; what is opened is added to it.
  public func plan(
    knowledge: PlanOptions.Knowledge = .full, missing: PlanOptions.Missing = .error, pathMaps: [PathMap] = [],
    presets: [String]? = nil, prober: any MediaProber = FactsFunction { try MediaProbe.facts(of: $0) },
    knowing catalogue: inout MediaCatalogue
  ) throws(PegError) -> FramePlan {
    let need: MediaCatalogue.Need =
      switch knowledge {
      case .full: .playing
      case .references: .playingWithoutRange
      }
    let resolver = MediaResolver(cutFolder: folder, pathMaps: pathMaps)
    catalogue.fill(for: timeline, need: need, resolving: resolver, with: prober)
    if case .full = knowledge {
      catalogue.fillLooks(
        for: timeline, with: LookFinder(resolver: resolver, presetFolders: presets ?? Self.presetFolders))
    }
    return try FramePlanner.plan(
      timeline, media: catalogue,
      options: PlanOptions(name: name, cutFolder: folder, knowledge: knowledge, missing: missing))
  }
}

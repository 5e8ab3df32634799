import Foundation
public import PegConform
public import PegCore
import PegInterchange
import PegTimeline

/// A cut that was read from files of any kind that Pegbar knows, not linked yet.
public struct CutImport: Sendable {
  public var cut: Cut
  /// What each file is, such as `CMX 3600 EDL`, in their order.
  public var kinds: [String]
  /// What could not be carried as it was, with its place: the loss list. ``Cut/findings`` has it, too.
  public var losses: [Finding] { cut.findings.filter(\.isLoss) }

  /// Reads a cut, or several lists of one cut: the tracks of each lie above those of the one before (a list for each video
  /// track).
  ///
  /// - Parameters:
  ///   - paths: at least one; OTIO, EDL, FCPXML, Final Cut Pro 7 XML, XDTS, CSV sheets, cut sheets.
  ///   - rate: of a file that says none; an EDL is read at it whatever it says.
  ///   - showRate: of a file that says none, where `rate` says none either.
  ///   - sequence: which sequence or project of a file that holds several.
  ///   - folders: where an EDL's movies are asked for their rate, a cut sheet's for their range, and where an exposure sheet's
  ///     drawings are looked for; without any, the sheet's own folder.
  /// - Throws: ``PegError``: missing input, or bad input with file, line and column.
  public init(
    reading paths: [String], rate: FrameRate? = nil, showRate: FrameRate? = nil, sequence: String? = nil,
    folders: MediaFolders, pathMaps: [PathMap] = [], media: ProbedMedia = ProbedMedia()
  ) throws(PegError) {
    precondition(!paths.isEmpty, "there is nothing to read")
    var read: [(name: String, result: ImportResult)] = []
    for path in paths {
      let home = Self.folder(of: path)
      let lookup = MediaLookup(
        resolver: MediaResolver(cutFolder: home, pathMaps: pathMaps), folders: folders, media: media)
      var options = ImportOptions(name: path, rate: rate, limits: .generous, sequence: sequence)
      options.showRate = showRate
      options.mediaRates = { names in
        lookup.rates(of: names.map { [$0.file, $0.clip, $0.reel].compactMap(\.self) })
      }
      options.mediaRange = { lookup.range(of: $0, fallback: rate ?? showRate ?? FrameRate(24)) }
      if Self.mayBeSheet(path) {
        let stills = (folders.isEmpty ? try MediaFolders([home]) : folders).stills()
        options.cels = FolderCels(stills, rate: rate ?? showRate ?? FrameRate(24))
      }
      var result = try ImportResult.read(from: path, options)
      result.findings = result.findings.map { Self.placed($0, in: path) }
      read.append((path, result))
    }
    let result = read.count == 1 ? read[0].result : try ImportResult.merged(read)
    kinds = read.map(\.result.kind)
    cut = Cut(result.timeline, path: paths[0], findings: result.findings)
  }

  /// Only these ask for drawings, and listing them costs a walk.
  private static func mayBeSheet(_ path: String) -> Bool {
    ["xdts", "tdts", "csv"].contains(URL(fileURLWithPath: path).pathExtension.lowercased())
  }

  private static func folder(of path: String) -> String {
    URL(fileURLWithPath: path).deletingLastPathComponent().path
  }

  /// With the file where only the clip was named: several files are read at once.
  private static func placed(_ finding: Finding, in file: String) -> Finding {
    guard finding.position != nil, !finding.place.hasPrefix(file) else { return finding }
    var placed = finding
    if !finding.message.hasPrefix(finding.place), !finding.place.isEmpty {
      placed.message = "\(finding.place): \(finding.message)"
    }
    placed.place = file
    return placed
  }
}

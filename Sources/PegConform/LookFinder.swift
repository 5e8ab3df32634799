import Foundation
public import PegCore
import PegLook
import PegMedia
public import PegPlan
public import PegTimeline

/// From what a grade says of a file to what the file holds: beside the cut, else in a folder of presets.
public struct LookFinder: Sendable {
  /// Relative files start at its cut's folder.
  public var resolver: MediaResolver
  /// Folders of presets: `looks/NAME` is looked for in them where the cut has no such file.
  public var presetFolders: [String]

  public init(resolver: MediaResolver, presetFolders: [String] = []) {
    self.resolver = resolver
    self.presetFolders = presetFolders
  }

  /// Where a file lies.
  ///
  /// - Throws: missing input that names it, bad input for what is no path.
  public func locate(_ file: String) throws(PegError) -> String {
    let beside = try resolver.candidates(for: file).map(\.path)
    let shared = file.hasPrefix("looks/") ? presetFolders.map { "\($0)/\(file)" } : []
    if let found = (beside + shared).first(where: Self.isFile) { return found }
    throw PegError(
      .missingInput, "\(beside.first ?? file) does not exist",
      hint: file.hasPrefix("looks/")
        ? "looks of the presets are listed by `pegbar presets list`"
        : "put it there, or name the file as it lies from the cut's folder")
  }

  private static func isFile(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
  }

  /// The look of an operation; `nil` where it names no file.
  ///
  /// - Throws: also bad input with line and column for a file that is none of its format.
  public func look(of operation: GradeOperation) throws(PegError) -> PlannedLook? {
    guard let file = operation.file else { return nil }
    let path = try locate(file)
    let bytes = try WholeFile.contents(of: path, limit: LookLimits.generous.bytes)
    let correction = operation.parameters["id"]?.string
    let look = try Look(reading: bytes, name: file, correction: correction)
    let format = Array("\(look.format.rawValue)\n".utf8)
    return PlannedLook(
      name: file, path: path, hash: Digest.hex(Digest.of(format + bytes, .sha256)), correction: correction,
      program: look.program)
  }
}

import Foundation

/// The media that are shared beside the checkout; `PEGBAR_SHARED` names another place. Tests that use them are skipped
/// where they are not there.
public enum SharedMedia {
  public static let path =
    URL(fileURLWithPath: ProcessInfo.processInfo.environment["PEGBAR_SHARED"] ?? "../shared")
    .appendingPathComponent("media").standardizedFileURL.path
  public static let isThere = FileManager.default.fileExists(atPath: path)

  public static func file(_ name: String) -> String { "\(path)/\(name)" }

  /// The files below a folder, by their paths in the media, sorted.
  public static func files(below folder: String) -> [String] {
    let all = FileManager.default.enumerator(atPath: file(folder))?.compactMap { $0 as? String } ?? []
    return all.filter { name in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: "\(file(folder))/\(name)", isDirectory: &isFolder)
        && !isFolder.boolValue
    }.map { "\(folder)/\($0)" }.sorted()
  }

  /// The files in a folder that have an extension, by their full paths, sorted.
  public static func files(_ folder: String, _ suffix: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: file(folder))) ?? [])
      .filter { $0.hasSuffix(".\(suffix)") }.sorted().map { file("\(folder)/\($0)") }
  }
}

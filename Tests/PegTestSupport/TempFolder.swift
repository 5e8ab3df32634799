import Foundation

/// A folder of a test's own, removed when the test lets it go.
public final class TempFolder: Sendable {
  public let path: String

  public init() throws {
    path = NSTemporaryDirectory() + "pegbar-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  // PEGBAR_KEEP leaves it for a look.
  deinit {
    if ProcessInfo.processInfo.environment["PEGBAR_KEEP"] == nil { try? FileManager.default.removeItem(atPath: path) }
  }

  /// The path of a file in it.
  public func file(_ name: String) -> String { "\(path)/\(name)" }

  /// The names in it, sorted.
  public var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}

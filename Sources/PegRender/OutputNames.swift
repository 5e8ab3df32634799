import Foundation

/// The names that grow beside an output (DESIGN §1).
enum OutputNames {
  /// `.NAME.partial`, beside NAME.
  static func partial(of path: String) -> String {
    let url = URL(fileURLWithPath: path)
    return url.deletingLastPathComponent().appendingPathComponent(".\(url.lastPathComponent).partial").path
  }

  /// What interrupted renders left, `.NAME.partial.1` and so on, the longest journal first: it most likely holds what the
  /// others hold.
  static func leftovers(of partial: String) -> [String] {
    let name = URL(fileURLWithPath: partial).lastPathComponent + "."
    let folder = URL(fileURLWithPath: partial).deletingLastPathComponent().path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let files = names.filter { entry in
      entry.hasPrefix(name) && entry.hasSuffix(".ledger")
        && Int(entry.dropFirst(name.count).dropLast(".ledger".count)) != nil
    }
    return files.map { "\(folder)/\($0)" }
      .map { (file: String($0.dropLast(".ledger".count)), size: FileSystem.fileSize($0) ?? 0) }
      .sorted { ($0.size, $1.file) > ($1.size, $0.file) }.map(\.file)
  }

  /// The first of `PARTIAL.1`, `PARTIAL.2`, … that has no journal.
  static func free(_ partial: String) -> String {
    var number = 1
    while FileManager.default.fileExists(atPath: "\(partial).\(number).ledger") { number += 1 }
    return "\(partial).\(number)"
  }
}

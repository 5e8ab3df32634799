import Foundation
import PegTimeline
import Testing

/// Other people's tools, run through Python. `PEGBAR_JUDGE_PYTHON` names the interpreter that has the modules.
enum PythonJudge {
  static let python = ProcessInfo.processInfo.environment["PEGBAR_JUDGE_PYTHON"] ?? "python3"

  static let hasOTIO = has("opentimelineio")
  static let hasJSONSchema = has("jsonschema")

  private static func has(_ module: String) -> Bool { (try? run("import \(module)", [])) != nil }

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// What `script` prints, `arguments` being its `sys.argv[1:]`.
  static func run(_ script: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [python, "-c", script] + arguments
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(description: complaint) }
    return text
  }
}

/// A folder of its own for one test.
struct Scratch: ~Copyable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "pegbar-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// The media that are shared beside the checkout.
enum Shared {
  static let media = (ProcessInfo.processInfo.environment["PEGBAR_SHARED"] ?? "../shared") + "/media"
  static let isThere = FileManager.default.fileExists(atPath: media)

  /// Every OTIO file of the editorial set.
  static var cuts: [String] {
    ["otio", "otio_render/data"].flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: "\(media)/editorial/\(folder)")) ?? [])
        .filter { $0.hasSuffix(".otio") }.sorted().map { "\(media)/editorial/\(folder)/\($0)" }
    }
  }
}

func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

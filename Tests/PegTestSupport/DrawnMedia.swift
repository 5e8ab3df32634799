import Foundation
import PegMedia
import Synchronization

/// Media that the ffmpeg command drew, each once in a run of the tests: the next who asks for the same gets a copy.
public enum DrawnMedia {
  private static let known = Mutex<[[UInt8]: String]>([:])

  private static let folder: String = {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("pegbar-drawn-\(getpid())").path
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    atexit { try? FileManager.default.removeItem(atPath: DrawnMedia.folder) }
    return path
  }()

  /// Draws to `path`, which is replaced.
  ///
  /// - Parameters:
  ///   - arguments: of ffmpeg but for the output.
  ///   - input: what it reads from a pipe.
  public static func put(_ path: String, _ arguments: [String], input: Data = Data()) throws {
    let ending = URL(fileURLWithPath: path).pathExtension
    var digest = Digest(.xxh128)
    digest.update(Data((arguments + [ending, ""]).joined(separator: "\0").utf8))
    digest.update(input)
    let key = digest.finish()
    let kept = known.withLock { $0[key] }
    if let kept {
      try? FileManager.default.removeItem(atPath: path)
      return try FileManager.default.copyItem(atPath: kept, toPath: path)
    }
    let output = try Tool.run("ffmpeg", ["-v", "error", "-y"] + arguments + [path], input: input)
    guard output.status == 0 else { throw Tool.Failure(description: "ffmpeg \(arguments): \(output.stderr)") }
    let copy = "\(folder)/\(UUID().uuidString).\(ending)"
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    known.withLock { $0[key] = copy }
  }
}

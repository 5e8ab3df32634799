import Foundation
import PegTestSupport
import Testing

/// A folder with media, a cut over them, and the built command to try on it.
struct Workbench {
  /// The built command, beside the test bundle.
  static let pegbar: String = {
    var folder = Bundle.main.bundleURL
    for _ in 0..<4 {
      let path = folder.appendingPathComponent("pegbar").path
      if FileManager.default.isExecutableFile(atPath: path) { return path }
      folder = folder.deletingLastPathComponent()
    }
    // The test runner lies in the toolchain; the build folder is named by the test binary's own path.
    let own = URL(fileURLWithPath: CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0])
    return own.deletingLastPathComponent().appendingPathComponent("pegbar").path
  }()

  /// Whether media can be drawn here.
  static let canDraw = Tool.path("ffmpeg") != nil

  /// The checkout's presets.
  static let presets = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../presets").standardizedFileURL.path

  let folder: TempFolder

  init() throws { folder = try TempFolder() }

  func file(_ name: String) -> String { folder.file(name) }

  /// Runs the command.
  @discardableResult
  func run(_ arguments: String...) throws -> Tool.Output { try Tool.run(Self.pegbar, arguments) }

  /// Runs the command, which has to succeed.
  @discardableResult
  func require(_ arguments: String...) throws -> Data { try Tool.require(Self.pegbar, arguments) }

  /// The command ends with `status` and says `words` in one sentence on stderr.
  func expect(
    _ status: Int32, _ words: String..., from arguments: [String], location: SourceLocation = #_sourceLocation
  ) throws {
    let output = try Tool.run(Self.pegbar, arguments)
    #expect(output.status == status, "\(arguments): \(output.stderr)", sourceLocation: location)
    let sentences = output.stderr.split(separator: "\n").filter { $0.hasPrefix("error:") || $0.hasPrefix("Error:") }
    #expect(sentences.count == 1, "\(output.stderr)", sourceLocation: location)
    for word in words {
      #expect(sentences.contains { $0.contains(word) }, "\(word): \(output.stderr)", sourceLocation: location)
    }
  }

  /// Moving test pictures from the ffmpeg command, whose encoders are not under test.
  func movie(
    _ name: String, seconds: Double = 1, rate: String = "24", raster: String = "128x72",
    codec: [String] = ["-c:v", "libx264", "-g", "8", "-pix_fmt", "yuv420p"], sound: Bool = false
  ) throws {
    var arguments = ["-f", "lavfi", "-i", "testsrc2=s=\(raster):r=\(rate):d=\(seconds)"]
    if sound { arguments += ["-f", "lavfi", "-i", "sine=f=440:r=48000:d=\(seconds)", "-ac", "2", "-c:a", "pcm_s16le"] }
    try DrawnMedia.put(file(name), arguments + codec)
  }

  /// A cut of one clip.
  func cut(_ name: String = "cut.otio", of media: String...) throws -> String {
    let output = try Tool.run(Self.pegbar, ["cut", "new", file(name)] + media.map { file($0) })
    try #require(output.status == 0, "\(output.stderr)")
    return file(name)
  }

  /// A cut of one second of long-GOP pictures.
  func film() throws -> String {
    try movie("clip.mp4")
    return try cut(of: "clip.mp4")
  }

  /// What lies beside `output` and belongs to it, itself included.
  func traces(of output: String) -> [String] { folder.names.filter { $0.contains(output) } }
}

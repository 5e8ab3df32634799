import Foundation
import Synchronization

/// A program that judges our files: ffprobe, ffmpeg, mediainfo, python.
public enum Tool {
  public struct Output: Sendable {
    public let status: Int32
    public let stdout: Data
    public let stderr: String

    public var text: String { String(decoding: stdout, as: UTF8.self) }
  }

  public struct Failure: Error, CustomStringConvertible {
    public let description: String
    public init(description: String) { self.description = description }
  }

  /// Where a program is on `PATH`, or `nil`.
  public static func path(_ name: String) -> String? {
    if name.contains("/") { return FileManager.default.isExecutableFile(atPath: name) ? name : nil }
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Whether all of these programs are on `PATH`: what judges is not needed to build, so tests are skipped without it.
  public static func has(_ names: String...) -> Bool { names.allSatisfy { path($0) != nil } }

  /// The python that has the judges' modules.
  public static var python: String {
    ProcessInfo.processInfo.environment["PEGBAR_JUDGE_PYTHON"] ?? "python3"
  }

  /// Whether the judges' python has a module.
  public static func hasPython(_ module: String) -> Bool {
    (try? run(python, ["-c", "import \(module)"]))?.status == 0
  }

  /// Runs a program to its end, and ends it after `timeout` seconds.
  public static func run(
    _ name: String, _ arguments: [String], input: Data? = nil, timeout: Double = 120
  ) throws -> Output {
    guard let path = path(name) else { throw Failure(description: "\(name) is not installed") }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let (out, err, into) = (Pipe(), Pipe(), Pipe())
    process.standardOutput = out
    process.standardError = err
    process.standardInput = input == nil ? FileHandle.nullDevice : into
    try process.run()
    let identifier = process.processIdentifier
    let hasEnded = Mutex(false)
    DispatchQueue.global().asyncAfter(deadline: .now() + timeout) {
      // The id is ours until waitUntilExit has reaped it.
      if !hasEnded.withLock({ $0 }) { kill(identifier, SIGKILL) }
    }
    // Both pipes are drained at once: a full one would stop the program.
    let complaints = Mutex(Data())
    let group = DispatchGroup()
    DispatchQueue.global().async(group: group) {
      let data = err.fileHandleForReading.readDataToEndOfFile()
      complaints.withLock { $0 = data }
    }
    if let input {
      DispatchQueue.global().async(group: group) {
        withoutBrokenPipes {
          try? into.fileHandleForWriting.write(contentsOf: input)
          try? into.fileHandleForWriting.close()
        }
      }
    }
    let data = out.fileHandleForReading.readDataToEndOfFile()
    group.wait()
    process.waitUntilExit()
    hasEnded.withLock { $0 = true }
    return Output(
      status: process.terminationStatus, stdout: data,
      stderr: complaints.withLock { String(decoding: $0, as: UTF8.self) })
  }

  /// A program that ends before it has read all of its input says why; the signal would end the tests instead.
  private static func withoutBrokenPipes(_ body: () -> Void) {
    var pipe = sigset_t()
    var before = sigset_t()
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &pipe, &before)
    body()
    var pending = sigset_t()
    sigpending(&pending)
    var signal: Int32 = 0
    if sigismember(&pending, SIGPIPE) == 1 { sigwait(&pipe, &signal) }
    pthread_sigmask(SIG_SETMASK, &before, nil)
  }

  /// Runs a program that has to succeed, and gives what it printed.
  @discardableResult
  public static func require(_ name: String, _ arguments: [String], timeout: Double = 120) throws -> Data {
    let output = try run(name, arguments, timeout: timeout)
    guard output.status == 0 else {
      throw Failure(
        description: "\(name) \(arguments.joined(separator: " ")) ended with \(output.status): \(output.stderr)")
    }
    return output.stdout
  }
}

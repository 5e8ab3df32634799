import Foundation

/// The built `pegbar`, for tests that run it in a process of its own.
public enum BuiltCommand {
  /// Its path, beside the test bundle; `nil` where only some targets were built.
  public static let path: String? = {
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
    var folders = [URL(fileURLWithPath: bundle).deletingLastPathComponent()]
    var folder = Bundle.main.bundleURL
    for _ in 0..<4 {
      folders.append(folder)
      folder = folder.deletingLastPathComponent()
    }
    return folders.map { $0.appendingPathComponent("pegbar").path }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// Runs it to its end.
  public static func run(_ arguments: [String], timeout: Double = 300) throws -> Tool.Output {
    guard let path else { throw Tool.Failure(description: "pegbar was not built beside the tests") }
    return try Tool.run(path, arguments, timeout: timeout)
  }

  /// Runs it with `--json`; it has to end with `status`, and its document is read.
  public static func json(_ arguments: [String], status: Int32 = 0) throws -> JSONTree {
    let output = try run(arguments + ["--json"])
    guard output.status == status else {
      throw Tool.Failure(
        description: "\(arguments.joined(separator: " ")) ended with \(output.status): \(output.stderr)")
    }
    return JSONTree(try JSONSerialization.jsonObject(with: output.stdout))
  }
}

/// A JSON document that is asked by keys and indices; what is not there is `nil` further on.
public struct JSONTree {
  public let value: Any?

  public init(_ value: Any?) { self.value = value }

  public subscript(key: String) -> JSONTree { JSONTree((value as? [String: Any])?[key]) }
  public subscript(index: Int) -> JSONTree { JSONTree(list.indices.contains(index) ? list[index].value : nil) }

  public var list: [JSONTree] { (value as? [Any] ?? []).map(JSONTree.init) }
  public var int: Int? { (value as? NSNumber)?.intValue }
  public var double: Double? { (value as? NSNumber)?.doubleValue }
  public var string: String? { value as? String }
  public var bool: Bool? { value as? Bool }
  public var ints: [Int] { list.compactMap(\.int) }
}

/// Runs commands one after another in processes with limits, and says how each ended.
public enum BoundedRuns {
  public struct Outcome: Decodable, Sendable {
    /// The number of the chain, and of the command in it.
    public var chain: Int
    public var step: Int
    /// The exit status; negative is the signal that ended it, -9 also when its time was over.
    public var status: Int
    public var seconds: Double
    /// The most memory that it had in RAM.
    public var peakBytes: Int
    public var stdout: String
    public var stderr: String
  }

  /// - Parameters:
  ///   - chains: commands that follow each other, as long as each ends with 0 or 1.
  ///   - seconds: after which a command is ended.
  ///   - addressSpace: bytes that it may ask for.
  /// - Returns: how each command ended that was run.
  public static func run(_ chains: [[[String]]], seconds: Int, addressSpace: Int) throws -> [Outcome] {
    let input = try JSONSerialization.data(withJSONObject: chains)
    let output = try Tool.run(
      Tool.python, ["-c", script, String(seconds), String(addressSpace)], input: input,
      timeout: Double(chains.reduce(0) { $0 + $1.count } * (seconds + 1)))
    guard output.status == 0 else { throw Tool.Failure(description: output.stderr) }
    return try output.text.split(separator: "\n").map { try JSONDecoder().decode(Outcome.self, from: Data($0.utf8)) }
  }

  /// Python's standard library alone: `wait4` says what one child used, which Foundation does not.
  private static let script = """
    import json, os, resource, signal, sys, tempfile, threading, time
    seconds, space = int(sys.argv[1]), int(sys.argv[2])
    def run(chain, step, command):
        out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        start = time.monotonic()
        child = os.fork()
        if child == 0:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            resource.setrlimit(resource.RLIMIT_AS, (space, space))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            try: os.execv(command[0], command)
            finally: os._exit(127)
        timer = threading.Timer(seconds, os.kill, (child, signal.SIGKILL))
        timer.start()
        _, status, usage = os.wait4(child, 0)
        timer.cancel()
        def text(file):
            file.seek(0)
            return file.read(1 << 20).decode('utf-8', 'replace')
        code = os.waitstatus_to_exitcode(status)
        print(json.dumps(dict(
            chain=chain, step=step, status=code, seconds=time.monotonic() - start,
            peakBytes=usage.ru_maxrss * 1024, stdout=text(out), stderr=text(err))), flush=True)
        return code in (0, 1)
    for number, chain in enumerate(json.load(sys.stdin)):
        for step, command in enumerate(chain):
            if not run(number, step, command): break
    """
}

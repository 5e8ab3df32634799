import Foundation

extension Tool {
  /// What a program took.
  public struct Cost: Decodable, Sendable {
    public let status: Int32
    /// The most memory that it held at once, in bytes (`ru_maxrss` of wait4).
    public let peak: Int
    /// Processor time of user and system, in seconds.
    public let processor: Double
    public let stderr: String
  }

  /// Runs a program to its end and tells what it took.
  ///
  /// A small process starts it and waits: a child's `ru_maxrss` begins with what its parent held.
  public static func cost(of name: String, _ arguments: [String], timeout: Double = 3600) throws -> Cost {
    guard let path = path(name) else { throw Failure(description: "\(name) is not installed") }
    let script = """
      import json, os, sys, tempfile
      said = tempfile.TemporaryFile()
      child = os.fork()
      if child == 0:
          os.dup2(os.open(os.devnull, os.O_RDWR), 1)
          os.dup2(said.fileno(), 2)
          os.execv(sys.argv[1], sys.argv[1:])
      _, status, usage = os.wait4(child, 0)
      said.seek(0)
      unit = 1 if sys.platform == 'darwin' else 1024
      print(json.dumps({'status': os.waitstatus_to_exitcode(status), 'peak': usage.ru_maxrss * unit,
                        'processor': usage.ru_utime + usage.ru_stime, 'stderr': said.read().decode(errors='replace')}))
      """
    let said = try require("python3", ["-c", script, path] + arguments, timeout: timeout)
    return try JSONDecoder().decode(Cost.self, from: said)
  }
}

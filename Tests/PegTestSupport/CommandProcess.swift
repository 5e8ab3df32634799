import Foundation

/// The built `pegbar` in a process of its own, which can be stopped and killed.
public final class CommandProcess {
  private let process = Process()
  private let out = Pipe()

  /// Starts it.
  ///
  /// - Parameter cache: the folder of what it remembers of media, kept apart from the person's own.
  public init(_ arguments: [String], cache: String) throws {
    guard let path = BuiltCommand.path else { throw Tool.Failure(description: "pegbar is not built") }
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(["XDG_CACHE_HOME": cache]) { $1 }
    process.standardOutput = out
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
  }

  public var isRunning: Bool { process.isRunning }

  public func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Waits for its end.
  ///
  /// - Returns: the exit status, or minus the signal that ended it, and what it printed.
  public func end() -> (status: Int32, text: String) {
    let data = out.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let status = process.terminationReason == .uncaughtSignal ? -process.terminationStatus : process.terminationStatus
    return (status, String(decoding: data, as: UTF8.self))
  }
}

public import PegCore

/// What went wrong with media: code, operation, file, cause, libav's last log line and a hint.
public struct MediaError: Fault {
  public enum Operation: String, Sendable { case open, probe, read, seek, decode, encode, write, finish, allocate }

  public var kind: FaultKind
  public var operation: Operation
  /// libav's error code; 0 when libav was not asked.
  public var code: Int32
  public var path: String
  /// What happened, as the end of a sentence: `the file has no pictures`.
  public var cause: String
  /// The last line libav logged on this thread, if any.
  public var logLine: String?
  public var hint: String?

  public init(
    _ kind: FaultKind, _ operation: Operation, _ path: String, _ cause: String, code: Int32 = 0,
    logLine: String? = nil, hint: String? = nil
  ) {
    self.kind = kind
    self.operation = operation
    self.code = code
    self.path = path
    self.cause = cause
    self.logLine = logLine
    self.hint = hint
  }

  public var sentence: String {
    let tail = logLine.map { " (\($0))" } ?? ""
    return "cannot \(operation.rawValue) \(path): \(cause)\(tail)"
  }
}

/// What kind of wrong a fault is; each has one exit status (DESIGN §4).
public enum FaultKind: Int32, Sendable {
  /// The command was typed wrongly.
  case usage = 64
  /// An input cannot be opened, parsed or rendered.
  case badInput = 65
  /// An input does not exist.
  case missingInput = 66
  /// A bug of ours.
  case bug = 70
  /// An output cannot be created, or exists and is not ours.
  case cannotCreate = 73
  /// Input or output failed while running.
  case io = 74
  /// Somebody else holds the output.
  case tryAgain = 75
  /// Stopped by SIGINT.
  case interrupted = 130
  /// Stopped by SIGTERM.
  case terminated = 143
}

/// An error of the world, said in one sentence: what, where, and what to do about it.
public protocol Fault: Error, CustomStringConvertible {
  var kind: FaultKind { get }
  /// One sentence without a full stop that names the thing and the place.
  var sentence: String { get }
  /// What to do, without `hint:`.
  var hint: String? { get }
}

extension Fault {
  public var description: String { hint.map { "\(sentence)\nhint: \($0)" } ?? sentence }
}

/// The fault of a room that has nothing to add to the sentence.
public struct PegError: Fault, Equatable {
  public var kind: FaultKind
  public var sentence: String
  public var hint: String?

  public init(_ kind: FaultKind, _ sentence: String, hint: String? = nil) {
    self.kind = kind
    self.sentence = sentence
    self.hint = hint
  }
}

/// How much a finding matters.
public enum Severity: String, Sendable, Comparable, CaseIterable {
  /// Worth knowing: a decision that was taken where the material did not say.
  case note
  /// Probably not what was meant.
  case warning
  /// Does not conform.
  case error

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  public static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }
}

/// Something wrong, or decided, with the material: collected, never thrown, never dropped.
public struct Finding: Hashable, Sendable {
  /// Stable and dotted, such as `color.untagged`; what `--explain` takes.
  public var code: String
  public var severity: Severity
  /// One sentence without a full stop, naming what and where.
  public var message: String
  /// The file, clip or track it is about, as a person would name it.
  public var place: String
  /// The record frames it is about, where it is about some.
  public var range: FrameRange?
  /// Where in a text file it stands, where it stands in one.
  public var position: TextPosition?
  /// Of something that could not be carried as it was: what was done instead, such as `it plays as a dissolve`.
  public var instead: String?
  /// What to do, where something can be done.
  public var hint: String?

  public init(
    _ code: String, _ severity: Severity, _ message: String, at place: String, range: FrameRange? = nil,
    position: TextPosition? = nil, instead: String? = nil, hint: String? = nil
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.place = place
    self.range = range
    self.position = position
    self.instead = instead
    self.hint = hint
  }

  /// What it is and what was done instead, without a full stop.
  public var sentence: String { instead.map { "\(message); \($0)" } ?? message }
  /// Whether it belongs in a loss list: something of the material was not carried as it was.
  public var isLoss: Bool { instead != nil }
}

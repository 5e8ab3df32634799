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
  /// What to do, where something can be done.
  public var hint: String?

  public init(
    _ code: String, _ severity: Severity, _ message: String, at place: String, range: FrameRange? = nil,
    hint: String? = nil
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.place = place
    self.range = range
    self.hint = hint
  }
}

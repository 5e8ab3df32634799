public import PegCore

/// What a verb has to say, once: text and JSON are made from it, and say the same.
///
/// Text is for people and may change; JSON has a schema and a version, and changes only add.
public struct Report: Sendable {
  /// Names the JSON schema: `pegbar.NAME`.
  public var name: String
  /// A heading; `nil` where the facts or tables speak for themselves.
  public var title: String?
  public var facts: [Fact]
  public var tables: [ReportTable]
  /// What it is about, where that is several things of one kind, each with a report of its own.
  public var parts: ReportParts?
  /// What was decided, or is wrong.
  public var findings: [Finding]
  /// What was done, in sentences for people. JSON has the facts instead.
  public var summary: [String]

  public init(
    _ name: String, title: String? = nil, facts: [Fact] = [], tables: [ReportTable] = [], parts: ReportParts? = nil,
    findings: [Finding] = [], summary: [String] = []
  ) {
    self.name = name
    self.title = title
    self.facts = facts
    self.tables = tables
    self.parts = parts
    self.findings = findings
    self.summary = summary
  }
}

/// One thing that is so.
public struct Fact: Hashable, Sendable {
  /// In JSON, in snake_case; `nil` leaves the fact out of JSON.
  public var key: String?
  public var value: JSON
  /// In text, a word or two; `nil` leaves the fact out of text.
  public var label: String?
  /// The value as people read it.
  public var text: String
  /// Whether lines for a terminal show it, too, or documents alone.
  public var isShown = true

  /// - Parameter text: `nil` takes the value's own text.
  public init(_ key: String, _ value: JSON, label: String? = nil, text: String? = nil, isShown: Bool = true) {
    self.isShown = isShown
    self.key = key
    self.value = value
    self.label = label
    self.text = text ?? value.plain
  }

  /// A fact for people: JSON has it as a part of another.
  public init(label: String, text: String) {
    key = nil
    value = .null
    self.label = label
    self.text = text
  }
}

/// Reports on several things of one kind, under one key.
public struct ReportParts: Sendable {
  public var key: String
  public var reports: [Report]

  public init(_ key: String, _ reports: [Report]) {
    self.key = key
    self.reports = reports
  }
}

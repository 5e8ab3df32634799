public import PegCore

/// How a cut is planned.
public struct PlanOptions: Sendable {
  /// What the planner may go by.
  public enum Knowledge: Sendable {
    /// Facts of all media that play: for rendering.
    case full
    /// The cut's own words where a reference has an `available_range`, facts elsewhere: for `map`. Such a plan has no
    /// sound events, and its sources have no raster and no colour.
    case references
  }

  /// What becomes of a clip whose media are missing.
  public enum Missing: String, Sendable, CaseIterable {
    /// The plan fails and names it.
    case error
    /// The clip is a slate that names it, or silent, with a finding.
    case slate
    /// The clip is black, or silent, with a finding.
    case black
  }

  /// What findings and errors call the cut: its file's name.
  public var name: String
  /// Sources below it are named relative to it.
  public var cutFolder: String
  public var knowledge: Knowledge
  /// Overrides the cut's.
  public var rate: FrameRate?
  /// Overrides the cut's.
  public var raster: Raster?
  public var missing: Missing
  /// A clip that cannot play is an error among the findings, and not seen: see ``FramePlanner/check(_:media:options:)``.
  var keepsGoing = false

  public init(
    name: String, cutFolder: String = "", knowledge: Knowledge = .full, rate: FrameRate? = nil, raster: Raster? = nil,
    missing: Missing = .error
  ) {
    self.name = name
    self.cutFolder = cutFolder
    self.knowledge = knowledge
    self.rate = rate
    self.raster = raster
    self.missing = missing
  }
}

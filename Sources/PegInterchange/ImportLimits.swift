/// How much a file may ask of its reader; what asks for more is bad input.
public struct ImportLimits: Hashable, Sendable {
  /// Bytes of the file.
  public var bytes: Int
  /// Events, clips, cels, markers, rows: whatever the file counts, together.
  public var events: Int
  /// Elements, sequences or lists inside each other.
  public var depth: Int

  public init(bytes: Int, events: Int, depth: Int) {
    self.bytes = bytes
    self.events = events
    self.depth = depth
  }

  /// What no film needs: a feature of 5,000 events has an FCPXML of some ten megabytes.
  public static let generous = ImportLimits(bytes: 256 << 20, events: 500_000, depth: 64)
}

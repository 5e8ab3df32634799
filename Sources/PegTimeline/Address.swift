/// `V2`: a layer of a stack.
public struct TrackLabel: Hashable, Sendable, CustomStringConvertible {
  public enum Kind: String, Sendable {
    /// Pictures.
    case video = "V"
    /// Sound.
    case audio = "A"
    /// Tracks of any other kind.
    case other = "T"
  }

  public var kind: Kind
  /// From 1, from the bottom, among those of its kind.
  public var number: Int

  public init(_ kind: Kind, _ number: Int) {
    self.kind = kind
    self.number = number
  }

  public var description: String { kind.rawValue + "\(number)" }
}

/// Where something stands in a cut: `V2:14` is child 14 of the second video track, `V2:14/V1:0` the first child of the
/// first video track of the stack that stands there.
///
/// Tracks are numbered from 1, as the trade does; children from 0, gaps and transitions counted, as OTIO does. What stands in a
/// stack without a track has a label and no child.
public struct CutAddress: Hashable, Sendable {
  public struct Step: Hashable, Sendable {
    public var track: TrackLabel
    /// Index in the track; `nil` for the layer itself.
    public var child: Int?

    public init(_ track: TrackLabel, _ child: Int? = nil) {
      self.track = track
      self.child = child
    }
  }

  /// From the timeline inwards, at least one.
  public var steps: [Step]

  /// - Precondition: `steps` is not empty.
  public init(_ steps: [Step]) {
    precondition(!steps.isEmpty, "an address leads somewhere")
    self.steps = steps
  }

  /// Reads `V2:14`, `V2` or `V2:14/V1:0`; `nil` for anything else.
  public init?(_ text: some StringProtocol) {
    var steps: [Step] = []
    for part in text.split(separator: "/", omittingEmptySubsequences: false) {
      let fields = part.split(separator: ":", omittingEmptySubsequences: false)
      guard let letter = fields.first?.first, let kind = TrackLabel.Kind(rawValue: letter.uppercased()),
        let number = Self.whole(fields[0].dropFirst()), number > 0, fields.count <= 2
      else { return nil }
      var step = Step(TrackLabel(kind, number))
      if fields.count == 2 {
        guard let child = Self.whole(fields[1]) else { return nil }
        step.child = child
      }
      steps.append(step)
    }
    self.init(steps)
  }

  private static func whole(_ text: Substring.SubSequence) -> Int? { whole(String(text)) }

  private static func whole(_ text: some StringProtocol) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text)
  }
}

extension CutAddress: CustomStringConvertible {
  public var description: String {
    steps.map { step in "\(step.track)" + (step.child.map { ":\($0)" } ?? "") }.joined(separator: "/")
  }
}

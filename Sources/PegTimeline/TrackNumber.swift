import PegCore

/// What the layers of a stack are called: `V1`, `V2`, … from the bottom, `A1`, … for sound.
///
/// Something that stands in a stack without a track is a picture layer of its own. Tracks of other kinds are `T1`, ….
struct TrackNumbering {
  private var counts: [TrackLabel.Kind: Int] = [:]

  mutating func next(_ kind: TrackLabel.Kind) -> TrackLabel {
    counts[kind, default: 0] += 1
    return TrackLabel(kind, counts[kind, default: 1])
  }

  static func labels(_ children: [Composable]) -> [TrackLabel] {
    var numbering = Self()
    return children.map { numbering.next(kind($0)) }
  }

  static func kind(_ child: Composable) -> TrackLabel.Kind {
    guard case .track(let track) = child else { return .video }
    return switch track.kind {
    case .video: .video
    case .audio: .audio
    case .other: .other
    }
  }

  /// The same, of a document that did not become a timeline.
  static func kind(_ child: JSON) -> TrackLabel.Kind {
    guard let schema = Schema(of: child), ["Track", "Sequence"].contains(schema.name) else { return .video }
    return switch child["kind"]?.string ?? "Video" {
    case "Video": .video
    case "Audio": .audio
    default: .other
    }
  }
}

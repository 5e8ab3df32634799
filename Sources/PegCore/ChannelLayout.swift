/// A loudspeaker, numbered by its bit in the channel mask of WAVEFORMATEXTENSIBLE (which libav shares).
public enum Channel: Int, Sendable, CaseIterable {
  case frontLeft = 0, frontRight, frontCenter, lowFrequency, backLeft, backRight, frontLeftOfCenter
  case frontRightOfCenter, backCenter, sideLeft, sideRight

  /// `L`, `R`, `C`, `LFE`, `Ls`, `Rs`, …
  public var label: String {
    switch self {
    case .frontLeft: "L"
    case .frontRight: "R"
    case .frontCenter: "C"
    case .lowFrequency: "LFE"
    case .backLeft: "Lb"
    case .backRight: "Rb"
    case .frontLeftOfCenter: "Lc"
    case .frontRightOfCenter: "Rc"
    case .backCenter: "Cs"
    case .sideLeft: "Ls"
    case .sideRight: "Rs"
    }
  }
}

/// Which loudspeakers the channels of a stream belong to, in the stream's order.
public struct ChannelLayout: Hashable, Sendable {
  public let channels: [Channel]

  public init(_ channels: [Channel]) { self.channels = channels }

  public static let mono = ChannelLayout([.frontCenter])
  public static let stereo = ChannelLayout([.frontLeft, .frontRight])
  /// L R C LFE Ls Rs.
  public static let surround51 = ChannelLayout([
    .frontLeft, .frontRight, .frontCenter, .lowFrequency, .sideLeft, .sideRight,
  ])

  public var count: Int { channels.count }

  /// `mono`, `stereo`, `5.1`, else the labels joined by `+`.
  public var name: String {
    switch self {
    case .mono: "mono"
    case .stereo: "stereo"
    case .surround51: "5.1"
    default: channels.map(\.label).joined(separator: "+")
    }
  }

  /// The layout of this name, or `nil`.
  public init?(named name: String) {
    switch name {
    case "mono": self = .mono
    case "stereo": self = .stereo
    case "5.1": self = .surround51
    default: return nil
    }
  }

  /// What a stream of `count` unlabelled channels is taken for: mono, stereo, 5.1; `nil` for other counts.
  public init?(guessingFrom count: Int) {
    switch count {
    case 1: self = .mono
    case 2: self = .stereo
    case 6: self = .surround51
    default: return nil
    }
  }
}

public import PegCore

/// How the channels of one layout become those of another: a matrix of gains.
///
/// A channel that both layouts have passes unchanged; back and side surrounds of a 5.1 are the same loudspeakers. The rest
/// follows ITU-R BS.775-3 annex 4, without normalising: what clips is counted where it is rounded.
///
/// | from | to | is |
/// |---|---|---|
/// | mono | stereo | L = R = M |
/// | mono | 5.1 | C = M |
/// | stereo | 5.1 | L, R; the others silent |
/// | stereo | mono | (L + R) / 2, so that mono → stereo → mono changes nothing |
/// | 5.1 | stereo | L + C/√2 + Ls/√2, R + C/√2 + Rs/√2; LFE left out |
/// | 5.1 | mono | half the sum of that stereo |
public struct ChannelMap: Hashable, Sendable {
  public let source: ChannelLayout
  public let target: ChannelLayout
  /// `gains[o][i]`: how much of source channel i sounds in target channel o.
  public let gains: [[Double]]

  /// Source channels that sound nowhere: LFE, where the target has none.
  public var dropped: [Channel] {
    source.channels.enumerated().filter { index, _ in gains.allSatisfy { $0[index] == 0 } }.map(\.element)
  }

  /// Whether every channel passes unchanged, in order.
  public var isIdentity: Bool {
    source.count == target.count
      && gains.enumerated().allSatisfy { o, row in row.enumerated().allSatisfy { $1 == ($0 == o ? 1 : 0) } }
  }

  /// - Throws: of kind `badInput` when either layout is none of mono to 5.1.
  public init(from source: ChannelLayout, to target: ChannelLayout) throws(PegError) {
    self.source = source
    self.target = target
    let from = try Self.loudspeakers(of: source)
    let to = try Self.loudspeakers(of: target)
    let half = 0.5.squareRoot()
    if from == to || Set(from) == Set(to) {
      gains = to.map { out in from.map { $0 == out ? 1 : 0 } }
    } else if from == [.frontCenter], !to.contains(.frontCenter) {
      gains = to.map { $0 == .frontLeft || $0 == .frontRight ? [1] : [0] }
    } else if to == [.frontCenter] {
      let stereo = Self.folded(from, to: [.frontLeft, .frontRight], half: half)
      gains = [zip(stereo[0], stereo[1]).map { ($0 + $1) / 2 }]
    } else {
      gains = Self.folded(from, to: to, half: half)
    }
  }

  private static func folded(_ from: [Channel], to: [Channel], half: Double) -> [[Double]] {
    to.map { out in
      from.map { channel in
        if channel == out { return 1 }
        guard !to.contains(channel) else { return 0 }
        return switch (channel, out) {
        case (.frontCenter, .frontLeft), (.frontCenter, .frontRight): half
        case (.sideLeft, .frontLeft), (.sideRight, .frontRight): half
        default: 0
        }
      }
    }
  }

  /// The layout's channels with surrounds called by one name.
  private static func loudspeakers(of layout: ChannelLayout) throws(PegError) -> [Channel] {
    let named = layout.channels.map { channel in
      switch channel {
      case .backLeft: Channel.sideLeft
      case .backRight: Channel.sideRight
      default: channel
      }
    }
    let known: Set<Channel> = [.frontLeft, .frontRight, .frontCenter, .lowFrequency, .sideLeft, .sideRight]
    let found = Set(named)
    let isMono = named == [.frontCenter]
    guard found.count == named.count, found.isSubset(of: known),
      isMono || found.isSuperset(of: [.frontLeft, .frontRight])
    else {
      throw PegError(
        .badInput, "the channel layout \(layout.name) cannot be mixed", hint: "mono, stereo and up to 5.1 can")
    }
    return named
  }
}

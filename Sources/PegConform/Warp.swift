import PegCore
import PegTimeline

/// How fast an item plays: the product of its warps. 0 is a freeze, below 0 is reverse.
struct Warp {
  var scalar = Rational.one

  /// Effects that are switched off, and those that are no warps, change nothing here.
  init(_ effects: [Effect]) throws(PegError) {
    for effect in effects {
      switch effect {
      case .linearTimeWarp(let info, _, let factor):
        if info.unknown["enabled"]?.bool ?? true { scalar = try Exact.product(scalar, factor) }
      case .freezeFrame(let info, _):
        if info.unknown["enabled"]?.bool ?? true { scalar = .zero }
      case .other: break
      }
    }
  }
}

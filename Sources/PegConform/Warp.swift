import PegCore
import PegTimeline

extension ItemInfo {
  /// How fast the item plays: the product of its warps. 0 is a freeze, below 0 is reverse. Effects that are switched off,
  /// and those that are no warps, change nothing here.
  func speed() throws(PegError) -> Rational {
    var speed = Rational.one
    for effect in effects where effect.isEnabled {
      switch effect {
      case .linearTimeWarp(_, _, let factor): speed = try Exact.product(speed, factor)
      case .freezeFrame: speed = .zero
      case .other: break
      }
    }
    return speed
  }
}

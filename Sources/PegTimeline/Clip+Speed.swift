public import PegCore

extension Clip {
  /// The speed of all the clip's own enabled warps together: 1 without any, 0 for a freeze, below 0 for reverse.
  public var warpSpeed: Rational {
    var speed = Rational.one
    for effect in item.effects where effect.isEnabled {
      switch effect {
      case .linearTimeWarp(_, _, let scalar): speed = speed.multipliedChecked(scalar) ?? speed
      case .freezeFrame: speed = .zero
      case .other: break
      }
    }
    return speed
  }
}

internal import CPegKernels

/// How colours that lie on one another become one; the ordinary way is ``Kernels/over(_:onto:opacity:count:)``.
public enum BlendKernel: Int32, Sendable, CaseIterable {
  case add, multiply, screen, overlay, difference
}

/// Red, green, blue and alpha of one row.
public typealias ColorRows = (FloatRow, FloatRow, FloatRow, FloatRow)

extension Kernels {
  /// Lays associated colour over associated colour by a blend (W3C Compositing and Blending Level 1 §7); ``Oracle`` has the
  /// formulas. Opacity in 0…1.
  public func blend(
    _ source: ColorRows, onto target: ColorRows, by blend: BlendKernel, opacity: Float, count: Int
  ) {
    let kernel =
      switch blend {
      case .add: table.pointee.blend_add
      case .multiply: table.pointee.blend_multiply
      case .screen: table.pointee.blend_screen
      case .overlay: table.pointee.blend_overlay
      case .difference: table.pointee.blend_difference
      }
    guard let kernel else { preconditionFailure("a level lacks the blend \(blend)") }
    kernel(source.0, source.1, source.2, source.3, target.0, target.1, target.2, target.3, opacity, count)
  }

  /// Keeps of the target what a matte shows: its colour and alpha times m, the source's rows times four weights, held to 0…1;
  /// with `inverted` times 1 − m. At an opacity below 1 the matte bites that much less.
  public func matte(
    _ source: ColorRows, onto target: ColorRows, weights: [Float], inverted: Bool, opacity: Float, count: Int
  ) {
    precondition(weights.count == 4)
    table.pointee.matte(
      source.0, source.1, source.2, source.3, target.0, target.1, target.2, target.3, weights, inverted ? 1 : 0,
      opacity, count)
  }
}

extension Oracle {
  /// A colour by a blend, all of it associated; alphas of both sides beside it, the source's with its opacity.
  public static func blend(
    _ source: Float, alpha: Float, onto target: Float, alpha targetAlpha: Float, by blend: BlendKernel, opacity: Float
  ) -> Float {
    let (s, sa, t, ta) = (source * opacity, alpha * opacity, target, targetAlpha)
    let apart = s * (1 - ta) + t * (1 - sa)
    switch blend {
    case .add: return s + t
    case .multiply: return apart + s * t
    case .screen: return (s + t) - s * t
    case .overlay: return apart + (t + t <= ta ? 2 * (s * t) : sa * ta - 2 * ((ta - t) * (sa - s)))
    case .difference: return apart + abs(t * sa - s * ta)
    }
  }

  /// The alpha of a blend.
  public static func blendAlpha(_ alpha: Float, onto target: Float, opacity: Float) -> Float {
    alpha * opacity + target * (1 - alpha * opacity)
  }

  /// What a matte keeps of a value.
  public static func matte(
    _ source: (Float, Float, Float, Float), weights w: [Float], inverted: Bool, opacity: Float, of target: Float
  ) -> Float {
    let m = clamp(((w[0] * source.0 + w[1] * source.1) + w[2] * source.2) + w[3] * source.3, 0, 1)
    return target * ((inverted ? 1 : 1 - opacity) + (inverted ? -opacity : opacity) * m)
  }
}

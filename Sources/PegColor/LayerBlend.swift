public import PegKernels

/// How a layer meets what lies below it in its stack.
public enum LayerBlend: Hashable, Sendable {
  /// Porter and Duff's source over.
  case over
  /// W3C Compositing and Blending Level 1 §7, on associated colour; `add` is light added to light.
  case blend(BlendKernel)
  /// It is not seen itself: of what lies below it, its stack keeps what the layer shows. `weights` of red, green, blue (all
  /// associated) and alpha add up to a matte of 0…1, which may be inverted. Opacity 0 is no matte.
  case matte(weights: [Float], isInverted: Bool)

  var isMatte: Bool { if case .matte = self { true } else { false } }
}

internal import CPegKernels

/// How a component's value lies in its code values: code = value · span + black, held to low…high.
///
/// 8-bit full range is black 0, span 255, 0…255; 10-bit legal luma is black 64, span 876, 4…1019.
public struct SampleCode: Hashable, Sendable {
  public var black: Float
  public var span: Float
  /// The least code that may be written; not below 0.
  public var low: Float
  /// The greatest code that may be written.
  public var high: Float

  public init(black: Float, span: Float, low: Float, high: Float) {
    self.black = black
    self.span = span
    self.low = low
    self.high = high
  }

  var c: peg_code { peg_code(black: black, span: span, low: low, high: high) }
}

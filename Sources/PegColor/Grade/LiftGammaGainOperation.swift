public import PegCore
import PegKernels

/// `lift_gamma_gain`: (gain · (x + lift · (1 − x)))^(1/gamma) on each channel; each field is one number or three.
///
/// `lift` (−1…1, neutral 0) moves black and leaves white, `gain` (0…1000, neutral 1) scales and leaves black, `gamma` (1/64…64,
/// neutral 1) bends what lies between. Nothing is clamped: what is not above 0 after lift and gain passes gamma unchanged; NaN
/// becomes 0.
public struct LiftGammaGainOperation: GradeKind {
  public static let op = "lift_gamma_gain"
  /// Of red, green, blue.
  public var lift: [Double]
  public var gamma: [Double]
  public var gain: [Double]

  public init(lift: [Double] = [0, 0, 0], gamma: [Double] = [1, 1, 1], gain: [Double] = [1, 1, 1]) {
    precondition(lift.count == 3 && gamma.count == 3 && gain.count == 3)
    self.lift = lift
    self.gamma = gamma
    self.gain = gain
  }

  public init(_ fields: inout GradeFields) throws(PegError) {
    self.init(
      lift: try fields.numbers("lift", [0, 0, 0], in: -1...1),
      gamma: try fields.numbers("gamma", [1, 1, 1], in: 1.0 / 64...64),
      gain: try fields.numbers("gain", [1, 1, 1], in: 0...1000))
  }

  // gain · (x + lift · (1 − x)) is a slope of gain · (1 − lift) and an offset of gain · lift: a CDL that does not clamp.
  public func program(in space: ColorSpace) -> ColorProgram {
    ColorProgram([
      .cdl(
        CDLValues(
          slope: zip(gain, lift).map { Float($0 * (1 - $1)) }, offset: zip(gain, lift).map { Float($0 * $1) },
          power: gamma.map { Float(1 / $0) }, saturation: 1, clamps: false))
    ])
  }
}

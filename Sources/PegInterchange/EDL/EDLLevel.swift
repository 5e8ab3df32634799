import Foundation
import PegCore

/// Levels in decibels, as `VOL` notes have them, and linear factors.
enum EDLLevel {
  /// The factor to 6 decimals; `nil` for what is no number, or above 60 dB.
  static func gain(_ decibel: String) -> Rational? {
    guard let value = Rational(decimal: decibel), value <= 60 else { return nil }
    return Rational(Int((pow(10, value.double / 20) * 1_000_000).rounded()), 1_000_000)
  }

  /// The decibels with as many decimals, one to nine, as it takes to mean the factor again; `nil` for 0.
  static func decibel(_ gain: Rational) -> String? {
    guard gain > .zero else { return nil }
    let value = 20 * log10(gain.double)
    for places in 1...8 {
      let text = String(format: "%+.\(places)f", value)
      if Self.gain(text) == gain { return text }
    }
    return String(format: "%+.9f", value)
  }
}

import PegCore

/// Where values of a JSON text stand. Each look-up reads the text again, so that their number is bounded: findings after that
/// have no place, and nobody reads so many.
final class JSONPlaces {
  /// Bytes that look-ups read together.
  private static let budget = 256 << 20

  private let text: ArraySlice<UInt8>
  private let limits: JSONLimits
  private var left = JSONPlaces.budget

  init(_ text: ArraySlice<UInt8>, limits: JSONLimits) {
    self.text = text
    self.limits = limits
  }

  /// `nil` once the budget is spent.
  func position(of path: [JSONStep]) -> TextPosition? {
    guard left > 0 else { return nil }
    left -= text.count
    return TextPosition(of: path, in: text, limits: limits)
  }
}

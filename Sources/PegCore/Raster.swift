/// The size of a picture in pixels.
public struct Raster: Hashable, Sendable, CustomStringConvertible {
  public let width: Int
  public let height: Int

  /// The largest edge that is accepted anywhere: the limit of the trade's codecs, and of what an allocation may ask for.
  public static let maximumEdge = 32768

  public init(_ width: Int, _ height: Int) {
    self.width = width
    self.height = height
  }

  /// Whether both edges lie in 1…``maximumEdge``.
  public var isUsable: Bool {
    (1...Self.maximumEdge).contains(width) && (1...Self.maximumEdge).contains(height)
  }

  /// Reads `1920x1080`.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(whereSeparator: { $0 == "x" || $0 == "×" })
    guard parts.count == 2, let width = Int(parts[0]), let height = Int(parts[1]) else { return nil }
    self.init(width, height)
    guard isUsable else { return nil }
  }

  public var description: String { "\(width)x\(height)" }
}

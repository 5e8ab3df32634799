import PegCore

/// The order of components in a packed format, as indices into R, G, B, A (grey, alpha); `nil` is a byte that means nothing.
struct PackedLayout {
  let order: [Int?]

  private static let orders: [String: [Int?]] = [
    "rgb24": [0, 1, 2], "bgr24": [2, 1, 0],
    "rgb0": [0, 1, 2, nil], "bgr0": [2, 1, 0, nil], "0rgb": [nil, 0, 1, 2], "0bgr": [nil, 2, 1, 0],
    "rgba": [0, 1, 2, 3], "bgra": [2, 1, 0, 3], "argb": [3, 0, 1, 2], "abgr": [3, 2, 1, 0],
    "rgb48": [0, 1, 2], "bgr48": [2, 1, 0], "rgba64": [0, 1, 2, 3], "bgra64": [2, 1, 0, 3],
    "ya8": [0, 3], "ya16": [0, 3],
  ]

  init?(_ format: PixelFormat) {
    var name = Substring(format.name)
    if format.depth > 8, name.hasSuffix("le") || name.hasSuffix("be") { name = name.dropLast(2) }
    guard let order = Self.orders[String(name)] else { return nil }
    self.order = order
  }
}

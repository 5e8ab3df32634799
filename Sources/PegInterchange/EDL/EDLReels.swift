/// Reel names that fit into an event line, each source with one of its own.
struct EDLReels {
  private let length: Int
  private var short: [String: String] = [:]
  private var taken: Set<String> = ["BL", "BLACK", "AX", "BARS"]

  /// - Parameter length: characters.
  init(length: Int) { self.length = max(length, 3) }

  /// The name in an event line for a reel: itself where it fits; else shortened, white space replaced, and numbered where two
  /// would be the same (`A001C0_2`: another number alone would be another reel).
  mutating func name(for reel: String) -> String {
    if let known = short[reel] { return known }
    let plain = String(reel.map { $0.isWhitespace ? "_" : $0 }.prefix(length))
    var name = plain
    var number = 2
    while taken.contains(name.uppercased()) {
      let suffix = "_\(number)"
      name = plain.prefix(length - suffix.count) + suffix
      number += 1
    }
    taken.insert(name.uppercased())
    short[reel] = name
    return name
  }
}

/// Values of the recent past, bounded in bytes: what was used longest ago goes first. Every call is O(1).
struct RecentStore<Key: Hashable, Value> {
  private struct Link {
    let key: Key
    var value: Value
    let bytes: Int
    /// Used just before this one, and just after it; -1 at the ends.
    var older: Int
    var newer: Int
  }

  /// Bytes of values held at most.
  let limit: Int
  private(set) var bytes = 0
  private var places: [Key: Int] = [:]
  private var links: [Link?] = []
  private var free: [Int] = []
  private var oldest = -1
  private var newest = -1

  /// - Parameter limit: bytes held at most; 0 holds nothing.
  init(limit: Int) { self.limit = limit }

  var count: Int { places.count }

  /// The value of a key, which is now the one used last.
  mutating func value(for key: Key) -> Value? {
    guard let place = places[key], let link = links[place] else { return nil }
    unlink(place)
    append(place)
    return link.value
  }

  /// Keeps a value if it fits at all, and lets older ones go to make room.
  ///
  /// - Precondition: `bytes` is not below 0.
  mutating func keep(_ value: Value, for key: Key, bytes: Int) {
    precondition(bytes >= 0, "a value has a size")
    if let place = places[key] { remove(place) }
    guard bytes <= limit else { return }
    while self.bytes + bytes > limit, oldest >= 0 { remove(oldest) }
    let link = Link(key: key, value: value, bytes: bytes, older: -1, newer: -1)
    let place: Int
    if let reused = free.popLast() {
      place = reused
      links[place] = link
    } else {
      place = links.count
      links.append(link)
    }
    places[key] = place
    self.bytes += bytes
    append(place)
  }

  private mutating func remove(_ place: Int) {
    guard let link = links[place] else { return }
    unlink(place)
    links[place] = nil
    places[link.key] = nil
    bytes -= link.bytes
    free.append(place)
  }

  private mutating func unlink(_ place: Int) {
    guard let link = links[place] else { return }
    if link.older >= 0 { links[link.older]?.newer = link.newer } else { oldest = link.newer }
    if link.newer >= 0 { links[link.newer]?.older = link.older } else { newest = link.older }
  }

  private mutating func append(_ place: Int) {
    links[place]?.older = newest
    links[place]?.newer = -1
    if newest >= 0 { links[newest]?.newer = place } else { oldest = place }
    newest = place
  }
}

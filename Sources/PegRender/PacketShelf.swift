import Foundation
import PegCore
import PegLedger
import PegMedia

/// A packet with what the ledger says of it.
struct MadePacket: Sendable {
  enum Way: Sendable {
    /// Worked and encoded for the master that gets it.
    case encoded
    /// From an earlier master.
    case reused
    /// Made in this render before, for this master or for another.
    case held
    /// Worked for the master that gets it; its picture was encoded in this render already, under another recipe.
    case same
  }
  var packet: Packet
  var recipe: LedgerID
  var picture: LedgerID
  var hash: LedgerID
  var way: Way
}

/// Packets of the recent past, so that a recipe that comes again (a walk cycle, a blink, another variant) is worked once, and
/// a picture that comes again under another recipe (a movie drawn on twos) is encoded once.
///
/// Bounded in bytes. What another lane is at is waited for, not done twice.
final class PacketShelf: @unchecked Sendable {
  // Unchecked: every stored property below is only touched with `condition` held.
  private struct Key: Hashable {
    let end: Int
    /// Of a recipe or of a picture: their hashes differ in length.
    let id: LedgerID
  }
  private typealias Store = ReferenceWritableKeyPath<PacketShelf, RecentStore<Key, MadePacket>>

  private let condition = NSCondition()
  private var recipes: RecentStore<Key, MadePacket>
  private var pictures: RecentStore<Key, MadePacket>
  private var underWay: Set<Key> = []

  /// - Parameter limit: bytes of packets held at most.
  init(limit: Int) {
    // Held pictures are neighbours; recipes come again after whole shots.
    pictures = RecentStore(limit: limit / 4)
    recipes = RecentStore(limit: limit - limit / 4)
  }

  /// The packet of a recipe: from the shelf, or made now; kept for others where it `recurs`.
  func packet(end: Int, recipe: LedgerID, recurs: Bool, make: () throws -> MadePacket) throws -> MadePacket {
    guard recurs else { return try make() }
    return try packet(Key(end: end, id: recipe), \.recipes, known: .held, make)
  }

  /// The packet of a picture that an encoder is to get: from the shelf, whatever recipe it was made for, or made now.
  func packet(end: Int, picture: LedgerID, make: () throws -> MadePacket) throws -> MadePacket {
    try packet(Key(end: end, id: picture), \.pictures, known: .same, make)
  }

  private func packet(
    _ key: Key, _ store: Store, known way: MadePacket.Way, _ make: () throws -> MadePacket
  ) throws -> MadePacket {
    if var known = wait(for: key, store) {
      known.way = way
      return known
    }
    let made = Result { try make() }
    condition.withLock {
      underWay.remove(key)
      if case .success(let made) = made { self[keyPath: store].keep(made, for: key, bytes: made.packet.size) }
      condition.broadcast()
    }
    return try made.get()
  }

  /// The packet, or `nil` when the caller has to make it.
  private func wait(for key: Key, _ store: Store) -> MadePacket? {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let known = self[keyPath: store].value(for: key) { return known }
      guard underWay.contains(key) else {
        underWay.insert(key)
        return nil
      }
      condition.wait()
    }
  }
}

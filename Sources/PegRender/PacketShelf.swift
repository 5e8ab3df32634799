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
  }
  var packet: Packet
  var recipe: LedgerID
  var picture: LedgerID
  var hash: LedgerID
  var way: Way
}

/// Packets of the recent past, so that a recipe that comes again (a walk cycle, a blink, another variant) is worked once.
///
/// Bounded in bytes. A recipe that another lane is at is waited for, not worked twice.
final class PacketShelf: @unchecked Sendable {
  // Unchecked: every stored property below is only touched with `condition` held.
  private struct Key: Hashable {
    let end: Int
    let recipe: LedgerID
  }

  private let condition = NSCondition()
  private var packets: RecentStore<Key, MadePacket>
  private var underWay: Set<Key> = []

  /// - Parameter limit: bytes of packets held at most.
  init(limit: Int) { packets = RecentStore(limit: limit) }

  /// The packet of a recipe: from the shelf, or made now.
  func packet(end: Int, recipe: LedgerID, make: () throws -> MadePacket) throws -> MadePacket {
    let key = Key(end: end, recipe: recipe)
    if var known = wait(for: key) {
      known.way = .held
      return known
    }
    let made = Result { try make() }
    condition.withLock {
      underWay.remove(key)
      if case .success(let made) = made { packets.keep(made, for: key, bytes: made.packet.size) }
      condition.broadcast()
    }
    return try made.get()
  }

  /// The packet, or `nil` when the caller has to make it.
  private func wait(for key: Key) -> MadePacket? {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let known = packets.value(for: key) { return known }
      guard underWay.contains(key) else {
        underWay.insert(key)
        return nil
      }
      condition.wait()
    }
  }
}

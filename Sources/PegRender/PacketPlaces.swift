import PegLedger
import PegMedia

/// Gives the entries of a journal the places of their packets, in the order that both have.
struct PacketPlaces {
  private let packets: [(offset: Int, size: Int)]
  private var next = 0

  /// - Parameter table: of the file that the journal is about.
  init(_ table: PacketTable) {
    packets = table.streams.first { $0.isVideo }?.entries.map { ($0.offset, $0.size) } ?? []
  }

  /// Whether every packet of the file has got its entry.
  var isUsedUp: Bool { next == packets.count }

  /// Writes places into an entry.
  ///
  /// - Returns: `false` when the file does not hold all packets of the entry, each of the size that it says; then the entry
  ///   has the places that were found.
  mutating func fill(_ entry: inout LedgerEntry) -> Bool {
    switch entry {
    case .picture(var picture):
      picture.offsets = []
      defer { entry = .picture(picture) }
      for _ in 0..<picture.range.count {
        guard let place = take(picture.size) else { return false }
        picture.offsets.append(place)
      }
      return true
    case .segment(var segment):
      defer { entry = .segment(segment) }
      for index in segment.packets.indices {
        segment.packets[index].offset = -1
        guard let place = take(segment.packets[index].size) else { return false }
        segment.packets[index].offset = place
      }
      return true
    case .sound, .image: return true
    }
  }

  private mutating func take(_ size: Int) -> Int? {
    guard packets.indices.contains(next), packets[next].size == size else { return nil }
    defer { next += 1 }
    return packets[next].offset
  }
}

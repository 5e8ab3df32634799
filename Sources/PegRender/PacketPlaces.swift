import PegLedger
import PegMedia

/// Gives the entries of a journal or a ledger the places of their packets, in the order that both have.
struct PacketPlaces {
  private let packets: [(offset: Int, size: Int)]
  private var next = 0
  private var sounds: [SoundCursor]

  /// - Parameter table: of the file that the journal is about.
  init(_ table: PacketTable) {
    packets = table.streams.first { $0.isVideo }?.entries.map { ($0.offset, $0.size) } ?? []
    sounds = table.streams.filter { !$0.isVideo }.map { SoundCursor($0.entries) }
  }

  /// Whether every packet of the file has got its entry.
  var isUsedUp: Bool { next == packets.count && sounds.allSatisfy(\.isAtEnd) }

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
    case .sound(var sound):
      guard sounds.indices.contains(sound.stream - 1), let place = sounds[sound.stream - 1].take(sound.size) else {
        return false
      }
      sound.offset = place
      entry = .sound(sound)
      return true
    case .image: return true
    }
  }

  private mutating func take(_ size: Int) -> Int? {
    guard packets.indices.contains(next), packets[next].size == size else { return nil }
    defer { next += 1 }
    return packets[next].offset
  }
}

/// Goes through the bytes of a sound stream, whose packets a container may have joined or cut up.
private struct SoundCursor {
  private let entries: [PacketTable.Entry]
  private var next = 0
  private var used = 0

  init(_ entries: [PacketTable.Entry]) { self.entries = entries.filter { $0.size > 0 } }

  /// Where the next `size` bytes begin; `nil` when the stream has no more so many.
  mutating func take(_ size: Int) -> Int? {
    guard next < entries.count else { return size == 0 ? 0 : nil }
    let place = entries[next].offset + used
    var left = size
    while left > 0 {
      guard next < entries.count else { return nil }
      let count = min(left, entries[next].size - used)
      left -= count
      used += count
      if used == entries[next].size {
        next += 1
        used = 0
      }
    }
    return place
  }

  /// Whether nothing is left but what filled up the last piece: MXF ends with a whole edit unit.
  var isAtEnd: Bool { next == entries.count || (next == entries.count - 1 && used > 0) }
}

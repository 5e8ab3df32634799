import PegCore
import PegLedger
import PegMedia

/// Finds the packets of a partial file whose container does not tell where it puts them while it is written.
///
/// MOV and MP4 say so, and the journal holds it; a Matroska or MXF file that was cut off is walked as far as it goes. What is
/// found wrongly fails its hash later.
enum PartialOffsets {
  static func filled(_ entries: [LedgerEntry], from file: String) -> [LedgerEntry] {
    let needed = entries.contains { entry in
      switch entry {
      case .picture(let entry): entry.offsets.contains { $0 < 0 }
      case .segment(let entry): entry.packets.contains { $0.offset < 0 }
      case .sound, .image: false
      }
    }
    guard needed, let table = try? PacketTable.read(path: file, mayBeCut: true) else { return entries }
    return LedgerOffsets.filled(entries, from: table.picturePackets, checking: false) ?? entries
  }
}

/// Writes the places of packets, in their order in the file, into the entries that made them.
enum LedgerOffsets {
  /// - Parameter checking: whether every packet must have the size that its entry says; else `nil` is returned.
  static func filled(
    _ entries: [LedgerEntry], from packets: [(offset: Int, size: Int)], checking: Bool
  ) -> [LedgerEntry]? {
    var rest = packets[...]
    var list: [LedgerEntry] = []
    list.reserveCapacity(entries.count)
    for entry in entries {
      switch entry {
      case .picture(var entry):
        entry.offsets = []
        for _ in 0..<entry.range.count {
          guard let next = rest.popFirst(), next.size == entry.size else {
            if checking { return nil }
            break
          }
          entry.offsets.append(next.offset)
        }
        list.append(.picture(entry))
      case .segment(var entry):
        for index in entry.packets.indices {
          guard let next = rest.popFirst(), next.size == entry.packets[index].size else {
            if checking { return nil }
            break
          }
          entry.packets[index].offset = next.offset
        }
        list.append(.segment(entry))
      case .sound, .image: list.append(entry)
      }
    }
    if checking, !rest.isEmpty { return nil }
    return list
  }
}

extension PacketTable {
  /// Packets of the picture, in the order of the file.
  var picturePackets: [(offset: Int, size: Int)] {
    // What a container leaves out of a packet belongs to its size all the same; such a packet is not read back.
    streams.first { $0.isVideo }.map { stream in stream.entries.map { ($0.offset, $0.size + stream.omitted) } } ?? []
  }
}

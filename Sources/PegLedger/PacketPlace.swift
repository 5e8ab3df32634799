/// Where the packet of a record frame lies.
public struct PacketPlace: Hashable, Sendable {
  /// The image's name in the folder of a sequence; `nil` where the master is one file.
  public var file: String?
  public var offset: Int
  public var size: Int
  /// Of its bytes.
  public var hash: LedgerID
}

extension Ledger {
  /// Where the packet that shows record frame `frame` lies; `nil` where the ledger does not say.
  ///
  /// - Parameter run: the run of ``runs`` that the frame lies in.
  public func place(of frame: Int, in run: LedgerRun) -> PacketPlace? {
    switch entries[run.entry] {
    case .picture(let entry):
      let index = frame - entry.range.start
      guard entry.offsets.indices.contains(index) else { return nil }
      return PacketPlace(file: nil, offset: entry.offsets[index], size: entry.size, hash: entry.hash)
    case .image(let entry):
      let index = frame - entry.range.start
      // A name that leads out of the folder is nobody's.
      guard entry.paths.indices.contains(index), !entry.paths[index].contains("/") else { return nil }
      return PacketPlace(file: entry.paths[index], offset: 0, size: entry.size, hash: entry.hash)
    case .segment(let entry):
      guard let packet = entry.packets.first(where: { $0.presentation == frame - entry.range.start }) else {
        return nil
      }
      return PacketPlace(file: nil, offset: packet.offset, size: packet.size, hash: packet.hash)
    case .sound: return nil
    }
  }
}

import PegMedia

/// Reads runs of PCM from a finished master, whose container may have laid them down in pieces: MXF puts the samples of each
/// picture beside it.
final class SoundPieces: Sendable {
  private let file: PacketFile?
  /// By sound stream, in the order of the file; empty for a file that is not finished.
  private let streams: [[PacketTable.Entry]]

  init(_ file: String) {
    self.file = PacketFile(file)
    streams = ((try? PacketTable.read(path: file))?.streams ?? []).filter { !$0.isVideo }.map(\.entries)
  }

  /// `size` bytes of a stream from the one that lies at `offset` of the file; `nil` where the file has them not.
  ///
  /// - Parameter stream: its number in the file; the picture is 0.
  func bytes(stream: Int, offset: Int, size: Int) -> [UInt8]? {
    guard streams.indices.contains(stream - 1), size > 0, size < 1 << 30 else { return nil }
    let entries = streams[stream - 1]
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].offset + entries[middle].size <= offset { low = middle + 1 } else { high = middle }
    }
    var bytes: [UInt8] = []
    var place = offset
    while bytes.count < size, low < entries.count {
      let entry = entries[low]
      if bytes.isEmpty { guard entry.offset <= place else { return nil } } else { place = entry.offset }
      let count = min(size - bytes.count, entry.offset + entry.size - place)
      guard let piece = try? file?.packet(at: place, size: count, presentation: 0, isKey: true) else { return nil }
      piece.withBytes { bytes += $0 }
      low += 1
    }
    return bytes.count == size ? bytes : nil
  }
}

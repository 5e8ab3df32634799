import PegCore

/// The essence elements of MXF (SMPTE 377-1, 379M), found by walking its keys.
enum MaterialTable {
  /// - Parameter mayBeCut: whether the file may end anywhere; then the elements that are whole are listed.
  static func read(_ source: ByteSource, mayBeCut: Bool) throws(MediaError) -> PacketTable {
    var table = PacketTable(streams: [], index: [])
    var streamOf: [ArraySlice<UInt8>: Int] = [:]
    var at = 0
    while at < source.size {
      guard let key = try MaterialKey(source, at: at) else {
        // A file that ends here, or zeros that a power cut left where bytes were to come.
        if mayBeCut { break }
        throw MediaError(.badInput, .read, source.path, "no key begins at byte \(at)")
      }
      if key.isIndexSegment { table.index.append(key.value) }
      if key.isPicture || key.isSound {
        let track = key.key[12...]
        let stream = streamOf[track] ?? table.streams.count
        if stream == table.streams.count {
          streamOf[track] = stream
          table.streams.append(.init(isVideo: key.isPicture, unit: 0, omitted: 0, entries: []))
        }
        table.streams[stream].entries.append(
          .init(offset: key.value.lowerBound, size: key.value.count, presentation: nil, isKey: nil))
      }
      at = key.value.upperBound
    }
    return table
  }
}

import PegCore

/// The blocks of Matroska (RFC 9559), found by walking its elements.
enum MatroskaTable {
  private struct Element {
    let id: UInt64
    let payload: Range<Int>

    init(_ source: ByteSource, at place: Int, end: Int) throws(MediaError) {
      let (id, idLength) = try MatroskaTable.variable(source, place, keepsMarker: true)
      let (size, sizeLength) = try MatroskaTable.variable(source, place + idLength, keepsMarker: false)
      let start = place + idLength + sizeLength
      // All bits set: a stream that did not know its size.
      if size == (UInt64(1) << UInt64(7 * sizeLength)) - 1 {
        throw MediaError(.badInput, .read, source.path, "an element has no size, as in a stream that was piped")
      }
      guard size <= UInt64(max(0, end - start)) else {
        throw MediaError(.badInput, .read, source.path, "the file ends inside its structure at byte \(place)")
      }
      self.id = id
      payload = start..<start + Int(size)
    }

    static func list(_ source: ByteSource, in range: Range<Int>) throws(MediaError) -> [Element] {
      var elements: [Element] = []
      var at = range.lowerBound
      while at < range.upperBound {
        let element = try Element(source, at: at, end: range.upperBound)
        elements.append(element)
        at = element.payload.upperBound
      }
      return elements
    }
  }

  /// A number whose first byte says how long it is (RFC 8794, clause 4).
  fileprivate static func variable(
    _ source: ByteSource, _ place: Int, keepsMarker: Bool
  ) throws(MediaError) -> (value: UInt64, length: Int) {
    let first = UInt8(try source.number(at: place, count: 1))
    let length = first.leadingZeroBitCount + 1
    guard length <= 8 else { throw MediaError(.badInput, .read, source.path, "no element begins at byte \(place)") }
    let value = try source.number(at: place, count: length)
    return (keepsMarker ? value : value & ((UInt64(1) << UInt64(7 * length)) - 1), length)
  }

  static func read(_ source: ByteSource) throws(MediaError) -> PacketTable {
    let head = try Element(source, at: 0, end: source.size)
    let segment = try Element(source, at: head.payload.upperBound, end: source.size)
    guard segment.id == 0x1853_8067 else {
      throw MediaError(.badInput, .read, source.path, "it has no segment")
    }
    var table = PacketTable(streams: [], index: [])
    var streamOf: [UInt64: Int] = [:]
    var tick = 1_000_000
    for element in try Element.list(source, in: segment.payload) {
      switch element.id {
      case 0x1549_a966:  // Info
        for fact in try Element.list(source, in: element.payload) where fact.id == 0x2ad7b1 {
          tick = Int(clamping: try source.number(at: fact.payload.lowerBound, count: min(8, fact.payload.count)))
        }
      case 0x1654_ae6b:  // Tracks
        for track in try Element.list(source, in: element.payload) where track.id == 0xae {
          try add(track, source, tick, &table, &streamOf)
        }
      case 0x1f43_b675:  // Cluster
        try readCluster(element, source, &table, streamOf)
      case 0x1c53_bb6b:  // Cues
        table.index.append(element.payload)
      default: continue
      }
    }
    return table
  }

  private static func add(
    _ track: Element, _ source: ByteSource, _ tick: Int, _ table: inout PacketTable, _ streamOf: inout [UInt64: Int]
  ) throws(MediaError) {
    var (number, kind, codec) = (UInt64(0), UInt64(0), "")
    for fact in try Element.list(source, in: track.payload) {
      let (at, count) = (fact.payload.lowerBound, fact.payload.count)
      switch fact.id {
      case 0xd7: number = try source.number(at: at, count: min(8, count))
      case 0x83: kind = try source.number(at: at, count: min(8, count))
      case 0x86: codec = String(decoding: try source.bytes(at: at, count: count), as: UTF8.self)
      case 0x6d80: throw MediaError(.badInput, .read, source.path, "a track is compressed or encrypted by Matroska")
      default: continue
      }
    }
    guard kind == 1 || kind == 2 else { return }
    streamOf[number] = table.streams.count
    table.streams.append(
      .init(
        isVideo: kind == 1, unit: Rational(tick, 1_000_000_000), omitted: codec == "V_PRORES" ? 8 : 0, entries: []))
  }

  private static func readCluster(
    _ cluster: Element, _ source: ByteSource, _ table: inout PacketTable, _ streamOf: [UInt64: Int]
  ) throws(MediaError) {
    var time: Int64 = 0
    for element in try Element.list(source, in: cluster.payload) {
      switch element.id {
      case 0xe7:
        time = Int64(clamping: try source.number(at: element.payload.lowerBound, count: min(8, element.payload.count)))
      case 0xa3:
        try add(block: element, isKey: nil, source, time, &table, streamOf)
      case 0xa0:
        let parts = try Element.list(source, in: element.payload)
        // A block of a group is a key unless the group refers to another block.
        let isKey = !parts.contains { $0.id == 0xfb }
        for part in parts where part.id == 0xa1 { try add(block: part, isKey: isKey, source, time, &table, streamOf) }
      default: continue
      }
    }
  }

  private static func add(
    block: Element, isKey: Bool?, _ source: ByteSource, _ time: Int64, _ table: inout PacketTable,
    _ streamOf: [UInt64: Int]
  ) throws(MediaError) {
    let (track, length) = try variable(source, block.payload.lowerBound, keepsMarker: false)
    let at = block.payload.lowerBound + length
    let relative = Int16(truncatingIfNeeded: try source.number(at: at, count: 2))
    let flags = try source.number(at: at + 2, count: 1)
    guard flags & 0x06 == 0 else {
      throw MediaError(.badInput, .read, source.path, "a block at byte \(at) is laced")
    }
    guard let stream = streamOf[track] else { return }
    table.streams[stream].entries.append(
      .init(
        offset: at + 3, size: block.payload.upperBound - at - 3, presentation: time + Int64(relative),
        isKey: isKey ?? (flags & 0x80 != 0)))
  }
}

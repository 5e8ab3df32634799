import PegCore

/// The blocks of Matroska (RFC 9559), found by walking its elements: the essence between their heads is not read.
struct MatroskaTable {
  private let source: ByteSource
  private let mayBeCut: Bool
  private var table = PacketTable(streams: [], index: [])
  /// The stream of each track number.
  private var streamOf: [UInt64: Int] = [:]
  /// Nanoseconds of one tick.
  private var tick = 1_000_000

  /// - Parameter mayBeCut: whether the file may end anywhere; then the blocks that are whole are listed.
  static func read(_ source: ByteSource, mayBeCut: Bool) throws(MediaError) -> PacketTable {
    var reading = MatroskaTable(source, mayBeCut: mayBeCut)
    try reading.readFile()
    return reading.table
  }

  private init(_ source: ByteSource, mayBeCut: Bool) {
    self.source = source
    self.mayBeCut = mayBeCut
  }

  private mutating func readFile() throws(MediaError) {
    let size = source.size
    guard let head = try MatroskaElement(source, at: 0, end: size, mayBeCut: mayBeCut), !head.isCut, !head.isOpen,
      let segment = try MatroskaElement(source, at: head.payload.upperBound, end: size, mayBeCut: mayBeCut),
      segment.id == MatroskaElement.ID.segment
    else { throw MediaError(.badInput, .read, source.path, "it has no segment") }
    var at = segment.payload.lowerBound
    while at < segment.payload.upperBound {
      let end = segment.payload.upperBound
      guard let element = try MatroskaElement(source, at: at, end: end, mayBeCut: mayBeCut) else { return }
      at = element.payload.upperBound
      switch element.id {
      case MatroskaElement.ID.cluster: at = try readCluster(element)
      case _ where element.isCut || element.isOpen: return
      case MatroskaElement.ID.info: try readInfo(element)
      case MatroskaElement.ID.tracks: try readTracks(element)
      case MatroskaElement.ID.cues: table.index.append(element.payload)
      default: continue
      }
    }
  }

  private mutating func readInfo(_ info: MatroskaElement) throws(MediaError) {
    var found = tick
    try walk(info) { fact throws(MediaError) in
      if fact.id == 0x2ad7b1 { found = Int(clamping: try fact.number(source)) }
      return true
    }
    tick = max(1, found)
  }

  private mutating func readTracks(_ tracks: MatroskaElement) throws(MediaError) {
    var entries: [MatroskaElement] = []
    try walk(tracks) { track throws(MediaError) in
      if track.id == 0xae { entries.append(track) }
      return entries.count <= MediaLimits.streams
    }
    for track in entries { try add(track: track) }
  }

  private mutating func add(track: MatroskaElement) throws(MediaError) {
    var (number, kind, codec, isEncoded) = (UInt64(0), UInt64(0), "", false)
    try walk(track) { fact throws(MediaError) in
      switch fact.id {
      case 0xd7: number = try fact.number(source)
      case 0x83: kind = try fact.number(source)
      case 0x86:
        let bytes = try source.bytes(at: fact.payload.lowerBound, count: min(64, fact.payload.count))
        codec = String(decoding: bytes, as: UTF8.self)
      case 0x6d80: isEncoded = true
      default: break
      }
      return true
    }
    if isEncoded {
      throw MediaError(.badInput, .read, source.path, "a track is compressed or encrypted by Matroska")
    }
    guard kind == 1 || kind == 2 else { return }
    streamOf[number] = table.streams.count
    table.streams.append(
      .init(
        isVideo: kind == 1, unit: Rational(tick, 1_000_000_000), omitted: codec == "V_PRORES" ? 8 : 0, entries: []))
  }

  /// Reads the blocks of a cluster that are whole.
  ///
  /// - Returns: where the next element of the segment begins; the segment's end after a cluster that was cut.
  private mutating func readCluster(_ cluster: MatroskaElement) throws(MediaError) -> Int {
    var time: Int64 = 0
    var at = cluster.payload.lowerBound
    while at < cluster.payload.upperBound {
      let end = cluster.payload.upperBound
      guard let element = try MatroskaElement(source, at: at, end: end, mayBeCut: mayBeCut) else { return end }
      if cluster.isOpen, MatroskaElement.ID.ofSegment.contains(element.id) { return at }
      at = element.payload.upperBound
      switch element.id {
      case _ where element.isCut || element.isOpen: return end
      case 0xe7: time = Int64(clamping: try element.number(source))
      case 0xa3: try add(block: element, isKey: nil, time)
      case 0xa0: try add(group: element, time)
      default: continue
      }
    }
    return at
  }

  private mutating func add(group: MatroskaElement, _ time: Int64) throws(MediaError) {
    var block: MatroskaElement?
    // A block of a group is a key unless the group refers to another block.
    var isKey = true
    try walk(group) { part throws(MediaError) in
      if part.id == 0xa1 { block = part }
      if part.id == 0xfb { isKey = false }
      return true
    }
    if let block { try add(block: block, isKey: isKey, time) }
  }

  private mutating func add(block: MatroskaElement, isKey: Bool?, _ time: Int64) throws(MediaError) {
    let end = block.payload.upperBound
    guard
      let (track, length) = try MatroskaElement.variable(
        source, block.payload.lowerBound, end: end, longest: 8, keepsMarker: false),
      end - block.payload.lowerBound - length >= 3
    else { throw MediaError(.badInput, .read, source.path, "a block at byte \(block.payload.lowerBound) is broken") }
    let at = block.payload.lowerBound + length
    let relative = Int16(truncatingIfNeeded: try source.number(at: at, count: 2))
    let flags = try source.number(at: at + 2, count: 1)
    guard flags & 0x06 == 0 else {
      throw MediaError(.badInput, .read, source.path, "a block at byte \(at) is laced")
    }
    guard let stream = streamOf[track] else { return }
    table.streams[stream].entries.append(
      .init(
        offset: at + 3, size: end - at - 3, presentation: time.addingReportingOverflow(Int64(relative)).partialValue,
        isKey: isKey ?? (flags & 0x80 != 0)))
  }

  private func walk(
    _ parent: MatroskaElement, _ visit: (MatroskaElement) throws(MediaError) -> Bool
  ) throws(MediaError) {
    try MatroskaElement.walk(source, in: parent.payload, mayBeCut: mayBeCut, visit)
  }
}

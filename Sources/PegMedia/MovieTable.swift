import PegCore

/// The sample tables of MOV and MP4 (ISO/IEC 14496-12, clauses 8.6 and 8.7).
enum MovieTable {
  static func read(_ source: ByteSource) throws(MediaError) -> PacketTable {
    let boxes = try MovieBox.list(source, in: 0..<source.size)
    guard let movie = boxes.first(where: { $0.type == "moov" }) else {
      throw MediaError(.badInput, .read, source.path, "it has no moov", hint: "the file was not finished")
    }
    if boxes.contains(where: { $0.type == "moof" }) {
      throw MediaError(.badInput, .read, source.path, "it is fragmented")
    }
    var streams: [PacketTable.Stream] = []
    for track in try MovieBox.list(source, in: movie.payload) where track.type == "trak" {
      if let stream = try read(track, source) { streams.append(stream) }
    }
    return PacketTable(streams: streams, index: [movie.payload])
  }

  /// `nil` for tracks that hold neither pictures nor sound.
  private static func read(_ track: MovieBox, _ source: ByteSource) throws(MediaError) -> PacketTable.Stream? {
    guard let media = try MovieBox.find(["mdia"], source, in: track.payload),
      let header = try MovieBox.find(["mdhd"], source, in: media.payload),
      let handler = try MovieBox.find(["hdlr"], source, in: media.payload),
      let table = try MovieBox.find(["minf", "stbl"], source, in: media.payload)
    else { return nil }
    let kind = String(decoding: try source.bytes(at: handler.payload.lowerBound + 8, count: 4), as: UTF8.self)
    guard kind == "vide" || kind == "soun" else { return nil }
    let isWide = try source.number(at: header.payload.lowerBound, count: 1) == 1
    let scale = Int(try source.number(at: header.payload.lowerBound + (isWide ? 20 : 12), count: 4))
    let samples = SampleBoxes(source: source, table: table.payload)
    let times = try samples.times()
    var entries: [PacketTable.Entry] = []
    let keys = try samples.syncSamples()
    let shift = try editShift(track, source)
    let (size, sizes, count) = try samples.sizes()
    // Raw PCM: every sample is one tick long and equally large.
    let isRaw = kind == "soun" && size > 0 && times.allSatisfy { $0.duration == 1 }
    if isRaw {
      var sample = 0
      for chunk in try samples.chunks() where sample < count {
        let run = min(chunk.samples, count - sample)
        try samples.requireInside(chunk.offset, run * size)
        entries.append(
          .init(offset: chunk.offset, size: run * size, presentation: Int64(sample) - shift, isKey: true))
        sample += run
      }
    } else {
      var decode = RunCursor(times.map { ($0.count, Int64($0.duration)) })
      var offsets = RunCursor(try samples.presentationOffsets())
      var (sample, time) = (0, Int64(0))
      for chunk in try samples.chunks() {
        var place = chunk.offset
        for _ in 0..<min(chunk.samples, count - sample) {
          let length = size > 0 ? size : sizes[sample]
          try samples.requireInside(place, length)
          entries.append(
            .init(
              offset: place, size: length, presentation: time + (offsets.next() ?? 0) - shift,
              isKey: keys?.contains(sample + 1) ?? true))
          place += length
          time += decode.next() ?? 0
          sample += 1
        }
      }
    }
    return .init(isVideo: kind == "vide", unit: Rational(1, max(1, scale)), omitted: 0, entries: entries)
  }

  /// The media time at which presentation begins, in the track's ticks: what an edit list skips.
  private static func editShift(_ track: MovieBox, _ source: ByteSource) throws(MediaError) -> Int64 {
    guard let list = try MovieBox.find(["edts", "elst"], source, in: track.payload) else { return 0 }
    let at = list.payload.lowerBound
    let isWide = try source.number(at: at, count: 1) == 1
    guard try source.number(at: at + 4, count: 4) == 1 else {
      throw MediaError(.badInput, .read, source.path, "a track has an edit list of several edits")
    }
    let shift =
      isWide
      ? Int64(bitPattern: try source.number(at: at + 16, count: 8))
      : Int64(Int32(truncatingIfNeeded: try source.number(at: at + 12, count: 4)))
    guard shift.magnitude < 1 << 60 else {
      throw MediaError(.badInput, .read, source.path, "a track has an edit list that begins at no time")
    }
    return shift
  }
}

/// Reads values that are stored as runs one by one: a run of four thousand millions costs no more than it says.
private struct RunCursor {
  private let runs: [(count: Int, value: Int64)]
  private var run = 0
  private var used = 0

  init(_ runs: [(count: Int, value: Int64)]) { self.runs = runs }

  /// The next value; `nil` when the runs are used up.
  mutating func next() -> Int64? {
    while run < runs.count, used >= runs[run].count {
      run += 1
      used = 0
    }
    guard run < runs.count else { return nil }
    used += 1
    return runs[run].value
  }
}

/// The boxes of one `stbl`.
private struct SampleBoxes {
  let source: ByteSource
  let table: Range<Int>

  /// The 32-bit words behind version, flags and count; empty when there is no such box.
  private func words(_ type: String, skipping: Int = 8, perEntry: Int) throws(MediaError) -> [UInt32] {
    guard let box = try MovieBox.find([type], source, in: table), box.payload.count >= skipping else { return [] }
    let count = Int(try source.number(at: box.payload.lowerBound + skipping - 4, count: 4)) * perEntry
    guard count <= (box.payload.count - skipping) / 4 else {
      throw MediaError(.badInput, .read, source.path, "its \(type) is cut short")
    }
    let bytes = try source.bytes(at: box.payload.lowerBound + skipping, count: count * 4)
    return bytes.withUnsafeBytes { raw in
      (0..<count).map { UInt32(bigEndian: raw.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)) }
    }
  }

  func times() throws(MediaError) -> [(count: Int, duration: Int)] {
    let words = try words("stts", perEntry: 2)
    return stride(from: 0, to: words.count, by: 2).map { (Int(words[$0]), Int(words[$0 + 1])) }
  }

  /// Presentation less decode time, in runs of samples; empty without B pictures.
  func presentationOffsets() throws(MediaError) -> [(count: Int, value: Int64)] {
    let words = try words("ctts", perEntry: 2)
    // Version 0 says they are not below 0, but writers of both versions store them below 0: no real one leaves 31 bits.
    return stride(from: 0, to: words.count, by: 2).map {
      (Int(words[$0]), Int64(Int32(bitPattern: words[$0 + 1])))
    }
  }

  /// The numbers, from 1, of samples that decode by themselves; `nil` when all do.
  func syncSamples() throws(MediaError) -> Set<Int>? {
    guard try MovieBox.find(["stss"], source, in: table) != nil else { return nil }
    return Set(try words("stss", perEntry: 1).map(Int.init))
  }

  /// The one size of all samples, or 0 and the size of each; and how many samples there are.
  func sizes() throws(MediaError) -> (size: Int, sizes: [Int], count: Int) {
    guard let box = try MovieBox.find(["stsz"], source, in: table) else {
      throw MediaError(.badInput, .read, source.path, "a track has no sample sizes")
    }
    let size = Int(try source.number(at: box.payload.lowerBound + 4, count: 4))
    guard size > 0 else {
      let sizes = try words("stsz", skipping: 12, perEntry: 1).map(Int.init)
      return (0, sizes, sizes.count)
    }
    return (size, [], min(Int(try source.number(at: box.payload.lowerBound + 8, count: 4)), source.size / size))
  }

  /// - Throws: ``MediaError`` for bytes that the file does not have.
  func requireInside(_ place: Int, _ count: Int) throws(MediaError) {
    guard place >= 0, count >= 0, place <= source.size, count <= source.size - place else {
      throw MediaError(.badInput, .read, source.path, "a sample lies outside of the file, at byte \(place)")
    }
  }

  func chunks() throws(MediaError) -> [(offset: Int, samples: Int)] {
    var offsets = try words("stco", perEntry: 1).map(Int.init)
    if offsets.isEmpty {
      let words = try wide("co64")
      offsets = words
    }
    let runs = try words("stsc", perEntry: 3)
    var chunks: [(offset: Int, samples: Int)] = []
    chunks.reserveCapacity(offsets.count)
    var run = 0
    for (index, offset) in offsets.enumerated() {
      // A run holds until the next one's first chunk; chunks count from 1.
      while run + 3 < runs.count, Int(runs[run + 3]) <= index + 1 { run += 3 }
      guard run + 1 < runs.count else { break }
      chunks.append((offset, Int(runs[run + 1])))
    }
    return chunks
  }

  private func wide(_ type: String) throws(MediaError) -> [Int] {
    guard let box = try MovieBox.find([type], source, in: table) else { return [] }
    let count = Int(try source.number(at: box.payload.lowerBound + 4, count: 4))
    guard count <= (box.payload.count - 8) / 8 else {
      throw MediaError(.badInput, .read, source.path, "its \(type) is cut short")
    }
    let bytes = try source.bytes(at: box.payload.lowerBound + 8, count: count * 8)
    return bytes.withUnsafeBytes { raw in
      (0..<count).map { Int(clamping: UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self))) }
    }
  }
}

/// What libav's MOV muxer writes otherwise than we want, put right in the finished file: nothing changes its size.
enum MovieFinish {
  /// - Parameter vendor: four letters for the sample descriptions, which libav signs as its own; `nil` leaves them.
  static func put(_ source: ByteSource, vendor: String?) throws(MediaError) {
    guard let movie = try MovieBox.list(source, in: 0..<source.size).first(where: { $0.type == "moov" }) else { return }
    for track in try MovieBox.list(source, in: movie.payload) where track.type == "trak" {
      if let edits = try MovieBox.find(["edts"], source, in: track.payload), try isIdentity(edits, source) {
        // Where an edit list is needed for one track, libav writes one for each: one that changes nothing becomes space.
        try source.patch(Array("free".utf8), at: edits.start + 4)
      }
      guard let vendor, try MovieBox.find(["mdia", "minf", "vmhd"], source, in: track.payload) != nil,
        let entries = try MovieBox.find(["mdia", "minf", "stbl", "stsd"], source, in: track.payload)
      else { continue }
      // Version, flags and count (8); size, type, reserved, reference (16); version and revision (4); vendor.
      let place = entries.payload.lowerBound + 28
      if place + 4 <= entries.payload.upperBound { try source.patch(Array(vendor.utf8), at: place) }
    }
  }

  /// Whether an edit list is one edit from time 0 at speed 1.
  private static func isIdentity(_ edits: MovieBox, _ source: ByteSource) throws(MediaError) -> Bool {
    guard let list = try MovieBox.find(["elst"], source, in: edits.payload) else { return false }
    let at = list.payload.lowerBound
    let isWide = try source.number(at: at, count: 1) == 1
    guard try source.number(at: at + 4, count: 4) == 1 else { return false }
    let time = try source.number(at: at + (isWide ? 16 : 12), count: isWide ? 8 : 4)
    let speed = try source.number(at: at + (isWide ? 24 : 16), count: 4)
    return time == 0 && speed == 0x10000
  }
}

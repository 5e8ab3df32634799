import PegCore

/// JPEG by its segments (ITU-T T.81 annex B): size, components, EXIF, and whether its end is there.
enum JPEGFile {
  static func header(_ bytes: Bytes, path: String) throws(MediaError) -> StillHeader {
    var header: StillHeader?
    var exif: Bytes?
    var profile: [Int: Bytes] = [:]
    var comments: [(key: String, value: String)] = []
    var offset = 2
    var isComplete = false
    while let mark = bytes.u16(offset), mark >> 8 == 0xFF {
      let code = mark & 0xFF
      // Fill bytes and marks without a length.
      if code == 0xFF {
        offset += 1
        continue
      }
      if code == 0xD9 {
        isComplete = true
        break
      }
      if (0xD0...0xD8).contains(code) || code == 0x01 {
        offset += 2
        continue
      }
      guard let length = bytes.u16(offset + 2), length >= 2, let body = bytes.slice(offset + 4, length - 2) else {
        break
      }
      offset += 2 + length
      switch code {
      case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
        guard let depth = body.u8(0), let height = body.u16(1), let width = body.u16(3), let parts = body.u8(5) else {
          throw ImageFormat.malformed(.jpeg, path)
        }
        let names = [1: "gray", 3: "ycbcr", 4: "cmyk"]
        header = StillHeader(.jpeg, Raster(width, height), samples: "\(names[parts] ?? "\(parts) parts") \(depth)")
        // JFIF: the matrix of BT.601, all codes, chroma between the samples.
        if parts == 3 { header?.tags = ColorTags(matrix: .bt470bg, range: .full, siting: .center) }
        if parts == 1 { header?.tags.range = .full }
        if parts == 4 { header?.refusal = "CMYK pictures are not handled" }
      case 0xE1 where body.has("Exif\0\0", at: 0): exif = exif ?? body
      case 0xE2 where body.has("ICC_PROFILE\0", at: 0):
        // Its pieces say which they are, from 1 (ICC.1 annex B.4).
        if let number = body.u8(12), profile[number] == nil { profile[number] = body.slice(14, body.count - 14) }
      case 0xFE: comments.append(("Comment", body.text))
      case 0xDA: offset = endOfScan(bytes, from: offset)
      default: break
      }
    }
    guard var header else { throw ImageFormat.malformed(.jpeg, path) }
    if bytes.isPartial { isComplete = bytes.tail.suffix(2).elementsEqual([0xFF, 0xD9]) }
    if !isComplete { header.damage = "the file is cut off: its end (EOI) is missing" }
    if let exif {
      for (key, value) in EXIF.metadata(exif) { header.keep(key, value) }
      header.orientation = EXIF.orientation(exif)
    }
    for (key, value) in comments { header.keep(key, value) }
    if !profile.isEmpty {
      let pieces = profile.sorted { $0.key < $1.key }.map(\.value)
      let size = pieces.reduce(0) { $0 + $1.count }
      let bytes = size <= MediaLimits.profileBytes ? pieces.flatMap { Array($0.raw) } : []
      header.color.profile = ColorProfile(name: "", bytes: bytes)
    }
    return header
  }

  /// The offset of the next mark that ends entropy-coded data: stuffed zeros and restarts are part of it.
  private static func endOfScan(_ bytes: Bytes, from start: Int) -> Int {
    var offset = start
    while let next = bytes.first(0xFF, from: offset) {
      guard let code = bytes.u8(next + 1) else { return bytes.count }
      if code == 0 || (0xD0...0xD7).contains(code) {
        offset = next + 2
      } else if code == 0xFF {
        offset = next + 1
      } else {
        return next
      }
    }
    return bytes.count
  }
}

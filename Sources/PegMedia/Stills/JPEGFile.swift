import PegCore

/// JPEG by its segments (ITU-T T.81 annex B): size, components, EXIF, and whether its end is there.
enum JPEGFile {
  static func header(_ bytes: Bytes, path: String) throws(MediaError) -> StillHeader {
    var header: StillHeader?
    var exif: Bytes?
    var profile = false
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
      case 0xE2 where body.has("ICC_PROFILE\0", at: 0): profile = true
      case 0xFE: comments.append(("Comment", body.text))
      case 0xDA: offset = endOfScan(bytes, from: offset)
      default: break
      }
    }
    guard var header else { throw ImageFormat.malformed(.jpeg, path) }
    if bytes.isPartial { isComplete = bytes.tail.suffix(2).elementsEqual([0xFF, 0xD9]) }
    if !isComplete { header.damage = "the file is cut off: its end (EOI) is missing" }
    if let exif {
      header.metadata += EXIF.metadata(exif)
      header.orientation = EXIF.orientation(exif)
    }
    header.metadata += comments
    if profile { header.profileName = "" }
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

import PegCore

/// WebP by its RIFF chunks (RFC 9649): size, EXIF, and whether all of it is there.
enum WebPStill {
  static func header(_ bytes: Bytes, path: String) throws(MediaError) -> StillHeader {
    var little = bytes
    little.isBigEndian = false
    guard let size = little.u32(4) else { throw ImageFormat.malformed(.webp, path) }
    var header = StillHeader(.webp, Raster(0, 0), samples: "")
    if size + 8 > bytes.fileSize {
      header.damage = "the file is cut off: \(bytes.fileSize) of \(size + 8) bytes are there"
    }
    var offset = 12
    while let length = little.u32(offset + 4), let name = little.slice(offset, 4)?.text {
      let room = max(0, min(length, little.count - offset - 8))
      guard let chunk = little.slice(offset + 8, room) else { break }
      switch name {
      case "VP8X":
        guard let flags = chunk.u8(0), let width = u24(chunk, 4), let height = u24(chunk, 7) else { break }
        header.raster = Raster(width + 1, height + 1)
        header.isAnimated = flags & 0x02 != 0
        header.samples = flags & 0x10 != 0 ? "rgba 8" : "ycbcr 8"
      case "VP8 ":
        guard header.raster.width == 0, let width = chunk.u16(6), let height = chunk.u16(8) else { break }
        header.raster = Raster(width & 0x3FFF, height & 0x3FFF)
        header.samples = "ycbcr 8"
      case "VP8L":
        guard let bits = chunk.u32(1) else { break }
        if header.raster.width == 0 { header.raster = Raster(bits & 0x3FFF + 1, (bits >> 14) & 0x3FFF + 1) }
        header.samples = "rgba 8"
      case "EXIF":
        for (key, value) in EXIF.metadata(chunk) { header.keep(key, value) }
        header.orientation = EXIF.orientation(chunk)
      case "ICCP": header.color.profile = ColorProfile(name: "", bytes: chunk.profile)
      default: break
      }
      offset += 8 + length + length % 2
    }
    // VP8 is BT.601 in legal range, in stills as in movies (RFC 6386 section 9.2).
    if header.samples.hasPrefix("ycbcr") { header.tags = ColorTags(matrix: .bt470bg, range: .legal) }
    guard header.raster.width > 0 else { throw ImageFormat.malformed(.webp, path) }
    return header
  }

  private static func u24(_ bytes: Bytes, _ offset: Int) -> Int? {
    guard let low = bytes.u16(offset), let high = bytes.u8(offset + 2) else { return nil }
    return low | high << 16
  }
}

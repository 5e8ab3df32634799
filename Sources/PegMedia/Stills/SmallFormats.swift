import PegCore

/// The headers that are a few numbers: BMP, Targa, GIF, PNM, PSD, JPEG 2000.
enum SmallFormats {
  private static let cut = "the file is cut off: some of its pixels are missing"

  static func bmp(_ bytes: Bytes, path: String) throws(MediaError) -> StillHeader {
    var block = bytes
    block.isBigEndian = false
    guard let start = block.u32(10), let kind = block.u32(14) else { throw ImageFormat.malformed(.bmp, path) }
    let isOld = kind == 12
    guard let width = isOld ? block.u16(18) : block.i32(18), let height = isOld ? block.u16(20) : block.i32(22),
      let bits = block.u16(isOld ? 24 : 28)
    else { throw ImageFormat.malformed(.bmp, path) }
    var header = StillHeader(.bmp, Raster(width, abs(height)), samples: "\(bits) bits")
    let compression = isOld ? 0 : block.u32(30) ?? 0
    if header.raster.isUsable, [0, 3, 6].contains(compression) {
      let row = (width * bits + 31) / 32 * 4
      if start + row * abs(height) > bytes.fileSize { header.damage = cut }
    }
    return header
  }

  static func tga(_ bytes: Bytes, path: String) throws(MediaError) -> StillHeader {
    var block = bytes
    block.isBigEndian = false
    guard let id = block.u8(0), let hasMap = block.u8(1), hasMap <= 1, let type = block.u8(2),
      [1, 2, 3, 9, 10, 11].contains(type), let mapLength = block.u16(5), let mapBits = block.u8(7),
      let width = block.u16(12), let height = block.u16(14), let bits = block.u8(16), let flags = block.u8(17)
    else { throw ImageFormat.malformed(.tga, path) }
    var header = StillHeader(.tga, Raster(width, height), samples: "type \(type & 7) \(bits) bits")
    if flags & 0x0F == 0, bits == 32 { header.alphaMode = .opaque }
    let pixel = (bits + 7) / 8
    var offset = 18 + id + (hasMap == 1 ? mapLength * ((mapBits + 7) / 8) : 0)
    var left = width * height
    if type < 8 {
      offset += left * pixel
    } else {
      while left > 0, let packet = block.u8(offset) {
        let run = packet & 0x7F + 1
        offset += 1 + (packet & 0x80 != 0 ? pixel : run * pixel)
        left -= run
      }
      if left > 0, !bytes.isPartial { header.damage = cut }
    }
    if offset > bytes.fileSize { header.damage = cut }
    return header
  }

  /// Walks the blocks of a GIF to its end.
  static func gif(_ bytes: Bytes, path: String) throws(MediaError) -> StillHeader {
    var block = bytes
    block.isBigEndian = false
    guard let width = block.u16(6), let height = block.u16(8), let flags = block.u8(10) else {
      throw ImageFormat.malformed(.gif, path)
    }
    var header = StillHeader(.gif, Raster(width, height), samples: "palette 8")
    var offset = 13 + (flags & 0x80 != 0 ? 3 << (flags & 7 + 1) : 0)
    var images = 0
    var isWhole = false
    scan: while let kind = block.u8(offset) {
      switch kind {
      case 0x3B:
        isWhole = true
        break scan
      case 0x21: offset += 2
      case 0x2C:
        guard let local = block.u8(offset + 9) else { break scan }
        images += 1
        offset += 10 + (local & 0x80 != 0 ? 3 << (local & 7 + 1) : 0) + 1
      default: break scan
      }
      while let size = block.u8(offset) {
        offset += 1 + size
        if size == 0 { break }
      }
    }
    if !isWhole, !bytes.isPartial { header.damage = "the file is cut off: its end is missing" }
    header.isAnimated = images > 1
    return header
  }

  static func pnm(_ bytes: Bytes, path: String) throws(MediaError) -> StillHeader {
    guard let kind = bytes.u8(1).map({ Character(UnicodeScalar(UInt8($0))) }) else {
      throw ImageFormat.malformed(.pnm, path)
    }
    guard kind != "7" else { return try pam(bytes, path: path) }
    var numbers: [Int] = []
    var offset = 2
    let wanted = kind == "1" || kind == "4" || kind == "F" || kind == "f" ? 2 : 3
    while numbers.count < wanted, let byte = bytes.u8(offset), offset < 4096 {
      if byte == 0x23 {
        offset = bytes.first(10, from: offset) ?? bytes.count
      } else if (0x30...0x39).contains(byte) {
        var value = 0
        while let digit = bytes.u8(offset), (0x30...0x39).contains(digit), value < 1 << 32 {
          value = value * 10 + digit - 0x30
          offset += 1
        }
        numbers.append(value)
        continue
      }
      offset += 1
    }
    guard numbers.count == wanted else { throw ImageFormat.malformed(.pnm, path) }
    var header = StillHeader(.pnm, Raster(numbers[0], numbers[1]), samples: "P\(kind)")
    guard header.raster.isUsable else { return header }
    let bytesPerSample = kind == "F" || kind == "f" ? 4 : (numbers.last ?? 0) > 255 ? 2 : 1
    let samples = kind == "6" || kind == "F" ? 3 : 1
    if ["5", "6", "F", "f"].contains(kind),
      offset + 1 + numbers[0] * numbers[1] * samples * bytesPerSample > bytes.fileSize
    {
      header.damage = cut
    }
    if kind == "F" || kind == "f" { header.tags.transfer = .linear }
    return header
  }

  private static func pam(_ bytes: Bytes, path: String) throws(MediaError) -> StillHeader {
    var fields: [String: Int] = [:]
    let lines = bytes.slice(0, min(bytes.count, 512))?.text.split(separator: "\n") ?? []
    for line in lines {
      let words = line.split(separator: " ")
      if words.count == 2, let value = Int(words[1]) { fields[String(words[0])] = value }
      if line == "ENDHDR" { break }
    }
    guard let width = fields["WIDTH"], let height = fields["HEIGHT"] else { throw ImageFormat.malformed(.pnm, path) }
    return StillHeader(.pnm, Raster(width, height), samples: "P7 \(fields["DEPTH"] ?? 0)")
  }

  static func psd(_ bytes: Bytes, path: String) throws(MediaError) -> StillHeader {
    guard let parts = bytes.u16(12), let height = bytes.u32(14), let width = bytes.u32(18), let bits = bytes.u16(22),
      let mode = bytes.u16(24)
    else { throw ImageFormat.malformed(.psd, path) }
    var header = StillHeader(.psd, Raster(width, height), samples: "mode \(mode) \(parts) parts \(bits)")
    if mode == 4 { header.refusal = "CMYK pictures are not handled" }
    return header
  }

  static func jpeg2000(_ bytes: Bytes, path: String) throws(MediaError) -> StillHeader {
    // The code stream lies in a box, or is the file.
    let limit = min(bytes.count, 1 << 20)
    guard let start = (0..<max(0, limit - 4)).first(where: { bytes.u32($0) == 0xFF4F_FF51 }),
      let right = bytes.u32(start + 8), let bottom = bytes.u32(start + 12), let left = bytes.u32(start + 16),
      let top = bytes.u32(start + 20), let parts = bytes.u16(start + 40), let bits = bytes.u8(start + 42),
      right > left, bottom > top
    else { throw ImageFormat.malformed(.jpeg2000, path) }
    var header = StillHeader(
      .jpeg2000, Raster(right - left, bottom - top), samples: "\(parts) parts \(bits & 0x7F + 1)")
    let end = bytes.isPartial ? bytes.tail.suffix(2).elementsEqual([0xFF, 0xD9]) : bytes.u16(bytes.count - 2) == 0xFFD9
    if !end { header.damage = "the file is cut off: its end (EOC) is missing" }
    return header
  }
}

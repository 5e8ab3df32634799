import PegCore

/// PNG by its chunks (W3C PNG third edition): size, colour, text, and whether all of it is there.
enum PNGFile {
  static func header(_ bytes: Bytes, path: String) throws(MediaError) -> StillHeader {
    guard bytes.has("IHDR", at: 12), let width = bytes.u32(16), let height = bytes.u32(20),
      let depth = bytes.u8(24), let type = bytes.u8(25), [0, 2, 3, 4, 6].contains(type)
    else { throw ImageFormat.malformed(.png, path) }
    let names = [0: "gray", 2: "rgb", 3: "palette", 4: "gray+alpha", 6: "rgba"]
    var header = StillHeader(.png, Raster(width, height), samples: "\(names[type] ?? "") \(depth)")
    var color = ColorChunks()
    var offset = 8
    var isComplete = false
    while let length = bytes.u32(offset), let name = bytes.slice(offset + 4, 4) {
      guard let chunk = bytes.slice(offset + 8, length), bytes.slice(offset + 8 + length, 4) != nil else { break }
      offset += 12 + length
      switch name.text {
      case "IEND": isComplete = true
      case "acTL": header.isAnimated = (chunk.u32(0) ?? 0) > 1
      case "tRNS": header.samples += "+tRNS"
      case "pHYs":
        if let x = chunk.u32(0), let y = chunk.u32(4), x > 0, y > 0, x != y {
          header.pixelAspect = Rational(y, x)
        }
      case "tEXt", "zTXt", "iTXt": texts(chunk, kind: name.text, into: &header.metadata)
      case "eXIf": header.metadata += EXIF.metadata(chunk)
      default: color.take(name.text, chunk)
      }
      if isComplete { break }
    }
    // The last chunk is always the same twelve bytes; without the middle of the file its presence has to do.
    if bytes.isPartial {
      isComplete = bytes.tail.suffix(8).elementsEqual([0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])
    }
    if !isComplete { header.damage = "the file is cut off: its end (IEND) is missing" }
    color.apply(to: &header)
    return header
  }

  /// One text chunk. Compressed text is inflated within ``StillHeader/textLimit``.
  private static func texts(_ chunk: Bytes, kind: String, into list: inout [(key: String, value: String)]) {
    guard let end = chunk.first(0, from: 0), let key = chunk.slice(0, end)?.text, !key.isEmpty else { return }
    switch kind {
    case "tEXt":
      guard let value = chunk.slice(end + 1, chunk.count - end - 1) else { return }
      list.append((key, value.text))
    case "zTXt":
      guard let value = chunk.slice(end + 2, chunk.count - end - 2), chunk.u8(end + 1) == 0 else { return }
      if let text = Inflate.text(value.raw, limit: StillHeader.textLimit) { list.append((key, text)) }
    default:
      // Keyword, flag, method, language, translated keyword, text.
      guard let flag = chunk.u8(end + 1), let language = chunk.first(0, from: end + 3),
        let translated = chunk.first(0, from: language + 1),
        let value = chunk.slice(translated + 1, chunk.count - translated - 1)
      else { return }
      if flag == 0 {
        list.append((key, value.text))
      } else if let text = Inflate.text(value.raw, limit: StillHeader.textLimit) {
        list.append((key, text))
      }
    }
  }

  /// What colour chunks say, in the order of precedence of the standard: cICP, iCCP, sRGB, then gAMA with cHRM.
  private struct ColorChunks {
    var coded: ColorTags?
    var profile: String?
    var isSRGB = false
    var gamma: Int?
    var chromaticities: [Int]?

    mutating func take(_ name: String, _ chunk: Bytes) {
      switch name {
      case "cICP":
        guard let primaries = chunk.u8(0), let transfer = chunk.u8(1), let range = chunk.u8(3) else { return }
        coded = ColorTags(
          primaries: Primaries(rawValue: primaries) ?? .unspecified,
          transfer: Transfer(rawValue: transfer) ?? .unspecified, matrix: .rgb, range: range == 1 ? .full : .legal)
      case "iCCP": profile = chunk.first(0, from: 0).flatMap { chunk.slice(0, $0)?.text } ?? ""
      case "sRGB": isSRGB = true
      case "gAMA": gamma = chunk.u32(0)
      case "cHRM": chromaticities = (0..<8).compactMap { chunk.u32($0 * 4) }
      default: return
      }
    }

    func apply(to header: inout StillHeader) {
      if let coded {
        header.tags = coded
      } else if let profile {
        header.profileName = profile
      } else if isSRGB {
        header.tags.primaries = .bt709
        header.tags.transfer = .srgb
      } else {
        if let gamma {
          // 45455 is 1/2.2, which nearly every writer means as sRGB and the standard allows to be read so.
          header.tags.transfer =
            switch gamma {
            case 45000...46000: .srgb
            case 35000...36500: .gamma28
            case 99_000...101_000: .linear
            default: .unspecified
            }
          if header.tags.transfer == .unspecified {
            header.findings.append(
              ("color.gamma", .warning, "its gamma of \(Rational(gamma, 100_000).spoken) has no code point"))
          }
        }
        if let chromaticities, chromaticities.count == 8 {
          header.tags.primaries = Chromaticities.primaries(
            chromaticities.map { Double($0) / 100_000 }, whiteFirst: true)
        }
      }
    }
  }
}

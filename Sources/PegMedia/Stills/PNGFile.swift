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
      case "tEXt", "zTXt", "iTXt": texts(chunk, kind: name.text, into: &header)
      case "eXIf":
        for (key, value) in EXIF.metadata(chunk) { header.keep(key, value) }
        header.orientation = EXIF.orientation(chunk)
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
  private static func texts(_ chunk: Bytes, kind: String, into header: inout StillHeader) {
    guard let end = chunk.first(0, from: 0), let key = chunk.slice(0, end)?.text, !key.isEmpty else { return }
    switch kind {
    case "tEXt":
      guard let value = chunk.slice(end + 1, chunk.count - end - 1) else { return }
      header.keep(key, value.text)
    case "zTXt":
      guard let value = chunk.slice(end + 2, chunk.count - end - 2), chunk.u8(end + 1) == 0 else { return }
      inflated(key, value, into: &header)
    default:
      // Keyword, flag, method, language, translated keyword, text.
      guard let flag = chunk.u8(end + 1), let language = chunk.first(0, from: end + 3),
        let translated = chunk.first(0, from: language + 1),
        let value = chunk.slice(translated + 1, chunk.count - translated - 1)
      else { return }
      if flag == 0 { header.keep(key, value.text) } else { inflated(key, value, into: &header) }
    }
  }

  private static func inflated(_ key: String, _ value: Bytes, into header: inout StillHeader) {
    switch Inflate.bytes(value.raw, limit: header.textRoom) {
    case .success(let bytes): header.keep(key, Bytes.text(of: bytes))
    case .failure(.tooLong): header.noteLongText()
    case .failure(.broken): break
    }
  }

  /// What colour chunks say, in the order of precedence of the standard: cICP, iCCP, sRGB, then gAMA with cHRM.
  ///
  /// All of it is kept as facts; the tags are what takes precedence, where that has a code point.
  private struct ColorChunks {
    var coded: ColorTags?
    var isSRGB = false
    var stated = ColorFacts()

    mutating func take(_ name: String, _ chunk: Bytes) {
      switch name {
      case "cICP":
        guard let primaries = chunk.u8(0), let transfer = chunk.u8(1), let range = chunk.u8(3) else { return }
        coded = ColorTags(
          primaries: Primaries(rawValue: primaries) ?? .unspecified,
          transfer: Transfer(rawValue: transfer) ?? .unspecified, matrix: .rgb, range: range == 1 ? .full : .legal)
      case "iCCP":
        // A name, a method (0, zlib), the profile.
        guard let end = chunk.first(0, from: 0), let name = chunk.slice(0, end)?.text else { return }
        let packed = chunk.slice(end + 2, chunk.count - end - 2)
        let bytes = packed.flatMap { try? Inflate.bytes($0.raw, limit: MediaLimits.profileBytes).get() }
        stated.profile = ColorProfile(name: name, bytes: bytes ?? [])
      case "sRGB": isSRGB = true
      case "gAMA": stated.gamma = chunk.u32(0).flatMap { $0 > 0 ? Rational($0, 100_000) : nil }
      case "cHRM":
        let values = (0..<8).compactMap { chunk.u32($0 * 4) }.map { Double($0) / 100_000 }
        stated.chromaticities = Chromaticities(values, whiteFirst: true)
      default: return
      }
    }

    func apply(to header: inout StillHeader) {
      header.color = stated
      if let coded {
        header.tags = coded
        if coded.primaries == .unspecified || coded.transfer == .unspecified {
          header.findings.append(("color.cicp", .warning, "its cICP chunk has code points that are not known"))
        }
        // What cICP says goes before the profile.
        header.color.profile = nil
      } else if stated.profile != nil {
        // The profile is what counts; numbers beside it are for readers that cannot read it.
        return
      } else if isSRGB {
        header.tags.primaries = .bt709
        header.tags.transfer = .srgb
      } else {
        applyNumbers(to: &header)
      }
    }

    private func applyNumbers(to header: inout StillHeader) {
      if let gamma = stated.gamma {
        // 45455 is 1/2.2, which nearly every writer means as sRGB and the standard allows to be read so.
        header.tags.transfer =
          switch (gamma * 100_000).rounded {
          case 45000...46000: .srgb
          case 35000...36500: .gamma28
          case 99_000...101_000: .linear
          default: .unspecified
          }
        if header.tags.transfer == .unspecified {
          header.findings.append(
            ("color.gamma", .note, "its gamma of \(gamma.spoken) has no code point"))
        }
      }
      if let chromaticities = stated.chromaticities { header.take(chromaticities) }
    }
  }
}

extension StillHeader {
  /// Tags the primaries that a file gives as numbers; those that have no code point are noticed.
  mutating func take(_ chromaticities: Chromaticities) {
    color.chromaticities = chromaticities
    tags.primaries = chromaticities.primaries
    guard tags.primaries == .unspecified else { return }
    findings.append(
      ("color.primaries", .note, "its primaries (\(chromaticities)) are those of no space that has a code point"))
  }
}

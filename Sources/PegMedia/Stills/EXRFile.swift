import PegCore

/// OpenEXR by its attributes and chunk offsets: windows, channels, colour, and whether all chunks are there.
///
/// libav does not tell its caller when scan lines of a picture are missing or broken, so that is looked at here.
enum EXRFile {
  static func header(_ bytes: Bytes, path: String) throws(MediaError) -> StillHeader {
    var little = bytes
    little.isBigEndian = false
    guard let version = little.u32(4), version & 0xFF == 2 else { throw ImageFormat.malformed(.exr, path) }
    let isMultipart = version & 0x1000 != 0
    var offset = 8
    var parts: [Part] = []
    repeat {
      guard let part = Part(little, at: &offset) else { throw ImageFormat.malformed(.exr, path) }
      if part.isEmpty { break }
      parts.append(part)
    } while isMultipart && parts.count < 1024
    guard let first = parts.first, let window = first.displayWindow, first.dataWindow != nil else {
      throw ImageFormat.malformed(.exr, path)
    }
    var header = StillHeader(.exr, window, samples: first.samples)
    header.tags.transfer = .linear
    header.alphaMode = .premultiplied
    if let aspect = first.pixelAspect, aspect > 0, aspect.isFinite, aspect < 1000, aspect > 0.001 {
      header.pixelAspect = Rational((Double(aspect) * 1_000_000).rounded().exactInt ?? 1_000_000, 1_000_000)
    }
    header.rate = first.rate
    header.timecode = first.timecode
    for (key, value) in first.texts { header.keep(key, value) }
    if let values = first.chromaticities, let stated = Chromaticities(values.map(Double.init)) { header.take(stated) }
    if version & 0x800 != 0 || parts.contains(where: { $0.type?.hasPrefix("deep") == true }) {
      header.refusal = "deep pictures are not handled"
    } else if first.isSubsampled {
      header.refusal = "luminance/chroma pictures with subsampled chroma are not handled"
    } else if first.channels.contains(where: { $0.type == 0 && ["R", "G", "B", "Y", "A"].contains($0.name) }) {
      header.refusal = "pictures of whole-number channels are not handled"
    }
    let isTiled = isMultipart ? first.type == "tiledimage" : version & 0x200 != 0
    header.damage = missingChunks(little, parts, tables: offset, isTiled: isTiled, isMultipart: isMultipart)
    if header.damage == nil, !bytes.isPartial, let origin = first.displayOrigin, origin != (0, 0) {
      guard let moved = moves(of: first, to: origin, little, tables: offset, isTiled, isMultipart) else {
        throw MediaError(.badInput, .open, path, "its windows leave the numbers that they are written in")
      }
      header.rewrites = moved
    }
    return header
  }

  /// What moves the picture so that its display window begins at 0, 0: libav takes every window for one that does.
  ///
  /// Both windows move, and the lines of which chunks say that they are; tiles count from the data window.
  ///
  /// - Returns: `nil` when a number would leave 32 bits.
  private static func moves(
    of part: Part, to origin: (x: Int, y: Int), _ bytes: Bytes, tables: Int, _ isTiled: Bool, _ isMultipart: Bool
  ) -> [(offset: Int, value: Int32)]? {
    var places = part.windowPlaces.flatMap { place in
      [(place, origin.x), (place + 4, origin.y), (place + 8, origin.x), (place + 12, origin.y)]
    }
    if !isTiled {
      for chunk in 0..<(part.chunks(isTiled: false) ?? 0) {
        guard let offset = bytes.u64(tables + chunk * 8), let place = Int(exactly: offset) else { return nil }
        places.append((place + (isMultipart ? 4 : 0), origin.y))
      }
    }
    var list: [(offset: Int, value: Int32)] = []
    list.reserveCapacity(places.count)
    for (place, shift) in places {
      guard let number = bytes.i32(place), let moved = Int32(exactly: number - shift) else { return nil }
      list.append((place, moved))
    }
    return list
  }

  private struct Part {
    var channels: [(name: String, type: Int)] = []
    var isSubsampled = false
    var dataWindow: (x: Int, y: Int, width: Int, height: Int)?
    var displayWindow: Raster?
    var displayOrigin: (x: Int, y: Int)?
    /// Where the numbers of both windows stand in the file.
    var windowPlaces: [Int] = []
    var compression = 0
    var type: String?
    var chunkCount: Int?
    var tile: (width: Int, height: Int, mode: Int)?
    var chromaticities: [Float]?
    var pixelAspect: Float?
    var rate: FrameRate?
    var timecode: String?
    var texts: [(key: String, value: String)] = []
    var isEmpty = true

    /// The attributes of one part; `nil` when they run out of the file.
    init?(_ bytes: Bytes, at offset: inout Int) {
      while true {
        guard let nameEnd = bytes.first(0, from: offset) else { return nil }
        if nameEnd == offset {
          offset += 1
          return
        }
        isEmpty = false
        guard nameEnd - offset < 256, let typeEnd = bytes.first(0, from: nameEnd + 1), typeEnd - nameEnd < 257,
          let name = bytes.slice(offset, nameEnd - offset)?.text,
          let kind = bytes.slice(nameEnd + 1, typeEnd - nameEnd - 1)?.text,
          let size = bytes.u32(typeEnd + 1), let value = bytes.slice(typeEnd + 5, size)
        else { return nil }
        if kind == "box2i", name == "dataWindow" || name == "displayWindow" { windowPlaces.append(typeEnd + 5) }
        offset = typeEnd + 5 + size
        take(name, kind, value)
      }
    }

    private mutating func take(_ name: String, _ kind: String, _ value: Bytes) {
      switch (name, kind) {
      case ("channels", "chlist"): takeChannels(value)
      case ("dataWindow", "box2i"):
        if let box = Self.box(value) { dataWindow = box }
      case ("displayWindow", "box2i"):
        if let box = Self.box(value) {
          displayWindow = Raster(box.width, box.height)
          displayOrigin = (box.x, box.y)
        }
      case ("compression", "compression"): compression = value.u8(0) ?? 0
      case ("type", "string"): type = value.text
      case ("chunkCount", "int"): chunkCount = value.i32(0)
      case ("tiles", "tiledesc"):
        if let x = value.u32(0), let y = value.u32(4), let mode = value.u8(8) { tile = (x, y, mode) }
      case ("chromaticities", "chromaticities"):
        let values = (0..<8).compactMap { value.f32($0 * 4) }
        if values.count == 8 { chromaticities = values }
      case ("pixelAspectRatio", "float"): pixelAspect = value.f32(0)
      case ("framesPerSecond", "rational"):
        if let top = value.i32(0), let bottom = value.i32(4), top > 0, bottom > 0 {
          rate = PictureTiming.rate(meaning: Rational(top, bottom))
        }
      case ("timeCode", "timecode"): timecode = value.u32(0).map(SMPTE.label(bcd:))
      case (_, "string"): texts.append((name, value.text))
      default: return
      }
    }

    private mutating func takeChannels(_ value: Bytes) {
      var offset = 0
      while let end = value.first(0, from: offset), end > offset, let name = value.slice(offset, end - offset)?.text,
        let type = value.u32(end + 1), let x = value.u32(end + 9), let y = value.u32(end + 13)
      {
        channels.append((name, type))
        if x != 1 || y != 1 { isSubsampled = true }
        offset = end + 17
      }
    }

    private static func box(_ value: Bytes) -> (x: Int, y: Int, width: Int, height: Int)? {
      guard let left = value.i32(0), let top = value.i32(4), let right = value.i32(8), let bottom = value.i32(12),
        right >= left, bottom >= top
      else { return nil }
      return (left, top, right - left + 1, bottom - top + 1)
    }

    var samples: String {
      let names = [0: "uint", 1: "half", 2: "float"]
      let plain = channels.filter { !$0.name.contains(".") }
      let list = (plain.isEmpty ? channels : plain)
      return list.map(\.name).joined() + " " + (list.first.map { names[$0.type] ?? "?" } ?? "")
    }

    /// How many chunks the picture is cut into; `nil` when that is not simple (ripmaps).
    func chunks(isTiled: Bool) -> Int? {
      if let chunkCount { return chunkCount > 0 ? chunkCount : nil }
      guard let window = dataWindow else { return nil }
      if let tile, isTiled || type == "tiledimage" {
        guard tile.width > 0, tile.height > 0 else { return nil }
        func tiles(_ width: Int, _ height: Int) -> Int {
          ((width + tile.width - 1) / tile.width) * ((height + tile.height - 1) / tile.height)
        }
        switch tile.mode & 0x0F {
        case 0: return tiles(window.width, window.height)
        case 1:
          var (width, height, total) = (window.width, window.height, 0)
          let up = tile.mode >> 4 == 1 ? 1 : 0
          while true {
            total += tiles(width, height)
            if width == 1, height == 1 { return total }
            width = max(1, (width + up) / 2)
            height = max(1, (height + up) / 2)
          }
        default: return nil
        }
      }
      let lines = [0: 1, 1: 1, 2: 1, 3: 16, 4: 32, 5: 16, 6: 32, 7: 32, 8: 32, 9: 256][compression] ?? 1
      return (window.height + lines - 1) / lines
    }
  }

  /// A sentence when chunks of the first part lie outside the file.
  private static func missingChunks(
    _ bytes: Bytes, _ parts: [Part], tables: Int, isTiled: Bool, isMultipart: Bool
  ) -> String? {
    guard let first = parts.first, let count = first.chunks(isTiled: isTiled) else { return nil }
    let cut = "the file is cut off: some of its pixels are missing"
    guard count <= bytes.fileSize / 8 else { return cut }
    for chunk in 0..<count {
      let entry = tables + chunk * 8
      if bytes.isPartial, entry + 8 > bytes.count { return nil }
      guard let offset = bytes.u64(entry), offset < UInt64(bytes.fileSize), offset > 0 else { return cut }
      // Part number, then coordinates, then the size of what follows.
      let size = Int(offset) + (isMultipart ? 4 : 0) + (isTiled ? 16 : 4)
      if bytes.isPartial, size + 4 > bytes.count { continue }
      guard let length = bytes.u32(size), length <= bytes.fileSize - size - 4 else { return cut }
    }
    return nil
  }
}

extension Double {
  /// The whole number this is, `nil` for others.
  var exactInt: Int? { Int(exactly: self) }
}

import PegCore

/// TIFF 6.0 by its first directory: size, samples, alpha, and whether its strips or tiles are all there.
enum TIFFFile {
  static func header(_ bytes: Bytes, path: String) throws(MediaError) -> StillHeader {
    var block = bytes
    block.isBigEndian = bytes.has("MM", at: 0)
    guard let directory = block.u32(4), block.u16(directory) != nil else {
      throw MediaError(
        .badInput, .open, path, "the file is cut off: its directory is missing", hint: "copy or export it again")
    }
    let (fields, isWhole) = directoryFields(block, directory)
    func numbers(_ tag: Int) -> [Int] { fields[tag] ?? [] }
    guard let width = numbers(256).first, let height = numbers(257).first else {
      throw ImageFormat.malformed(.tiff, path)
    }
    let bits = numbers(258).first ?? 1
    let samples = numbers(277).first ?? 1
    let photometric = numbers(262).first ?? 0
    let format = numbers(339).first ?? 1
    let names = [0: "gray", 1: "gray", 2: "rgb", 3: "palette", 5: "cmyk", 6: "ycbcr", 8: "lab", 32803: "cfa"]
    let kind = names[photometric] ?? "photometric \(photometric)"
    var header = StillHeader(
      .tiff, Raster(width, height), samples: "\(samples) \(kind) \(bits)\(format == 3 ? " float" : "")")
    if photometric == 5 { header.refusal = "CMYK pictures are not handled" }
    // libav reads tiles as if they were strips.
    if fields[324] != nil { header.refusal = "tiled TIFF pictures are not handled" }
    if photometric == 32803 { header.refusal = "camera raw (CFA) pictures are not handled" }
    // ExtraSamples: 1 is associated alpha, 2 unassociated, 0 unspecified data.
    switch numbers(338).first {
    case 1: header.alphaMode = .premultiplied
    case 0: header.alphaMode = .opaque
    default: break
    }
    if let orientation = numbers(274).first, (1...8).contains(orientation) { header.orientation = orientation }
    if fields[34675] != nil { header.color.profile = ColorProfile(name: "", bytes: profile(block, directory)) }
    if format == 3 { header.tags.transfer = .linear }
    // Strips, or tiles.
    let offsets = numbers(273) + numbers(324)
    let lengths = numbers(279) + numbers(325)
    if offsets.isEmpty {
      header.damage = "its pixels are missing"
    } else if zip(offsets, lengths).contains(where: { $0 > bytes.fileSize || $1 > bytes.fileSize - $0 }) {
      header.damage = "the file is cut off: some of its pixels are missing"
    } else if !isWhole {
      header.damage = "the file is cut off: its directory is not whole"
    }
    return header
  }

  /// The bytes of the ICC profile (tag 34675); empty when they are not all there.
  private static func profile(_ block: Bytes, _ directory: Int) -> [UInt8] {
    for index in 0..<(block.u16(directory) ?? 0) {
      let entry = directory + 2 + index * 12
      guard block.u16(entry) == 34675, let count = block.u32(entry + 4), let offset = block.u32(entry + 8) else {
        continue
      }
      return block.slice(offset, count)?.profile ?? []
    }
    return []
  }

  /// Bytes of one value of each type.
  private static let sizes = [1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4]

  /// The whole numbers of each field; text and undefined fields count as one number, their presence. And whether all of
  /// the directory and of its values lie in the file.
  private static func directoryFields(_ block: Bytes, _ directory: Int) -> (fields: [Int: [Int]], isWhole: Bool) {
    var fields: [Int: [Int]] = [:]
    let entries = block.u16(directory) ?? 0
    // The place of the next directory stands behind the entries.
    var isWhole = directory + 2 + entries * 12 + 4 <= block.fileSize
    for index in 0..<entries {
      let entry = directory + 2 + index * 12
      guard let tag = block.u16(entry), let type = block.u16(entry + 2), let count = block.u32(entry + 4) else { break }
      let length = count * (sizes[type] ?? 0)
      if length > 4, let place = block.u32(entry + 8), length > block.fileSize - place { isWhole = false }
      let size = type == 3 ? 2 : type == 4 ? 4 : 1
      guard count <= block.fileSize else { continue }
      guard type == 1 || type == 3 || type == 4 else {
        fields[tag] = [count]
        continue
      }
      let offset = count * size <= 4 ? entry + 8 : block.u32(entry + 8) ?? -1
      guard let values = block.slice(offset, count * size) else {
        fields[tag] = []
        continue
      }
      fields[tag] = (0..<count).compactMap {
        size == 1 ? values.u8($0) : size == 2 ? values.u16($0 * 2) : values.u32($0 * 4)
      }
    }
    return (fields, isWhole)
  }
}

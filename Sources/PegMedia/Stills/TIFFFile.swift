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
    let fields = directoryFields(block, directory)
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
    if photometric == 32803 { header.refusal = "camera raw (CFA) pictures are not handled" }
    // ExtraSamples: 1 is associated alpha, 2 unassociated, 0 unspecified data.
    switch numbers(338).first {
    case 1: header.alphaMode = .premultiplied
    case 0: header.alphaMode = .opaque
    default: break
    }
    if let orientation = numbers(274).first, (1...8).contains(orientation) { header.orientation = orientation }
    if !numbers(34675).isEmpty { header.profileName = "" }
    if format == 3 { header.tags.transfer = .linear }
    // Strips, or tiles.
    let offsets = numbers(273) + numbers(324)
    let lengths = numbers(279) + numbers(325)
    if offsets.isEmpty {
      header.damage = "its pixels are missing"
    } else if zip(offsets, lengths).contains(where: { $0 > bytes.fileSize || $1 > bytes.fileSize - $0 }) {
      header.damage = "the file is cut off: some of its pixels are missing"
    }
    return header
  }

  /// The whole numbers of each field; text and undefined fields count as one number, their presence.
  private static func directoryFields(_ block: Bytes, _ directory: Int) -> [Int: [Int]] {
    var fields: [Int: [Int]] = [:]
    for index in 0..<(block.u16(directory) ?? 0) {
      let entry = directory + 2 + index * 12
      guard let tag = block.u16(entry), let type = block.u16(entry + 2), let count = block.u32(entry + 4) else { break }
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
    return fields
  }
}

internal import CFFmpeg
import PegCore

/// The chunks of a PNG file: what libav's encoder leaves out is put in here.
enum PNGChunks {
  private static let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
  /// Signature (8) and IHDR (12 + 13): other chunks may follow from here on.
  private static let headEnd = 33

  /// A chunk with its length and CRC.
  static func chunk(_ type: String, _ payload: [UInt8]) -> [UInt8] {
    let typed = Array(type.utf8) + payload
    // PNG's CRC is the one of ISO 3309, which libav keeps in its little-endian table.
    let crc = ~av_crc(av_crc_get_table(AV_CRC_32_IEEE_LE), UInt32.max, typed, typed.count)
    return bigEndian(UInt32(payload.count)) + typed + bigEndian(crc)
  }

  static func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  /// Whether the bytes are a PNG file whose header is whole.
  static func isPNG(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count > headEnd && bytes.starts(with: signature)
  }

  /// What the code values mean (PNG third edition, 11.3.2), empty for untagged pictures.
  ///
  /// SDR pictures with the primaries of BT.709 get `sRGB`, with the `gAMA` and `cHRM` that the standard asks for beside it,
  /// BT.709's transfer among them: between SDR display transfers code values pass unchanged (DESIGN §7), and a `gAMA` of
  /// the camera's curve would make viewers brighten what was graded on a display. Everything else is said by `cICP`.
  static func color(_ tags: ColorTags) -> [UInt8] {
    guard tags.primaries != .unspecified, tags.transfer != .unspecified else { return [] }
    let isDisplayCode = [.srgb, .bt709, .smpte170m].contains(tags.transfer)
    if tags.primaries == .bt709, isDisplayCode, tags.range != .legal {
      // White, red, green, blue of BT.709 in 0.00001.
      let primaries: [UInt32] = [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000]
      return chunk("sRGB", [1]) + chunk("gAMA", bigEndian(45455)) + chunk("cHRM", primaries.flatMap(bigEndian))
    }
    return chunk(
      "cICP", [UInt8(tags.primaries.rawValue), UInt8(tags.transfer.rawValue), 0, tags.range == .legal ? 0 : 1])
  }

  /// `tEXt` where the text is Latin-1, else `iTXt` (11.3.3).
  ///
  /// - Precondition: the keyword has 1 to 79 Latin-1 characters.
  static func text(_ entries: [(key: String, value: String)]) -> [UInt8] {
    entries.flatMap { entry -> [UInt8] in
      let keyword = latin1(entry.key)
      precondition(keyword.map { (1...79).contains($0.count) } ?? false, "\(entry.key) is no PNG keyword")
      let key = keyword ?? []
      if let value = latin1(entry.value) { return chunk("tEXt", key + [0] + value) }
      // Not compressed, language and translated keyword empty.
      return chunk("iTXt", key + [0, 0, 0, 0, 0] + Array(entry.value.utf8))
    }
  }

  private static func latin1(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      guard let byte = UInt8(exactly: scalar.value), byte != 0 else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  /// The file with `chunks` after its header, and without the chunks of the types `dropped`.
  static func inserting(
    _ chunks: [UInt8], dropping dropped: Set<String>, into file: UnsafeRawBufferPointer
  ) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(file.count + chunks.count)
    result += file[..<headEnd]
    result += chunks
    var at = headEnd
    while at + 12 <= file.count {
      let size = 12 + file[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
      let end = min(file.count, at + size)
      let type = String(decoding: file[at + 4..<at + 8], as: UTF8.self)
      if !dropped.contains(type) { result += file[at..<end] }
      at = end
    }
    return result
  }
}

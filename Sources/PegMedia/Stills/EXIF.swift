/// The few EXIF fields (CIPA DC-008) that matter: orientation, and what generators write.
enum EXIF {
  private static let names = [
    0x010E: "ImageDescription", 0x010F: "Make", 0x0110: "Model", 0x0131: "Software", 0x9286: "UserComment",
  ]

  /// Text fields of an EXIF block, with or without its `Exif\0\0` mark.
  static func metadata(_ bytes: Bytes) -> [(key: String, value: String)] {
    var list: [(key: String, value: String)] = []
    var seen: Set<Int> = []
    walk(bytes) { tag, value in
      // A directory may say a field as often as it likes, and each time mean the same bytes.
      guard let name = names[tag], seen.insert(tag).inserted else { return }
      let text = tag == 0x9286 ? comment(value) : value.text
      if !text.isEmpty { list.append((name, text)) }
    }
    return list
  }

  /// 1 to 8, as TIFF numbers orientations; 1 when nothing is said.
  static func orientation(_ bytes: Bytes) -> Int {
    var found = 1
    walk(bytes) { tag, value in
      if tag == 0x0112, let number = value.u16(0), (1...8).contains(number) { found = number }
    }
    return found
  }

  /// Eight bytes name the encoding. UTF-16 comes in the block's byte order, or with a mark, or (A1111) big-endian.
  private static func comment(_ value: Bytes) -> String {
    guard let body = value.slice(8, value.count - 8) else { return value.text }
    guard value.has("UNICODE", at: 0) else { return body.text }
    let big = stride(from: 0, to: body.count - 1, by: 2).reduce(0) { $0 + (body.raw[$1] == 0 ? 1 : 0) }
    let little = stride(from: 0, to: body.count - 1, by: 2).reduce(0) { $0 + (body.raw[$1 + 1] == 0 ? 1 : 0) }
    var reader = body
    reader.isBigEndian = big == little ? value.isBigEndian : big > little
    let units = stride(from: 0, to: body.count - 1, by: 2).compactMap { reader.u16($0).map(UInt16.init) }
    return String(decoding: units.filter { $0 != 0xFEFF }.prefix { $0 != 0 }, as: UTF16.self)
  }

  /// Visits the fields of the first directory and of the EXIF directory below it.
  static func walk(_ bytes: Bytes, _ visit: (Int, Bytes) -> Void) {
    let start = bytes.has("Exif\0\0", at: 0) ? 6 : 0
    guard var block = bytes.slice(start, bytes.count - start) else { return }
    if block.has("II", at: 0) {
      block.isBigEndian = false
    } else if block.has("MM", at: 0) {
      block.isBigEndian = true
    } else {
      return
    }
    guard let first = block.u32(4) else { return }
    var directories = [first]
    var seen: Set<Int> = []
    while let directory = directories.popLast(), seen.insert(directory).inserted, seen.count < 8 {
      guard let count = block.u16(directory) else { continue }
      for index in 0..<count {
        let entry = directory + 2 + index * 12
        guard let tag = block.u16(entry), let type = block.u16(entry + 2), let number = block.u32(entry + 4) else {
          break
        }
        let sizes = [1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8]
        guard let size = sizes[type], number <= StillHeader.textLimit else { continue }
        let length = size * number
        let offset = length <= 4 ? entry + 8 : block.u32(entry + 8) ?? -1
        guard let value = block.slice(offset, length) else { continue }
        if tag == 0x8769, let next = value.u32(0) { directories.append(next) }
        visit(tag, value)
      }
    }
  }
}

/// Package ids for MXF files: libav leaves them zero where it may not draw random numbers.
enum MaterialFinish {
  /// SMPTE 330M: universal label (12), length (1), then instance number (3) and material number (16).
  private static let label: [UInt8] = [
    0x06, 0x0a, 0x2b, 0x34, 0x01, 0x01, 0x01, 0x05, 0x01, 0x01, 0x0d, 0x00, 0x13,
  ]

  /// Fills every package id with 15 bytes of the SHA-256 of `seed`; the 16th tells libav's packages apart and stays.
  static func put(_ source: ByteSource, seed: [UInt8]) throws(MediaError) {
    let number = Array(Digest.of(seed, .sha256).prefix(15))
    var at = 0
    while let key = try MaterialKey(source, at: at) {
      // Packages and descriptors name them, and so does the system item before every picture.
      if key.isMetadataSet || key.isSystemItem { try patch(source, key.value, number) }
      at = key.value.upperBound
    }
  }

  private static func patch(
    _ source: ByteSource, _ range: Range<Int>, _ number: [UInt8]
  ) throws(MediaError) {
    guard range.count >= 32 else { return }
    let bytes = Array(try source.bytes(at: range.lowerBound, count: range.count))
    for at in 0...(bytes.count - 32) where bytes[at..<at + 13].elementsEqual(label) {
      try source.patch(number, at: range.lowerBound + at + 16)
    }
  }
}

/// A key, a length and where the value is (SMPTE 336M).
struct MaterialKey {
  let key: [UInt8]
  let value: Range<Int>

  /// `nil` where no universal label begins, or the length is not given.
  init?(_ source: ByteSource, at place: Int) throws(MediaError) {
    guard place + 17 <= source.size else { return nil }
    let key = Array(try source.bytes(at: place, count: 16))
    guard key.starts(with: [0x06, 0x0e, 0x2b, 0x34]) else { return nil }
    let first = Int(try source.number(at: place + 16, count: 1))
    var (head, length) = (17, first)
    if first >= 0x80 {
      let count = first & 0x7f
      guard (1...8).contains(count), place + 17 + count <= source.size else { return nil }
      head += count
      length = Int(clamping: try source.number(at: place + 17, count: count))
    }
    guard length <= source.size - place - head else { return nil }
    self.key = key
    value = place + head..<place + head + length
  }

  /// SMPTE 379M: the elements of a generic container.
  var isEssence: Bool { key[4] == 1 && key[5] == 2 && key[8..<12].elementsEqual([0x0d, 0x01, 0x03, 0x01]) }
  /// Pictures are items 05 and 15, sound 06 and 16.
  var isPicture: Bool { isEssence && (key[12] == 0x15 || key[12] == 0x05) }
  var isSound: Bool { isEssence && (key[12] == 0x16 || key[12] == 0x06) }
  var isMetadataSet: Bool { key[4] == 2 && key[5] == 0x53 && key[8..<11].elementsEqual([0x0d, 0x01, 0x01]) }
  var isIndexSegment: Bool { key[4] == 2 && key[5] == 0x53 && key[8..<14].elementsEqual([13, 1, 2, 1, 1, 16]) }
  /// SMPTE 385M: what stands before the pictures and the sound of an edit unit.
  var isSystemItem: Bool {
    key[4] == 2 && key[8..<12].elementsEqual([0x0d, 0x01, 0x03, 0x01]) && (key[12] == 0x04 || key[12] == 0x14)
  }
}

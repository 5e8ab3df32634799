/// The byte stream of H.264 and HEVC, Annex B: units between start codes 00 00 01.
enum NALUnits {
  /// The ranges of the units, without start codes and trailing zeros.
  static func split(_ bytes: UnsafeRawBufferPointer) -> [Range<Int>] {
    var units: [Range<Int>] = []
    var start: Int?
    var at = 0
    func close(at end: Int) {
      guard let start else { return }
      var end = end
      while end > start, bytes[end - 1] == 0 { end -= 1 }
      if end > start { units.append(start..<end) }
    }
    while at + 2 < bytes.count {
      // A byte above 1 cannot be part of a start code that ends there or later than two bytes on.
      if bytes[at + 2] > 1 {
        at += 3
      } else if bytes[at] == 0, bytes[at + 1] == 0, bytes[at + 2] == 1 {
        close(at: at)
        start = at + 3
        at += 3
      } else {
        at += 1
      }
    }
    close(at: bytes.count)
    return units
  }

  private static let x264: [UInt8] = [
    0xdc, 0x45, 0xe9, 0xbd, 0xe6, 0xd9, 0x48, 0xb7, 0x96, 0x2c, 0xd8, 0x20, 0xd9, 0x23, 0xee, 0xef,
  ]
  private static let x265: [UInt8] = [
    0x2c, 0xa2, 0xde, 0x09, 0xb5, 0x17, 0x47, 0xdb, 0xbb, 0x55, 0xa4, 0xfe, 0x7f, 0xc2, 0xfc, 0x4e,
  ]

  /// Whether the unit is the SEI message in which x264 or x265 writes its version, its options and its number of threads:
  /// nothing that a decoder needs, and nothing that may decide whether two packets are equal.
  static func namesItsEncoder(_ unit: Slice<UnsafeRawBufferPointer>, isHEVC: Bool) -> Bool {
    let head = isHEVC ? 2 : 1
    guard let first = unit.first, unit.count > head + 1 else { return false }
    let isSEI = isHEVC ? (first >> 1) & 0x3f == 39 || (first >> 1) & 0x3f == 40 : first & 0x1f == 6
    guard isSEI else { return false }
    var rest = unit.dropFirst(head)
    // user_data_unregistered is payload type 5; its size is coded as a sum of bytes that ends below 255.
    guard rest.popFirst() == 5 else { return false }
    while let byte = rest.popFirst(), byte == 255 {}
    return isHEVC ? rest.starts(with: x265) : rest.starts(with: x264)
  }

  /// The unit's payload without the 03 that keeps start codes from appearing in it (clause 7.3.1.1 of both standards).
  static func withoutEmulationPrevention(_ unit: [UInt8]) -> [UInt8] {
    var payload: [UInt8] = []
    payload.reserveCapacity(unit.count)
    var zeros = 0
    for byte in unit {
      if zeros >= 2, byte == 3 {
        zeros = 0
        continue
      }
      zeros = byte == 0 ? zeros + 1 : 0
      payload.append(byte)
    }
    return payload
  }
}

/// Bits from the top of each byte, with the Exp-Golomb codes of H.264 and HEVC. Reads zeros past the end.
struct BitReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// - Parameter count: 0…32.
  mutating func bits(_ count: Int) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<count {
      let byte = position >> 3
      let bit = byte < bytes.count ? bytes[byte] >> (7 - UInt8(position & 7)) & 1 : 0
      value = value << 1 | UInt32(bit)
      position += 1
    }
    return value
  }

  /// ue(v), clause 9.1 (H.264) and 9.2 (HEVC).
  mutating func exponential() -> UInt32 {
    var zeros = 0
    while zeros < 32, position < bytes.count * 8, bits(1) == 0 { zeros += 1 }
    return zeros == 0 ? 0 : UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(zeros)) - 1 + UInt64(bits(zeros)))
  }
}

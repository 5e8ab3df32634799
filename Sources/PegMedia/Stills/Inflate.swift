/// Inflates zlib streams (RFC 1950, 1951) of text and profile chunks: small, bounded, and nothing but headers uses it.
struct Inflate {
  private let input: UnsafeRawBufferPointer
  private let limit: Int
  private var position = 0
  private var hold: UInt32 = 0
  private var held = 0
  private var output: [UInt8] = []

  enum Failure: Error { case broken, tooLong }

  /// What a zlib stream holds.
  ///
  /// - Parameter limit: bytes above which it is left alone.
  static func bytes(_ bytes: UnsafeRawBufferPointer, limit: Int) -> Result<[UInt8], Failure> {
    guard bytes.count > 6, bytes[0] & 0x0F == 8, (Int(bytes[0]) << 8 | Int(bytes[1])) % 31 == 0, bytes[1] & 0x20 == 0
    else { return .failure(.broken) }
    var inflate = Inflate(input: UnsafeRawBufferPointer(rebasing: bytes[2...]), limit: limit)
    do throws(Failure) {
      try inflate.run()
      return .success(inflate.output)
    } catch {
      return .failure(error)
    }
  }

  private init(input: UnsafeRawBufferPointer, limit: Int) {
    self.input = input
    self.limit = limit
  }

  private mutating func run() throws(Failure) {
    var isLast = false
    while !isLast {
      isLast = try bits(1) == 1
      switch try bits(2) {
      case 0: try stored()
      case 1: try codes(Self.fixedLengths, Self.fixedDistances)
      case 2:
        let (lengths, distances) = try dynamicCodes()
        try codes(lengths, distances)
      default: throw Failure.broken
      }
    }
  }

  private mutating func bits(_ count: Int) throws(Failure) -> Int {
    while held < count {
      guard position < input.count else { throw Failure.broken }
      hold |= UInt32(input[position]) << held
      position += 1
      held += 8
    }
    let value = hold & ((1 << UInt32(count)) - 1)
    hold >>= UInt32(count)
    held -= count
    return Int(value)
  }

  private mutating func put(_ byte: UInt8) throws(Failure) {
    guard output.count < limit else { throw Failure.tooLong }
    output.append(byte)
  }

  private mutating func stored() throws(Failure) {
    hold = 0
    held = 0
    guard position + 4 <= input.count else { throw Failure.broken }
    let length = Int(input[position]) | Int(input[position + 1]) << 8
    let check = Int(input[position + 2]) | Int(input[position + 3]) << 8
    position += 4
    guard length == ~check & 0xFFFF, position + length <= input.count else { throw Failure.broken }
    for byte in input[position..<(position + length)] { try put(byte) }
    position += length
  }

  /// A canonical Huffman code: how many codes each length has, and the symbols in their order.
  private struct Code {
    var counts = [Int](repeating: 0, count: 16)
    var symbols: [Int] = []

    init(lengths: [Int]) {
      for length in lengths { counts[length] += 1 }
      counts[0] = 0
      for length in 1...15 {
        for (symbol, own) in lengths.enumerated() where own == length { symbols.append(symbol) }
      }
    }
  }

  private mutating func symbol(_ code: Code) throws(Failure) -> Int {
    var value = 0
    var first = 0
    var index = 0
    for length in 1...15 {
      value |= try bits(1)
      let count = code.counts[length]
      if value - count < first { return code.symbols[index + value - first] }
      index += count
      first = (first + count) << 1
      value <<= 1
    }
    throw Failure.broken
  }

  private static let lengthBases = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
  ]
  private static let lengthBits = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]
  private static let distanceBases = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
    8193, 12289, 16385, 24577,
  ]
  private static let distanceBits = [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
  ]
  private static let fixedLengths = Code(
    lengths: [Int](repeating: 8, count: 144) + [Int](repeating: 9, count: 112) + [Int](repeating: 7, count: 24)
      + [Int](repeating: 8, count: 8))
  private static let fixedDistances = Code(lengths: [Int](repeating: 5, count: 30))

  private mutating func codes(_ lengths: Code, _ distances: Code) throws(Failure) {
    while true {
      let value = try symbol(lengths)
      if value < 256 {
        try put(UInt8(value))
        continue
      }
      if value == 256 { return }
      guard value - 257 < Self.lengthBases.count else { throw Failure.broken }
      let length = Self.lengthBases[value - 257] + (try bits(Self.lengthBits[value - 257]))
      let code = try symbol(distances)
      guard code < Self.distanceBases.count else { throw Failure.broken }
      let distance = Self.distanceBases[code] + (try bits(Self.distanceBits[code]))
      guard distance <= output.count else { throw Failure.broken }
      for _ in 0..<length { try put(output[output.count - distance]) }
    }
  }

  private mutating func dynamicCodes() throws(Failure) -> (Code, Code) {
    let lengthCount = try bits(5) + 257
    let distanceCount = try bits(5) + 1
    let metaCount = try bits(4) + 4
    guard lengthCount <= 286, distanceCount <= 30 else { throw Failure.broken }
    var meta = [Int](repeating: 0, count: 19)
    let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    for index in 0..<metaCount { meta[order[index]] = try bits(3) }
    let metaCode = Code(lengths: meta)
    var lengths: [Int] = []
    while lengths.count < lengthCount + distanceCount {
      let value = try symbol(metaCode)
      switch value {
      case 0...15: lengths.append(value)
      case 16:
        guard let previous = lengths.last else { throw Failure.broken }
        lengths += [Int](repeating: previous, count: 3 + (try bits(2)))
      case 17: lengths += [Int](repeating: 0, count: 3 + (try bits(3)))
      default: lengths += [Int](repeating: 0, count: 11 + (try bits(7)))
      }
    }
    guard lengths.count == lengthCount + distanceCount else { throw Failure.broken }
    return (Code(lengths: Array(lengths[..<lengthCount])), Code(lengths: Array(lengths[lengthCount...])))
  }
}

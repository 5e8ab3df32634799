import PegKernels
import Testing

/// Memory between two guards, begun at any offset from an aligned address: what a kernel must not read past is there, and what
/// it must not write past is noticed.
final class GuardedBytes {
  private static let guardSize = 128
  private let memory: UnsafeMutableRawPointer
  let count: Int
  let base: UnsafeMutableRawPointer

  init(_ count: Int, offset: Int = 0) {
    self.count = count
    let total = count + 2 * Self.guardSize + 64
    memory = .allocate(byteCount: total, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0xA5, count: total)
    base = memory + Self.guardSize + offset
  }

  deinit { memory.deallocate() }

  convenience init(_ bytes: [UInt8], offset: Int = 0) {
    self.init(bytes.count, offset: offset)
    base.copyMemory(from: bytes, byteCount: bytes.count)
  }

  convenience init(_ floats: [Float], offset: Int = 0) {
    self.init(floats.count * 4, offset: offset)
    floats.withUnsafeBytes { bytes in
      if let start = bytes.baseAddress { base.copyMemory(from: start, byteCount: bytes.count) }
    }
  }

  var row: FloatRow { base.assumingMemoryBound(to: Float.self) }
  var floats: [Float] { (0..<count / 4).map { base.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) } }
  var bytes: [UInt8] { (0..<count).map { base.load(fromByteOffset: $0, as: UInt8.self) } }
  var words: [Int] {
    (0..<count / 2).map { Int(base.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self)) }
  }

  var guardsHold: Bool {
    let before = (memory..<base).allSatisfy { $0.load(as: UInt8.self) == 0xA5 }
    let end = base + count
    return before && (end..<end + Self.guardSize).allSatisfy { $0.load(as: UInt8.self) == 0xA5 }
  }
}

/// Equal bits; any NaN equals any NaN.
func sameBits(_ a: [Float], _ b: [Float]) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN) }
}

/// Widths around every vector length, with what is left over.
let widths = [0, 1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 129, 257]

/// Numbers that look random and are the same in every run (SplitMix64).
struct Numbers {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }

  /// In `range`, with now and then a value that breaks things.
  mutating func floats(_ count: Int, in range: ClosedRange<Float> = -2...2, wild: Bool = true) -> [Float] {
    let special: [Float] = [
      .nan, .infinity, -.infinity, 0, -0.0, 1, -1, .leastNonzeroMagnitude, .leastNormalMagnitude, 65504, 1e30, -1e30,
      .greatestFiniteMagnitude, 0.5, 0.04045, 0.0031308, 1 / 12,
    ]
    return (0..<count).map { _ in
      let bits = next()
      if wild, bits % 5 == 0 { return special[Int((bits >> 8) % UInt64(special.count))] }
      return range.lowerBound + Float(bits >> 40) / 16_777_216 * (range.upperBound - range.lowerBound)
    }
  }
}

func guardsHold(_ buffers: [GuardedBytes]) -> Bool { buffers.allSatisfy { $0.guardsHold } }

import PegKernels
import PegTestSupport
import Testing

private let codes = [
  SampleCode(black: 0, span: 255, low: 0, high: 255), SampleCode(black: 16, span: 219, low: 1, high: 254),
  SampleCode(black: 64, span: 876, low: 4, high: 1019), SampleCode(black: 0, span: 65535, low: 0, high: 65535),
]

@Suite struct KernelTests {
  @Test func everyLevelOfThisHostIsThere() {
    let names = Kernels.levels.map(\.name)
    #expect(names.first == "scalar")
    #expect(names.count >= 2)
    #expect(names.contains(Kernels.best.name))
    if Kernels.hostHasAVX2 { #expect(names.contains("avx2")) }
  }

  @Test(arguments: Kernels.levels) func unpackingEqualsTheOracle(_ kernels: Kernels) {
    var numbers = Numbers(1)
    for width in widths {
      for (i, code) in codes.enumerated() {
        let offset = 4 * i
        let bytes = GuardedBytes(numbers.bytes(width), offset: i)
        let target = GuardedBytes(width * 4, offset: offset)
        kernels.unpack8(bytes.base, into: target.row, count: width, code: code)
        #expect(sameBits(target.floats, bytes.bytes.map { Oracle.unpack(code: Int($0), code) }))
        #expect(target.guardsHold)

        for swapped in [false, true] {
          let words = GuardedBytes(numbers.bytes(width * 2), offset: 2 * i + 1)
          let target = GuardedBytes(width * 4, offset: offset)
          kernels.unpack16(words.base, swapped: swapped, into: target.row, count: width, code: code)
          let read = words.words.map { swapped ? ($0 >> 8) | (($0 & 255) << 8) : $0 }
          #expect(sameBits(target.floats, read.map { Oracle.unpack(code: $0, code) }))
          #expect(target.guardsHold)
        }
      }
      let wild = numbers.floats(width, in: -70000...70000)
      let source = GuardedBytes(wild, offset: 1)
      let target = GuardedBytes(width * 4, offset: 4)
      kernels.unpackFloat(source.base, into: target.row, count: width)
      #expect(sameBits(target.floats, wild.map { Oracle.unpack(float: $0) }))
      #expect(target.guardsHold)
    }
  }

  /// A code times 1/span is the quotient to 1.2e-7, white and opaque are 1 to the bit at every depth of full range, and each code
  /// comes back.
  @Test func codesAreTheirQuotientsAndComeBack() {
    for depth in [8, 9, 10, 12, 14, 16] {
      let (step, top) = (Float(1 << (depth - 8)), Float((1 << depth) - 1))
      let full = SampleCode(black: 0, span: top, low: 0, high: top)
      let luma = SampleCode(black: 16 * step, span: 219 * step, low: 0, high: top)
      let chroma = SampleCode(black: 128 * step, span: 224 * step, low: 0, high: top)
      #expect(Oracle.unpack(code: Int(top), full) == 1)
      for code in [full, luma, chroma] {
        #expect(
          (0...Int(top)).allSatisfy { word in
            let value = Oracle.unpack(code: word, code)
            let wanted = (Double(word) - Double(code.black)) / Double(code.span)
            return abs(Double(value) - wanted) <= 1.2e-7 * max(abs(wanted), 1e-3) && Oracle.pack(value, code) == word
          })
      }
    }
  }

  @Test(arguments: Kernels.levels) func halvesAreExact(_ kernels: Kernels) {
    let words = (0..<65536).map { UInt16($0) }
    let source = GuardedBytes(words.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }, offset: 1)
    let target = GuardedBytes(65536 * 4, offset: 4)
    kernels.unpackHalf(source.base, into: target.row, count: 65536)
    let made = target.floats
    #expect(sameBits(made, words.map { Oracle.unpack(half: $0) }))
    #expect(target.guardsHold)
    #if arch(arm64) || os(Linux)
      // Swift's own half floats.
      for word in words {
        let value = Float(Float16(bitPattern: word))
        let wanted = value.isNaN ? 0 : min(max(value, -65504), 65504)
        #expect(made[Int(word)] == wanted)
      }
    #endif
  }

  @Test(arguments: Kernels.levels) func ditherEqualsTheOracle(_ kernels: Kernels) {
    var numbers = Numbers(9)
    for width in widths {
      let values = numbers.floats(width)
      let row = GuardedBytes(values, offset: 4)
      kernels.dither(row.row, count: width, x: 500, y: 77, plane: 2, amplitude: 0.25)
      #expect(sameBits(row.floats, values.enumerated().map { $1 + Oracle.noise(x: 500 + $0, y: 77, plane: 2) * 0.25 }))
      #expect(row.guardsHold)
    }
  }

  /// A triangle on −1…1 has the mean 0 and the variance 1/6; neighbours do not know of each other.
  @Test func noiseIsATriangleAndWhite() {
    let noise = (0..<64).flatMap { y in (0..<512).map { Double(Oracle.noise(x: $0, y: y, plane: 0)) } }
    let n = Double(noise.count)
    // Four standard errors: √(1/6/n) and √(7/180/n).
    #expect(abs(noise.reduce(0, +) / n) < 0.01)
    #expect(abs(noise.reduce(0) { $0 + $1 * $1 } / n - 1.0 / 6) < 0.005)
    #expect(noise.allSatisfy { $0 >= -1 && $0 < 1 })
    for step in [1, 2, 512] {
      let product = zip(noise, noise.dropFirst(step)).reduce(0) { $0 + $1.0 * $1.1 } / n
      #expect(abs(product) < 0.004)
    }
  }

  @Test(arguments: Kernels.levels) func unpackingInterleavedComponentsEqualsTheOracle(_ kernels: Kernels) {
    var numbers = Numbers(2)
    for width in widths {
      for components in 2...4 {
        let used = Array(codes.prefix(components))
        let bytes = GuardedBytes(numbers.bytes(width * components), offset: 1)
        let rows = (0..<components).map { GuardedBytes(width * 4, offset: 4 * $0) }
        kernels.unpackPacked8(bytes.base, into: rows.map(\.row), count: width, codes: used)
        for (c, row) in rows.enumerated() {
          let wanted = (0..<width).map { Oracle.unpack(code: Int(bytes.bytes[$0 * components + c]), used[c]) }
          #expect(sameBits(row.floats, wanted))
          #expect(row.guardsHold)
        }
        for swapped in [false, true] {
          let words = GuardedBytes(numbers.bytes(width * components * 2), offset: 3)
          let rows = (0..<components).map { GuardedBytes(width * 4, offset: 4 * $0) }
          kernels.unpackPacked16(words.base, swapped: swapped, into: rows.map(\.row), count: width, codes: used)
          let read = words.words.map { swapped ? ($0 >> 8) | (($0 & 255) << 8) : $0 }
          for (c, row) in rows.enumerated() {
            #expect(
              sameBits(row.floats, (0..<width).map { Oracle.unpack(code: read[$0 * components + c], used[c]) }))
            #expect(row.guardsHold)
          }
        }
      }
    }
  }

  @Test(arguments: Kernels.levels) func tablesAndBitsAreReadInOrder(_ kernels: Kernels) {
    var numbers = Numbers(3)
    let table = (0..<256).map { Float($0 * $0) }
    for width in widths {
      let bytes = GuardedBytes(numbers.bytes(width), offset: 3)
      let target = GuardedBytes(width * 4, offset: 4)
      kernels.lookup(bytes.base, in: table, into: target.row, count: width)
      #expect(target.floats == bytes.bytes.map { Float(Int($0) * Int($0)) })
      #expect(target.guardsHold)

      for first in [0, 3, 8, 13] {
        let bits = GuardedBytes(numbers.bytes((first + width + 7) / 8), offset: 1)
        let target = GuardedBytes(width * 4)
        kernels.unpackBits(bits.base, from: first, zero: 1, one: 0, into: target.row, count: width)
        #expect(target.floats == (0..<width).map { 1 - Float(Oracle.bit(bits.bytes, first + $0)) })
        #expect(target.guardsHold)
      }
    }
  }

  @Test(arguments: Kernels.levels) func packingEqualsTheOracle(_ kernels: Kernels) {
    var numbers = Numbers(4)
    for width in widths {
      for (i, code) in codes.enumerated() {
        let values = numbers.floats(width, in: -0.2...1.2)
        let source = GuardedBytes(values, offset: 4 * i)
        if code.high <= 255 {
          let target = GuardedBytes(width, offset: i)
          kernels.pack8(source.row, into: target.base, count: width, code: code)
          #expect(target.bytes.map { Int($0) } == values.map { Oracle.pack($0, code) })
          #expect(target.guardsHold)
        }
        for swapped in [false, true] {
          let target = GuardedBytes(width * 2, offset: 2 * i + 1)
          kernels.pack16(source.row, swapped: swapped, into: target.base, count: width, code: code)
          let written = target.words.map { swapped ? ($0 >> 8) | (($0 & 255) << 8) : $0 }
          #expect(written == values.map { Oracle.pack($0, code) })
          #expect(target.guardsHold)
        }
      }
      for components in 2...4 {
        let eight = [codes[0], codes[1], codes[0], codes[1]].prefix(components)
        let rows = (0..<components).map { _ in numbers.floats(width, in: -0.2...1.2) }
        let sources = rows.enumerated().map { GuardedBytes($1, offset: 4 * $0) }
        let target = GuardedBytes(width * components, offset: 1)
        kernels.packPacked8(sources.map(\.row), into: target.base, count: width, codes: Array(eight))
        for c in 0..<components {
          let written = (0..<width).map { Int(target.bytes[$0 * components + c]) }
          #expect(written == rows[c].map { Oracle.pack($0, eight[c]) })
        }
        #expect(target.guardsHold)
        for swapped in [false, true] {
          let target = GuardedBytes(width * components * 2, offset: 3)
          let used = Array(codes.prefix(components))
          kernels.packPacked16(
            sources.map(\.row), swapped: swapped, into: target.base, count: width, codes: used)
          let words = target.words.map { swapped ? ($0 >> 8) | (($0 & 255) << 8) : $0 }
          for c in 0..<components {
            #expect((0..<width).map { words[$0 * components + c] } == rows[c].map { Oracle.pack($0, used[c]) })
          }
          #expect(target.guardsHold)
        }
      }
    }
  }

  @Test(arguments: Kernels.levels) func linearStepsEqualTheOracle(_ kernels: Kernels) {
    var numbers = Numbers(5)
    let m: [Float] = [1, 0, 1.5748, 1, -0.1873, -0.4681, 1, 1.8556, 0]
    for width in widths {
      let rows = (0..<3).map { _ in numbers.floats(width) }
      let buffers = rows.enumerated().map { GuardedBytes($1, offset: 4 * $0) }
      kernels.matrix(buffers[0].row, buffers[1].row, buffers[2].row, count: width, by: m)
      let wanted = (0..<width).map { Oracle.matrix(m, rows[0][$0], rows[1][$0], rows[2][$0]) }
      #expect(sameBits(buffers[0].floats, wanted.map(\.0)))
      #expect(sameBits(buffers[1].floats, wanted.map(\.1)))
      #expect(sameBits(buffers[2].floats, wanted.map(\.2)))
      #expect(guardsHold(buffers))

      let held = GuardedBytes(rows[0], offset: 4)
      kernels.clamp(held.row, count: width, to: 0...1)
      #expect(sameBits(held.floats, rows[0].map { Oracle.clamp($0, 0, 1) }))
      #expect(held.guardsHold)
    }
  }

  @Test(arguments: Kernels.levels) func curvesEqualTheOracle(_ kernels: Kernels) {
    var numbers = Numbers(6)
    let curves: [(String, (FloatRow, Int) -> Void, (Float) -> Float)] = [
      ("power 2.4", { kernels.power($0, count: $1, exponent: 2.4) }, { Oracle.power($0, 2.4) }),
      ("power 1/2.4", { kernels.power($0, count: $1, exponent: 1 / 2.4) }, { Oracle.power($0, 1 / 2.4) }),
      ("power 1/64", { kernels.power($0, count: $1, exponent: 1 / 64) }, { Oracle.power($0, 1 / 64) }),
      ("power 64", { kernels.power($0, count: $1, exponent: 64) }, { Oracle.power($0, 64) }),
      ("srgb decode", { kernels.srgbDecode($0, count: $1) }, { Oracle.srgbDecode($0) }),
      ("srgb encode", { kernels.srgbEncode($0, count: $1) }, { Oracle.srgbEncode($0) }),
      ("pq decode", { kernels.pqDecode($0, count: $1, white: 203) }, { Oracle.pqDecode($0, white: 203) }),
      ("pq encode", { kernels.pqEncode($0, count: $1, white: 203) }, { Oracle.pqEncode($0, white: 203) }),
    ]
    for width in widths {
      let values = numbers.floats(width)
      for (name, kernel, oracle) in curves {
        let row = GuardedBytes(values, offset: 4)
        kernel(row.row, width)
        let wanted = values.map { oracle($0) }
        #expect(sameBits(row.floats, wanted), "\(name) at width \(width)")
        #expect(row.guardsHold)
      }
      let rows = (0..<3).map { _ in numbers.floats(width) }
      for decode in [true, false] {
        let buffers = rows.enumerated().map { GuardedBytes($1, offset: 4 * $0) }
        let (r, g, b) = (buffers[0].row, buffers[1].row, buffers[2].row)
        if decode {
          kernels.hlgDecode(r, g, b, count: width, white: 203)
        } else {
          kernels.hlgEncode(r, g, b, count: width, white: 203)
        }
        let wanted = (0..<width).map {
          decode
            ? Oracle.hlgDecode(rows[0][$0], rows[1][$0], rows[2][$0], white: 203)
            : Oracle.hlgEncode(rows[0][$0], rows[1][$0], rows[2][$0], white: 203)
        }
        #expect(sameBits(buffers[0].floats, wanted.map(\.0)))
        #expect(sameBits(buffers[1].floats, wanted.map(\.1)))
        #expect(sameBits(buffers[2].floats, wanted.map(\.2)))
        #expect(guardsHold(buffers))
      }
    }
  }

  @Test(arguments: Kernels.levels) func alphaEqualsTheOracle(_ kernels: Kernels) {
    var numbers = Numbers(7)
    for width in widths {
      let rows = (0..<3).map { _ in numbers.floats(width) }
      let alpha = numbers.floats(width, in: -0.1...1.1)
      func run(
        _ kernel: (FloatRow, FloatRow, FloatRow, FloatRow) -> Void, _ oracle: (Float, Float) -> Float,
        alphaAfter: (Float) -> Float = { $0 }
      ) {
        let buffers = rows.enumerated().map { GuardedBytes($1, offset: 4 * $0) }
        let a = GuardedBytes(alpha, offset: 8)
        kernel(buffers[0].row, buffers[1].row, buffers[2].row, a.row)
        for (buffer, row) in zip(buffers, rows) {
          let wanted = zip(row, alpha).map { oracle($0, $1) }
          #expect(sameBits(buffer.floats, wanted))
          #expect(buffer.guardsHold)
        }
        let wanted = alpha.map { alphaAfter($0) }
        #expect(sameBits(a.floats, wanted))
        #expect(a.guardsHold)
      }
      run({ kernels.associate($0, $1, $2, alpha: $3, count: width) }, { $0 * $1 })
      run({ kernels.unassociate($0, $1, $2, alpha: $3, count: width) }, { Oracle.unassociate($0, alpha: $1) })
      run({ kernels.reassociate($0, $1, $2, alpha: $3, count: width) }, { Oracle.reassociate($0, alpha: $1) })
      run(
        { kernels.settle($0, $1, $2, alpha: $3, count: width) }, { Oracle.settle($0, alpha: $1) },
        alphaAfter: { Oracle.settle(alpha: $0) })

      let covered = GuardedBytes(rows[0], offset: 4)
      kernels.cover(covered.row, columns: GuardedBytes(alpha).row, weight: 0.25, count: width)
      #expect(sameBits(covered.floats, zip(rows[0], alpha).map { $0 * ($1 * 0.25) }))
      #expect(covered.guardsHold)
    }
  }

  @Test(arguments: Kernels.levels) func compositesEqualTheOracle(_ kernels: Kernels) {
    var numbers = Numbers(8)
    for width in widths {
      let source = (0..<4).map { _ in numbers.floats(width, in: 0...1) }
      let target = (0..<4).map { _ in numbers.floats(width, in: 0...1) }
      for opacity: Float in [0, 0.3, 1] {
        let s = source.enumerated().map { GuardedBytes($1, offset: 4 * $0) }
        let t = target.enumerated().map { GuardedBytes($1, offset: 4 * (3 - $0)) }
        kernels.over(
          (s[0].row, s[1].row, s[2].row, s[3].row), onto: (t[0].row, t[1].row, t[2].row, t[3].row), opacity: opacity,
          count: width)
        for c in 0..<4 {
          let wanted = (0..<width).map {
            Oracle.over(source[c][$0], alpha: source[3][$0], onto: target[c][$0], opacity: opacity)
          }
          #expect(sameBits(t[c].floats, wanted))
          #expect(t[c].guardsHold)
        }
      }
      let (a, b) = (GuardedBytes(source[0], offset: 4), GuardedBytes(source[1]))
      let mixed = GuardedBytes(width * 4, offset: 8)
      kernels.mix(a.row, 0.25, b.row, 0.75, into: mixed.row, count: width)
      #expect(sameBits(mixed.floats, zip(source[0], source[1]).map { Oracle.mix($0, 0.25, $1, 0.75) }))
      #expect(mixed.guardsHold)
      kernels.scale(a.row, by: 0.25, into: mixed.row, count: width)
      #expect(sameBits(mixed.floats, source[0].map { $0 * 0.25 }))
      #expect(mixed.guardsHold)
      kernels.fill(mixed.row, with: 0.5, count: width)
      #expect(mixed.floats == [Float](repeating: 0.5, count: width))
      #expect(mixed.guardsHold)
    }
  }
}

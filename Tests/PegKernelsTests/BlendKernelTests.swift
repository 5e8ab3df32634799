import PegKernels
import Testing

/// Blends, mattes and resampling of every level, held to the oracle bit for bit.
@Suite struct BlendKernelTests {
  private func guarded(_ rows: [[Float]]) -> [GuardedBytes] {
    rows.enumerated().map { GuardedBytes($1, offset: 4 * $0) }
  }

  private func rows(_ buffers: [GuardedBytes]) -> ColorRows {
    (buffers[0].row, buffers[1].row, buffers[2].row, buffers[3].row)
  }

  @Test(arguments: Kernels.levels) func blendsEqualTheOracle(_ kernels: Kernels) {
    var numbers = Numbers(21)
    for width in widths {
      // Light above 1 and below 0 among them.
      let source = (0..<4).map { numbers.floats(width, in: $0 == 3 ? 0...1 : -0.5...2) }
      let target = (0..<4).map { numbers.floats(width, in: $0 == 3 ? 0...1 : -0.5...2) }
      for blend in BlendKernel.allCases {
        for opacity: Float in [0, 0.3, 1] {
          let (s, t) = (guarded(source), guarded(target))
          kernels.blend(rows(s), onto: rows(t), by: blend, opacity: opacity, count: width)
          for c in 0..<4 {
            let wanted = (0..<width).map { i in
              c == 3
                ? Oracle.blendAlpha(source[3][i], onto: target[3][i], opacity: opacity)
                : Oracle.blend(
                  source[c][i], alpha: source[3][i], onto: target[c][i], alpha: target[3][i], by: blend,
                  opacity: opacity)
            }
            #expect(sameBits(t[c].floats, wanted), "\(blend)")
            #expect(t[c].guardsHold)
          }
        }
      }
      for weights: [Float] in [[0, 0, 0, 1], [0.25, 0.5, 0.25, 0]] {
        for inverted in [false, true] {
          let (s, t) = (guarded(source), guarded(target))
          kernels.matte(
            rows(s), onto: rows(t), weights: weights, inverted: inverted, opacity: 0.75, count: width)
          for c in 0..<4 {
            let wanted = (0..<width).map { i in
              Oracle.matte(
                (source[0][i], source[1][i], source[2][i], source[3][i]), weights: weights, inverted: inverted,
                opacity: 0.75, of: target[c][i])
            }
            #expect(sameBits(t[c].floats, wanted))
            #expect(t[c].guardsHold)
          }
        }
      }
    }
  }

  @Test(arguments: Kernels.levels) func gatheringEqualsTheOracle(_ kernels: Kernels) {
    var numbers = Numbers(22)
    for width in widths where width > 0 {
      let source = numbers.floats(40, in: -1...2)
      for taps in [1, 2, 6] {
        let first = (0..<width).map { _ in Int32(numbers.next() % UInt64(40 - taps + 1)) }
        let weights = numbers.floats(width * taps, in: -0.2...1)
        let target = GuardedBytes(width * 4, offset: 4)
        let from = GuardedBytes(source, offset: 8)
        kernels.gather(from.row, first: first, weights: weights, taps: taps, into: target.row)
        let wanted = (0..<width).map { i in
          (1..<taps).reduce(weights[i] * source[Int(first[i])]) {
            $0 + weights[$1 * width + i] * source[Int(first[i]) + $1]
          }
        }
        #expect(sameBits(target.floats, wanted))
        #expect(target.guardsHold && from.guardsHold)
      }
    }
  }

  @Test(arguments: Kernels.levels) func turningEqualsTheOracle(_ kernels: Kernels) {
    var numbers = Numbers(23)
    let (width, height) = (40, 30)
    let picture = numbers.floats(width * height * 4, in: -1...2)
    let source = GuardedBytes(picture, offset: 4)
    let triangle = FilterTable(radius: 1, perUnit: 64) { 1 - $0 }
    let wide = FilterTable(radius: 3, perUnit: 64) { 1 - $0 / 3 }
    for filter in [triangle, wide, .nearest] {
      for step in [(u: 1.0, v: 1.0), (u: 0.5, v: 0.75)] {
        let row = TurnedRow(u: 8.3, v: 9, du: 0.8, dv: 0.31, step: step)
        for count in [0, 1, 2, 7, 21] {
          let targets = (0..<4).map { GuardedBytes(count * 4, offset: 4 * $0) }
          kernels.turn(source.row, stride: width * 4, filter, row, into: rows(targets), count: count)
          for c in 0..<4 {
            let wanted = (0..<count).map { i in
              Oracle.turn(
                { picture[($1 * width + $0) * 4 + c] }, filter, u: row.u + Double(i) * row.du,
                v: row.v + Double(i) * row.dv, step: step)
            }
            #expect(sameBits(targets[c].floats, wanted))
            #expect(targets[c].guardsHold)
          }
        }
      }
    }
    let parts = (0..<4).map { c in (0..<7).map { picture[$0 * 4 + c] } }
    let woven = GuardedBytes(7 * 16, offset: 4)
    kernels.interleave(rows(guarded(parts)), into: woven.row, count: 7)
    #expect(sameBits(woven.floats, Array(picture[0..<28])))
    #expect(woven.guardsHold)
  }
}

import Foundation
import PegColor
import PegCore
import Testing

/// Sources of other colour spaces in the working space, and back: against the standards' formulas in float64.
@Suite struct SpaceConversionTests {
  private func conformed(_ color: [Float], _ tags: ColorTags, view: String? = nil) throws -> [Double] {
    let source = try Picture("gbrpf32le", Raster(3, 1), tags)
    for x in 0..<3 { for (c, plane) in [2, 0, 1].enumerated() { source.set(plane, x, 0, color[c]) } }
    return try source.conformed(view: view).rgba(1, 0).prefix(3).map { Double($0) }
  }

  private func expect(_ got: [Double], _ wanted: [Double], within bound: Double = 2e-6, _ note: String = "") {
    for (a, b) in zip(got, wanted) { #expect(abs(a - b) < bound, "\(note) \(got), not \(wanted)") }
  }

  private func srgb(_ v: Double) -> Double { v <= 0.0031308 ? 12.92 * v : 1.055 * pow(v, 1 / 2.4) - 0.055 }

  private func times(_ m: [Double], _ v: [Double]) -> [Double] {
    (0..<3).map { m[$0 * 3] * v[0] + m[$0 * 3 + 1] * v[1] + m[$0 * 3 + 2] * v[2] }
  }

  /// DESIGN §7: primaries to BT.709, clamp to 0…1, inverse sRGB EOTF, no tone curve.
  @Test func theViewSDRIsClampAndSRGB() throws {
    for color: [Float] in [[0, 0.001, 0.0031], [0.18, 0.5, 1], [-0.2, 1.5, 65504], [.nan, .infinity, 0.25]] {
      let wanted = color.map { srgb(min(max($0.isNaN ? 0 : Double($0), 0), 1)) }
      expect(try conformed(color, .linear709, view: "sdr"), wanted)
    }
    // BT.2020 to BT.709 (ITU-R BT.2087-0 inverse; colour-science 0.4.7 gives these digits).
    let matrix = [
      1.660491, -0.58764114, -0.07284986, -0.12455047, 1.1328999, -0.00834942, -0.01815076, -0.1005789, 1.11872966,
    ]
    let wide = ColorTags(primaries: .bt2020, transfer: .linear, matrix: .rgb, range: .full)
    let wanted = times(matrix, [0.4, 0.3, 0.2]).map { srgb(min(max($0, 0), 1)) }
    expect(try conformed([0.4, 0.3, 0.2], wide, view: "sdr"), wanted)
  }

  @Test func linearNeedsAViewAndOthersHaveNone() {
    #expect { try conformed([0, 0, 0], .linear709) } throws: {
      ($0 as? PegError)?.kind == .badInput && "\($0)".contains("without a view")
    }
    #expect { try conformed([0, 0, 0], .linear709, view: "filmic") } throws: { "\($0)".contains("filmic") }
    #expect { try conformed([0, 0, 0], .srgb, view: "sdr") } throws: { "\($0)".contains("scene-linear") }
  }

  @Test func sdrTransfersOfEqualPrimariesPassUnchanged() throws {
    for transfer in [Transfer.bt709, .srgb, .gamma22, .smpte170m, .bt2020ten] {
      let tags = ColorTags(primaries: .bt709, transfer: transfer, matrix: .rgb, range: .full)
      #expect(try conformed([0.1, 0.5, 0.9], tags) == [0.1, 0.5, 0.9].map { Double(Float($0)) })
    }
  }

  @Test func otherPrimariesGoThroughDisplayLight() throws {
    // BT.601 in 525 lines (SMPTE RP 145) to BT.709, at BT.1886's 2.4; colour-science 0.4.7, both D65.
    let tags = ColorTags(primaries: .smpte170m, transfer: .smpte170m, matrix: .rgb, range: .full)
    let matrix = [
      0.93954206, 0.05018136, 0.01027658, 0.01777222, 0.96579286, 0.01643492, -0.00162160, -0.00436975, 1.00599135,
    ]
    let color = [0.7, 0.4, 0.2]
    let wanted = times(matrix, color.map { pow($0, 2.4) }).map { pow($0, 1 / 2.4) }
    expect(try conformed(color.map { Float($0) }, tags), wanted)
  }

  @Test func pqHasSDRWhiteAt203() throws {
    let tags = ColorTags(primaries: .bt2020, transfer: .pq, matrix: .rgb, range: .full)
    // BT.2408: 203 cd/m² is PQ 0.5806889.
    expect(try conformed([0.5806889, 0.5806889, 0.5806889], tags), [1, 1, 1], within: 4e-6)
    // 100 cd/m² (0.5080784): (100/203)^(1/2.4).
    let grey = pow(100.0 / 203, 1 / 2.4)
    expect(try conformed([0.5080784, 0.5080784, 0.5080784], tags), [grey, grey, grey], within: 4e-6)
    let back = try working([grey, grey, grey]).delivered(as: "gbrp16le", tags)
    #expect(abs(Double(back[0, 0, 0]) - 0.5080784 * 65535) < 0.6)
  }

  @Test func hlgHasSDRWhiteAt203() throws {
    let tags = ColorTags(primaries: .bt2020, transfer: .hlg, matrix: .rgb, range: .full)
    // BT.2408: HLG 0.75 on a display of 1000 cd/m² is 203.152 cd/m² (colour-science 0.4.7).
    let white = pow(203.152 / 203, 1 / 2.4)
    expect(try conformed([0.75, 0.75, 0.75], tags), [white, white, white], within: 4e-6)
    let back = try working([white, white, white]).delivered(as: "gbrp16le", tags)
    #expect(abs(Double(back[0, 0, 0]) - 0.75 * 65535) < 0.6)
  }

  private func working(_ color: [Double]) -> Picture {
    let picture = Picture(.working(Raster(2, 1)))
    for x in 0..<2 { picture.setRGBA(x, 0, color.map { Float($0) } + [1]) }
    return picture
  }

  /// What goes out to another space and is read again is what it was, for every pair of tags that both sides handle.
  @Test func everySpaceGoesThereAndBack() throws {
    for primaries in [Primaries.bt709, .bt470bg, .smpte170m, .bt2020, .p3D65, .p3DCI, .film] {
      for transfer in [Transfer.bt709, .srgb, .gamma22, .pq, .hlg] {
        guard transfer != .hlg || primaries == .bt2020 else { continue }
        let tags = ColorTags(primaries: primaries, transfer: transfer, matrix: .rgb, range: .full)
        let color = [0.3, 0.5, 0.4]
        let made = try working(color).delivered(as: "gbrpf32le", tags)
        let back = try made.conformed().rgba(0, 0).map { Double($0) }
        expect(Array(back.prefix(3)), color, within: 3e-5, "\(tags)")
      }
    }
  }

  @Test func incompleteOrUnknownTagsAreRefusedByName() throws {
    let cases: [(ColorTags, String, String)] = [
      (ColorTags(primaries: .unspecified, transfer: .srgb, matrix: .rgb, range: .full), "rgb24", "primaries"),
      (ColorTags(primaries: .bt709, transfer: .unspecified, matrix: .rgb, range: .full), "rgb24", "transfer"),
      (ColorTags(primaries: .bt709, transfer: .srgb, matrix: .rgb), "rgb24", "range"),
      (ColorTags(primaries: .bt709, transfer: .bt709, range: .legal, siting: .left), "yuv444p", "matrix"),
      (ColorTags(primaries: .bt709, transfer: .bt709, matrix: .bt709, range: .legal), "yuv420p", "siting"),
      (
        ColorTags(primaries: .bt2020, transfer: .bt709, matrix: .bt2020cl, range: .legal, siting: .left), "yuv444p",
        "bt2020cl"
      ),
      (ColorTags(primaries: .xyz, transfer: .srgb, matrix: .rgb, range: .full), "rgb24", "xyz"),
      (ColorTags(primaries: .bt709, transfer: .log100, matrix: .rgb, range: .full), "rgb24", "log100"),
      (ColorTags(primaries: .bt709, transfer: .hlg, matrix: .rgb, range: .full), "rgb24", "HLG"),
    ]
    for (tags, format, word) in cases {
      let source = try Picture(format, Raster(4, 4), tags)
      source.fill(seed: 1)
      #expect { try source.conformed() } throws: {
        ($0 as? PegError)?.kind == .badInput && "\($0)".contains(word)
      }
    }
  }
}

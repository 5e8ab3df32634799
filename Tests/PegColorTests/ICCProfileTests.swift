import Foundation
import PegCore
import PegTestSupport
import Testing

@testable import PegColor

/// ICC profiles: those that are shared, and ones made here byte by byte (ISO 15076-1).
@Suite struct ICCProfileTests {
  // MARK: Making one

  private static func u16(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 255), UInt8(value & 255)] }
  private static func u32(_ value: Int) -> [UInt8] { u16(value >> 16 & 65535) + u16(value & 65535) }
  private static func fixed(_ value: Double) -> [UInt8] { u32(Int((value * 65536).rounded()) & 0xffff_ffff) }
  private static func tag(_ type: String, _ payload: [UInt8]) -> [UInt8] { Array(type.utf8) + [0, 0, 0, 0] + payload }
  private static func xyz(_ values: [Double]) -> [UInt8] { tag("XYZ ", values.flatMap(fixed)) }

  private static func profile(_ tags: [(String, [UInt8])], of colors: String = "RGB ") -> [UInt8] {
    var table: [UInt8] = u32(tags.count)
    var data: [UInt8] = []
    for (name, bytes) in tags {
      table += Array(name.utf8) + u32(132 + 12 * tags.count + data.count) + u32(bytes.count)
      data += bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
    }
    var header: [UInt8] = u32(132 + 12 * tags.count + data.count) + [0, 0, 0, 0] + u32(0x0240_0000)
    header += Array("mntr".utf8) + Array(colors.utf8) + Array("XYZ ".utf8)
    header += [UInt8](repeating: 0, count: 12) + Array("acsp".utf8) + [UInt8](repeating: 0, count: 28)
    header += fixed(0.9642) + fixed(1) + fixed(0.8249)
    header += [UInt8](repeating: 0, count: 128 - header.count)
    return header + table + data
  }

  /// BT.709's primaries adapted to D50, as every sRGB profile has them.
  private static let colorants = [
    [0.43607, 0.22249, 0.01392], [0.38515, 0.71687, 0.09708], [0.14307, 0.06061, 0.71410],
  ]
  private static let white = [0.95047, 1, 1.08883]

  private static func matrixProfile(_ curve: [UInt8], blue: [UInt8]? = nil) -> [UInt8] {
    profile([
      ("wtpt", xyz(white)), ("rXYZ", xyz(colorants[0])), ("gXYZ", xyz(colorants[1])), ("bXYZ", xyz(colorants[2])),
      ("rTRC", curve), ("gTRC", curve), ("bTRC", blue ?? curve),
    ])
  }

  private static let srgbCurve = tag(
    "para", u16(3) + u16(0) + [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045].flatMap(fixed))

  // MARK: Curves and a matrix

  @Test func wellKnownProfilesAreTheirSpaces() throws {
    #expect(try ICCProfile(Self.matrixProfile(Self.srgbCurve), name: "x").space == .srgb)
    let linear = Self.tag("curv", Self.u32(0))
    #expect(try ICCProfile(Self.matrixProfile(linear), name: "x").space == .linearBT709)
    let curve = Self.tag("para", Self.u16(0) + Self.u16(0) + Self.fixed(2.4))
    let grey = Self.profile([("wtpt", Self.xyz(Self.white)), ("kTRC", curve)], of: "GRAY")
    #expect(try ICCProfile(grey, name: "x").space == .bt709)
    // So code values of an sRGB drawing pass.
    #expect(try ICCProfile(Self.matrixProfile(Self.srgbCurve), name: "x").program(to: .bt709).isIdentity)
  }

  /// A table of x²: exact at its 256 entries, 0.25 and 0.5 between them to the width of a step, and back.
  @Test func curvesAreReadExactly() throws {
    let square = (0..<256).flatMap { Self.u16(Int((Double($0 * $0) / 65025 * 65535).rounded())) }
    let cube = Self.tag("para", Self.u16(0) + Self.u16(0) + Self.fixed(3))
    let profile = try ICCProfile(
      Self.matrixProfile(Self.tag("curv", Self.u32(256) + square), blue: cube), name: "x")
    let space = try #require(profile.space)
    #expect(space.name.isEmpty && space.chromaticities == .bt709)
    let light = space.toLight.applied(to: (51.0 / 255, 0.5, 0.5))
    #expect(abs(light.0 - 0.04) < 1e-5 && abs(light.1 - 0.25) < 2e-5 && abs(light.2 - 0.125) < 1e-6)
    let code = space.fromLight.applied(to: light)
    #expect(abs(code.0 - 0.2) < 1e-5 && abs(code.1 - 0.5) < 1e-5 && abs(code.2 - 0.5) < 1e-6)
    // All five parametric forms, at 0.5: (1.2 · 0.5 − 0.1)² = 0.25; below 1/12 only what is added.
    let forms: [(Int, [Double], Double, Double)] = [
      (1, [2, 1.2, -0.1], 0.25, 0), (2, [2, 1.2, -0.1, 0.125], 0.375, 0.125),
      (3, [2, 1.2, -0.1, 0.5, 0.2], 0.25, 0.025),
      (4, [2, 1.2, -0.1, 0.5, 0.2, 0.0625, 0.03125], 0.3125, 0.05625),
    ]
    for (kind, numbers, high, low) in forms {
      let curve = Self.tag("para", Self.u16(kind) + Self.u16(0) + numbers.flatMap(Self.fixed))
      let decode = try ICCTags(Self.profile([("rTRC", curve)]), name: "x").curve("rTRC")?.decode
      let made = try #require(decode).applied(to: (0.5, 0.05, 0))
      #expect(abs(Double(made.0) - high) < 1e-4 && abs(Double(made.1) - low) < 1e-4, "form \(kind): \(made)")
    }
  }

  @Test(.enabled(if: SharedMedia.isThere, "the shared media are not here"))
  func sharedProfilesAreTheSpacesOfTheirNames() throws {
    for (file, space, title) in [
      ("icc/P3D65.icc", "p3_d65", "DCID65.icc"), ("icc/Rec2020-Rec1886.icc", "bt2020", "Rec2020-Rec1886.icc"),
      ("icc/Rec709-Rec1886.icc", "bt709", "Rec709-Rec1886.icc"), ("icc/linear.icc", "linear_bt709", "linear"),
      ("icc/Simplified-sRGB.icc", "gamma22", "Simplified sRGB IEC61966-2.1"),
      ("lut/icc-test-1.icc", "adobe_rgb", "test profile for Adobe RGB"),
    ] {
      let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: SharedMedia.file("color/\(file)"))))
      let profile = try ICCProfile(bytes, name: file)
      #expect(profile.space?.name == space && profile.title == title, "\(profile.space?.name ?? "-"), \(profile.title)")
      guard ICCProfile.readsTables else { continue }
      // Little CMS is another reader of the same numbers, which a profile rounds to 1/65536.
      let codes: [Float] = [0.2, 0.5, 0.8, 1, 1, 1, 0.9, 0.1, 0.3]
      let theirs = try #require(LittleCMS.xyz(profile: bytes, codes))
      let gamut = try #require(profile.space).chromaticities
      let back = gamut.toXYZ.inverse * ConeResponse.bradford.adaptation(from: [0.9642, 1, 0.8249], to: gamut.white)
      for at in [0, 3, 6] {
        let light = back.applied(to: Array(theirs[at..<at + 3]))
        let made = try #require(profile.space).toLight.applied(to: (codes[at], codes[at + 1], codes[at + 2]))
        for (a, b) in zip([made.0, made.1, made.2], light) {
          #expect(abs(Double(a) - b) < 5e-4, "\(file): \(made), \(light)")
        }
      }
    }
  }

  // MARK: Tables

  /// X, Y and Z at the corners of the cube are sums of BT.709's colorants: between them, linear light.
  private static let tableProfile: [UInt8] = {
    var table: [UInt8] = [3, 3, 2, 0]
    for k in 0..<9 { table += fixed(k % 4 == 0 ? 1 : 0) }
    table += u16(2) + u16(2)
    for _ in 0..<3 { table += u16(0) + u16(65535) }
    for corner in 0..<8 {
      // Blue is fastest; 1 is 32768.
      for row in 0..<3 {
        var sum = 0.0
        if corner & 4 != 0 { sum += colorants[0][row] }
        if corner & 2 != 0 { sum += colorants[1][row] }
        if corner & 1 != 0 { sum += colorants[2][row] }
        table += u16(Int((sum * 32768).rounded()))
      }
    }
    for _ in 0..<3 { table += u16(0) + u16(65535) }
    return profile([("wtpt", xyz(white)), ("A2B0", tag("mft2", table))])
  }()

  @Test(.enabled(if: ICCProfile.readsTables, "this build has no Little CMS")) func tablesAreReadByLittleCMS() throws {
    let profile = try ICCProfile(Self.tableProfile, name: "x")
    #expect(profile.space == nil)
    let program = try profile.program(to: .linearBT709)
    for color: (Float, Float, Float) in [(0, 0, 0), (1, 1, 1), (0.25, 0.5, 0.75), (1, 0, 0), (0.1, 0.9, 0.3)] {
      let made = program.applied(to: color)
      #expect(max(abs(made.0 - color.0), abs(made.1 - color.1), abs(made.2 - color.2)) < 5e-4, "\(color): \(made)")
    }
  }

  @Test(.enabled(if: !ICCProfile.readsTables, "this build has Little CMS")) func tablesAreRefusedByName() {
    #expect { try ICCProfile(Self.tableProfile, name: "press.icc") } throws: {
      "\($0)".contains("press.icc") && "\($0)".contains("liblcms2-dev")
    }
  }

  @Test func brokenProfilesAreRefused() {
    let whole = Self.matrixProfile(Self.srgbCurve)
    var long = whole
    long.replaceSubrange(140..<144, with: Self.u32(1 << 20))
    let flat = Self.profile([
      ("wtpt", Self.xyz(Self.white)), ("rXYZ", Self.xyz([0.3, 0.3, 0.3])), ("gXYZ", Self.xyz([0.3, 0.3, 0.3])),
      ("bXYZ", Self.xyz([0.3, 0.3, 0.3])), ("rTRC", Self.srgbCurve), ("gTRC", Self.srgbCurve), ("bTRC", Self.srgbCurve),
    ])
    let cases: [([UInt8], String)] = [
      ([], "is no ICC profile"), (Array(whole.prefix(131)), "is no ICC profile"), (Array(whole.prefix(150)), "cut off"),
      (Array(whole.dropLast(20)), "past its end"), (long, "past its end"), (Self.profile([], of: "CMYK"), "is of CMYK"),
      (Self.profile([]), "no curves with a matrix"), (flat, "on one line"),
      (Self.matrixProfile(Self.tag("curv", Self.u32(1 << 30))), "broken tag"),
      (Self.matrixProfile(Self.tag("para", Self.u16(9) + Self.u16(0) + Self.fixed(1))), "broken tag"),
    ]
    for (bytes, sentence) in cases {
      #expect { try ICCProfile(bytes, name: "p.icc") } throws: {
        let isIt = ($0 as? PegError)?.kind == .badInput && "\($0)".contains(sentence)
        if !isIt { print("\($0), not \(sentence)") }
        return isIt
      }
    }
  }
}

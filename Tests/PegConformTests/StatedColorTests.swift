import PegColor
import PegCore
import PegMedia
import Testing

@testable import PegConform

/// Stills that say in numbers what their code values mean.
@Suite struct StatedColorTests {
  private func decision(
    _ color: ColorFacts, _ tags: ColorTags = ColorTags(matrix: .rgb, range: .full), codec: String = "png",
    format: String = "rgb48be"
  ) throws -> ColorDecision {
    var video = Draft.picture(count: 1, rate: nil)
    video.codec = codec
    video.pixelFormat = format
    video.tags = tags
    video.color = color
    return try ColorDecision(of: video, kind: .still, at: "x.png")
  }

  private func primaries(_ red: (Double, Double), _ green: (Double, Double), _ blue: (Double, Double)) -> Chromaticities
  {
    Chromaticities(
      red: .init(red.0, red.1), green: .init(green.0, green.1), blue: .init(blue.0, blue.1),
      white: .init(0.3127, 0.329))
  }

  @Test func aGammaWithoutACodePointIsASpace() throws {
    let decided = try decision(ColorFacts(gamma: Rational(55555, 100_000)))
    let name = try #require(decided.space)
    #expect(name.hasPrefix("rgb:0.64,0.33,0.3,0.6,0.15,0.06,0.3127,0.329:gamma1.8"))
    #expect(decided.findings.map(\.code) == ["color.stated"] && decided.findings.map(\.severity) == [.note])
    #expect(!(try ColorSpace.named(name).isScene) && decided.view == nil)
  }

  @Test func primariesWithoutCodePointsAreASpace() throws {
    let wide = primaries((0.7, 0.3), (0.2, 0.7), (0.14, 0.05))
    // 0.45455 is sRGB whatever the primaries; an EXR is linear.
    let png = try decision(
      ColorFacts(gamma: Rational(45455, 100_000), chromaticities: wide),
      ColorTags(transfer: .srgb, matrix: .rgb, range: .full))
    #expect(png.space == "rgb:0.7,0.3,0.2,0.7,0.14,0.05,0.3127,0.329:srgb")
    let exr = try decision(ColorFacts(chromaticities: wide), codec: "exr", format: "gbrpf32le")
    #expect(exr.space == "rgb:0.7,0.3,0.2,0.7,0.14,0.05,0.3127,0.329:linear" && exr.view == "sdr")
    let adobe = primaries((0.64, 0.33), (0.21, 0.71), (0.15, 0.06))
    #expect(
      try decision(
        ColorFacts(gamma: Rational(45471, 100_000), chromaticities: adobe),
        ColorTags(transfer: .srgb, matrix: .rgb, range: .full)
      ).space == "adobe_rgb")
  }

  @Test func aDPXSaysItsLogOrIsAskedFor() throws {
    let log = try decision(ColorFacts(space: "cineon"), codec: "dpx", format: "gbrp10be")
    #expect(log.space == "cineon" && log.view == "sdr" && log.findings.map(\.code) == ["color.log", "color.view"])
    #expect(throws: PegError.self) { try decision(ColorFacts(), codec: "dpx", format: "gbrp10be") }
    let video = try decision(
      ColorFacts(), ColorTags(primaries: .bt709, transfer: .bt709, matrix: .rgb, range: .full), codec: "dpx",
      format: "gbrp10be")
    #expect(video.space == nil && video.tags.transfer == .bt709)
  }

  @Test func whatCannotBeIsRefused() {
    let line = primaries((0.7, 0.3), (0.7, 0.3), (0.7, 0.3))
    #expect { try decision(ColorFacts(chromaticities: line), codec: "exr", format: "gbrpf32le") } throws: {
      ($0 as? PegError)?.kind == .badInput && "\($0)".contains("x.png")
    }
  }
}

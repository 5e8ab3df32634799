import PegCore
import PegMedia
import PegTestSupport
import Testing

@testable import PegConform

/// Stills that carry an ICC profile mean what it says.
@Suite(.enabled(if: SharedMedia.isThere, "no shared media"))
struct ProfileTests {
  private func decision(_ name: String, color: String? = nil) throws -> ColorDecision {
    let facts = try MediaProbe.facts(of: SharedMedia.file("color/gamut/\(name)"))
    return try ColorDecision(of: try #require(facts.video), kind: facts.kind, at: name, color: color)
  }

  /// Pillow reads the profiles' descriptions as `Rec.2020 Gamma 2.4` and `P3 D65 Gamma 2.2`.
  @Test(arguments: [
    ("ps-combined-rec2020.png", Primaries.bt2020, Transfer.bt709),
    ("DisplayP3-asRec2020.png", Primaries.bt2020, Transfer.bt709),
    ("ps-combined-displayp3-g2.2.png", Primaries.p3D65, Transfer.gamma22),
  ])
  func aProfileDecides(name: String, primaries: Primaries, transfer: Transfer) throws {
    let decided = try decision(name)
    #expect(decided.tags.primaries == primaries && decided.tags.transfer == transfer && decided.space == nil)
    #expect(decided.findings.map(\.code) == ["color.icc"] && decided.findings.map(\.severity) == [.note])
    // The cut goes before the file.
    let told = try decision(name, color: "srgb")
    #expect(told.tags.primaries == .bt709 && told.tags.transfer == .srgb && told.findings.isEmpty)
  }

  /// A profile that is none is told, and the still is sRGB as one without.
  @Test func aBrokenProfileIsTold() throws {
    let path = SharedMedia.file("color/gamut/ps-combined-rec2020.png")
    var video = try #require(try MediaProbe.facts(of: path).video)
    video.color.profile = ColorProfile(name: "broken", bytes: [1, 2, 3])
    let decided = try ColorDecision(of: video, kind: .still, at: "x.png")
    #expect(decided.tags.primaries == .bt709 && decided.tags.transfer == .srgb)
    #expect(decided.findings.map(\.severity) == [.warning])
    #expect(decided.findings.first?.message.contains("broken") == true)
  }
}

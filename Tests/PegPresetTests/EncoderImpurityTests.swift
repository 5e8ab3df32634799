import PegPreset
import PegTestSupport
import Testing

/// A preset claims no more purity than its encoder has (DESIGN §1): what is impure is on one list, with the reason.
@Suite struct EncoderImpurityTests {
  private static let x264 = Presets.smallest
    .replacing("codec: prores_ks", with: "codec: libx264").replacing("profile: hq", with: "profile: high422")

  /// What the smallest preset is refused with, its group and purity changed and a line added.
  private func refusal(_ text: String, gop: String, unit: String, _ line: String = "") throws -> String? {
    let folder = try TempFolder()
    return Presets.refusal(
      of: text.replacing("gop: intra", with: "gop: \(gop)").replacing("unit: intra", with: "unit: \(unit)")
        + (line.isEmpty ? "" : "\n  \(line)"), in: folder)?.sentence
  }

  @Test func segmentsOfConstantQualityArePure() throws {
    #expect(try refusal(Self.x264, gop: "{frames: 48, reorder: 1}", unit: "segments", "rate_control: {crf: 18}") == nil)
    #expect(try refusal(Presets.smallest, gop: "intra", unit: "intra") == nil)
  }

  @Test(arguments: [
    "options: {x264-params: \"cpu-independent=1:vbv-maxrate=20000\"}", "options: {maxrate: 20000000}",
    "options: {bufsize: 20000000}", "options: {avcintra_class: 100}", "rate_control: {bitrate: 8000000}",
  ])
  func whatIsCarriedAlongIsTheWholeProgramme(line: String) throws {
    let group = "{frames: 48, reorder: 1}"
    #expect(try refusal(Self.x264, gop: group, unit: "segments", line)?.contains("so video.purity is whole") == true)
    #expect(try refusal(Self.x264, gop: group, unit: "whole", line) == nil)
  }

  @Test func singlePicturesOfAnEncoderThatNumbersThemAreNotPure() throws {
    #expect(try refusal(Self.x264, gop: "intra", unit: "intra")?.contains("so video.purity is whole") == true)
    #expect(try refusal(Self.x264, gop: "intra", unit: "whole") == nil)
    #expect(try refusal(Self.x264, gop: "intra", unit: "segments")?.contains("video.gop has none") == true)
  }

  @Test func everyPresetSaysTheReason() throws {
    let library = try Presets.checkout()
    for name in library.list() {
      #expect(!(try library.deliverable(named: name).video.purity.reason.isEmpty), "\(name)")
    }
    #expect(EncoderImpurity.all.allSatisfy { !$0.reason.isEmpty })
  }
}

import Foundation
import PegCore
import PegReport
import Testing

@Suite struct ReportTests {
  private static let finding = Finding(
    "link.missing", .error, "no media", at: "V1:3 SH010", range: FrameRange(24, 48), hint: "name more folders")

  private static let report = Report(
    "conform", title: "cut.otio",
    facts: [
      Fact("rate", .number("24"), label: "rate", text: "24 fps"), Fact("output", .string("out.otio")),
      Fact(label: "codec", text: "prores, intra"),
    ],
    tables: [
      ReportTable(
        "clips", columns: [.init("address"), .init("note"), .init("path"), .init("takes", isShown: false)],
        rows: [
          [.init("V1:0"), .init(nil as String?), .init("a/long.png"), .init(2)],
          [.init("V1:10"), .init(nil as String?), .init(nil as String?), .init(1)],
        ])
    ], findings: [finding], summary: ["1 of 2 clips linked"])

  /// Labels and columns line up; a column without text, a hidden one, and spaces at the end are left out.
  @Test func textIsAligned() {
    #expect(
      Self.report.text == [
        "cut.otio", "  rate   24 fps", "  codec  prores, intra", "  V1:0   a/long.png", "  V1:10",
      ])
  }

  /// Read back by another parser: every value in its type, nothing of what is for people only.
  @Test func jsonHasEveryValueInItsType() throws {
    let text = Self.report.json.text(.pretty)
    let tree = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(Set(tree.keys) == ["schema", "version", "rate", "output", "clips", "findings"])
    #expect(tree["schema"] as? String == "pegbar.conform")
    #expect(tree["version"] as? Int == 1)
    #expect(tree["rate"] as? Int == 24)
    let clips = try #require(tree["clips"] as? [[String: Any]])
    #expect(clips.count == 2)
    #expect(clips[0]["takes"] as? Int == 2)
    #expect(clips[0]["note"] is NSNull)
    #expect(clips[1]["address"] as? String == "V1:10")
    let findings = try #require(tree["findings"] as? [[String: Any]])
    #expect(findings[0]["severity"] as? String == "error")
    #expect(findings[0]["range"] as? [Int] == [24, 48])
    #expect(findings[0]["hint"] as? String == "name more folders")
  }

  @Test func partsAreListedUnderTheirKeyWithFindingsOfTheirOwn() throws {
    let whole = Report("probe", parts: ReportParts("media", [Self.report, Report("probe")]))
    let tree = try JSONSerialization.jsonObject(with: Data(whole.json.text(.compact).utf8)) as? [String: Any]
    let media = try #require(tree?["media"] as? [[String: Any]])
    #expect(media.count == 2)
    #expect((media[0]["findings"] as? [Any])?.count == 1)
    #expect((media[1]["findings"] as? [Any])?.isEmpty == true)
    #expect((tree?["findings"] as? [Any])?.isEmpty == true)
    // A part is no document of its own.
    #expect(media[0]["schema"] == nil)
  }

  @Test func aFindingNamesItsPlaceOnce() {
    #expect(Self.finding.placed == "V1:3 SH010: no media")
    #expect(Finding("a.b", .note, "clip.mov has no tags", at: "clip.mov").placed == "clip.mov has no tags")
  }
}

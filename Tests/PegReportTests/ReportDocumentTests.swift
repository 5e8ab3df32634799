import Foundation
import PegCore
import PegReport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A report as a file: everything that it says, in the form that the file's name asks for.
@Suite struct ReportDocumentTests {
  private static let nasty = "<script>alert('x')</script> & \"quoted\" | *bold*"

  private static var report: Report {
    var clips = ReportTable(
      "clips", columns: [.init("address"), .init("old_record"), .init("head", isShown: false, isInDocuments: true)])
    clips.add([.init("V1:0"), .init(FrameRange(0, 48)), .init(12)])
    clips.add([.init(nasty), .init(nil as FrameRange?), .init(.number("-3"), tone: .warning)])
    return Report(
      "conform", facts: [Fact("rate", .string("24"), label: "rate", text: "24 fps"), Fact("hidden", .bool(true))],
      tables: [clips],
      findings: [
        Finding("link.missing", .error, "clip SH010: no media", at: "clip SH010", hint: "name more folders"),
        Finding(
          "edl.wipe", .warning, "the wipe W001 has no shape", at: "cut.edl", position: TextPosition(line: 7, column: 3),
          instead: "it is a dissolve"),
      ], summary: ["1 of 2 clips linked"])
  }

  private func text(_ name: String) throws -> String {
    try #require(ReportDocument(path: name)).text(of: Self.report, title: "Conform of \(Self.nasty)")
  }

  @Test(arguments: [
    ("a.html", ReportDocument.html), ("a.HTM", .html), ("a.json", .json), ("dir.html/a.md", .md), ("a.txt", .txt),
  ])
  func theNameSaysTheForm(name: String, form: ReportDocument) {
    #expect(ReportDocument(path: name) == form)
  }

  @Test(arguments: ["a", "a.pdf", "a.html.gz", ""])
  func otherNamesSayNone(name: String) { #expect(ReportDocument(path: name) == nil) }

  @Test(arguments: ["a.html", "a.md", "a.txt"])
  func everythingIsSaid(name: String) throws {
    let text = try text(name)
    for word in [
      "1 of 2 clips linked", "24 fps", "V1:0", "0..48", "12", "-3", "no media", "name more folders", "W001",
      "it is a dissolve", "cut.edl:7:3",
    ] {
      #expect(text.contains(word), "\(word) in \(text)")
    }
    #expect(!text.contains("hidden"))
  }

  /// Read by an XML parser, whose words are then all there is: nothing of the material is markup.
  @Test func htmlHoldsNothingButItsOwnMarkup() throws {
    let text = try text("a.html")
    #expect(!text.contains("<script"))
    #expect(!text.contains("http"))
    // Void elements and the doctype aside, the document is XML.
    let xml = text.replacing("<!DOCTYPE html>", with: "").replacing(#/<meta [^>]*>|<br>/#, with: "")
    let document = try XMLDocument(xmlString: xml)
    let names = Set(try document.nodes(forXPath: "//*").compactMap(\.name))
    #expect(
      names.isSubset(of: [
        "html", "head", "title", "style", "body", "main", "header", "h1", "h2", "p", "ul", "li", "b", "dl", "div", "dt",
        "dd",
        "section", "small", "table", "thead", "tbody", "tr", "th", "td", "span", "code",
      ]), "\(names)")
    let cells = try document.nodes(forXPath: "//td").compactMap(\.stringValue)
    #expect(cells.contains(Self.nasty))
    #expect(try document.nodes(forXPath: "//title").first?.stringValue == "Conform of \(Self.nasty)")
  }

  /// CommonMark's escapes: what the material says is neither emphasis nor a cell's border.
  @Test func markdownHoldsNothingButItsOwnMarkup() throws {
    let lines = try text("a.md").split(separator: "\n")
    #expect(lines.contains("| address | old record | head |"))
    let row = try #require(lines.first { $0.contains("script") && $0.hasPrefix("|") })
    // Three cells have four borders that are not escaped.
    #expect(row.replacing("\\|", with: "").count { $0 == "|" } == 4)
    #expect(row.contains("\\<script\\>") && row.contains("\\*bold\\*"))
  }

  @Test func jsonIsTheDocumentOfStdout() throws {
    #expect(try text("a.json") == Self.report.json.text(.pretty) + "\n")
  }

  @Test func aTableWithATitleStandsUnderIt() {
    var table = ReportTable("split", title: "Split", columns: [.init("clip")])
    table.add([.init("SH010")])
    let report = Report(
      "conform", tables: [ReportTable("clips", columns: [.init("a")], rows: [[.init("V1:0")]]), table])
    #expect(report.text == ["V1:0", "", "Split", "  SH010"])
  }

  /// A place that has line and column already is not given them again.
  @Test func aPlaceWithItsLineIsSaidOnce() {
    let finding = Finding("a.b", .note, "it is odd", at: "cut.edl:7:3", position: TextPosition(line: 7, column: 3))
    #expect(finding.placed == "cut.edl:7:3: it is odd")
  }
}

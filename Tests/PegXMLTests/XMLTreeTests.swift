import Foundation
import PegCore
import PegTestSupport
import Testing

@testable import PegXML

private let limits = XMLTree.Limits(bytes: 1 << 20, depth: 16, elements: 3_200)

private func parse(_ text: String) throws -> XMLTree { try parse(Array(text.utf8)) }
private func parse(_ bytes: [UInt8]) throws -> XMLTree { try XMLTree.parse(bytes, name: "x.xml", limits: limits) }

@Suite struct XMLTreeTests {
  @Test func eachElementKnowsWhereItBegan() throws {
    let text = """
      <?xml version="1.0"?>
      <!-- <a> is no element here --><!DOCTYPE a>
      <a x='>'><é><b/>
      \t<![CDATA[<c>]]><d
        y="1"
      >text</d></é>
      </a>
      """
    let tree = try parse(text)
    let found = tree.elements.indices.map { index in
      let node = XMLNode(tree: tree, index: index)
      return "\(node.name) \(node.position)"
    }
    // Counted by hand: a tab is one column, é is one character.
    #expect(found == ["a 3:1", "é 3:10", "b 3:13", "d 4:17"])
    #expect(tree.root["x"] == ">")
    #expect(tree.root.first("é")?.first("d")?["y"] == "1")
    #expect(tree.root.first("é")?.text == "<c>")
    #expect(tree.root.first("é")?.first("d")?.way == "a/é/d")
  }

  @Test func theFiveEntitiesAndCharacterReferencesAreRead() throws {
    let tree = try parse(
      "<a x=\"1 &amp; 2 &lt;&gt;&quot;&apos; &#233;&#x2014; &amp;#38;\">&amp;&lt;&gt;&#65; &amp;amp;</a>")
    #expect(tree.root["x"] == "1 & 2 <>\"' é— &#38;")
    #expect(tree.root.text == "&<>A &amp;")
  }

  /// The line and column are those of the offending place.
  @Test(arguments: [
    ("<a>\n  <b></a>", 2, "an end tag does not fit its start tag, inside <b>"),
    ("<a>\n&foo;</a>", 2, "an entity is used that XML does not define, inside <a>"),
    ("<a><b x=1/></a>", 1, "the XML is not well-formed, inside <a>"),
    ("<a>\n\n<b>", 3, "the document ends too early, inside <b>"),
    ("", 1, "the document has no element"), ("   \n", 2, "the document has no element"),
    ("hello", 1, "the document has no element"),
    ("<a/>\n<b/>", 2, "something stands after the end of the document"),
    ("<a x='1' x='2'/>", 1, "an attribute stands twice"),
  ])
  func whatIsNotWellFormedIsRefusedWithItsPlace(text: String, line: Int, sentence: String) throws {
    let error = #expect(throws: PegError.self) { try parse(text) }
    #expect(error?.kind == .badInput)
    let message = try #require(error?.sentence)
    #expect(message.hasPrefix("x.xml:\(line):"), "\(message)")
    #expect(message.hasSuffix(": \(sentence)"), "\(message)")
  }

  @Test(arguments: [
    ("<!DOCTYPE a [<!ENTITY e \"x\">]><a>&e;</a>", "1:14: the document declares an entity"),
    (
      "<!DOCTYPE a [\n <!-- c --> <?p i?>\n  <!ENTITY % p SYSTEM \"file:///etc/passwd\"> %p;]><a/>",
      "3:3: the document declares an entity"
    ),
    ("<!DOCTYPE a [<!ATTLIST a x CDATA \"y\">]><a/>", "1:14: the document type declares something of its own"),
    ("<!DOCTYPE a [ %p; ]><a/>", "1:15: the document type declares something of its own"),
  ])
  func aDocumentTypeThatDeclaresAnythingIsRefused(text: String, sentence: String) throws {
    let error = #expect(throws: PegError.self) { try parse(text) }
    #expect(error?.sentence == "x.xml:\(sentence)")
    #expect(error?.hint != nil)
  }

  @Test func aDocumentTypeElsewhereIsNotFetched() throws {
    // Nothing listens there, and no such file exists: whoever fetched would fail.
    let tree = try parse("<!DOCTYPE a PUBLIC \"-//X//Y\" \"http://127.0.0.1:9/x]>.dtd\" [ ]><a><b/></a>")
    #expect(tree.root.first("b")?.position == TextPosition(line: 1, column: 66))
    #expect(throws: PegError.self) { try parse("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a>&x;</a>") }
  }

  @Test func sizeDepthCountAndAttributesAreBounded() throws {
    func sentence(_ text: String) -> String? {
      #expect(throws: PegError.self) { try parse(text) }?.sentence
    }
    // 16 deep, 3,200 elements, 1 MiB of attribute and of document are allowed here.
    let deep = String(repeating: "<a>", count: 17) + String(repeating: "</a>", count: 17)
    #expect(sentence(deep) == "x.xml:1:49: elements are nested more than 16 deep")
    #expect(throws: Never.self) {
      try parse(String(repeating: "<a>", count: 16) + String(repeating: "</a>", count: 16))
    }
    let many = "<r>\n" + String(repeating: "<a/>", count: 3200) + "</r>"
    #expect(sentence(many) == "x.xml:2:12797: the document has more than the 3200 elements that are read")
    let wide = "<a x=\"" + String(repeating: "y", count: (1 << 20) - 20) + "\">\n</a>       "
    #expect(throws: Never.self) { try parse(wide) }
    #expect(sentence(wide + "1234567890")?.contains("has more than the 1048576 bytes") == true)
    let tight = XMLTree.Limits(bytes: 4 << 20, depth: 16, elements: 3_200)
    let error = #expect(throws: PegError.self) {
      try XMLTree.parse(
        Array(("<a x=\"" + String(repeating: "y", count: (1 << 20) + 1) + "\"/>").utf8), name: "x.xml", limits: tight)
    }
    #expect(error?.sentence == "x.xml:1:6: an attribute has more than the 1048576 bytes that are read")
  }

  @Test func encodingsAreReadOrNamed() throws {
    func value(_ bytes: [UInt8]) throws -> String? { try parse(bytes).root["x"] }
    #expect(try value([0xEF, 0xBB, 0xBF] + Array("<a x='é'/>".utf8)) == "é")
    let latin = Array("<?xml version='1.0' encoding='ISO-8859-1'?><a x='".utf8) + [0xE9] + Array("'/>".utf8)
    #expect(try value(latin) == "é")
    let wide = Array("<?xml version=\"1.0\" encoding=\"UTF-16\"?><a x='é𝄞'/>".utf16)
    #expect(try value([0xFF, 0xFE] + wide.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }) == "é𝄞")
    #expect(try value([0xFE, 0xFF] + wide.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }) == "é𝄞")
    let error = #expect(throws: PegError.self) {
      try parse("<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><a/>")
    }
    #expect(error?.sentence == "x.xml is written in Shift_JIS, which is not read")
    // A lone continuation byte is no UTF-8.
    #expect(throws: PegError.self) { try parse(Array("<a x='".utf8) + [0x80] + Array("'/>".utf8)) }
    #expect(throws: PegError.self) { try parse([0xFF, 0xFE, 0x3C]) }
  }

  /// libxml2 refuses a piece of more than 10,000,000 bytes; a document may have more.
  @Test func aDocumentMayBeLargerThanWhatTheParserTakesAtOnce() throws {
    let limits = XMLTree.Limits(bytes: 16 << 20, depth: 256, elements: 3_200_000)
    let row = "<clip name=\"a name of some length, as names are\" offset=\"1001/24000s\" duration=\"1001/24000s\"/>\n"
    let count = 11_000_000 / row.utf8.count
    let text = "<r>\n" + String(repeating: row, count: count) + "</r>"
    #expect(text.utf8.count > 10_000_000)
    let tree = try XMLTree.parse(Array(text.utf8), name: "x.xml", limits: limits)
    #expect(tree.elements.count == count + 1)
    #expect(XMLNode(tree: tree, index: count).position == TextPosition(line: count + 1, column: 1))
  }
}

import PegCore
import PegTestSupport
import Testing

@testable import PegInterchange

/// Files of the shared set that are meant to break parsers.
@Suite(.enabled(if: SharedMedia.isThere, "no shared media"))
struct HostileXMLTests {
  /// `grep -n` and counting say where the first declaration, or the wrong root, stands.
  @Test(arguments: [
    ("hostile/xml/cyclic.xml", "2:1: the document declares an entity"),
    ("hostile/xml/external.xml", "2:1: the document declares an entity"),
    ("hostile/xml/xmlbomb.xml", "2:1: the document declares an entity"),
    ("hostile/xml/dtd.xml", "4:1: the document is a <html>, no xmeml, in html"),
    ("hostile/crafted/billion_laughs.fcpxml", "2:19: the document declares an entity"),
    ("hostile/crafted/external_entity.xml", "2:18: the document declares an entity"),
  ])
  func isRefusedWithItsPlace(file: String, sentence: String) throws {
    let path = SharedMedia.file(file)
    let error = #expect(throws: PegError.self) {
      try ImportResult.read(from: path, ImportOptions(name: file, rate: nil, limits: .generous))
    }
    #expect(error?.kind == .badInput)
    #expect(error?.sentence == "\(file):\(sentence)")
  }
}

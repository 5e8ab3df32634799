internal import Foundation
import PegCore

/// How the bytes of an XML document are to be read (XML 1.0, appendix F).
enum XMLEncoding {
  /// The document in UTF-8, without a byte order mark.
  ///
  /// - Throws: ``PegError`` (bad input) for an encoding that is not read, or bytes that are not in it.
  static func utf8(_ document: [UInt8], name: String) throws(PegError) -> [UInt8] {
    if document.starts(with: [0xEF, 0xBB, 0xBF]) { return Array(document.dropFirst(3)) }
    if document.starts(with: [0xFF, 0xFE]) { return try utf8(utf16: document.dropFirst(2), lowFirst: true, name) }
    if document.starts(with: [0xFE, 0xFF]) { return try utf8(utf16: document.dropFirst(2), lowFirst: false, name) }
    guard let declared = declaredEncoding(document) else { return document }
    switch declared.uppercased() {
    case "UTF-8", "UTF8", "US-ASCII", "ASCII": return document
    case "ISO-8859-1", "LATIN1", "ISO8859-1":
      return Array(String(String.UnicodeScalarView(document.map { Unicode.Scalar($0) })).utf8)
    case "WINDOWS-1252", "CP1252":
      guard let text = String(data: Data(document), encoding: .windowsCP1252) else {
        throw PegError(.badInput, "\(name) is not the \(declared) that it says it is")
      }
      return Array(text.utf8)
    default:
      throw PegError(
        .badInput, "\(name) is written in \(declared), which is not read",
        hint: "save it as UTF-8, with encoding=\"UTF-8\"")
    }
  }

  /// What `<?xml … encoding="…"?>` at the head says.
  private static func declaredEncoding(_ document: [UInt8]) -> String? {
    guard document.starts(with: Array("<?xml".utf8)) else { return nil }
    let head = document.prefix(256)
    guard let end = head.firstIndex(of: UInt8(ascii: ">")) else { return nil }
    let declaration = String(decoding: head[..<end], as: UTF8.self)
    guard let found = declaration.firstRange(of: "encoding") else { return nil }
    let rest = declaration[found.upperBound...]
    guard let open = rest.firstIndex(where: { $0 == "\"" || $0 == "'" }) else { return nil }
    let value = rest[rest.index(after: open)...]
    guard let close = value.firstIndex(of: rest[open]) else { return nil }
    return String(value[..<close])
  }

  private static func utf8(
    utf16 bytes: ArraySlice<UInt8>, lowFirst: Bool, _ name: String
  ) throws(PegError) -> [UInt8] {
    guard bytes.count % 2 == 0 else { throw PegError(.badInput, "\(name) ends inside a character of UTF-16") }
    var units: [UInt16] = []
    units.reserveCapacity(bytes.count / 2)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let (a, b) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      units.append(lowFirst ? a | b << 8 : a << 8 | b)
      index += 2
    }
    var text: [UInt8] = []
    let failed = transcode(
      units.makeIterator(), from: UTF16.self, to: UTF8.self, stoppingOnError: true, into: { text.append($0) })
    guard !failed else { throw PegError(.badInput, "\(name) is not valid UTF-16") }
    return text
  }
}

import PegCore

/// The markup of a document before a parser sees it: where each element begins, and whether it asks for more than it may.
///
/// FoundationXML's parser (libxml2) does not say where an element began, only where its start tag ended, and it would
/// read a document type. So this goes over the bytes first, and takes the XML declaration and the document type out: the
/// parser then knows no entities but the five of XML itself, and no file but this one. A document type that declares
/// anything is refused, for nothing that a cut needs stands there.
///
/// What is not well-formed is passed over here; the parser says what is wrong with it.
struct XMLTreeScan {
  /// The document in UTF-8, its declaration and document type made blank, so that places stay.
  private(set) var bytes: [UInt8]
  let lines: LineTable
  /// Of each element's `<`, in the order of the document.
  private(set) var offsets: [Int] = []

  private let name: String
  private let limits: XMLTree.Limits
  private var index = 0
  private var depth = 0

  /// - Throws: ``PegError`` (bad input) with the place of what is refused.
  init(_ document: [UInt8], name: String, limits: XMLTree.Limits) throws(PegError) {
    self.name = name
    self.limits = limits
    guard document.count <= limits.bytes else {
      throw PegError(.badInput, "\(name) has more than the \(limits.bytes) bytes that are read")
    }
    bytes = try XMLEncoding.utf8(document, name: name)
    lines = LineTable(bytes)
    try scan()
  }

  private mutating func scan() throws(PegError) {
    while let start = next("<", from: index) {
      index = start + 1
      guard index < bytes.count else { return }
      switch bytes[index] {
      case UInt8(ascii: "!"):
        if has("!--", at: index) {
          index = skip("-->", from: index + 3)
        } else if has("![CDATA[", at: index) {
          index = skip("]]>", from: index + 8)
        } else if has("!DOCTYPE", at: index) {
          try documentType(start)
        }
      case UInt8(ascii: "?"):
        let end = skip("?>", from: index)
        if has("?xml", at: index), index + 4 < bytes.count, Self.isSpace(bytes[index + 4]) { blank(start..<end) }
        index = end
      case UInt8(ascii: "/"):
        depth -= 1
        index = skip(">", from: index)
      case let byte where Self.beginsName(byte): try startTag(start)
      default: break
      }
    }
  }

  // MARK: Elements

  private mutating func startTag(_ start: Int) throws(PegError) {
    depth += 1
    offsets.append(start)
    guard depth <= limits.depth else {
      throw refused("elements are nested more than \(limits.depth) deep", at: start)
    }
    guard offsets.count <= limits.elements else {
      throw refused("the document has more than the \(limits.elements) elements that are read", at: start)
    }
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: ">"):
        if bytes[index - 1] == UInt8(ascii: "/") { depth -= 1 }
        index += 1
        return
      case UInt8(ascii: "<"): return
      case let quote where quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"):
        let end = next(quote, from: index + 1) ?? bytes.count
        guard end - index - 1 <= limits.attributeBytes else {
          throw refused("an attribute has more than the \(limits.attributeBytes) bytes that are read", at: index)
        }
        index = end + 1
      default: index += 1
      }
    }
  }

  // MARK: Document type

  /// `<!DOCTYPE fcpxml>`, perhaps with names of a DTD elsewhere, which is not fetched.
  private mutating func documentType(_ start: Int) throws(PegError) {
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\""), UInt8(ascii: "'"): index = (next(bytes[index], from: index + 1) ?? bytes.count) + 1
      case UInt8(ascii: "["): try internalSubset()
      case UInt8(ascii: ">"):
        index += 1
        blank(start..<index)
        return
      default: index += 1
      }
    }
  }

  private mutating func internalSubset() throws(PegError) {
    index += 1
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "]") {
        index += 1
        return
      } else if Self.isSpace(byte) {
        index += 1
      } else if has("<!--", at: index) {
        index = skip("-->", from: index + 4)
      } else if has("<?", at: index) {
        index = skip("?>", from: index + 2)
      } else if has("<!ENTITY", at: index) {
        throw refused(
          "the document declares an entity", at: index,
          hint:
            "entities of a document are not read: they can stand for other files, or for more text than fits anywhere")
      } else {
        throw refused(
          "the document type declares something of its own", at: index, hint: "an internal DTD subset is not read")
      }
    }
  }

  // MARK: Bytes

  private func refused(_ sentence: String, at offset: Int, hint: String? = nil) -> PegError {
    .badInput(sentence, in: name, at: lines.position(of: offset), hint: hint)
  }

  private func has(_ text: StaticString, at start: Int) -> Bool {
    guard start + text.utf8CodeUnitCount <= bytes.count else { return false }
    return text.withUTF8Buffer { wanted in bytes[start..<(start + wanted.count)].elementsEqual(wanted) }
  }

  private func next(_ character: Unicode.Scalar, from start: Int) -> Int? { next(UInt8(ascii: character), from: start) }

  private func next(_ byte: UInt8, from start: Int) -> Int? {
    var index = start
    while index < bytes.count {
      if bytes[index] == byte { return index }
      index += 1
    }
    return nil
  }

  /// The place after the next `text`; the end of the document where there is none.
  private func skip(_ text: StaticString, from start: Int) -> Int {
    let first = text.withUTF8Buffer { $0[0] }
    var index = start
    while let found = next(first, from: index) {
      if has(text, at: found) { return found + text.utf8CodeUnitCount }
      index = found + 1
    }
    return bytes.count
  }

  private mutating func blank(_ range: Range<Int>) {
    for index in range where !Self.isSpace(bytes[index]) { bytes[index] = UInt8(ascii: " ") }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

  private static func beginsName(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ":") || byte >= 0x80
  }
}

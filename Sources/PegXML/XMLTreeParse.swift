internal import Foundation
#if canImport(FoundationXML)
  internal import FoundationXML
#endif
public import PegCore

extension XMLTree {
  /// Reads a document.
  ///
  /// libxml2, which does the work, adds limits of its own: it refuses text or an attribute of more than 10,000,000
  /// bytes. It gets the document in pieces, because it refuses a piece of more than that, too. Element nesting is bounded
  /// here alone; its own bound of 256 does not hold for a parser without a tree.
  ///
  /// - Parameters:
  ///   - name: what messages call it.
  /// - Throws: ``PegError`` (bad input) with file, line and column.
  public static func parse(_ document: [UInt8], name: String, limits: Limits) throws(PegError) -> XMLTree {
    let scan = try XMLTreeScan(document, name: name, limits: limits)
    let builder = XMLTreeBuilder(offsets: scan.offsets)
    let parser = XMLParser(stream: InputStream(data: Data(scan.bytes)))
    parser.shouldProcessNamespaces = false
    parser.shouldReportNamespacePrefixes = false
    parser.shouldResolveExternalEntities = false
    parser.delegate = builder
    let isWhole = parser.parse()
    if let fault = builder.fault {
      throw .badInput(fault.sentence, in: name, at: fault.position)
    }
    guard isWhole, !builder.elements.isEmpty else {
      throw .badInput("the document has no element", in: name, at: TextPosition(line: 1, column: 1))
    }
    guard builder.elements.count == scan.offsets.count else {
      throw PegError(.bug, "\(name) has \(builder.elements.count) elements, of which \(scan.offsets.count) were placed")
    }
    return XMLTree(
      name: name, elements: builder.elements, attributes: builder.attributes, names: builder.names,
      texts: builder.texts, lines: scan.lines)
  }
}

/// What the parser tells, as a tree.
private final class XMLTreeBuilder: NSObject, XMLParserDelegate {
  var elements: [XMLTree.Element] = []
  var attributes: [XMLTree.Attribute] = []
  var names: [String] = []
  var texts: [String] = []
  /// The first thing that is not well-formed.
  var fault: (sentence: String, position: TextPosition)?

  private let offsets: [Int]
  private var numbers: [String: Int32] = [:]
  private var open: [(element: Int32, lastChild: Int32, text: String)] = []

  init(offsets: [Int]) {
    self.offsets = offsets
    elements.reserveCapacity(offsets.count)
  }

  private func number(_ name: String) -> Int32 {
    if let known = numbers[name] { return known }
    let number = Int32(names.count)
    names.append(name)
    numbers[name] = number
    return number
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes found: [String: String] = [:]
  ) {
    let index = elements.count
    guard fault == nil, index < offsets.count else { return parser.abortParsing() }
    var element = XMLTree.Element(name: number(name), parent: open.last?.element ?? -1, offset: offsets[index])
    if !found.isEmpty {
      let first = Int32(attributes.count)
      // The parser gives them in no order; equal documents have to give equal trees.
      for (name, value) in found.sorted(by: { $0.key < $1.key }) {
        attributes.append(XMLTree.Attribute(name: number(name), value: value))
      }
      element.attributes = first..<Int32(attributes.count)
    }
    if let last = open.indices.last {
      if open[last].lastChild < 0 {
        elements[Int(open[last].element)].firstChild = Int32(index)
      } else {
        elements[Int(open[last].lastChild)].nextSibling = Int32(index)
      }
      open[last].lastChild = Int32(index)
    }
    elements.append(element)
    open.append((Int32(index), -1, ""))
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    guard let closed = open.popLast() else { return }
    let text = closed.text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !text.isEmpty else { return }
    elements[Int(closed.element)].text = Int32(texts.count)
    texts.append(text)
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    guard let last = open.indices.last else { return }
    open[last].text += string
  }

  func parser(_ parser: XMLParser, foundCDATA block: Data) {
    self.parser(parser, foundCharacters: String(decoding: block, as: UTF8.self))
  }

  func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) {
    guard fault == nil else { return }
    let position = TextPosition(line: max(parser.lineNumber, 1), column: max(parser.columnNumber, 1))
    let inside = open.last.map { names[Int(elements[Int($0.element)].name)] }
    fault = (Self.sentence(of: error, inside: inside, isEmpty: elements.isEmpty), position)
  }

  private static func sentence(of error: any Error, inside element: String?, isEmpty: Bool) -> String {
    let inside = element.map { ", inside <\($0)>" } ?? ""
    return switch LibXMLError(rawValue: (error as NSError).code) {
    case .documentEmpty: "the document has no element"
    case .documentEnd where isEmpty: "the document has no element"
    case .documentEnd where element == nil: "something stands after the end of the document"
    case .documentEnd, .tagNotFinished: "the document ends too early\(inside)"
    case .undeclaredEntity: "an entity is used that XML does not define\(inside)"
    case .tagNameMismatch: "an end tag does not fit its start tag\(inside)"
    case .attributeRedefined: "an attribute stands twice\(inside)"
    case .invalidCharacter, .invalidCharacterReference: "a character stands there that XML does not allow\(inside)"
    case nil: "the XML is not well-formed\(inside)"
    }
  }
}

/// Numbers of libxml2 (`xmlParserErrors`), which are those of Foundation's error domain. Foundation's own enumeration of
/// them counts otherwise on Linux.
private enum LibXMLError: Int {
  case documentEmpty = 4
  case documentEnd = 5
  case invalidCharacterReference = 8
  case invalidCharacter = 9
  case undeclaredEntity = 26
  case attributeRedefined = 42
  case tagNameMismatch = 76
  case tagNotFinished = 77
}

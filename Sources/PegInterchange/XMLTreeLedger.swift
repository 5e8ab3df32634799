import PegCore
import PegXML

extension XMLTree.Limits {
  /// An event of a cut has some thirty elements in an xmeml, and each nested sequence stands some six deep.
  init(_ limits: ImportLimits) {
    self.init(bytes: limits.bytes, depth: limits.depth * 4, elements: limits.events * 32)
  }
}

/// What of a document has been read, and what was found while reading it.
///
/// A reader claims each element that it carries. What stands in a claimed element and was claimed by nobody is reported
/// at the end: so nothing is lost because a reader does not know it.
struct XMLTreeLedger {
  let tree: XMLTree
  private let places: Set<String>
  private var claimed: [Bool]
  private var found: [Entry] = []
  private var known: Set<Key> = []

  private struct Entry {
    var offset: Int
    var finding: Finding
  }

  private struct Key: Hashable {
    var element: Int
    var code: String
  }

  /// - Parameter places: names of elements that a person would look for by their name.
  init(_ tree: XMLTree, places: Set<String>) {
    self.tree = tree
    self.places = places
    claimed = [Bool](repeating: false, count: tree.count)
  }

  // MARK: Claims

  mutating func claim(_ node: XMLNode) { claimed[node.index] = true }

  /// The element and all that stands in it.
  mutating func claimAll(_ node: XMLNode) {
    claim(node)
    for child in node.children { claimAll(child) }
  }

  // MARK: Findings

  /// Something that was not carried as it was. An element that is read in several places is reported once for each code.
  mutating func lose(
    _ code: String, _ message: String, instead: String, at node: XMLNode, severity: Severity = .warning,
    hint: String? = nil
  ) {
    add(code, severity, message, instead: instead, at: node, hint: hint)
  }

  /// A decision that was taken where the document does not say.
  mutating func note(
    _ code: String, _ message: String, at node: XMLNode, severity: Severity = .note, hint: String? = nil
  ) {
    add(code, severity, message, instead: nil, at: node, hint: hint)
  }

  private mutating func add(
    _ code: String, _ severity: Severity, _ message: String, instead: String?, at node: XMLNode, hint: String?
  ) {
    guard known.insert(Key(element: node.index, code: code)).inserted else { return }
    let finding = Finding(
      code, severity, message, at: place(of: node), position: node.position, instead: instead, hint: hint)
    found.append(Entry(offset: node.offset, finding: finding))
  }

  /// What something stands in, as a person would look for it.
  private func place(of node: XMLNode) -> String {
    var next: XMLNode? = node
    while let node = next {
      if places.contains(node.name), let name = node["name"] ?? node.text("name") { return name }
      next = node.parent
    }
    return tree.name
  }

  /// All findings in the order of the document, with one for each element that nobody claimed.
  ///
  /// - Parameter code: of elements that nobody claimed.
  mutating func finish(unclaimed code: String) -> [Finding] {
    for index in 0..<tree.count where !claimed[index] {
      let node = tree.node(index)
      guard let parent = node.parent, claimed[parent.index] else { continue }
      lose(code, "\(node.name) is not understood", instead: "it is left out", at: node)
    }
    // Elements found one after another at one place keep their order.
    return found.enumerated()
      .sorted { ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset) }
      .map(\.element.finding)
  }

  // MARK: Errors

  /// Bad input at an element.
  func wrong(_ sentence: String, at node: XMLNode, hint: String? = nil) -> PegError {
    .badInput("\(sentence), in \(node.way)", in: tree.name, at: node.position, hint: hint)
  }
}

/// A reader of a document, whose sums are exact or an error with a place.
protocol XMLTreeReader {
  var ledger: XMLTreeLedger { get set }
  /// The element that is being read.
  var current: XMLNode { get }
}

extension XMLTreeReader {
  func sum(_ a: Rational, _ b: Rational) throws(PegError) -> Rational { try exact(BoundedRational.sum(a, b)) }
  func difference(_ a: Rational, _ b: Rational) throws(PegError) -> Rational {
    try exact(BoundedRational.difference(a, b))
  }
  func product(_ a: Rational, _ b: Rational) throws(PegError) -> Rational { try exact(BoundedRational.product(a, b)) }
  /// - Throws: also where `b` is 0.
  func quotient(_ a: Rational, _ b: Rational) throws(PegError) -> Rational { try exact(BoundedRational.quotient(a, b)) }

  /// - Throws: ``PegError`` (bad input) for `nil`.
  func exact<Value>(_ value: Value?) throws(PegError) -> Value {
    guard let value else { throw ledger.wrong("times or speeds meet here that have no exact measure", at: current) }
    return value
  }
}

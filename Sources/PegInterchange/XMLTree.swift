import PegCore

/// An XML document as a tree that keeps where everything stood.
///
/// Elements lie in one array in the order of the document; text is kept where it is more than white space, comments and
/// processing instructions are not kept.
final class XMLTree: Sendable {
  /// How much a document may ask for.
  struct Limits: Sendable {
    /// Of the document.
    var bytes: Int
    /// Elements inside each other.
    var depth: Int
    var elements: Int
    /// Of one attribute's value as written.
    var attributeBytes: Int

    /// An event of a cut has some thirty elements in an xmeml, and each nested sequence stands some six deep.
    init(_ limits: ImportLimits) {
      bytes = limits.bytes
      depth = limits.depth * 4
      elements = limits.events * 32
      attributeBytes = 1 << 20
    }
  }

  struct Element: Sendable {
    var name: Int32
    var parent: Int32
    var firstChild: Int32 = -1
    var nextSibling: Int32 = -1
    var attributes: Range<Int32> = 0..<0
    var text: Int32 = -1
    /// Of its `<` in the document.
    var offset: Int
  }

  struct Attribute: Sendable {
    var name: Int32
    var value: String
  }

  /// What messages call the document.
  let name: String
  let elements: [Element]
  let attributes: [Attribute]
  let names: [String]
  let texts: [String]
  private let lines: LineTable

  init(
    name: String, elements: [Element], attributes: [Attribute], names: [String], texts: [String], lines: LineTable
  ) {
    self.name = name
    self.elements = elements
    self.attributes = attributes
    self.names = names
    self.texts = texts
    self.lines = lines
  }

  var root: XMLNode { XMLNode(tree: self, index: 0) }

  func position(of node: XMLNode) -> TextPosition { lines.position(of: elements[node.index].offset) }
}

/// One element of a tree.
struct XMLNode: Sendable {
  let tree: XMLTree
  /// Its number in the order of the document.
  let index: Int

  private var element: XMLTree.Element { tree.elements[index] }

  var name: String { tree.names[Int(element.name)] }

  /// Lines and columns from 1, of the `<`.
  var position: TextPosition { tree.position(of: self) }

  var parent: XMLNode? { element.parent < 0 ? nil : XMLNode(tree: tree, index: Int(element.parent)) }

  /// An attribute's value, character references resolved.
  subscript(_ attribute: String) -> String? {
    for index in element.attributes {
      let found = tree.attributes[Int(index)]
      if tree.names[Int(found.name)] == attribute { return found.value }
    }
    return nil
  }

  /// In the order of the document.
  var attributes: [(name: String, value: String)] {
    element.attributes.map { index in
      let found = tree.attributes[Int(index)]
      return (tree.names[Int(found.name)], found.value)
    }
  }

  /// The text directly in it, without white space at its ends; empty for none.
  var text: String { element.text < 0 ? "" : tree.texts[Int(element.text)] }

  var children: XMLChildren { XMLChildren(tree: tree, upcoming: element.firstChild) }

  func children(_ name: String) -> [XMLNode] { children.filter { $0.name == name } }

  func first(_ name: String) -> XMLNode? { children.first { $0.name == name } }

  /// The text of the first child of that name; `nil` where there is none, or an empty one.
  func text(_ child: String) -> String? {
    guard let text = first(child)?.text, !text.isEmpty else { return nil }
    return text
  }

  /// `fcpxml/library/event/project`: the way from the root.
  var way: String {
    var steps = [name]
    var node = self
    while let next = node.parent {
      steps.append(next.name)
      node = next
    }
    return steps.reversed().joined(separator: "/")
  }
}

extension XMLNode: Hashable {
  static func == (a: XMLNode, b: XMLNode) -> Bool { a.index == b.index && a.tree === b.tree }
  func hash(into hasher: inout Hasher) { hasher.combine(index) }
}

/// The children of an element.
struct XMLChildren: Sequence, IteratorProtocol {
  let tree: XMLTree
  /// The number of the next child; below 0 for none.
  var upcoming: Int32

  mutating func next() -> XMLNode? {
    guard upcoming >= 0 else { return nil }
    let node = XMLNode(tree: tree, index: Int(upcoming))
    upcoming = tree.elements[node.index].nextSibling
    return node
  }
}

/// Where the lines of a text begin.
struct LineTable: Sendable {
  private let bytes: [UInt8]
  private let starts: [Int]

  /// - Parameter bytes: UTF-8.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var starts = [0]
    for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(index + 1) }
    self.starts = starts
  }

  /// - Parameter offset: a byte offset, 0…count.
  func position(of offset: Int) -> TextPosition {
    var (low, high) = (0, starts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    // Continuation bytes begin no character.
    let characters = bytes[starts[low]..<offset].count { $0 & 0xC0 != 0x80 }
    return TextPosition(line: low + 1, column: characters + 1)
  }
}

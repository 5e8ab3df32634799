public import PegCore

/// An XML document as a tree that keeps where everything stood.
///
/// Elements lie in one array in the order of the document; text is kept where it is more than white space, comments and
/// processing instructions are not kept.
public final class XMLTree: Sendable {
  /// How much a document may ask for.
  public struct Limits: Hashable, Sendable {
    /// Of the document.
    public var bytes: Int
    /// Elements inside each other.
    public var depth: Int
    public var elements: Int
    /// Of one attribute's value as written.
    public var attributeBytes: Int

    public init(bytes: Int, depth: Int, elements: Int, attributeBytes: Int = 1 << 20) {
      self.bytes = bytes
      self.depth = depth
      self.elements = elements
      self.attributeBytes = attributeBytes
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
  public let name: String
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

  /// How many elements there are; they count from 0 in the order of the document.
  public var count: Int { elements.count }
  public func node(_ index: Int) -> XMLNode { XMLNode(tree: self, index: index) }

  public var root: XMLNode { XMLNode(tree: self, index: 0) }

  func position(of node: XMLNode) -> TextPosition { lines.position(of: elements[node.index].offset) }
}

/// One element of a tree.
public struct XMLNode: Sendable {
  let tree: XMLTree
  /// Its number in the order of the document.
  public let index: Int

  private var element: XMLTree.Element { tree.elements[index] }

  /// The byte of its `<` in the document.
  public var offset: Int { element.offset }

  public var name: String { tree.names[Int(element.name)] }

  /// Lines and columns from 1, of the `<`.
  public var position: TextPosition { tree.position(of: self) }

  public var parent: XMLNode? { element.parent < 0 ? nil : XMLNode(tree: tree, index: Int(element.parent)) }

  /// An attribute's value, character references resolved.
  public subscript(_ attribute: String) -> String? {
    for index in element.attributes {
      let found = tree.attributes[Int(index)]
      if tree.names[Int(found.name)] == attribute { return found.value }
    }
    return nil
  }

  /// In the order of the document.
  public var attributes: [(name: String, value: String)] {
    element.attributes.map { index in
      let found = tree.attributes[Int(index)]
      return (tree.names[Int(found.name)], found.value)
    }
  }

  /// The text directly in it, without white space at its ends; empty for none.
  public var text: String { element.text < 0 ? "" : tree.texts[Int(element.text)] }

  public var children: XMLChildren { XMLChildren(tree: tree, upcoming: element.firstChild) }

  public func children(_ name: String) -> [XMLNode] { children.filter { $0.name == name } }

  public func first(_ name: String) -> XMLNode? { children.first { $0.name == name } }

  /// The text of the first child of that name; `nil` where there is none, or an empty one.
  public func text(_ child: String) -> String? {
    guard let text = first(child)?.text, !text.isEmpty else { return nil }
    return text
  }

  /// `fcpxml/library/event/project`: the way from the root.
  public var way: String {
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
  public static func == (a: XMLNode, b: XMLNode) -> Bool { a.index == b.index && a.tree === b.tree }
  public func hash(into hasher: inout Hasher) { hasher.combine(index) }
}

/// The children of an element.
public struct XMLChildren: Sequence, IteratorProtocol {
  let tree: XMLTree
  /// The number of the next child; below 0 for none.
  var upcoming: Int32

  public mutating func next() -> XMLNode? {
    guard upcoming >= 0 else { return nil }
    let node = XMLNode(tree: tree, index: Int(upcoming))
    upcoming = tree.elements[node.index].nextSibling
    return node
  }
}

import PegCore
import PegXML

/// An XML document that holds a look, read with its limits.
struct LookXML {
  let tree: XMLTree

  init(_ bytes: [UInt8], name: String, limits: LookLimits) throws(PegError) {
    tree = try XMLTree.parse(
      bytes, name: name, limits: XMLTree.Limits(bytes: limits.bytes, depth: 32, elements: 100_000))
  }

  func wrong(_ sentence: String, at node: XMLNode, hint: String? = nil) -> PegError {
    .badInput("\(sentence), in \(node.way)", in: tree.name, at: node.position, hint: hint)
  }

  /// The numbers in an element's text.
  func numbers(_ node: XMLNode, count: Int) throws(PegError) -> [Double] {
    let words = node.text.utf8.split { $0 == 32 || (9...13).contains($0) }
    guard words.count == count else {
      throw wrong("\(node.name) has \(words.count) numbers and needs \(count)", at: node)
    }
    var values: [Double] = []
    values.reserveCapacity(count)
    for word in words {
      guard let text = String(word), let value = DecimalFloat.double(text) else {
        throw wrong("\"\(String(word)?.prefix(40) ?? "")\" is no finite number", at: node)
      }
      values.append(value)
    }
    return values
  }

  func number(_ text: String, _ what: String, at node: XMLNode) throws(PegError) -> Double {
    guard let value = DecimalFloat.double(text) else {
      throw wrong("\(what) is \"\(text.prefix(40))\", which is no finite number", at: node)
    }
    return value
  }
}

extension XMLNode {
  /// The name without the prefix of a namespace.
  var localName: Substring { name.split(separator: ":", omittingEmptySubsequences: false).last ?? Substring(name) }
  func firstLocal(_ names: String...) -> XMLNode? { children.first { names.contains(String($0.localName)) } }
}

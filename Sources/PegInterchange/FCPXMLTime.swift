import PegCore
import PegXML

/// A time of an FCPXML: `1001/24000s`, `5s`.
struct FCPXMLTime: Hashable {
  var seconds: Rational
  /// The denominator as written: what the writing program rounded to.
  var scale: Int

  /// Reads a rational number of seconds, with a numerator of 64 and a denominator of 32 bits (FCPXML DTD, `time`).
  /// Decimals are read as well, for programs write them.
  ///
  /// Returns `nil` for anything else, and for more than 10⁹ seconds.
  init?(_ text: String) {
    guard text.last == "s" else { return nil }
    let parts = text.dropLast().split(separator: "/", omittingEmptySubsequences: false)
    switch parts.count {
    case 1:
      guard let value = Rational(decimal: parts[0]), let scale = Int(exactly: value.denominator) else { return nil }
      (seconds, self.scale) = (value, scale)
    case 2:
      guard let top = Int(parts[0]), let bottom = Int(parts[1]), (1...0xFFFF_FFFF).contains(bottom) else { return nil }
      (seconds, scale) = (Rational(top, bottom), bottom)
    default: return nil
    }
    guard seconds.magnitude <= 1_000_000_000 else { return nil }
  }
}

extension FCPXMLReader {
  /// An attribute that is a time; `nil` where it is absent.
  func time(_ attribute: String, of node: XMLNode) throws(PegError) -> FCPXMLTime? {
    guard let text = node[attribute] else { return nil }
    guard let time = FCPXMLTime(text) else {
      throw ledger.wrong(
        "the \(attribute) \"\(text.prefix(60))\" is no time", at: node, hint: "a time reads 5s or 1001/24000s")
    }
    return time
  }

  func seconds(_ attribute: String, of node: XMLNode) throws(PegError) -> Rational? {
    try time(attribute, of: node)?.seconds
  }
}

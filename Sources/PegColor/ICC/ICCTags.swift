import PegCore

/// The tags of an ICC profile (ISO 15076-1 clause 7): bytes, and where each value lies.
struct ICCTags {
  private let bytes: [UInt8]
  private let name: String
  private var tags: [String: Range<Int>] = [:]

  /// - Throws: bad input for what is no profile, and for a table of tags that leaves it.
  init(_ bytes: [UInt8], name: String) throws(PegError) {
    self.bytes = bytes
    self.name = name
    guard bytes.count >= 132, text(36) == "acsp" else { throw wrong("is no ICC profile") }
    let count = u32(128)
    guard count <= 1024, 132 + 12 * count <= bytes.count else { throw wrong("has a table of tags that is cut off") }
    for index in 0..<count {
      let entry = 132 + 12 * index
      let (offset, size) = (u32(entry + 4), u32(entry + 8))
      guard offset + size <= bytes.count, size >= 8 else { throw wrong("has the tag \(text(entry)) past its end") }
      // The first of two counts.
      if tags[text(entry)] == nil { tags[text(entry)] = offset..<(offset + size) }
    }
  }

  func wrong(_ sentence: String) -> PegError { PegError(.badInput, "the ICC profile \(name) \(sentence)") }

  /// Four characters of the header: `RGB `, `XYZ `, `mntr`.
  var colorSpace: String { text(16) }
  var connectionSpace: String { text(20) }

  func has(_ tag: String) -> Bool { tags[tag] != nil }

  private func text(_ at: Int) -> String { String(decoding: bytes[at..<at + 4], as: UTF8.self) }
  private func u16(_ at: Int) -> Int { Int(bytes[at]) << 8 | Int(bytes[at + 1]) }
  private func u32(_ at: Int) -> Int { u16(at) << 16 | u16(at + 2) }
  private func fixed(_ at: Int) -> Double { Double(Int32(truncatingIfNeeded: u32(at))) / 65536 }

  /// The numbers of an `XYZ ` or `sf32` tag; `nil` where it is not there.
  func numbers(_ tag: String, count: Int) throws(PegError) -> [Double]? {
    guard let place = tags[tag] else { return nil }
    guard ["XYZ ", "sf32"].contains(text(place.lowerBound)), place.count >= 8 + 4 * count else {
      throw wrong("has a broken tag \(tag)")
    }
    return (0..<count).map { fixed(place.lowerBound + 8 + 4 * $0) }
  }

  /// What the profile calls itself; empty where it does not.
  var title: String {
    guard let place = tags["desc"] else { return "" }
    let start = place.lowerBound
    var characters: [UInt8] = []
    if text(start) == "mluc", place.count >= 28 {
      let (length, offset) = (u32(start + 20), u32(start + 24))
      guard offset <= place.count, length <= place.count - offset else { return "" }
      // UTF-16, of which names are the ASCII part.
      for at in stride(from: start + offset, to: start + offset + length - 1, by: 2) where bytes[at] == 0 {
        characters.append(bytes[at + 1])
      }
    } else if text(start) == "desc", place.count >= 12 {
      characters = Array(bytes[start + 12..<min(start + 12 + u32(start + 8), place.upperBound)])
    }
    return String(decoding: characters.filter { (0x20..<0x7f).contains($0) }.prefix(100), as: UTF8.self)
  }

  /// A tone curve.
  enum Curve: Hashable {
    case gamma(Double)
    /// Evenly spaced over 0…1.
    case table([Double])
    /// (a · x + b)^g + e from `d` on, c · x + f below.
    case parametric(g: Double, a: Double, b: Double, c: Double, d: Double, e: Double, f: Double)
  }

  /// `nil` where the tag is not there.
  func curve(_ tag: String) throws(PegError) -> Curve? {
    guard let place = tags[tag] else { return nil }
    let start = place.lowerBound
    guard place.count >= 12 else { throw wrong("has a broken tag \(tag)") }
    switch text(start) {
    case "curv":
      let count = u32(start + 8)
      guard place.count >= 12 + 2 * count else { throw wrong("has a broken tag \(tag)") }
      switch count {
      case 0: return .gamma(1)
      case 1:
        let gamma = Double(u16(start + 12)) / 256
        guard (1.0 / 64...64).contains(gamma) else { throw wrong("has a gamma of \(gamma) in its tag \(tag)") }
        return .gamma(gamma)
      default: return .table((0..<count).map { Double(u16(start + 12 + 2 * $0)) / 65535 })
      }
    case "para":
      let kind = u16(start + 8)
      guard kind < 5, place.count >= 12 + 4 * [1, 3, 4, 5, 7][kind] else { throw wrong("has a broken tag \(tag)") }
      let p = (0..<[1, 3, 4, 5, 7][kind]).map { fixed(start + 12 + 4 * $0) }
      guard (1.0 / 64...64).contains(p[0]), kind == 0 || p[1] != 0 else { throw wrong("has a broken tag \(tag)") }
      switch kind {
      case 0: return .gamma(p[0])
      case 1: return .parametric(g: p[0], a: p[1], b: p[2], c: 0, d: -p[2] / p[1], e: 0, f: 0)
      case 2: return .parametric(g: p[0], a: p[1], b: p[2], c: 0, d: -p[2] / p[1], e: p[3], f: p[3])
      case 3: return .parametric(g: p[0], a: p[1], b: p[2], c: p[3], d: p[4], e: 0, f: 0)
      default: return .parametric(g: p[0], a: p[1], b: p[2], c: p[3], d: p[4], e: p[5], f: p[6])
      }
    default: throw wrong("has a tag \(tag) of the type \(text(start)), which is not read")
    }
  }
}

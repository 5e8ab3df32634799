import PegCore
import PegTimeline
import PegXML

/// Media, as a `file` element says them.
struct XMEMLFile {
  var node: XMLNode
  var name: String
  var rate: FrameRate
  /// Media seconds of the first frame: its timecode, else 0.
  var start: Rational
  /// Frames at `rate`; `nil` where the file does not say.
  var duration: Rational?
  var raster: Raster?
  /// 0 where the file does not say.
  var audioChannels: Int
  var reference: MediaReference
}

extension XMEMLReader {
  /// The file of an item, wherever it is written out.
  ///
  /// - Parameter outer: the rate of the item.
  mutating func file(of item: XMLNode, _ outer: FrameRate) throws(PegError) -> XMEMLFile? {
    guard let stub = item.first("file") else { return nil }
    ledger.claim(stub)
    let node = whole(stub)
    ledger.claimAll(node)
    if node == stub, node["id"] != nil, node.first("name") == nil, node.first("pathurl") == nil {
      ledger.lose(
        "xmeml.missing_file", "the file \(node["id"] ?? "") is defined nowhere", instead: "its media are missing",
        at: node, severity: .error)
    }
    let rate = try rate(of: node) ?? outer
    let code = try node.first("timecode").map { node throws(PegError) in try timecode(node, rate) } ?? nil
    let media = node.first("media")
    let pictures = media?.first("video")?.first("samplecharacteristics")
    let channels = (media?.children("audio") ?? []).map { sound in
      sound.text("channelcount").flatMap { Int($0) } ?? 1
    }
    var raster = try raster(of: pictures)
    if raster == nil { raster = try self.raster(of: node) }
    var file = XMEMLFile(
      node: node, name: node.text("name") ?? "", rate: rate, start: code?.seconds ?? 0,
      duration: try frames("duration", of: node), raster: raster,
      audioChannels: channels.reduce(0) { $0 + max(0, min($1, 1024)) }, reference: .offline())
    var info = ReferenceInfo(info: ObjectInfo(name: file.name))
    // Item times count from the media's beginning: without a length of its own, that of the item says where that is.
    var length = file.duration
    if length == nil, let frames = try frames("duration", of: item) {
      length = try product(frames, rate.value / (try self.rate(of: item) ?? outer).value)
    }
    if let length, length > .zero {
      info.availableRange = TimeRange(
        start: RationalTime(try product(file.start, rate.value), rate), duration: RationalTime(length, rate))
    }
    var metadata = JSONObject()
    metadata["id"] = node["id"].map { .string($0) }
    if let reel = node.first("timecode")?.first("reel")?.text("name") { metadata["reel"] = .string(reel) }
    if let source = node.text("mediaSource") { metadata["media_source"] = .string(source) }
    if let url = node.text("pathurl") {
      metadata["pathurl"] = .string(url)
      file.reference = .external(info, url: XMEMLPath.url(url))
    } else if let made = generator(named: node.text("mediaSource"), file.name) {
      file.reference = .generator(info, kind: made, parameters: JSONObject())
    } else {
      file.reference = .missing(info)
      if let source = node.text("mediaSource") {
        ledger.lose(
          "xmeml.generator", "the \(source) \(file.name) is not carried",
          instead: "it is a clip without media", at: node, hint: "link a movie of it with `pegbar cut link`")
      }
    }
    if !metadata.isEmpty, var common = file.reference.common {
      common.info.metadata["xmeml"] = .object(metadata)
      file.reference.common = common
    }
    return file
  }

  /// The generator of Pegbar's that a program's own stands for; Premiere writes `Slug` for whatever the format lacks, so
  /// that the name decides.
  func generator(named source: String?, _ name: String) -> String? {
    guard source != nil else { return nil }
    return Self.generators.first { name.lowercased().hasPrefix($0.prefix) }?.kind
  }

  /// By the beginning of the name, in lower case.
  static let generators: [(prefix: String, kind: String)] = [
    ("slug", "black"), ("black", "black"), ("bars and tone", "bars"), ("hd bars and tone", "bars"), ("bars", "bars"),
    ("hd color bars", "bars"), ("color bars", "bars"), ("smpte bars", "bars"), ("universal counting leader", "leader"),
  ]
}

/// Paths of media as xmeml writes them.
enum XMEMLPath {
  /// `file://localhost/D%3a/media/a b.mov` as `file:///D:/media/a%20b.mov`: a URL by RFC 8089 without a host, whose
  /// escapes are those that RFC 3986 asks for. Anything else that has no scheme stays a path.
  static func url(_ text: String) -> String {
    var path = text
    if let scheme = text.firstRange(of: "://") {
      guard text[..<scheme.lowerBound].lowercased() == "file" else { return text }
      let rest = text[scheme.upperBound...]
      // What stands before the first slash is a host: none, this one, or a server's.
      let slash = rest.firstIndex(of: "/") ?? rest.endIndex
      let host = rest[..<slash]
      guard host.isEmpty || host.lowercased() == "localhost" else { return text }
      path = decoded(rest[slash...])
    } else {
      let isDrive =
        text.count > 2 && text.dropFirst().first == ":"
        && (text.dropFirst(2).first == "\\" || text.dropFirst(2).first == "/")
      guard isDrive || text.hasPrefix("/") else { return text }
      if isDrive { path = "/" + text.replacing("\\", with: "/") }
    }
    return "file://" + encoded(path)
  }

  /// Percent escapes resolved; what they come to is UTF-8, or stays as it stood.
  static func decoded(_ text: some StringProtocol) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest.removeFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self) ?? String(text)
  }

  private static func encoded(_ path: String) -> String {
    // RFC 3986: unreserved characters, sub-delimiters, and `:`, `@`, `/` of a path.
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@/".utf8)
    let digits = Array("0123456789ABCDEF".utf8)
    var text: [UInt8] = []
    for byte in path.utf8 {
      if plain.contains(byte) {
        text.append(byte)
      } else {
        text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}

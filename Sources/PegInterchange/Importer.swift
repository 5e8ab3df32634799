public import PegCore
import PegTimeline

/// A reader of one kind of file.
public struct Importer: Sendable {
  /// What people call the kind, such as `CMX 3600 EDL`.
  public let title: String
  /// Extensions in lower case, without the dot.
  public let suffixes: [String]
  /// Whether a file that begins so is of this kind. Gets up to ``headLength`` bytes.
  let recognises: @Sendable (_ head: ArraySlice<UInt8>) -> Bool
  /// Whether it is known only so that it can be refused with a way out.
  var isRefused = false
  let read: @Sendable (_ bytes: [UInt8], _ options: ImportOptions) throws(PegError) -> ImportResult

  static let headLength = 4096

  /// Every kind that is read, or refused with a hint. Where several fit, the first one reads.
  public static let all: [Importer] = [
    .otio, .edl, .fcpxml, .xmeml, .xdts, .csvSheet, .tvpaint, .cutSheet, .cutTable, .aaf, .ale, .xps,
  ]
}

extension ImportResult {
  /// Reads a cut of any kind in ``Importer/all``: the one whose extension and content both fit, else whose content fits, else
  /// whose extension does.
  ///
  /// - Throws: ``PegError`` (bad input) with file, line and column of what is wrong, or that names the kinds there are.
  public static func parse(_ bytes: [UInt8], _ options: ImportOptions) throws(PegError) -> ImportResult {
    guard bytes.count <= options.limits.bytes else {
      throw PegError(.badInput, "\(options.name) has more than the \(options.limits.bytes) bytes that are read")
    }
    let head = bytes.prefix(Importer.headLength)
    let suffix = options.name.split(separator: "/").last.flatMap { name in
      name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() }
    }
    let named = Importer.all.filter { importer in suffix.map(importer.suffixes.contains) ?? false }
    let importer =
      named.first { $0.recognises(head) } ?? Importer.all.first { $0.recognises(head) } ?? named.first
    guard let importer else {
      let kinds = Importer.all.filter { !$0.isRefused }.map(\.title).joined(separator: ", ")
      throw PegError(.badInput, "\(options.name) is no kind of cut that is read", hint: "these are: \(kinds)")
    }
    var result = try importer.read(bytes, options)
    result.kind = importer.title
    return result
  }

  /// Reads a cut file; see ``parse(_:_:)``.
  ///
  /// - Throws: also missing input where there is no such file.
  public static func read(from path: String, _ options: ImportOptions) throws(PegError) -> ImportResult {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    // A bundle is a folder with the document in it.
    if path.hasSuffix(".fcpxmld") { path += "/Info.fcpxml" }
    return try parse(try WholeFile.contents(of: path, limit: options.limits.bytes), options)
  }
}

extension Importer {
  static let otio = Importer(
    title: "OpenTimelineIO", suffixes: ["otio"],
    recognises: { head in
      head.pastSpace.first == UInt8(ascii: "{") && head.contains(Array("\"OTIO_SCHEMA\"".utf8))
    },
    read: { (bytes, options) throws(PegError) in
      let (timeline, findings) = try Timeline.parse(otio: bytes, name: options.name)
      return ImportResult(timeline: timeline, findings: findings)
    })
}

extension ArraySlice<UInt8> {
  /// What follows a byte order mark and white space.
  var pastSpace: ArraySlice<UInt8> {
    let text = starts(with: [0xEF, 0xBB, 0xBF]) ? dropFirst(3) : self
    return text.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
  }
}

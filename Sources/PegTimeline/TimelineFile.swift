public import PegCore

extension Timeline {
  /// Bytes and nesting of a cut file: a cut of 5,000 events has some ten megabytes.
  public static let limits = JSONLimits(bytes: 512 << 20, depth: 256)

  /// Reads an OTIO document.
  ///
  /// - Parameters:
  ///   - bytes: JSON in UTF-8.
  ///   - name: what messages call the file.
  /// - Returns: the cut, and what was found that Pegbar keeps without understanding it.
  /// - Throws: ``PegError`` (bad input) that says file, line, column and the way to what is wrong.
  public static func parse(
    otio bytes: [UInt8], name: String
  ) throws(PegError) -> (timeline: Timeline, findings: [Finding]) {
    let document: JSON
    do throws(JSONError) { document = try JSON(parsing: bytes, limits: limits) } catch {
      let place = error.position
      throw PegError(
        .badInput, "\(name):\(place.line):\(place.column): \(error.sentence)",
        hint: "a cut is an OTIO file, which is JSON")
    }
    var reader = OTIOReader()
    do throws(Problem) { return (try reader.timeline(document), reader.findings) } catch {
      let place = TextPosition(of: error.path, in: bytes, limits: limits)
      let way = ObjectPath.describe(error.path, in: document)
      throw PegError(
        .badInput, "\(name):\(place.line):\(place.column): \(error.sentence), in \(way)", hint: error.hint)
    }
  }

  /// Reads an OTIO file.
  ///
  /// - Throws: ``PegError``: missing input where there is no such file, bad input where it cannot be read or parsed.
  public static func read(from path: String) throws(PegError) -> (timeline: Timeline, findings: [Finding]) {
    try parse(otio: try WholeFile.contents(of: path, limit: limits.bytes), name: path)
  }

  /// Reads an OTIO file, without its findings.
  ///
  /// - Throws: as ``read(from:)``.
  public init(reading path: String) throws(PegError) { self = try Self.read(from: path).timeline }

  /// Reads an OTIO document, without its findings.
  ///
  /// - Throws: as ``parse(otio:name:)``.
  public init(otio bytes: [UInt8], name: String) throws(PegError) {
    self = try Self.parse(otio: bytes, name: name).timeline
  }

  /// The cut as an OTIO file: indented JSON in UTF-8, with a newline at its end.
  public func otio() -> [UInt8] { json.bytes(.pretty) + [UInt8(ascii: "\n")] }

  /// Writes the cut to a file, whole or not at all: beside it first, to the disk, then under its name.
  ///
  /// - Throws: ``PegError``: cannot create where the folder does not exist or may not be written, io where writing fails.
  public func write(to path: String) throws(PegError) { try WholeFile.replace(path, with: otio()) }
}

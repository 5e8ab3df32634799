public import PegCore

/// Where the packets of a file lie, read from the file's structure: the essence itself is not touched.
///
/// For MOV, MP4, Matroska and MXF as Pegbar writes them; fragmented movies and laced Matroska blocks are refused by name.
/// Matroska and MXF tell where each packet lies beside the packet itself, so that a file whose writing was interrupted is
/// read as far as it goes; MOV and MP4 tell it in `moov` alone, which is written last.
public struct PacketTable: Sendable {
  public struct Entry: Hashable, Sendable {
    /// Where the packet's bytes begin in the file.
    public var offset: Int
    /// How many there are. Raw PCM in MOV gives one entry for each run of samples that lie together.
    public var size: Int
    /// In the stream's unit, on the presented timeline; `nil` where the container has no times (MXF).
    public var presentation: Int64?
    /// `nil` where the container does not say (MXF).
    public var isKey: Bool?
  }

  public struct Stream: Sendable {
    public var isVideo: Bool
    /// Seconds of one unit of ``Entry/presentation``.
    public var unit: Rational
    /// Bytes of each packet's head that the container leaves out: 8 for ProRes in Matroska (frame size and `icpf`).
    public var omitted: Int
    /// In decode order.
    public var entries: [Entry]
  }

  /// Pictures and sound, in the order of the muxer's streams.
  public var streams: [Stream]
  /// The bytes of the container's index: the payload of `moov`, Cues, or the index segments; empty where it was not
  /// written yet.
  public var index: [Range<Int>]

  /// - Parameter mayBeCut: whether the file may end anywhere, as one does whose writing was interrupted: then the packets
  ///   that are whole are listed, up to the first that is not. A packet that is listed is not thereby the one that was
  ///   written: whoever uses it checks its hash.
  /// - Throws: ``MediaError`` when the file is missing, is none of these containers, or ends early although it may not.
  public static func read(path: String, mayBeCut: Bool = false) throws(MediaError) -> PacketTable {
    let source = try ByteSource(path)
    let head = try source.bytes(at: 0, count: min(16, source.size))
    if head.starts(with: [0x1a, 0x45, 0xdf, 0xa3]) { return try MatroskaTable.read(source, mayBeCut: mayBeCut) }
    if head.starts(with: [0x06, 0x0e, 0x2b, 0x34]) { return try MaterialTable.read(source, mayBeCut: mayBeCut) }
    if head.count >= 8, head.dropFirst(4).starts(with: "ftyp".utf8) { return try MovieTable.read(source) }
    throw MediaError(
      .badInput, .read, path, "it is no MOV, MP4, Matroska or MXF file", hint: "only these have a table of packets")
  }
}

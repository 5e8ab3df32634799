/// A box of MOV and MP4 (ISO/IEC 14496-12, clause 4.2): its type, and where its payload is.
struct MovieBox {
  let type: String
  let start: Int
  let payload: Range<Int>

  /// The boxes that lie in `range`, in their order. A box that leaves it ends the list.
  ///
  /// - Throws: ``MediaError`` when there are more than ``MediaLimits/boxes``, or the file cannot be read.
  static func list(_ source: ByteSource, in range: Range<Int>) throws(MediaError) -> [MovieBox] {
    var boxes: [MovieBox] = []
    var at = range.lowerBound
    while at + 8 <= range.upperBound {
      var size = Int(try source.number(at: at, count: 4))
      var head = 8
      if size == 1 {
        guard at + 16 <= range.upperBound else { break }
        size = Int(clamping: try source.number(at: at + 8, count: 8))
        head = 16
      } else if size == 0 {
        size = range.upperBound - at
      }
      guard size >= head, size <= range.upperBound - at else { break }
      guard boxes.count < MediaLimits.boxes else {
        throw MediaError(.badInput, .read, source.path, "it has more than \(MediaLimits.boxes) boxes side by side")
      }
      let type = String(decoding: try source.bytes(at: at + 4, count: 4), as: UTF8.self)
      boxes.append(MovieBox(type: type, start: at, payload: at + head..<at + size))
      at += size
    }
    return boxes
  }

  /// The first box at the end of a path of types, such as `mdia`, `minf`, `stbl`.
  static func find(
    _ path: [String], _ source: ByteSource, in range: Range<Int>
  ) throws(MediaError) -> MovieBox? {
    var range = range
    var found: MovieBox?
    for type in path {
      found = try list(source, in: range).first { $0.type == type }
      guard let found else { return nil }
      range = found.payload
    }
    return found
  }
}

/// An element of EBML (RFC 8794, clause 6): what it is, and where its payload lies.
///
/// Walking is the same for a finished file and for one that was cut off anywhere; what differs is what an element that
/// does not end inside its parent means: there an error, here the place where the file ends.
struct MatroskaElement {
  let id: UInt64
  let payload: Range<Int>
  /// Whether the payload ends before the element does, because the file does.
  let isCut: Bool
  /// Whether the element says no size (clause 6.2): it lasts until something begins that cannot lie in it.
  let isOpen: Bool

  /// The elements of Matroska (RFC 9559) that are looked for.
  enum ID {
    static let header: UInt64 = 0x1a45_dfa3
    static let segment: UInt64 = 0x1853_8067
    static let info: UInt64 = 0x1549_a966
    static let tracks: UInt64 = 0x1654_ae6b
    static let cluster: UInt64 = 0x1f43_b675
    static let cues: UInt64 = 0x1c53_bb6b
    /// Children of the segment: an open cluster ends where one of them begins.
    static let ofSegment: Set<UInt64> = [
      info, tracks, cluster, cues, 0x114d_9b74 /* SeekHead */, 0x1941_a469 /* Attachments */,
      0x1043_a770 /* Chapters */,
      0x1254_c367 /* Tags */,
    ]
  }

  /// The element at `place`, whose parent ends at `end`.
  ///
  /// - Parameter mayBeCut: whether the file may end anywhere.
  /// - Returns: `nil` where not even the element's head is whole, or no element begins: only when the file may be cut.
  /// - Throws: ``MediaError`` when the file cannot be read, or is broken although it should be whole.
  init?(_ source: ByteSource, at place: Int, end: Int, mayBeCut: Bool) throws(MediaError) {
    guard let (id, idLength) = try Self.variable(source, place, end: end, longest: 4, keepsMarker: true),
      let (size, sizeLength) = try Self.variable(source, place + idLength, end: end, longest: 8, keepsMarker: false)
    else {
      if mayBeCut { return nil }
      throw MediaError(.badInput, .read, source.path, "no element begins at byte \(place)")
    }
    let start = place + idLength + sizeLength
    let room = end - start
    // All bits set: a stream that did not know its size, or a file whose writer did not come back to say it.
    isOpen = size == (UInt64(1) << UInt64(7 * sizeLength)) - 1
    if isOpen, !mayBeCut {
      throw MediaError(.badInput, .read, source.path, "an element has no size, as in a stream that was piped")
    }
    isCut = !isOpen && size > UInt64(room)
    if isCut, !mayBeCut {
      throw MediaError(.badInput, .read, source.path, "the file ends inside its structure at byte \(place)")
    }
    self.id = id
    payload = start..<(isOpen || isCut ? end : start + Int(size))
  }

  /// Visits the elements in `range` in their order, until `visit` says no, or what follows is not whole.
  static func walk(
    _ source: ByteSource, in range: Range<Int>, mayBeCut: Bool,
    _ visit: (MatroskaElement) throws(MediaError) -> Bool
  ) throws(MediaError) {
    var at = range.lowerBound
    while at < range.upperBound {
      guard let element = try MatroskaElement(source, at: at, end: range.upperBound, mayBeCut: mayBeCut),
        try visit(element)
      else { return }
      at = element.payload.upperBound
    }
  }

  /// The payload as a number: its first eight bytes at most, 0 for none.
  func number(_ source: ByteSource) throws(MediaError) -> UInt64 {
    payload.isEmpty ? 0 : try source.number(at: payload.lowerBound, count: min(8, payload.count))
  }

  /// A number whose first byte says how long it is (RFC 8794, clause 4); `nil` where it is longer than `longest` bytes or
  /// reaches past `end`.
  static func variable(
    _ source: ByteSource, _ place: Int, end: Int, longest: Int, keepsMarker: Bool
  ) throws(MediaError) -> (value: UInt64, length: Int)? {
    guard place < end else { return nil }
    let first = UInt8(truncatingIfNeeded: try source.number(at: place, count: 1))
    let length = first.leadingZeroBitCount + 1
    guard length <= longest, length <= end - place else { return nil }
    let value = try source.number(at: place, count: length)
    return (keepsMarker ? value : value & ((UInt64(1) << UInt64(7 * length)) - 1), length)
  }
}

import PegCore
import PegLedger
import PegMedia

/// A long-GOP encoder that works by closed segments: each from a newly opened encoder, so that a segment's packets depend on
/// its own pictures alone (DESIGN §1).
final class SegmentWork {
  let parameters: CodecParameters
  private let settings: EncoderSettings
  private let boundaries: [Int]
  private let origin: Int
  private var encoder: EncoderBox?
  private var start: Int
  private var decoded = 0
  private var entry: SegmentEntry?

  private final class EncoderBox {
    var encoder: VideoEncoder
    init(_ settings: EncoderSettings) throws { encoder = try VideoEncoder(settings) }
  }

  /// - Parameters:
  ///   - boundaries: record frames where segments begin, ascending.
  ///   - origin: the record frame that has time 0 in the file.
  init(settings: EncoderSettings, boundaries: [Int], origin: Int) throws {
    self.settings = settings
    self.boundaries = boundaries
    self.origin = origin
    start = origin
    let first = try EncoderBox(settings)
    parameters = first.encoder.parameters
    encoder = first
  }

  /// Whether a segment begins at record frame `frame`.
  func begins(_ frame: Int) -> Bool {
    var (low, high) = (0, boundaries.count)
    while low < high {
      let middle = (low + high) / 2
      if boundaries[middle] < frame { low = middle + 1 } else { high = middle }
    }
    return frame == origin || (low < boundaries.count && boundaries[low] == frame)
  }

  /// The packets that are complete once record frame `frame` is in, timed by the file.
  func encode(_ picture: Frame, frame: Int) throws -> [Packet] {
    if entry == nil {
      start = frame
      entry = SegmentEntry(range: FrameRange(frame, frame), recipes: [], packets: [])
    }
    let box = try encoder ?? EncoderBox(settings)
    encoder = box
    return try placed(box.encoder.encode(picture, at: Int64(frame - start)))
  }

  /// Says what the frames were that went in last.
  func note(_ run: FrameRange, recipe: LedgerID, picture: LedgerID, layers: [LedgerLayer]) {
    guard let range = entry?.range else { return }
    entry?.range = FrameRange(range.start, run.end)
    entry?.recipes.append(.init(count: run.count, recipe: recipe, picture: picture))
    entry?.layers.append(layers)
  }

  /// The rest of the segment's packets; the next picture opens another encoder.
  func close() throws -> [Packet] {
    guard entry != nil, let box = encoder else { return [] }
    encoder = nil
    return try placed(box.encoder.finish())
  }

  /// What the ledger says of the segment that was closed.
  func takeEntry() -> SegmentEntry? { entry.take() }

  /// Frames that an earlier master gave.
  func skip(to frame: Int, packets: Int) { decoded += packets }

  /// A packet went to the file.
  ///
  /// - Returns: whether it belongs to the segment that is open here.
  func wrote(_ packet: Packet, offset: Int) -> Bool {
    guard entry != nil else { return false }
    entry?.packets.append(
      LedgerPacket(
        offset: offset, size: packet.size, hash: packet.contentHash,
        presentation: Int(packet.presentation) - (start - origin), isKey: packet.isKey,
        isDisposable: packet.isDisposable))
    return true
  }

  /// Times of the file from times of the segment.
  private func placed(_ packets: [Packet]) throws -> [Packet] {
    try packets.map { packet in
      defer { decoded += 1 }
      return try packet.retimed(
        presentation: packet.presentation + Int64(start - origin), decode: Int64(decoded - settings.reorderDepth),
        duration: 1)
    }
  }
}

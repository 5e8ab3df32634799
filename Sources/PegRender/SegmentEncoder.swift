import PegCore
import PegMedia

/// A long-GOP encoder that works by closed segments: each from a newly opened encoder, so that a segment's packets depend on
/// its own pictures alone (DESIGN §1).
final class SegmentEncoder {
  private let settings: EncoderSettings
  private let boundaries: [Int]
  private let origin: Int
  private var encoder: VideoEncoder?
  private var segmentStart: Int
  private var decoded = 0
  let parameters: CodecParameters

  /// - Parameters:
  ///   - boundaries: record frames where segments begin, ascending.
  ///   - origin: the record frame that has time 0 in the file.
  init(settings: EncoderSettings, boundaries: [Int], origin: Int) throws {
    self.settings = settings
    self.boundaries = boundaries
    self.origin = origin
    segmentStart = origin
    let first = try VideoEncoder(settings)
    parameters = first.parameters
    encoder = first
  }

  /// The packets that are complete once record frame `frame` is in.
  func encode(_ picture: Frame, frame: Int) throws -> [Packet] {
    var done: [Packet] = []
    if frame != segmentStart, begins(frame) {
      done += try finish()
      segmentStart = frame
    }
    if encoder == nil { encoder = try VideoEncoder(settings) }
    done += try placed(encoder?.encode(picture, at: Int64(frame - segmentStart)) ?? [])
    return done
  }

  /// The last segment's packets.
  func finish() throws -> [Packet] {
    let packets = try placed(encoder?.finish() ?? [])
    encoder = nil
    return packets
  }

  private func begins(_ frame: Int) -> Bool {
    var (low, high) = (0, boundaries.count)
    while low < high {
      let middle = (low + high) / 2
      if boundaries[middle] < frame { low = middle + 1 } else { high = middle }
    }
    return low < boundaries.count && boundaries[low] == frame
  }

  /// Times of the file from times of the segment.
  private func placed(_ packets: [Packet]) throws -> [Packet] {
    try packets.map { packet in
      defer { decoded += 1 }
      return try packet.retimed(
        presentation: packet.presentation + Int64(segmentStart - origin),
        decode: Int64(decoded - settings.reorderDepth), duration: 1)
    }
  }
}

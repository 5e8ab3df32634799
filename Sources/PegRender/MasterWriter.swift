import Foundation
import PegCore
import PegDelivery
import PegMedia
import PegPlan

/// Writes one deliverable in record order: pictures, the sound between them, and at the end the name.
///
/// The file grows beside its final name and takes it only when it is whole.
final class MasterWriter {
  private let delivery: ResolvedDelivery
  private let target: OutputTarget
  private let range: FrameRange
  private let sink: Sink
  private var sound: SoundFeed?
  private var segments: SegmentEncoder?
  /// Frames whose packets are written, in decode order.
  private var written = 0
  private(set) var encoded = 0
  private(set) var held = 0

  private enum Sink {
    case file(FileSink)
    case images(ImageFolder)
  }

  /// - Parameter boundaries: where segments of a long-GOP encoder begin; empty for intra.
  init(
    delivery: ResolvedDelivery, plan: FramePlan, target: OutputTarget, range: FrameRange, boundaries: [Int]
  ) throws {
    self.delivery = delivery
    self.target = target
    self.range = range
    if delivery.container.isSequence {
      sink = .images(try ImageFolder(target: target, naming: delivery.deliverable.naming, name: plan.name))
      return
    }
    let parameters: CodecParameters
    if delivery.deliverable.video.isIntra {
      parameters = try VideoEncoder(delivery.encoder).parameters
    } else {
      let encoder = try SegmentEncoder(settings: delivery.encoder, boundaries: boundaries, origin: range.start)
      parameters = encoder.parameters
      segments = encoder
    }
    let sound =
      delivery.tracks.isEmpty ? nil : try SoundFeed(plan: plan, delivery: delivery, range: range)
    self.sound = sound
    sink = .file(
      FileSink(
        try Muxer(
          path: target.partial, container: delivery.container.muxer,
          video: .init(
            parameters: parameters, rate: delivery.encoder.rate, reorderDepth: delivery.encoder.reorderDepth),
          audio: sound?.streams ?? [], timecode: delivery.timecode,
          options: delivery.muxerOptions.map { .init($0.key, $0.value) })))
  }

  /// Writes a run: the picture once for each of its frames.
  func write(_ piece: Piece, _ run: FrameRange) throws {
    switch piece {
    case .packet(let packet):
      encoded += 1
      held += run.count - 1
      for frame in run.start..<run.end {
        let at = Int64(frame - range.start)
        try write(packet.retimed(presentation: at, decode: at, duration: 1))
      }
    case .frame(let picture):
      encoded += run.count
      for frame in run.start..<run.end {
        for packet in try encode(picture, frame) { try write(packet) }
      }
    }
  }

  private func encode(_ picture: Frame, _ frame: Int) throws -> [Packet] {
    guard let segments else { throw PegError(.bug, "a long-GOP deliverable has no encoder") }
    return try segments.encode(picture, frame: frame)
  }

  private func write(_ packet: Packet) throws {
    switch sink {
    case .file(let file):
      _ = try file.muxer.write(packet, stream: 0)
      written += 1
      try sound?.write(through: written, last: written == range.count) { packet, stream in
        _ = try file.muxer.write(packet, stream: stream)
      }
    case .images(let folder):
      try folder.write(packet, frame: range.start + written)
      written += 1
    }
  }

  /// Completes the file and gives it its name.
  ///
  /// - Returns: findings about what was written.
  func finish() throws -> [Finding] {
    if let segments { for packet in try segments.finish() { try write(packet) } }
    switch sink {
    case .file(let file): try file.muxer.finish()
    case .images(let folder): try folder.finish()
    }
    try target.commit()
    return sound?.findings ?? []
  }
}

/// Holds the muxer, which has one owner, where a class needs it.
private final class FileSink {
  var muxer: Muxer
  init(_ muxer: consuming Muxer) { self.muxer = muxer }
}

import PegColor
import PegCore
import PegDelivery
import PegMedia
import PegPlan

/// What a lane made of a run for one deliverable.
enum Piece: Sendable {
  /// The encoded picture of an intra-only deliverable.
  case packet(Packet)
  /// The picture as the long-GOP encoder takes it; the writer encodes in order.
  case frame(Frame)
}

/// The end of a lane for one deliverable: conforms to its raster and colour, and encodes where each picture stands alone.
final class OutputLane {
  private let delivery: ResolvedDelivery
  private let plan: FramePlan
  private let pool: FramePool
  private var conformer: OutputConformer?
  private var encoder: IntraEncoder?

  init(delivery: ResolvedDelivery, plan: FramePlan, pool: FramePool) {
    self.delivery = delivery
    self.plan = plan
    self.pool = pool
  }

  func make(_ recipe: PictureRecipe, _ worker: PictureWorker) throws -> Piece {
    let frame = try picture(recipe, worker)
    guard delivery.deliverable.video.isIntra else { return .frame(frame) }
    let encoder = try encoder ?? IntraEncoder(settings: delivery.encoder)
    self.encoder = encoder
    return .packet(try encoder.encode(frame))
  }

  /// The picture of a recipe as the encoder takes it.
  func picture(_ recipe: PictureRecipe, _ worker: PictureWorker) throws -> Frame {
    if delivery.picture.raster == recipe.raster, let source = try worker.untouched(recipe) {
      let shape = PictureShape(
        format: source.format, raster: source.raster, tags: source.tags, alpha: source.alpha)
      if isPassthrough(source: shape, output: delivery.picture) {
        return try source.retagged(tags: delivery.picture.tags, alpha: delivery.picture.alpha)
      }
    }
    let working = try worker.picture(recipe)
    let conformer =
      try conformer
      ?? OutputConformer(from: recipe.raster, to: delivery.picture, fit: delivery.deliverable.video.fit.placement)
    self.conformer = conformer
    var draft = try FrameDraft(
      format: delivery.picture.format, raster: delivery.picture.raster, tags: delivery.picture.tags,
      alpha: delivery.picture.alpha, pool: pool)
    try working.withView { view in try draft.withMutableView { try conformer.deliver(view, into: $0) } }
    return draft.freeze()
  }
}

/// An encoder that gives one packet for each picture, the same wherever the picture stands.
final class IntraEncoder {
  private var encoder: VideoEncoder
  private var count: Int64 = 0

  init(settings: EncoderSettings) throws { encoder = try VideoEncoder(settings) }

  func encode(_ frame: Frame) throws -> Packet {
    let packets = try encoder.encode(frame, at: count)
    count += 1
    guard packets.count == 1, let packet = packets.first else {
      throw PegError(.bug, "an intra-only encoder gave \(packets.count) packets for one picture")
    }
    return packet
  }
}

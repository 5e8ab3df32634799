import PegColor
import PegCore
import PegDelivery
import PegLedger
import PegMedia
import PegPlan

/// What a lane made of a piece of work for one deliverable.
enum Made: Sendable {
  /// The encoded picture of an intra-only deliverable.
  case packet(MadePacket)
  /// The picture as the long-GOP encoder takes it; the writer encodes in order.
  case frame(Frame, recipe: LedgerID, picture: LedgerID)
  /// A closed segment whose packets were taken from an earlier master, timed from its first frame.
  case segment(SegmentEntry, [Packet])
  /// Nothing: the run lies in a segment that is taken over as a whole.
  case covered
}

/// The end of a lane for one deliverable: conforms to its raster and colour, and encodes where each picture stands alone.
final class OutputLane {
  private let index: Int
  private let delivery: ResolvedDelivery
  private let book: RecipeBook
  private let encoderID: LedgerID
  private let recent: PacketShelf
  private let reuse: ReuseShelf
  private let pool: FramePool
  private var conformer: OutputConformer?
  private var encoder: IntraEncoder?

  init(index: Int, book: RecipeBook, recent: PacketShelf, reuse: ReuseShelf, pool: FramePool) {
    self.index = index
    delivery = book.deliveries[index]
    encoderID = book.encoder(delivery)
    self.book = book
    self.recent = recent
    self.reuse = reuse
    self.pool = pool
  }

  func make(_ recipe: PictureRecipe, _ worker: PictureWorker) throws -> Made {
    let id = try book.id(recipe, for: index)
    guard delivery.deliverable.video.isIntra else {
      let frame = try picture(recipe, worker)
      return .frame(frame, recipe: id, picture: frame.pictureHash)
    }
    return .packet(
      try recent.packet(delivery: index, recipe: id) {
        if let place = reuse.place(encoder: encoderID, recipe: id), let packet = try reuse.packet(at: place) {
          return MadePacket(
            packet: packet, recipe: id, picture: place.picture, hash: place.hash, way: .reused)
        }
        let frame = try picture(recipe, worker)
        let encoder = try encoder ?? IntraEncoder(settings: delivery.encoder)
        self.encoder = encoder
        let packet = try encoder.encode(frame)
        return MadePacket(
          packet: packet, recipe: id, picture: frame.pictureHash, hash: packet.contentHash, way: .encoded)
      })
  }

  /// The picture of a recipe as the encoder takes it.
  func picture(_ recipe: PictureRecipe, _ worker: PictureWorker) throws -> Frame {
    if delivery.picture.raster == recipe.raster, let source = try worker.untouched(recipe) {
      let shape = PictureShape(
        format: source.format, raster: source.raster, tags: source.tags, alpha: source.alpha)
      if OutputConformer.isPassthrough(source: shape, output: delivery.picture) {
        return try source.retagged(tags: delivery.picture.tags, alpha: delivery.picture.alpha)
      }
    }
    let conformer =
      try conformer
      ?? OutputConformer(
        from: recipe.raster, to: delivery.picture, fit: Fit(rawValue: delivery.deliverable.video.fit.rawValue) ?? .fit)
    self.conformer = conformer
    var draft = try FrameDraft(
      format: delivery.picture.format, raster: delivery.picture.raster, tags: delivery.picture.tags,
      alpha: delivery.picture.alpha, pool: pool)
    try worker.deliver(recipe, through: conformer, into: &draft)
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

import PegColor
import PegCore
import PegLedger
import PegMedia
import PegPlan

/// What a lane made of a piece of work for one master.
enum Made: Sendable {
  /// The encoded picture of an intra-only deliverable.
  case packet(MadePacket)
  /// The picture as the long-GOP encoder takes it; the writer encodes in order.
  case frame(MadeFrame)
  /// A closed segment whose packets were taken from an earlier master, timed from its first frame.
  case segment(SegmentEntry, [Packet])
  /// Nothing: the run lies in a segment that is taken over as a whole.
  case covered
}

/// A picture as an encoder gets it, with what the ledger says of it.
struct MadeFrame: Sendable {
  var frame: Frame
  var recipe: LedgerID
  var picture: LedgerID
}

/// The end of a lane: conforms to one raster and colour, and encodes where each picture stands alone.
final class OutputLane {
  private let index: Int
  private let end: RenderEnd
  private let recent: PacketShelf
  private let reuse: ReuseShelf
  private var conformer: (from: Raster, working: WorkingSpace, conformer: OutputConformer)?
  private var encoder: IntraEncoder?

  init(index: Int, end: RenderEnd, recent: PacketShelf, reuse: ReuseShelf) {
    self.index = index
    self.end = end
    self.recent = recent
    self.reuse = reuse
  }

  /// The packet of a recipe: that exists, or is made of `picture`.
  ///
  /// - Parameter recurs: whether other pieces of work may ask for it.
  func packet(_ id: LedgerID, recurs: Bool, _ picture: () throws -> MadeFrame) throws -> MadePacket {
    try recent.packet(end: index, recipe: id, recurs: recurs) {
      if let place = reuse.place(encoder: end.encoder, recipe: id), let packet = try reuse.packet(at: place) {
        return MadePacket(packet: packet, recipe: id, picture: place.picture, hash: place.hash, way: .reused)
      }
      let made = try picture()
      var packet = try recent.packet(end: index, picture: made.picture) {
        let packet = try encode(made.frame)
        return MadePacket(
          packet: packet, recipe: id, picture: made.picture, hash: packet.contentHash, way: .encoded)
      }
      packet.recipe = id
      return packet
    }
  }

  /// The packet of a picture.
  func encode(_ frame: Frame) throws -> Packet {
    let encoder = try encoder ?? IntraEncoder(settings: end.settings)
    self.encoder = encoder
    return try encoder.encode(frame)
  }

  /// The picture of a recipe as the encoder takes it.
  ///
  /// - Parameter isLast: whether nobody asks again for what it shows.
  func picture(
    _ recipe: PictureRecipe, _ id: LedgerID, _ worker: PictureWorker, isLast: Bool = false
  ) throws -> MadeFrame {
    let frame = try conformed(recipe, worker, isLast: isLast)
    return MadeFrame(frame: frame, recipe: id, picture: frame.pictureHash)
  }

  private func conformed(_ recipe: PictureRecipe, _ worker: PictureWorker, isLast: Bool) throws -> Frame {
    let picture = end.picture
    if picture.raster == recipe.raster, let source = try worker.untouched(recipe) {
      let shape = PictureShape(
        format: source.format, raster: source.raster, tags: source.tags, alpha: source.alpha)
      if OutputConformer.isPassthrough(
        source: shape, output: picture, isColorimetric: recipe.transform == .colorimetric)
      {
        return try source.retagged(tags: picture.tags, alpha: picture.alpha)
      }
    }
    return try worker.deliver(recipe, through: try conformer(for: recipe), isLast: isLast)
  }

  private func conformer(for recipe: PictureRecipe) throws(PegError) -> OutputConformer {
    let working = try WorkingSpace(of: recipe)
    if let made = conformer, made.from == recipe.raster, made.working == working { return made.conformer }
    let made = try OutputConformer(from: recipe.raster, to: end.picture, fit: end.fit, working: working)
    conformer = (recipe.raster, working, made)
    return made
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

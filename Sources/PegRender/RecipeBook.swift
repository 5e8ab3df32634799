import PegAudio
import PegColor
import PegCore
import PegDelivery
import PegLedger
import PegMedia
import PegPlan

/// Works out the ids of recipes and what the ledger says of a picture's layers.
struct RecipeBook: Sendable {
  let plan: FramePlan
  let identities: SourceIdentities
  let deliveries: [ResolvedDelivery]
  /// Reads sources again whatever is remembered of them.
  let verifySources: Bool

  /// Third-party arithmetic that pixels go through here.
  static let arithmetic = "\(LayerConformer.arithmetic); \(MediaLibraries.codecs)"
  /// Third-party arithmetic that sound goes through here.
  static let soundArithmetic = "\(AudioMixer.arithmetic); \(MediaLibraries.codecs)"

  /// The id of a picture for one deliverable.
  func id(_ recipe: PictureRecipe, for delivery: Int) throws -> LedgerID {
    let picture = deliveries[delivery].picture
    let id = try RecipeID(
      recipe,
      OutputRecipe(
        format: picture.format, raster: picture.raster, fit: deliveries[delivery].deliverable.video.fit.rawValue,
        tags: picture.tags, alpha: picture.alpha),
      sources: plan.sources, arithmetic: Self.arithmetic, identity: identity)
    return LedgerID(id.bytes)
  }

  /// The hash of the file that holds a picture.
  func identity(source index: Int, picture: Int) throws -> [UInt8] {
    try identities.hash(of: file(source: index, picture: picture), verify: verifySources)
  }

  private func file(source index: Int, picture: Int) -> String {
    let source = plan.sources[index]
    guard source.kind != .movie, source.kind != .audio, source.files.indices.contains(picture) else {
      return source.path
    }
    return source.files[picture]
  }

  /// The id of a deliverable's encoder.
  func encoder(_ delivery: ResolvedDelivery) -> LedgerID {
    let settings = delivery.encoder
    let id = EncoderID(
      settings, library: MediaLibraries.behind(encoder: settings.codec),
      unit: delivery.deliverable.video.unit.description)
    return LedgerID(id.bytes)
  }

  /// What the ledger says of the layers of record frame `frame`.
  func layers(_ recipe: PictureRecipe, frame: Int) throws -> [LedgerLayer] {
    let media = recipe.layers.flatMap(Self.media)
    let traces = plan.trace(at: frame)
    return try traces.enumerated().map { position, trace in
      // Traces and recipes list layers in the same order.
      let entry = media.indices.contains(position) ? media[position] : nil
      var hash: LedgerID?
      if let entry, entry.picture >= 0 { hash = LedgerID(try identity(source: entry.source, picture: entry.picture)) }
      return LedgerLayer(
        source: trace.source, hash: hash, frame: trace.frame, clip: trace.clip, take: trace.take,
        origin: entry.flatMap { plan.sources[$0.source].origin },
        generator: entry.flatMap { plan.sources[$0.source].generator })
    }
  }

  private static func media(_ layer: LayerRecipe) -> [(source: Int, picture: Int)?] {
    switch layer.content {
    case .media(let source, let picture): [(source, picture)]
    case .solid: [nil]
    case .group(let layers): layers.flatMap(media)
    case .mix(let from, let to, _): (from.map(media) ?? []) + (to.map(media) ?? [])
    }
  }
}

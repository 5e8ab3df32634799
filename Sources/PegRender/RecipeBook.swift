import PegAudio
import PegColor
import PegCore
import PegDelivery
import PegLedger
import PegMedia
import PegPlan

/// Works out the ids of recipes and sound, and what the ledger says of a picture's layers.
struct RecipeBook: Sendable {
  /// Of all plans.
  let sources: [PlannedSource]
  let plans: [FramePlan]
  let ends: [RenderEnd]
  let watch: SourceWatch
  /// Paths of ``sources`` as the ledger has them: relative to the cut's folder.
  private let names: [String]

  /// Third-party arithmetic that pixels go through here.
  static let arithmetic = "\(LayerConformer.arithmetic); \(MediaLibraries.codecs)"
  /// Third-party arithmetic that sound goes through here.
  static let soundArithmetic = "\(AudioMixer.arithmetic); \(MediaLibraries.codecs)"

  init(_ shared: SharedPlans, ends: [RenderEnd], options: RenderOptions) {
    sources = shared.sources
    plans = shared.plans
    self.ends = ends
    watch = SourceWatch(options.identities, verify: options.verifySources)
    let cut = options.cutPath
    names = shared.sources.map { cut.isEmpty ? $0.name : RelativePath.from($0.path, toFolderOf: cut) }
  }

  /// The id of a picture for one end.
  func id(_ recipe: PictureRecipe, end: Int) throws -> LedgerID {
    let id = try RecipeID(
      recipe, ends[end].output, sources: sources, arithmetic: Self.arithmetic, identity: identity)
    return LedgerID(id.bytes)
  }

  /// The hash of the file that holds a picture.
  func identity(source index: Int, picture: Int) throws -> [UInt8] { try hash(source: index, picture: picture).bytes }

  private func hash(source index: Int, picture: Int) throws -> LedgerID {
    try watch.hash(of: file(source: index, picture: picture))
  }

  private func file(source index: Int, picture: Int) -> String {
    let source = sources[index]
    guard source.kind != .movie, source.kind != .audio, source.files.indices.contains(picture) else {
      return source.path
    }
    return source.files[picture]
  }

  /// What the ledger says of the layers of record frame `frame`.
  func layers(variant: Int, frame: Int) throws -> [LedgerLayer] {
    try plans[variant].trace(at: frame).map { trace in
      let source = trace.media.map { sources[$0] }
      var sourceHash: LedgerID?
      if let media = trace.media, let picture = trace.frame {
        sourceHash = try hash(source: media, picture: picture)
      }
      return LedgerLayer(
        source: trace.media.map { names[$0] } ?? trace.source, hash: sourceHash, frame: trace.frame, clip: trace.clip,
        take: trace.take, origin: source?.origin, generator: source?.generator, grade: trace.grade.map(\.json))
    }
  }

  /// The ids of a master's sound streams over record samples `samples`; none for a silent one.
  func sound(_ master: MasterOrder, samples: FrameRange) throws -> [LedgerID] {
    guard let audio = master.delivery.deliverable.audio else { return [] }
    return try master.delivery.tracks.map { layout in
      let output = SoundOutput(
        codec: audio.codec.rawValue, library: MediaLibraries.behind(encoder: audio.codec.rawValue),
        sampleRate: audio.sampleRate, bitrate: audio.bitrate, layout: layout.name, downmix: audio.downmix.rawValue)
      let id = try SoundID(plans[master.variant].sound, in: samples, output, arithmetic: Self.soundArithmetic) {
        try identity(source: $0, picture: 0)
      }
      return LedgerID(id.bytes)
    }
  }

  /// The digest that a master's plan begins with.
  func digest(_ master: MasterOrder) throws -> PlanDigest {
    let plan = plans[master.variant]
    return PlanDigest(
      plan: plan, range: master.range, container: master.delivery.container.muxer,
      sound: try sound(master, samples: SoundBlocks(plan, master).samples))
  }
}

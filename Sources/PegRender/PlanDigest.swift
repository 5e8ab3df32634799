import PegCore
import PegDelivery
import PegLedger
import PegMedia
import PegPlan

/// The hash of a whole plan for one deliverable: every recipe in record order, the sound, and the label of the first frame.
///
/// Equal hashes, encoders and presets mean equal masters: what `render` finds current it leaves alone.
struct PlanDigest: ~Copyable {
  private var digest = Digest(.sha256)
  private var run: (count: Int, recipe: LedgerID)?

  init(plan: FramePlan, range: FrameRange, container: String, sound: LedgerID?) {
    let text =
      "plan 1\nrate \(plan.rate) start \(plan.start) range \(range) container \(container) "
      + "sound \(sound.map(\.description) ?? "none")\n"
    digest.update(Array(text.utf8))
  }

  /// Adds frames; how they are split into runs makes no difference.
  mutating func add(_ count: Int, _ recipe: LedgerID) {
    if let last = run, last.recipe == recipe {
      run = (last.count + count, recipe)
      return
    }
    flush()
    run = (count, recipe)
  }

  private mutating func flush() {
    guard let last = run else { return }
    digest.update(Array("\(last.count) \(last.recipe)\n".utf8))
  }

  consuming func finish() -> LedgerID {
    flush()
    return LedgerID(digest.finish())
  }
}

extension RecipeBook {
  /// The hash of what the programme sounds like, or `nil` for a deliverable without sound.
  func sound(for delivery: ResolvedDelivery) throws -> LedgerID? {
    guard !delivery.tracks.isEmpty, let audio = delivery.deliverable.audio else { return nil }
    var digest = Digest(.sha256)
    for layout in delivery.tracks {
      let output = SoundOutput(
        codec: audio.codec.rawValue, library: MediaLibraries.behind(encoder: audio.codec.rawValue),
        sampleRate: audio.sampleRate, bitrate: audio.bitrate, layout: layout.name, downmix: audio.downmix.rawValue)
      let id = try SoundID(
        plan.sound, in: FrameRange(0, plan.sound.length), output, arithmetic: Self.soundArithmetic
      ) { try identity(source: $0, picture: 0) }
      digest.update(id.bytes)
    }
    return LedgerID(digest.finish())
  }
}

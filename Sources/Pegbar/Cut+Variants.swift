public import PegConform
public import PegCore
public import PegLedger
import PegMedia
public import PegRender

extension Cut {
  /// The cut with other takes, as a master's ledger names them.
  ///
  /// - Throws: ``PegError`` of kind `badInput` when a clip or a take is not there.
  public func playing(_ takes: [LedgerHeader.Take]) throws(PegError) -> Cut {
    var cut = self
    for take in takes { try cut.timeline.play(take: take.take, ofClip: take.clip, orThrow: .badInput) }
    return cut
  }

  /// Every combination of takes as a plan of its own, the first choice changing slowest; media are opened once.
  ///
  /// Without choices the cut itself is the one variant.
  ///
  /// - Throws: ``PegError`` of kind `usage` for clips and takes that are not there, else as ``plan(knowledge:missing:pathMaps:prober:)``.
  public func variants(
    of choices: [TakeChoice], missing: PlanOptions.Missing = .error, pathMaps: [PathMap] = [],
    presets: [String]? = nil, prober: any MediaProber = FactsFunction { try MediaProbe.facts(of: $0) }
  ) throws(PegError) -> [RenderVariant] {
    var combinations: [[LedgerHeader.Take]] = [[]]
    for choice in choices {
      combinations = combinations.flatMap { chosen in
        choice.takes.map { chosen + [LedgerHeader.Take(clip: choice.clip, take: $0)] }
      }
    }
    // Mistakes first, before any media are opened.
    var cuts: [(takes: [LedgerHeader.Take], cut: Cut)] = []
    for takes in combinations {
      var cut = self
      for take in takes { try cut.timeline.play(take: take.take, ofClip: take.clip, orThrow: .usage) }
      cuts.append((takes, cut))
    }
    var catalogue = MediaCatalogue()
    var variants: [RenderVariant] = []
    for (takes, cut) in cuts {
      variants.append(
        RenderVariant(
          try cut.plan(
            missing: missing, pathMaps: pathMaps, presets: presets, prober: prober, knowing: &catalogue),
          takes: takes))
    }
    return variants
  }
}

import PegCore
import PegLedger
import PegPlan

extension Renderer {
  /// What ``render(to:)`` would do, without writing anything. Reads every packet that would be taken over, as the render would.
  ///
  /// - Throws: as ``render(to:)``, also for an output that it would refuse.
  public func forecast(for outputs: [RenderOutput]) throws -> [RenderForecast] {
    let order = try RenderOrder(variants: variants, options: options, outputs: outputs)
    let standing = try order.masters.map { master throws -> (current: Ledger?, volumes: [ReuseShelf.Volume]) in
      guard master.stream == nil else { return (nil, []) }
      return try OutputTarget.standing(
        master.delivery.path, isSequence: master.delivery.container.isSequence, ledger: master.ledger,
        overwrite: options.overwrite)
    }
    let shelf = try ReuseShelf(
      options.reuses ? standing.flatMap(\.volumes) + Self.volumes(options.reuseFiles) : [], encoders: order.encoders)
    let isCurrent = try zip(order.masters, standing).map { master, standing in
      guard options.reuses, let ledger = standing.current else { return false }
      return try order.isCurrent(ledger.header, master, shelf)
    }
    let outdated = order.masters.filter { !isCurrent[$0.index] }
    var forecaster = RenderForecaster(
      order: order, shelf: shelf, segments: try SegmentTable(order, masters: outdated, reuse: shelf),
      reasons: order.masters.map { master in
        ForecastReasons(
          before: standing[master.index].current, encoder: order.book.ends[master.end].encoder,
          isAsked: !options.reuses)
      })
    try forecaster.walk(outdated)
    options.identities.save()
    return order.masters.map { master in
      let outcome = forecaster.outcomes[master.index]
      return RenderForecast(
        path: master.delivery.path, preset: master.delivery.deliverable.name, range: master.range,
        isCurrent: isCurrent[master.index], counts: outcome.counts, work: outcome.work)
    }
  }
}

/// Goes the way that a render goes, and notes what it would do with each piece.
private struct RenderForecaster {
  struct Outcome {
    var counts = FrameCounts()
    var work: [RenderForecast.Work] = []
    /// What the master shows so far.
    var shown: Set<LedgerID> = []
  }

  private struct Packet: Hashable {
    let end: Int
    let recipe: LedgerID
  }

  let order: RenderOrder
  let shelf: ReuseShelf
  let segments: SegmentTable
  let reasons: [ForecastReasons]
  private(set) var outcomes: [Outcome]
  /// Packets that exist or are made by now, whichever master they are for.
  private var made: Set<Packet> = []

  init(order: RenderOrder, shelf: ReuseShelf, segments: SegmentTable, reasons: [ForecastReasons]) {
    self.order = order
    self.shelf = shelf
    self.segments = segments
    self.reasons = reasons
    outcomes = order.masters.map { _ in Outcome() }
  }

  mutating func walk(_ masters: [MasterOrder]) throws {
    for master in masters where !order.book.ends[master.end].isIntra {
      for range in master.segments { try look(at: range, master) }
    }
    var walker = PieceWalker(plans: order.plans, variants: order.walks(of: masters))
    while let piece = walker.next() {
      for use in piece.uses {
        for master in masters where master.variant == use.variant && order.book.ends[master.end].isIntra {
          try look(at: piece.recipe, use.range, master)
        }
      }
    }
  }

  private mutating func look(at recipe: PictureRecipe, _ range: FrameRange, _ master: MasterOrder) throws {
    let (id, encoder) = (try order.book.id(recipe, end: master.end), order.book.ends[master.end].encoder)
    let isNew = outcomes[master.index].shown.insert(id).inserted
    if !made.insert(Packet(end: master.end, recipe: id)).inserted {
      if isNew {
        outcomes[master.index].counts.reused += range.count
      } else {
        outcomes[master.index].counts.held += range.count
      }
      return
    }
    let place = shelf.place(encoder: encoder, recipe: id)
    if let place, try shelf.packet(at: place) != nil {
      outcomes[master.index].counts.reused += range.count
      return
    }
    outcomes[master.index].counts.encoded += 1
    outcomes[master.index].counts.held += range.count - 1
    let why =
      place != nil
      ? ForecastReasons.damaged
      : try reasons[master.index].why(
        range.start, id, layers: order.book.layers(variant: master.variant, frame: range.start))
    outcomes[master.index].add(range, why, pictures: 1)
  }

  /// A segment of a long-GOP master is encoded, or not, as a whole.
  private mutating func look(at range: FrameRange, _ master: MasterOrder) throws {
    guard !segments.exists(master.index, at: range.start) else {
      outcomes[master.index].counts.reused += range.count
      return
    }
    outcomes[master.index].counts.encoded += range.count
    var why = ForecastReasons.damaged
    if shelf.segment(encoder: order.book.ends[master.end].encoder, id: try order.segmentID(range, master)) == nil {
      // The first picture that is another one says why.
      why = ForecastReasons.moved
      for run in order.plans[master.variant].runs(in: range) {
        let id = try order.book.id(run.picture, end: master.end)
        guard !reasons[master.index].isUnchanged(run.range.start, id) else { continue }
        why = try reasons[master.index].why(
          run.range.start, id, layers: order.book.layers(variant: master.variant, frame: run.range.start))
        break
      }
    }
    outcomes[master.index].add(range, why, pictures: range.count)
  }
}

extension RenderForecaster.Outcome {
  /// Neighbours with one reason are one.
  fileprivate mutating func add(_ range: FrameRange, _ why: ForecastReasons.Reason, pictures: Int) {
    if let last = work.last, last.cause == why.cause, last.reason == why.words, last.range.end == range.start {
      work[work.count - 1].range = FrameRange(last.range.start, range.end)
      work[work.count - 1].pictures += pictures
    } else {
      work.append(.init(range: range, cause: why.cause, reason: why.words, pictures: pictures))
    }
  }
}

/// Why a frame has to be encoded, by comparing with the master that was there.
struct ForecastReasons {
  typealias Reason = (cause: RenderForecast.Cause, words: String)

  static let damaged: Reason = (.damaged, "its packets do not have the bytes that the ledger says")
  static let moved: Reason = (.recipe, "the group of pictures begins or ends elsewhere")

  private let runs: [LedgerRun]
  private let general: Reason?

  /// - Parameter isAsked: whether everything is to be encoded whatever exists.
  init(before: Ledger?, encoder: LedgerID, isAsked: Bool) {
    runs = before?.runs ?? []
    guard let before else {
      general = (.new, "no master yet")
      return
    }
    if isAsked {
      general = (.asked, "everything is encoded anew")
    } else if before.header.arithmetic != RecipeBook.arithmetic {
      general = (.encoder, "made with other arithmetic (\(before.header.arithmetic))")
    } else if before.header.encoder != encoder {
      general = (.encoder, "made with other encoder settings")
    } else {
      general = nil
    }
  }

  /// Whether the master shows the same recipe there.
  func isUnchanged(_ frame: Int, _ id: LedgerID) -> Bool { general == nil && runs.run(at: frame)?.recipe == id }

  func why(_ frame: Int, _ id: LedgerID, layers: [LedgerLayer]) -> Reason {
    if let general { return general }
    guard let old = runs.run(at: frame) else { return (.new, "not in the master yet") }
    guard old.layers.count == layers.count else { return (.recipe, "other layers") }
    for (before, now) in zip(old.layers, layers) {
      if before.clip != now.clip { return (.recipe, "\(now.clip) where \(before.clip) was") }
      if before.take != now.take {
        return (.recipe, "\(now.clip): take \(now.take) where \(before.take) was")
      }
      if before.source != now.source { return (.recipe, "\(now.clip): another source, \(now.source)") }
      if before.frame != now.frame { return (.recipe, "\(now.clip): another frame of \(now.source)") }
      if before.hash != now.hash { return (.source, "\(now.source) changed") }
    }
    guard old.recipe != id else { return Self.damaged }
    return (.recipe, layers.last.map { "\($0.clip): placed, mixed or read otherwise" } ?? "other settings")
  }
}

import Foundation
import PegCore
import PegDelivery
public import PegLedger
import PegMedia
import PegPlan
import PegPreset

/// Renders frames of a master again from the sources and compares them with what its ledger says (`trace --verify`).
///
/// A frame conforms when the picture that its cut and sources give now has the hash that the ledger has of it before it was
/// encoded, and the master still holds the packet that this picture became. Where every picture is encoded by itself, and
/// with the same settings and libraries as here, it is encoded again too, to the same packet.
public struct MasterProof: Sendable {
  /// What was found of one record frame.
  public struct Verdict: Hashable, Sendable {
    public var frame: Int
    /// Hash of the picture before encoding, by the ledger.
    public var expected: LedgerID
    /// Of the picture as it is rendered now; `nil` where the cut has no such frame any more.
    public var found: LedgerID?
    /// Whether the master holds the packet that the ledger says.
    public var isPacketWhole: Bool
    /// Whether the picture encodes to that packet; `nil` where that was not tried.
    public var encodesAlike: Bool?
    /// What has changed since, in words; `nil` for a frame that conforms.
    public var reason: String?

    public var conforms: Bool { expected == found && isPacketWhole && encodesAlike != false }
  }

  private let ledger: Ledger
  private let runs: [LedgerRun]
  private let file: String
  private let order: RenderOrder
  private let options: RenderOptions

  /// - Parameters:
  ///   - ledger: of the master `file`.
  ///   - variant: the plan of the cut that the ledger names.
  /// - Throws: ``PegError`` when the ledger names no preset, or the plan cannot be rendered.
  public init(_ ledger: Ledger, of file: String, variant: RenderVariant, options: RenderOptions) throws(PegError) {
    let header = ledger.header
    guard !header.isPublic else {
      throw PegError(
        .badInput, "a public ledger does not say what \(file) was made of", hint: "use the ledger that was kept")
    }
    let deliverable = try Deliverable(resolved: header.preset, name: header.presetName)
    // The master may have been renamed: what it is called decides nothing here.
    let path = ledger.isSequence ? "frames" : "master.\(header.container)"
    var variant = variant
    variant.range = header.range.intersection(FrameRange(0, variant.plan.duration))
    order = try RenderOrder(variants: [variant], options: options, outputs: [RenderOutput(deliverable, path: path)])
    self.ledger = ledger
    self.file = file
    self.options = options
    runs = ledger.runs
  }

  /// Frames that show one picture, by the ledger and by the cut.
  private struct Piece: Sendable {
    let run: LedgerRun
    let recipe: PictureRecipe?
    var frames: [Int]
  }

  /// Verifies record frames, each picture once.
  ///
  /// - Parameter frames: ascending, all in the master.
  /// - Returns: verdicts in the order of `frames`.
  public func verify(_ frames: [Int]) throws -> [Verdict] {
    let pieces = try pieces(of: frames)
    let masters = order.masters
    let budget = try LaneBudget(order, masters, threads: options.threads, memory: options.memory)
    let pool = FramePool(idleLimit: budget.idle)
    let shelf = SourceShelf(
      sources: order.book.sources, looks: order.plans.flatMap(\.looks).programs, pool: pool,
      decoderThreads: options.threads, lanes: budget.lanes,
      recent: budget.decoded)
    let cache = LayerCache(limit: budget.cache)
    let nothing = try ReuseShelf([], encoders: [])
    let (book, end) = (order.book, order.book.ends[masters[0].end])
    let reasons = ForecastReasons(before: ledger, encoder: end.encoder, isAsked: false)
    let encodes =
      end.isIntra && ledger.header.encoder == end.encoder && ledger.header.arithmetic == RecipeBook.arithmetic
    var rest = pieces[...]
    let lanes = Lanes<Piece, [Verdict]>(width: budget.lanes * 2) { rest.popFirst() }
    var verdicts: [Verdict] = []
    try lanes.run(lanes: budget.lanes) {
      let worker = PictureWorker(shelf: shelf, pool: pool, cache: cache)
      let lane = OutputLane(index: 0, end: end, recent: PacketShelf(limit: 0), reuse: nothing)
      return { piece in
        try options.cancellation.check()
        do {
          var made: MadeFrame?
          if let recipe = piece.recipe { made = try lane.picture(recipe, book.id(recipe, end: 0), worker) }
          var alike: Bool?
          if encodes, let made, made.picture == piece.run.picture, let hash = packetHash(of: piece.run) {
            alike = try lane.encode(made.frame).contentHash == hash
          }
          return try piece.frames.map { try verdict($0, piece, made, alike, reasons) }
        } catch let fault as any Fault {
          throw FrameFault(fault, plan: order.plans[0], frame: piece.frames[0])
        }
      }
    } write: { found in
      verdicts += found
      var progress = RenderProgress(
        written: verdicts.count, total: frames.count, counts: FrameCounts(), seconds: 0)
      progress.counts.encoded = verdicts.count
      options.progress?(progress)
    }
    options.identities.save()
    return verdicts.sorted { $0.frame < $1.frame }
  }

  private func pieces(of frames: [Int]) throws -> [Piece] {
    let plan = order.plans[0]
    var pieces: [Piece] = []
    for frame in frames {
      guard let run = runs.run(at: frame) else {
        throw PegError(.badInput, "the ledger of \(file) says nothing of frame \(frame)")
      }
      let recipe = frame < plan.duration ? plan.picture(at: frame) : nil
      if let last = pieces.last, last.run.range == run.range, last.recipe == recipe {
        pieces[pieces.count - 1].frames.append(frame)
      } else {
        pieces.append(Piece(run: run, recipe: recipe, frames: [frame]))
      }
    }
    return pieces
  }

  private func verdict(
    _ frame: Int, _ piece: Piece, _ made: MadeFrame?, _ alike: Bool?, _ reasons: ForecastReasons
  ) throws -> Verdict {
    var verdict = Verdict(
      frame: frame, expected: piece.run.picture, found: made?.picture, isPacketWhole: isPacketWhole(frame, piece.run),
      encodesAlike: alike)
    guard !verdict.conforms else { return verdict }
    if !verdict.isPacketWhole {
      verdict.reason = "the packet in \(file) does not have the bytes that the ledger says"
    } else if let made {
      let why = reasons.why(frame, made.recipe, layers: try order.book.layers(variant: 0, frame: frame))
      verdict.reason =
        why.cause == .damaged ? "the same recipe gives another \(alike == false ? "packet" : "picture")" : why.words
    } else {
      verdict.reason = "the cut ends before it"
    }
    return verdict
  }

  // MARK: Packets

  private func packetHash(of run: LedgerRun) -> LedgerID? {
    switch ledger.entries[run.entry] {
    case .picture(let entry): entry.hash
    case .image(let entry): entry.hash
    case .segment, .sound: nil
    }
  }

  private func isPacketWhole(_ frame: Int, _ run: LedgerRun) -> Bool {
    guard let place = ledger.place(of: frame, in: run) else { return false }
    let path = place.file.map { "\(file)/\($0)" } ?? file
    let packet = try? PacketFile(path)?.packet(at: place.offset, size: place.size, presentation: 0, isKey: true)
    return packet?.contentHash == place.hash
  }
}

import PegCore
import PegLedger
import PegMedia
import PegPlan

/// What was made of a piece for one master.
struct Delivered: Sendable {
  let master: Int
  let range: FrameRange
  let made: Made
  let layers: [LedgerLayer]
}

/// One lane: makes each piece for every master that shows it, and nothing in it twice.
final class PieceLane {
  private let book: RecipeBook
  /// The masters of each variant.
  private let masters: [[MasterOrder]]
  private let segments: SegmentTable
  private let recurring: RecurringPictures
  private let worker: PictureWorker
  private let ends: [OutputLane]

  init(
    book: RecipeBook, masters: [MasterOrder], segments: SegmentTable, recurring: RecurringPictures,
    worker: PictureWorker, ends: [OutputLane]
  ) {
    self.book = book
    self.masters = book.plans.indices.map { variant in masters.filter { $0.variant == variant } }
    self.segments = segments
    self.recurring = recurring
    self.worker = worker
    self.ends = ends
  }

  func make(_ piece: RenderPiece) throws -> [Delivered] {
    let takers = Set(piece.uses.flatMap { masters[$0.variant].map(\.end) })
    let isLast = takers.count == 1 && recurring.showsOnce(piece.recipe)
    var work = PieceWork(
      recipe: piece.recipe, isLast: isLast, recurring: recurring, book: book, worker: worker, ends: ends)
    var list: [Delivered] = []
    for use in piece.uses where !masters[use.variant].isEmpty {
      let layers = try book.layers(variant: use.variant, frame: use.range.start)
      for master in masters[use.variant] {
        list.append(try make(master, use.range, layers, &work))
      }
    }
    return list
  }

  private func make(
    _ master: MasterOrder, _ range: FrameRange, _ layers: [LedgerLayer], _ work: inout PieceWork
  ) throws -> Delivered {
    var (made, covered) = (Made.covered, range)
    switch try segments.segment(master.index, at: range.start) {
    case .made?: break
    case .reused(let entry, let packets)?:
      if entry.range.start == range.start { (made, covered) = (.segment(entry, packets), entry.range) }
    case nil:
      made =
        book.ends[master.end].isIntra
        ? .packet(try work.packet(end: master.end)) : .frame(try work.frame(end: master.end))
    }
    return Delivered(master: master.index, range: covered, made: made, layers: layers)
  }
}

/// What is made of one recipe: ids, pictures and packets, each once.
private struct PieceWork {
  let recipe: PictureRecipe
  /// Whether one picture is made of it, and of what it shows no other.
  let isLast: Bool
  let recurring: RecurringPictures
  let book: RecipeBook
  let worker: PictureWorker
  let ends: [OutputLane]
  private var ids: [Int: LedgerID] = [:]
  private var frames: [LedgerID: MadeFrame] = [:]
  private var packets: [Int: MadePacket] = [:]

  init(
    recipe: PictureRecipe, isLast: Bool, recurring: RecurringPictures, book: RecipeBook, worker: PictureWorker,
    ends: [OutputLane]
  ) {
    self.recipe = recipe
    self.isLast = isLast
    self.recurring = recurring
    self.book = book
    self.worker = worker
    self.ends = ends
  }

  private mutating func id(end: Int) throws -> LedgerID {
    if let known = ids[end] { return known }
    let id = try book.id(recipe, end: end)
    ids[end] = id
    return id
  }

  /// The picture as an end's encoder takes it. Ends that differ in their encoders alone share it.
  mutating func frame(end: Int) throws -> MadeFrame {
    let id = try id(end: end)
    if let known = frames[id] { return known }
    let made = try ends[end].picture(recipe, id, worker, isLast: isLast)
    frames[id] = made
    return made
  }

  /// The packet of an end; whoever asks second gets what was made for the first.
  mutating func packet(end: Int) throws -> MadePacket {
    if let known = packets[end] { return known }
    let id = try id(end: end)
    let made = try ends[end].packet(id, recurs: recurring.contains(recipe)) { try frame(end: end) }
    var next = made
    if next.way == .encoded || next.way == .same { next.way = .held }
    packets[end] = next
    return made
  }
}

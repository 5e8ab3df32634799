import Foundation
import PegCore
import PegDelivery
import PegLedger
import PegMedia
import PegPlan

/// Says before anything is encoded which packets exist.
struct RenderForecaster: Sendable {
  let order: RenderOrder
  let shelf: ReuseShelf

  init(order: RenderOrder, shelf: ReuseShelf) throws {
    self.order = order
    self.shelf = shelf
  }

  /// Whether a master that lies there is what the plan asks for.
  func isCurrent(_ header: LedgerHeader, delivery index: Int) throws -> Bool {
    let delivery = order.book.deliveries[index]
    guard header.encoder == order.book.encoder(delivery), header.arithmetic == RecipeBook.arithmetic,
      header.presetHash == LedgerID(delivery.presetHash), header.range == order.range
    else { return false }
    var digest = PlanDigest(
      plan: order.book.plan, range: order.range, container: delivery.container.muxer,
      sound: try order.book.sound(for: delivery))
    for run in order.book.plan.runs(in: order.range) {
      let id = try order.book.id(run.picture, for: index)
      // A picture whose packet is nowhere ends the comparison: the master's own would be on the shelf.
      if order.boundaries[index].isEmpty, shelf.place(encoder: header.encoder, recipe: id) == nil { return false }
      digest.add(run.range.count, id)
    }
    return digest.finish() == header.plan
  }

  /// The closed segments of long-GOP deliverables that are taken over as they are.
  func segments(_ reuse: ReuseShelf) throws -> ReusedSegments {
    var list: [[Int: ReusedSegments.Segment]] = []
    for (index, boundaries) in order.boundaries.enumerated() {
      var found: [Int: ReusedSegments.Segment] = [:]
      if !boundaries.isEmpty, !reuse.isEmpty {
        let encoder = order.book.encoder(order.book.deliveries[index])
        for range in ranges(boundaries) {
          let id = try segmentID(range, index)
          if let place = reuse.segment(encoder: encoder, id: id) {
            found[range.start] = .init(range: range, place: place)
          }
        }
      }
      list.append(found)
    }
    return try ReusedSegments(list, book: order.book, reuse: reuse)
  }

  private func ranges(_ boundaries: [Int]) -> [FrameRange] {
    let starts = boundaries.filter { order.range.contains($0) }
    return starts.enumerated().map { position, start in
      FrameRange(start, position + 1 < starts.count ? starts[position + 1] : order.range.end)
    }
  }

  private func segmentID(_ range: FrameRange, _ index: Int) throws -> LedgerID {
    ReuseShelf.id(
      of: try order.book.plan.runs(in: range).map { ($0.range.count, try order.book.id($0.picture, for: index)) })
  }

  /// What would be encoded for one deliverable, and why.
  func forecast(delivery index: Int, before: Ledger?) throws -> RenderForecast {
    let delivery = order.book.deliveries[index]
    var work: [RenderForecast.Work] = []
    var reused = 0
    func add(_ range: FrameRange, _ reason: String) {
      if let last = work.last, last.reason == reason, last.range.end == range.start {
        work[work.count - 1].range = FrameRange(last.range.start, range.end)
      } else {
        work.append(.init(range: range, reason: reason))
      }
    }
    let encoder = order.book.encoder(delivery)
    let reasons = ForecastReasons(before: before, encoder: encoder, arithmetic: RecipeBook.arithmetic)
    if order.boundaries[index].isEmpty {
      for run in order.book.plan.runs(in: order.range) {
        let id = try order.book.id(run.picture, for: index)
        if shelf.place(encoder: encoder, recipe: id) != nil {
          reused += run.range.count
        } else {
          add(run.range, reasons.why(run.range.start, try order.book.layers(run.picture, frame: run.range.start)))
        }
      }
    } else {
      for range in ranges(order.boundaries[index]) {
        if shelf.segment(encoder: encoder, id: try segmentID(range, index)) != nil {
          reused += range.count
        } else {
          let layers = try order.book.layers(order.book.plan.picture(at: range.start), frame: range.start)
          add(range, reasons.why(range.start, layers))
        }
      }
    }
    let current = try before.map { try isCurrent($0.header, delivery: index) } ?? false
    return RenderForecast(
      path: delivery.path, preset: delivery.deliverable.name, range: order.range, isCurrent: current, reused: reused,
      work: work)
  }
}

/// Segments whose packets exist, read and verified when their turn comes.
final class ReusedSegments: Sendable {
  struct Segment: Sendable {
    let range: FrameRange
    let place: ReuseShelf.SegmentPlace
  }

  struct Ready: Sendable {
    let range: FrameRange
    let entry: SegmentEntry
    let packets: [Packet]
  }

  private let segments: [[Int: Segment]]
  private let entries: [[Int: SegmentEntry]]
  private let starts: [[Int]]
  private let reuse: ReuseShelf

  /// Every packet of every segment is verified here, before anything is written: a run inside a segment that turned out to be
  /// damaged must be worked by the lanes.
  init(_ segments: [[Int: Segment]], book: RecipeBook, reuse: ReuseShelf) throws {
    self.segments = try segments.map { list in
      try list.filter { try reuse.packets(of: $0.value.place) != nil }
    }
    entries = try self.segments.map { list in
      try list.mapValues { segment in
        var entry = segment.place.entry
        entry.range = segment.range
        // What a picture is called is the new cut's to say.
        var start = segment.range.start
        for recipe in entry.recipes {
          entry.layers.append(try book.layers(book.plan.picture(at: start), frame: start))
          start += recipe.count
        }
        return entry
      }
    }
    starts = self.segments.map { $0.keys.sorted() }
    self.reuse = reuse
  }

  /// The segment that record frame `frame` lies in, when it is taken over. Its packets are read when the frame is its first.
  func segment(_ delivery: Int, at frame: Int) throws -> Ready? {
    let starts = starts[delivery]
    var (low, high) = (0, starts.count)
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] <= frame { low = middle + 1 } else { high = middle }
    }
    guard low > 0, let segment = segments[delivery][starts[low - 1]], segment.range.contains(frame) else { return nil }
    guard let entry = entries[delivery][segment.range.start] else { return nil }
    guard frame == segment.range.start else { return Ready(range: segment.range, entry: entry, packets: []) }
    guard let packets = try reuse.packets(of: segment.place) else {
      throw PegError(
        .io, "\(reuse.file(of: segment.place)) changed while its packets were copied", hint: "render again")
    }
    return Ready(range: segment.range, entry: entry, packets: packets)
  }
}

/// Why a frame has to be encoded, by comparing with the master that was there.
struct ForecastReasons {
  private let entries: [(range: FrameRange, layers: [LedgerLayer])]
  private let general: String?

  init(before: Ledger?, encoder: LedgerID, arithmetic: String) {
    guard let before else {
      entries = []
      general = "no master yet"
      return
    }
    if before.header.arithmetic != arithmetic {
      general = "made with other arithmetic (\(before.header.arithmetic))"
    } else if before.header.encoder != encoder {
      general = "made with other encoder settings"
    } else {
      general = nil
    }
    var list: [(range: FrameRange, layers: [LedgerLayer])] = []
    for entry in before.entries {
      switch entry {
      case .picture(let entry): list.append((entry.range, entry.layers))
      case .image(let entry): list.append((entry.range, entry.layers))
      case .segment(let entry):
        var start = entry.range.start
        for (index, recipe) in entry.recipes.enumerated() {
          list.append(
            (
              FrameRange(start, start + recipe.count),
              entry.layers.indices.contains(index) ? entry.layers[index] : []
            ))
          start += recipe.count
        }
      case .sound: continue
      }
    }
    entries = list
  }

  func why(_ frame: Int, _ layers: [LedgerLayer]) -> String {
    if let general { return general }
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].range.end <= frame { low = middle + 1 } else { high = middle }
    }
    guard low < entries.count, entries[low].range.contains(frame) else { return "not in the master yet" }
    let old = entries[low].layers
    guard old.count == layers.count else { return "other layers" }
    for (before, now) in zip(old, layers) {
      if before.clip != now.clip { return "\(now.clip) where \(before.clip) was" }
      if before.take != now.take { return "\(now.clip): take \(now.take) where \(before.take) was" }
      if before.source != now.source { return "\(now.clip): another source, \(now.source)" }
      if before.frame != now.frame { return "\(now.clip): another frame of \(now.source)" }
      if before.hash != now.hash { return "\(now.source) changed" }
    }
    return layers.last.map { "\($0.clip): placed, mixed or read otherwise" } ?? "other settings"
  }
}

import PegCore
import PegLedger
import PegMedia
import PegPlan

/// What becomes of the closed segments of long-GOP masters: encoded, taken over from an earlier master, or written from what
/// is encoded for another master of the same render.
struct SegmentTable: Sendable {
  private enum Origin: Sendable {
    case reused(ReuseShelf.SegmentPlace)
    case followed(master: Int)
  }

  private struct Segment: Sendable {
    let range: FrameRange
    let origin: Origin
  }

  /// What stands at a record frame that need not be encoded.
  enum Answer: Sendable {
    /// Its packets come from the master that encodes it.
    case made
    /// The whole segment; its packets are read when the frame is its first.
    case reused(SegmentEntry, [Packet])
  }

  /// By master, ascending.
  private let segments: [[Segment]]
  /// By master: those that write what it encodes.
  let followers: [[Int]]
  private let reuse: ReuseShelf

  /// Every packet that will be taken over is verified here, before anything is written: a run inside a segment that turned
  /// out to be damaged must be worked by the lanes.
  init(_ order: RenderOrder, masters: [MasterOrder], reuse: ReuseShelf) throws {
    struct Key: Hashable {
      let encoder: LedgerID
      let id: LedgerID
      let range: FrameRange
    }
    struct Wanted: Hashable {
      let encoder: LedgerID
      let id: LedgerID
    }
    var leaders: [Key: Int] = [:]
    var known: [Wanted: ReuseShelf.SegmentPlace?] = [:]
    var segments = order.masters.map { _ in [Segment]() }
    var followers = order.masters.map { _ in Set<Int>() }
    for master in masters {
      let encoder = order.book.ends[master.end].encoder
      for range in master.segments {
        let key = Key(encoder: encoder, id: try order.segmentID(range, master), range: range)
        let wanted = Wanted(encoder: encoder, id: key.id)
        let isWhole = order.book.ends[master.end].isWhole
        let place = isWhole ? nil : try known[wanted] ?? reuse.whole(encoder: encoder, id: key.id)
        known[wanted] = .some(place)
        if let place {
          segments[master.index].append(Segment(range: range, origin: .reused(place)))
          continue
        }
        if let leader = leaders[key] {
          segments[master.index].append(Segment(range: range, origin: .followed(master: leader)))
          followers[leader].insert(master.index)
        } else {
          leaders[key] = master.index
        }
      }
    }
    self.segments = segments
    self.followers = followers.map { $0.sorted() }
    self.reuse = reuse
  }

  /// What stands at record frame `frame` of a master; `nil` where it is worked and encoded.
  func segment(_ master: Int, at frame: Int) throws -> Answer? {
    guard let segment = find(master, frame) else { return nil }
    switch segment.origin {
    case .followed: return .made
    case .reused(let place):
      var entry = place.entry
      entry.range = segment.range
      guard frame == segment.range.start else { return .reused(entry, []) }
      guard let packets = try reuse.packets(of: place) else {
        throw PegError(
          .io, "\(reuse.file(of: place)) changed while its packets were copied", hint: "render again")
      }
      return .reused(entry, packets)
    }
  }

  /// Whether the packets at record frame `frame` of a master come from elsewhere.
  func exists(_ master: Int, at frame: Int) -> Bool { find(master, frame) != nil }

  /// Whether a master writes the segment over `range` from what `leader` encodes.
  func follows(_ master: Int, _ leader: Int, over range: FrameRange) -> Bool {
    guard let segment = find(master, range.start), segment.range == range else { return false }
    if case .followed(leader) = segment.origin { return true }
    return false
  }

  private func find(_ master: Int, _ frame: Int) -> Segment? {
    let list = segments[master]
    var (low, high) = (0, list.count)
    while low < high {
      let middle = (low + high) / 2
      if list[middle].range.end <= frame { low = middle + 1 } else { high = middle }
    }
    return low < list.count && list[low].range.contains(frame) ? list[low] : nil
  }
}

extension RenderOrder {
  /// The id of a segment of a master: its recipes with their counts, in order.
  func segmentID(_ range: FrameRange, _ master: MasterOrder) throws -> LedgerID {
    ReuseShelf.id(
      of: try plans[master.variant].runs(in: range).map { ($0.range.count, try book.id($0.picture, end: master.end)) })
  }
}

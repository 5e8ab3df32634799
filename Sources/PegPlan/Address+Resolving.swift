public import PegCore
import PegTimeline

extension Address {
  /// The record frames that are meant in `plan`: one frame for a timecode or a frame number, all of an item.
  ///
  /// Throws bad input for a place outside the cut, a label that does not exist at its rate, and a name that no clip or
  /// more than one clip has.
  public func frames(in plan: FramePlan) throws(PegError) -> FrameRange { try frames(in: plan.grid) }

  /// The record frames that are meant on `plan`, the record side of a cut or of a master.
  public func frames(in plan: RecordGrid) throws(PegError) -> FrameRange {
    let first = try Self.range(of: start, in: plan)
    let range: (start: Int, end: Int)
    switch extent {
    case .whole: range = (first.start, first.end)
    case .count(let count): range = (first.start, first.start + min(count, Int.max / 2))
    case .to(let end): range = (first.start, try Self.range(of: end, in: plan, isEnd: true).start)
    }
    guard range.start < range.end else {
      throw PegError(.badInput, "the range \(self) of \(plan.name) is empty", hint: "its end is not in it")
    }
    guard range.end <= plan.duration else { throw Self.outside(description, plan) }
    return FrameRange(range.start, range.end)
  }

  /// The one record frame that is meant: the first of ``frames(in:)``.
  public func frame(in plan: FramePlan) throws(PegError) -> Int { try frames(in: plan).start }

  private static func outside(_ text: String, _ plan: RecordGrid) -> PegError {
    PegError(
      .badInput, "\(text) lies outside \(plan.name)",
      hint: "it runs from \(plan.start) to \(plan.start.advanced(by: plan.duration)), \(plan.duration) frames")
  }

  private static func range(
    of point: AddressPoint, in plan: RecordGrid, isEnd: Bool = false
  ) throws(PegError) -> FrameRange {
    let frame: Int
    switch point {
    case .frame(let number): frame = number
    case .timecode(let text): frame = try Self.frame(of: text, in: plan)
    case .item(let name): return try Self.item(name, in: plan)
    }
    // The end of a range may be the end of the cut.
    guard frame >= 0, frame < plan.duration + (isEnd ? 1 : 0) else { throw outside(point.description, plan) }
    return FrameRange(start: frame, count: 1)
  }

  private static func frame(of text: String, in plan: RecordGrid) throws(PegError) -> Int {
    let why: String
    do {
      // In a drop-frame cut 01:00:00:00 is the label ;00, typed without its semicolon.
      var typed = text
      if plan.start.dropFrame, !text.contains(";"), let colon = text.lastIndex(of: ":") {
        typed.replaceSubrange(colon...colon, with: ";")
      }
      let label = try Timecode(parsing: typed, rate: plan.rate)
      let frame = label.frames - plan.start.frames
      // Labels wrap at midnight.
      return frame < 0 ? frame + Timecode.framesPerDay(rate: plan.rate, dropFrame: plan.start.dropFrame) : frame
    } catch {
      switch error {
      case .notATimecode: why = "is no timecode"
      case .fieldOutOfRange: why = "does not exist at \(plan.rate.spoken) frames per second"
      case .droppedLabel: why = "is a label that drop-frame timecode skips"
      case .noDropFrameAtThisRate: why = "is drop-frame, which \(plan.rate.spoken) frames per second does not have"
      }
    }
    throw PegError(.badInput, "\(text) \(why)", hint: "\(plan.name) starts at \(plan.start)")
  }

  private static func item(_ name: String, in plan: RecordGrid) throws(PegError) -> FrameRange {
    if let address = CutAddress(name), let exact = plan.items.first(where: { $0.address == address }) {
      guard !exact.range.isEmpty else {
        throw PegError(.badInput, "\(address) of \(plan.name) shows no frame", hint: "it is trimmed away")
      }
      return exact.range
    }
    let visible = plan.items.filter { !$0.range.isEmpty }
    let named = visible.filter { $0.name == name }
    guard let first = named.first else {
      throw PegError(.badInput, "\(plan.name) has no clip \(name)", hint: "`pegbar cut list` lists its clips")
    }
    // The same name over the same frames (picture and sound of a shot) is one place.
    guard named.allSatisfy({ $0.range == first.range }) else {
      let places = named.prefix(6).map(\.place).joined(separator: ", ")
      throw PegError(
        .badInput, "\(plan.name) has \(named.count) clips named \(name)",
        hint: "say which: \(places)")
    }
    return first.range
  }
}

import PegCore
import PegTimeline

/// A track laid out on a grid of frames at the record rate: where each item begins and ends, and what joins them.
struct Layout {
  struct Item {
    /// In the track's children.
    var index: Int
    var child: Composable
    /// The first frame, and the one after the last: ceilings of exact sums (DESIGN §6).
    var start: Int
    var end: Int
    /// The joins at its edges, where it has some: indices into ``Layout/joins``.
    var head: Int?
    var tail: Int?
  }

  /// A transition: over `start..<end`, `before` gives way to `after`.
  struct Join {
    var index: Int
    var transition: Transition
    var start: Int
    var end: Int
    /// Indices into ``Layout/items``; `nil` at an end of the track.
    var before: Int?
    var after: Int?
  }

  var items: [Item] = []
  var joins: [Join] = []
  /// Exact length in seconds.
  var seconds = Rational.zero
  /// ``seconds`` on the grid.
  var end = 0
}

extension PlanBuilder {
  /// No plan is longer: at 24 frames per second, two years and ten months.
  static let maximumFrames = Int(Int32.max)

  /// The first frame at or after `seconds`.
  func edge(_ seconds: Rational) throws(PegError) -> Int {
    let frame = try Exact.product(seconds, rate.value).ceil
    guard abs(frame) <= Self.maximumFrames else {
      throw PegError(.badInput, "\(options.name) is longer than \(Self.maximumFrames) frames")
    }
    return frame
  }

  func layout(_ children: [Composable], at place: Place) throws(PegError) -> Layout {
    var layout = Layout()
    var lengths: [Rational] = []
    var starts: [Rational] = []
    var pending: (index: Int, transition: Transition)?
    for (index, child) in children.enumerated() {
      let here = place.inside(index)
      if case .transition(let transition) = child {
        guard pending == nil else {
          throw PegError(.badInput, "\(here.address) of \(options.name) is a transition after a transition")
        }
        pending = (index, transition)
        continue
      }
      let length = try duration(of: child, at: here)
      guard length >= .zero else {
        throw PegError(.badInput, "\(here.address) of \(options.name) has a negative duration")
      }
      let start = layout.seconds
      layout.seconds = try Exact.sum(start, length)
      layout.items.append(
        Layout.Item(index: index, child: child, start: try edge(start), end: try edge(layout.seconds)))
      starts.append(start)
      lengths.append(length)
      if let (index, transition) = pending {
        try join(&layout, index, transition, cut: start, lengths: lengths, isLast: false, at: place)
        pending = nil
      }
    }
    if let (index, transition) = pending {
      try join(&layout, index, transition, cut: layout.seconds, lengths: lengths, isLast: true, at: place)
    }
    layout.end = try edge(layout.seconds)
    return layout
  }

  /// Adds the transition at exact time `cut`: between the last two items, or after the last one.
  private func join(
    _ layout: inout Layout, _ index: Int, _ transition: Transition, cut: Rational, lengths: [Rational], isLast: Bool,
    at place: Place
  ) throws(PegError) {
    let after = isLast ? nil : layout.items.count - 1
    let before = isLast ? layout.items.count - 1 : layout.items.count - 2
    let inSeconds = try Exact.seconds(transition.inOffset)
    let outSeconds = try Exact.seconds(transition.outOffset)
    let name = "the transition \(place.inside(index).address) of \(options.name)"
    guard inSeconds >= .zero, outSeconds >= .zero else {
      throw PegError(.badInput, "\(name) has a negative offset")
    }
    if before >= 0, inSeconds > lengths[before] {
      throw PegError(.badInput, "\(name) begins before the clip it leaves", hint: "shorten its in_offset")
    }
    if let after, outSeconds > lengths[after] {
      throw PegError(.badInput, "\(name) ends after the clip it leads to", hint: "shorten its out_offset")
    }
    let start = try edge(try Exact.difference(cut, inSeconds))
    let end = try edge(try Exact.sum(cut, outSeconds))
    if before >= 0, let head = layout.items[before].head, layout.joins[head].end > start {
      throw PegError(
        .badInput, "\(name) overlaps the transition before it", hint: "a clip is at least as long as what joins it")
    }
    let number = layout.joins.count
    layout.joins.append(
      Layout.Join(
        index: index, transition: transition, start: start, end: end, before: before >= 0 ? before : nil, after: after))
    if before >= 0 { layout.items[before].tail = number }
    if let after { layout.items[after].head = number }
  }

  // MARK: Durations

  /// Exact seconds that `child` takes in its parent: its source range, else all that it holds. Warps change nothing:
  /// OTIO's source range says the length on the record side.
  func duration(of child: Composable, at place: Place) throws(PegError) -> Rational {
    switch child {
    case .clip(let clip):
      if let range = clip.item.sourceRange { return try Exact.seconds(range.duration) }
      if let range = clip.activeReference?.availableRange { return try Exact.seconds(range.duration) }
      return try naturalDuration(of: clip, at: place)
    case .gap(let gap):
      return try gap.item.sourceRange.map { range throws(PegError) in try Exact.seconds(range.duration) } ?? .zero
    case .track(let track):
      if let range = track.item.sourceRange { return try Exact.seconds(range.duration) }
      return try layout(track.children, at: place).seconds
    case .stack(let stack):
      if let range = stack.item.sourceRange { return try Exact.seconds(range.duration) }
      return try contentDuration(of: stack, at: place)
    case .transition: return .zero
    case .unknown(let object):
      throw PegError(
        .badInput,
        "\(place.address) of \(options.name) is a \(object["OTIO_SCHEMA"]?.string ?? "thing without schema"), "
          + "which has no length that is known", hint: "replace it by a gap or a clip")
    }
  }

  /// The longest of what plays in a stack.
  func contentDuration(of stack: Stack, at place: Place) throws(PegError) -> Rational {
    var longest = Rational.zero
    for (index, child) in stack.children.enumerated() where Self.plays(child) {
      longest = max(longest, try duration(of: child, at: place.inside(index)))
    }
    return longest
  }

  /// Whether a child of a stack is neither switched off nor a track of data.
  static func plays(_ child: Composable) -> Bool {
    switch child {
    case .clip(let clip): clip.item.isEnabled
    case .gap(let gap): gap.item.isEnabled
    case .stack(let stack): stack.item.isEnabled
    case .track(let track):
      switch track.kind {
      case .video, .audio: track.item.isEnabled
      case .other: false
      }
    case .transition: false
    case .unknown: true
    }
  }

  private func naturalDuration(of clip: Clip, at place: Place) throws(PegError) -> Rational {
    let name = Place.name(of: clip, at: place)
    guard let reference = clip.activeReference else {
      throw PegError(.badInput, "\(name) has no media and no source range")
    }
    if case .generator = reference {
      throw PegError(.badInput, "\(name) is a generator without a range", hint: "give it a source_range")
    }
    let media: ReferencedMedia
    do { media = try reader.media(of: reference) } catch {
      throw PegError(error.kind, "\(name) has no source range, and \(error.sentence)", hint: error.hint)
    }
    if let count = media.count, let rate = media.rate { return try Exact.quotient(Rational(count), rate) }
    if let count = media.count { return try Exact.quotient(Rational(count), self.rate.value) }
    if !media.hasPictures, let sound = media.sound { return sound.seconds }
    throw PegError(.badInput, "\(name) is a still without a range", hint: "give it a source_range")
  }
}

public import PegCore

// New objects: what `cut new` is made of.

extension MediaReference {
  /// A movie, a still or sound.
  ///
  /// - Parameter available: frames that there are, at the media's rate; its start is the media's first timecode, or 0.
  public static func media(url: String, available: TimeRange?, name: String = "") -> MediaReference {
    .external(ReferenceInfo(info: ObjectInfo(name: name), availableRange: available), url: url)
  }

  /// An image sequence of `count` frames, whose first one is numbered `sequence.startFrame`; so is its media time.
  public static func frames(_ sequence: ImageSequence, count: Int, name: String = "") -> MediaReference {
    let available = TimeRange(
      start: RationalTime(Rational(sequence.startFrame), sequence.rate),
      duration: RationalTime(Rational(count), sequence.rate))
    return .sequence(ReferenceInfo(info: ObjectInfo(name: name), availableRange: available), sequence)
  }

  /// Pictures or sound that are made rather than read, such as `black` or `solid`.
  public static func made(
    _ kind: String, parameters: JSONObject = JSONObject(), available: TimeRange? = nil
  ) -> MediaReference {
    .generator(ReferenceInfo(availableRange: available), kind: kind, parameters: parameters)
  }

  /// Media that nobody has found.
  public static func offline(name: String = "", available: TimeRange? = nil) -> MediaReference {
    .missing(ReferenceInfo(info: ObjectInfo(name: name), availableRange: available))
  }
}

extension Clip {
  /// A clip of one take.
  ///
  /// - Parameter range: what plays, in media time; all of the media where it is `nil`.
  public init(name: String, reference: MediaReference, range: TimeRange? = nil) {
    self.init(
      item: ItemInfo(info: ObjectInfo(name: name), sourceRange: range ?? reference.common?.availableRange),
      references: [(Self.defaultKey, reference)], activeKey: Self.defaultKey)
  }
}

extension Gap {
  public init(duration: RationalTime) {
    self.init(item: ItemInfo(sourceRange: TimeRange(start: RationalTime(0, duration.rate), duration: duration)))
  }
}

extension Transition {
  /// A cross dissolve (`SMPTE_Dissolve`).
  public static func dissolve(before: RationalTime, after: RationalTime) -> Transition {
    Transition(info: ObjectInfo(), type: "SMPTE_Dissolve", inOffset: before, outOffset: after)
  }
}

extension Track {
  public init(name: String, kind: Kind, children: [Composable]) {
    self.init(item: ItemInfo(info: ObjectInfo(name: name)), kind: kind, children: children)
  }
}

extension Timeline {
  /// A cut of these tracks, the lowest first.
  ///
  /// - Parameter start: the timecode of the first frame.
  public init(name: String, start: RationalTime? = nil, settings: TimelineSettings = .init(), tracks: [Track]) {
    // OpenTimelineIO names it so.
    let stack = Stack(item: ItemInfo(info: ObjectInfo(name: "tracks")), children: tracks.map { .track($0) })
    self.init(info: ObjectInfo(name: name), globalStart: start, tracks: stack)
    set(settings)
  }
}
